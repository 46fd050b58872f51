"""Threads share what the C library has of memory."""

import platform
import subprocess
import sys

import pytest

#: Eight threads at once that each take some memory; then the C library's own account of its arenas.
PROGRAM = """
import ctypes, threading
from digitpad.app.start import malloc_arenas
{action}
together = threading.Barrier(8)
def take():
    taken = bytes(1000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, stream)
library.fflush(stream)
"""


def arenas(action: str) -> int:
    """Return how many arenas there are after `action` and eight threads."""
    command = [sys.executable, "-c", PROGRAM.format(action=action)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")
def test_all_threads_but_the_first_share_an_arena() -> None:
    assert arenas("malloc_arenas.share_arenas()") == 2
    assert arenas("") > 2
