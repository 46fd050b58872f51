"""Checks a number of a gradient by central differences, in the background."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from digitpad.app.session.latest_task import LatestTask
from digitpad.app.steps.steps_panel import StepsPanel
from digitpad.engine.insight.gradient_check import GradientCheck, check_gradient
from digitpad.engine.insight.quantities import Quantity
from digitpad.engine.insight.stepper import Step
from digitpad.nn.network import Network

#: Central differences in double precision cannot resolve gradients below this.
_TOO_SMALL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Checked:
    quantity: Quantity
    index: tuple[int, ...]
    check: GradientCheck


class GradientChecker(QObject):
    """Shows beside a quantity of `panel` how far one number of its gradient is from central differences."""

    failed = Signal(str)
    ended = Signal()  # the check has succeeded or failed

    def __init__(self, panel: StepsPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(self._show)
        self._fetcher.failed.connect(self.failed)
        for told in (self._fetcher.fetched, self._fetcher.failed):
            told.connect(self.ended)

    def check(self, step: Step, network: Network, quantity: Quantity, row: int, column: int) -> bool:
        """Check the gradient at `row` and `column` in the picture of `quantity`; return False if that is no gradient.

        `network` is as it was before that step, and stays so until the check has `ended`.
        """
        if quantity.layer is None:
            return False
        layer, name = quantity.layer, quantity.parameter
        parameter = network.layers[layer].parameters[name]
        place = row * parameter[0].size + column if parameter.ndim > 1 else column
        index = tuple(int(i) for i in np.unravel_index(place, parameter.shape))
        self._fetcher.fetch(lambda _: _Checked(quantity, index, check_gradient(step, network, layer, name, index)))
        return True

    def close(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def _show(self, checked: _Checked) -> None:
        found = checked.check
        words = f"{list(checked.index)}: {found.analytic:.9g} here, {found.numeric:.9g} by central differences; "
        if max(abs(found.analytic), abs(found.numeric)) < _TOO_SMALL:
            words += "both are too small for differences of the cost to tell."
        else:
            words += f"the relative error is {found.relative_error:.1e}."
        self._panel.show_check(checked.quantity, words)
