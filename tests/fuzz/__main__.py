"""Feeds damaged files to every reader: `uv run python -m tests.fuzz [--count 20000] [--only svg] [--seed 0]`.

A reader may raise nothing but `DigitpadError`, and take no more than a second of the processor and 200 MB. Files are
read some at a time, by a process of their own that is forked from one that has imported everything.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from digitpad.errors import DigitpadError
from tests.fuzz.mutation import mutated
from tests.fuzz.readers import READERS, seeds

_SECONDS, _BYTES = 1.0, 200 << 20
_AT_ONCE = 50


def main() -> int:
    """Read everything, print what was found, and return 1 if that is anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="damaged files of each format (default: %(default)s)")
    parser.add_argument("--only", choices=READERS, action="append", help="formats to try (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, name in enumerate(options.only or READERS):
            begun = time.perf_counter()
            rng = np.random.default_rng([options.seed, number])
            known = seeds(name)
            inputs = known + [mutated(known[k], known, rng) for k in rng.integers(0, len(known), options.count)]
            findings = tried(name, inputs)
            for content, what in findings[:10]:
                sys.stdout.write(f"{name}: {what}\n  {content[:200]!r}\n")
            found += len(findings)
            seconds = time.perf_counter() - begun
            sys.stdout.write(f"{name}: {len(inputs):,} files, {len(findings)} findings, {seconds:.1f} s\n")
            sys.stdout.flush()
    return 1 if found else 0


def tried(name: str, inputs: list[bytes]) -> list[tuple[bytes, str]]:
    """Return those of `inputs` whose reader did what it must not, and what that was."""
    findings, begin = [], 0
    while begin < len(inputs):
        batch = inputs[begin : begin + _AT_ONCE]
        done, what = _read_in_a_fork(name, batch)
        if what:
            findings.append((batch[done], what))
        begin += done + bool(what) if done < len(batch) else len(batch)
    return findings


def _read_in_a_fork(name: str, batch: list[bytes]) -> tuple[int, str]:
    """Return how many of `batch` were read before something went wrong, and what did, or ""."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _read_all(name, batch, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode("utf-8", "replace").splitlines()
    _, status = os.waitpid(child, 0)
    done = sum(line == "." for line in lines)
    if os.WIFSIGNALED(status):
        number = signal.Signals(os.WTERMSIG(status))
        return done, f"more than {_SECONDS:g} s" if number == signal.SIGPROF else f"killed by {number.name}"
    return done, lines[-1] if done < len(batch) and lines else ""


def _read_all(name: str, batch: list[bytes], writing: int) -> None:
    """Read each of `batch` and say so; the end of a child."""
    ending, read = READERS[name]
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _BYTES, used + _BYTES))
    path = Path(tempfile.mkdtemp(dir=".")) / f"it{ending}"
    for content in batch:
        path.write_bytes(content)
        # Time of the processor: a busy machine makes no finding.
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        try:
            read(path)
        except DigitpadError as error:
            if "\n" in str(error):
                os.write(writing, b"a sentence of several lines\n")
                os._exit(0)
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {str(error)[:200]}".replace("\n", " ").encode() + b"\n")
            os._exit(0)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        os.write(writing, b".\n")
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
