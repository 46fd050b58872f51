"""Waiting for something to come to rest, on machines of any speed."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

#: A worker that is at work changes something at least so often.
REST_MS = 100


def until_at_rest(qtbot: QtBot, value: Callable[[], object]) -> None:
    """Wait until `value` stays what it is; fail if it goes on changing for as long as `waitUntil` waits."""

    def rests() -> bool:
        before = value()
        qtbot.wait(REST_MS)
        return value() == before

    qtbot.waitUntil(rests)
