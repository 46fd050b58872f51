"""The signals that ask a process to end, so that it may tidy up first."""

import signal


def ending_signals() -> list[signal.Signals]:
    """Return those that this system has and that whoever started us did not have ignored, as `nohup` does."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [signal.Signals[name] for name in names if hasattr(signal, name)]
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
