"""Where errors go: a sentence to stderr, and tracebacks to a log file in the platform's folder.

`say` and `unexpected` never raise: reporting an error must not cause another. Everything else is imported at the first
error, since most sessions have none.
"""

import io
import sys
from pathlib import Path


def say(sentence: object) -> None:
    """Write a sentence to stderr, in one line: a line break in a file's name is none in the sentence."""
    try:
        sys.stderr.write(f"digitpad: {' '.join(str(sentence).splitlines())}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        # Closed, or on a full disk: nobody can be told, and the interpreter's last flush must not fail either.
        sys.stderr = io.StringIO()


def log_file() -> Path:
    """Return the path of the log, which exists once something has been logged. Raises `FolderError`."""
    from digitpad import folders

    return folders.log() / "digitpad.log"


def unexpected(error: BaseException) -> str:
    """Log the traceback of `error` and return the sentence that a user is shown instead."""
    try:
        where = f"the details are in {_logged(error)}"
    except Exception as reason:  # whatever keeps the log from being written, the error itself is to be told
        where = f"the details could not be written ({reason})"
    return " ".join(f"Internal error ({type(error).__name__}: {error}); {where}".splitlines())


def _logged(error: BaseException) -> Path:
    """Write the traceback of `error` to the log, and return where that is. Raises what writing raises."""
    import logging
    from logging.handlers import RotatingFileHandler

    class Handler(RotatingFileHandler):
        def handleError(self, record: logging.LogRecord) -> None:
            # Python's own says on stderr that it could not log, and goes on as if it had.
            if (reason := sys.exc_info()[1]) is not None:
                raise reason

    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = Handler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s: %(message)s"))
    record = logging.LogRecord(
        "digitpad", logging.ERROR, "", 0, "unexpected", (), (type(error), error, error.__traceback__)
    )
    try:
        handler.handle(record)
    finally:
        handler.close()
    return path
