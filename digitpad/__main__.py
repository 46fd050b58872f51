"""The `digitpad` command: the window for `digitpad [WEIGHTS]`, the command line for everything else."""

import io
import sys
from pathlib import Path

from digitpad import logs
from digitpad.commands import COMMANDS
from digitpad.errors import DigitpadError


def main() -> int:
    """Run the command in `sys.argv` and return its exit status.

    0 on success, 1 after an internal error or a closed output pipe, 2 after an error that the user can fix, 130 after
    Ctrl-C.
    """
    arguments = sys.argv[1:]
    if sys.stderr is None:
        # The parent process closed stderr: only the messages are lost.
        sys.stderr = io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name need not be text, and not every terminal knows every letter.
            stream.reconfigure(errors="backslashreplace")
    try:
        if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
            from digitpad import cli

            return cli.run(arguments)
        from digitpad.app.start.main import run

        return run(arguments)
    except DigitpadError as error:
        logs.say(error)
        return 2
    except OSError as error:
        # A name that is too long, a folder that may not be entered, an output on a full disk.
        logs.unexpected(error)
        reason = error.strerror or error
        if not _has_folder():
            reason = "the folder in which you are was removed: change to another, then try again"
        logs.say(f"{f'{error.filename}: ' if error.filename else ''}{reason}")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logs.say(logs.unexpected(error))
        return 1


def _has_folder() -> bool:
    """Tell whether there is a current folder, from which relative paths lead on."""
    try:
        return Path.cwd().is_dir()
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
