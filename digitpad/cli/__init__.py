"""The command line: one file a command. It never imports the window."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from digitpad import __version__
from digitpad.cli import classify, derivation, evaluate, explain, export, mistakes, runs, teach, train
from digitpad.engine.training.blas import one_blas_thread

_DESCRIPTION = """\
Draw a digit and see at once what a small neural network predicts; train the network on the MNIST digits and watch it
learn to read you.

  digitpad              open the window
  digitpad WEIGHTS      open the window with the network in a .safetensors or .npz file, of a RUN or at RUN@EPOCH
  digitpad DRAWING      open the window with a drawing or a photo on its canvas
  digitpad COMMAND ...  work without a window
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"digitpad: {message}; see {self.prog} --help\n")


def run(arguments: Sequence[str]) -> int:
    """Run one command line, without the program's name, and return its exit status."""
    parser = _parser()
    for argument in arguments:
        if argument.startswith("--") and argument.endswith("=--"):
            # Python's parser takes such a value for no value at all, and hands on an empty list.
            parser.error(f"argument {argument[:-3]}: -- is no value")
    try:
        options = parser.parse_args(arguments)
    except SystemExit:
        # Help that could not be written is none.
        if sys.stdout is not None:
            sys.stdout.flush()
        raise
    if not hasattr(options, "run"):
        parser.error("no command given")
    try:
        with one_blas_thread():
            status: int = options.run(options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has had enough (`| head`); keep the interpreter from flushing into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="digitpad",
        usage="digitpad [WEIGHTS | DRAWING] | digitpad COMMAND ...",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"digitpad {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser, prog="digitpad")
    for command in (train, runs, teach, evaluate, mistakes, classify, explain, export, derivation):
        one = commands.add_parser(
            command.__name__.rpartition(".")[2],
            help=command.HELP,
            description=command.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.set_defaults(run=command.run)
        command.add_arguments(one)
    return parser
