"""Feeds a reader what reaches new code in it: `uv run --with atheris python -m tests.fuzz.guided svg [-runs=20000]`.

Atheris, which is built for Linux and Macs only, changes the seeds of a format by the branches that each change reaches.
As elsewhere a reader may raise nothing but `DigitpadError`, and take no more than a second and 200 MB. What else is
passed goes to libFuzzer; a finding is kept as ``crash-*`` in the folder that it prints.
"""

import os
import resource
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["digitpad"]):
    from digitpad.errors import DigitpadError
    from tests.fuzz.readers import READERS, seeds

_BYTES = 200 << 20


def main() -> None:
    """Read what Atheris makes up, until it ends or finds something."""
    name, *more = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="digitpad-fuzz-"))
    os.chdir(folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, content in enumerate(seeds(name)):
        if len(content) < 100_000:
            (corpus / str(number)).write_bytes(content)
    ending, read = READERS[name]
    path = folder / f"it{ending}"

    def read_one(content: bytes) -> None:
        path.write_bytes(content)
        try:
            read(path)
        except DigitpadError as error:
            if "\n" in str(error):
                raise RuntimeError("a sentence of several lines") from error

    # All is imported before the memory is measured.
    for content in seeds(name):
        read_one(content)
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + _BYTES) >> 20
    limits = ["-timeout=2", f"-rss_limit_mb={megabytes}", "-runs=20000", "-max_len=20000", "-print_final_stats=1"]
    sys.stdout.write(f"{name}: in {folder}\n")
    atheris.Setup([sys.argv[0], str(corpus), *limits, *more], read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
