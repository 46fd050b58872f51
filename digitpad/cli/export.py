"""`digitpad export`: from one weights format to the other."""

import argparse
from pathlib import Path
from typing import Any

from digitpad.cli.named import load_named
from digitpad.engine.files import weights

_DESCRIPTION = """\
Copy a network between the two formats, .safetensors and .npz, with all its metadata. In both, tensors are named and
shaped as in a PyTorch Sequential: layers.0.weight (out, in), layers.0.bias (out,), layers.2.weight, ...
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser of all commands."""
    parser = commands.add_parser(
        "export",
        help="convert weights between .safetensors and .npz",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("weights", metavar="WEIGHTS", help="what to read: a file, RUN or RUN@EPOCH")
    parser.add_argument("out", metavar="OUT", type=Path, help="the file to write; its ending chooses the format")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Load, and save under the other name."""
    network, record = load_named(options.weights)
    weights.save(options.out, network, record)
    print(f"Saved {options.out}")
    return 0
