"""The `digitpad` command: the window for `digitpad [WEIGHTS]`, the command line for everything else."""

import sys

from digitpad import logs
from digitpad.errors import DigitpadError

COMMANDS = ("train", "runs", "teach", "evaluate", "mistakes", "classify", "explain", "export", "derivation")


def main() -> int:
    """Run the command in `sys.argv` and return its exit status: 0, 2 after a user's error, 1 after one of ours."""
    arguments = sys.argv[1:]
    try:
        if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
            from digitpad import cli

            return cli.run(arguments)
        from digitpad.app.main import run

        return run(arguments)
    except DigitpadError as error:
        sys.stderr.write(f"digitpad: {error}\n")
        return 2
    except OSError as error:
        # A name that is too long, a folder that may not be entered, an output on a full disk.
        logs.unexpected(error)
        sys.stderr.write(f"digitpad: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        sys.stderr.write(f"digitpad: {logs.unexpected(error)}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
