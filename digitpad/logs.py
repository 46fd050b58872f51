"""Where errors go: a sentence to stderr, and tracebacks to a log file in the platform's folder.

Everything that this takes is imported when the first error is met, which in most lives of the app is never.
"""

import sys
from pathlib import Path


def say(sentence: object) -> None:
    """Write a sentence to stderr, in one line: a line break in a file's name is none in the sentence."""
    sys.stderr.write(f"digitpad: {' '.join(str(sentence).splitlines())}\n")


def log_file() -> Path:
    """Return the path of the log, which exists once something has been logged."""
    from digitpad import folders

    return folders.log() / "digitpad.log"


def unexpected(error: BaseException) -> str:
    """Log the traceback of `error` and return the sentence that a user is shown instead."""
    import logging
    from logging.handlers import RotatingFileHandler

    logger = logging.getLogger("digitpad")
    logger.propagate = False
    try:
        if not logger.handlers:
            log_file().parent.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=2, encoding="utf-8")
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s: %(message)s"))
            logger.addHandler(handler)
        logger.error("unexpected", exc_info=error)
        where = f"the details are in {log_file()}"
    except OSError as reason:
        where = f"the details could not be written ({reason})"
    return f"digitpad met an error of its own ({type(error).__name__}: {error}); {where}"
