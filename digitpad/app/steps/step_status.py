"""The sentences above the lines of a step."""

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.engine.insight.stepper import Step
from digitpad.engine.reading.prediction import a_digit

NOTHING = "Draw a digit, then press the digit you meant (0-9)."


def position_text(origin: NetworkHandle, count: int, epoch_end: int | None, selected: NetworkHandle) -> str:
    """Return a sentence on the progress: `count` steps were taken on a copy of `origin`.

    `epoch_end` is the number of steps after which the current epoch ends, and `selected` the selected network.
    """
    taken = "No step" if count == 0 else "1 step" if count == 1 else f"{count:,} steps"
    said = f"{taken} taken on a copy of {origin.title}."
    if epoch_end is not None:
        said += f" The epoch ends after {epoch_end:,}."
    if origin.network is not selected.network:
        said += f" {selected.title} is selected now: Reset takes a copy of that."
    return said


def next_step_text(step: Step, *, learns_drawing: bool, has_label: bool) -> str:
    """Return sentences on what the next step trains on, and its cost. Ask for a label if the drawing has none."""
    said = ""
    if not learns_drawing:
        count = len(step.labels)
        said = (
            f"The next digit is {a_digit(step.labels[0])}. " if count == 1 else f"The next {count} digits are chosen. "
        )
    elif not has_label:
        said = "Press the digit you meant (0-9). "
    return f"{said}The cost before the next step is {step.cost:.6g}."
