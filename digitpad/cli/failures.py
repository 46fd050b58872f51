"""Reports what fails among many inputs, a line each on stderr, and goes on with the others."""

import contextlib
from collections.abc import Iterator

from digitpad import logs
from digitpad.errors import DigitpadError


class Failures:
    """Reports each failure. `status` is the exit status: 0 without a failure, 1 after an internal error, else 2."""

    def __init__(self) -> None:
        self.status = 0

    @contextlib.contextmanager
    def told(self, where: str) -> Iterator[None]:
        """Do what stands inside; where it fails, say so and `where` that was, and go on behind it."""
        try:
            yield
        except BrokenPipeError:
            # Nobody reads our output any more.
            raise
        except DigitpadError as error:
            self._report(str(error), where, 2)
        except OSError as error:
            self._report(error.strerror or str(error), where, 2)
        except Exception as error:
            self._report(logs.unexpected(error), where, 1)

    def _report(self, sentence: str, where: str, status: int) -> None:
        logs.say(sentence if where in sentence else f"{where}: {sentence}")
        self.status = 1 if 1 in (self.status, status) else status
