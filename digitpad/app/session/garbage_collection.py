"""Python's garbage collection, in the GUI thread only, and only between its events.

Python collects in whichever thread allocates. A worker thread that deletes a forgotten QObject holds Qt's lock of
signals and waits for the GIL, while the GUI thread may hold the GIL and wait for that lock: a deadlock. In the GUI
thread, a widget that is deleted while Qt tells all widgets of a new style is still on Qt's list: a segmentation fault.
"""

import gc

from PySide6.QtCore import QObject, QTimer

#: Short enough that little has come together, and a collection takes a small part of a frame.
_INTERVAL_MS = 200


class GarbageCollection(QObject):
    """Collects by a timer, as often as Python's thresholds say, instead of wherever somebody allocates."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(_collect)
        self._timer.start()

    def close(self) -> None:
        """Leave it to Python again, once no other thread is at work."""
        self._timer.stop()
        gc.enable()


def _collect() -> None:
    """Collect the oldest generation whose threshold is passed, with all younger ones."""
    over = [count > threshold > 0 for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if any(over):
        gc.collect(max(generation for generation in range(3) if over[generation]))
