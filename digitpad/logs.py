"""Where tracebacks go: a log file in the platform's folder. Users get a sentence and the file's name."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs


def log_file() -> Path:
    """Return the path of the log, which exists once something has been logged."""
    return platformdirs.user_log_path("digitpad", appauthor=False) / "digitpad.log"


def start_logging() -> None:
    """Send what is logged to the log file only; without a writable folder for it, nowhere."""
    handler: logging.Handler
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=2, delay=True, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def unexpected(error: BaseException) -> str:
    """Log the traceback of `error` and return the sentence that a user is shown instead."""
    logging.getLogger("digitpad").error("unexpected", exc_info=error)
    return f"digitpad met an error of its own ({type(error).__name__}: {error}); the details are in {log_file()}"
