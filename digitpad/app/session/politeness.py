"""How work in other threads gives way to whoever draws."""

import time
from collections.abc import Callable

from digitpad.app.session.controller import Controller

_LOOK_SECONDS = 0.005


def politely(controller: Controller, is_outdated: Callable[[], bool]) -> Callable[[], bool]:
    """Return what long work asks between its pieces: it waits while the pen moves or the window draws.

    It tells whether the work is outdated, as `is_outdated` does.
    """

    def stops() -> bool:
        while controller.pen_moves and not is_outdated():
            time.sleep(_LOOK_SECONDS)
        controller.gate.wait()
        return is_outdated()

    return stops
