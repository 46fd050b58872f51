"""`digitpad export`: from one weights format to another, and from others' files to digitpad's."""

import argparse
from pathlib import Path

from digitpad.cli.network_names import check_out, load_named
from digitpad.data import mnist
from digitpad.engine.files import foreign_weights, weights
from digitpad.engine.files.input_scalings import SCALINGS
from digitpad.engine.files.tensor_files import ForeignError, WeightsError
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.evaluation import measure
from digitpad.nn.network import Network

HELP = "convert weights between .safetensors, .npz and .onnx, and other programs' to digitpad's"
DESCRIPTION = """\
Copy a network between the formats, .safetensors, .npz and .onnx, with all its metadata. In the first two, tensors are
named and shaped as in a PyTorch Sequential: layers.0.weight (out, in), layers.0.bias (out,), layers.2.weight, ...
An ONNX model takes bytes, `pixels` uint8 (n, 28, 28), and gives `probabilities` (n, 10); it needs digitpad[onnx].

A .safetensors file that PyTorch saved says neither its activations and pooling nor how pixels were scaled; an ONNX
model of another program does not say the latter. Give them with --layers and --scaling. Without them digitpad tries
the common ones on some training digits, and says which it takes. The test accuracy is printed.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("weights", metavar="WEIGHTS", help="what to read: a file, RUN or RUN@EPOCH")
    parser.add_argument("out", metavar="OUT", type=Path, help="the file to write; its ending chooses the format")
    others = parser.add_argument_group("what a file of another program does not say")
    others.add_argument("--layers", metavar="TEXT", help="its hidden layers: '32c3, 64c3, p2, 128' or '200 tanh'")
    choices = "; ".join(f"{name}: {words}" for name, words in SCALINGS.items())
    others.add_argument("--scaling", metavar="NAME", choices=SCALINGS, help=f"how its pixels are scaled ({choices})")


def run(options: argparse.Namespace) -> int:
    """Load, and save under the other name."""
    check_out(options.out)
    try:
        network, record = load_named(options.weights)
    except ForeignError:
        network, record = _foreign(options)
    else:
        if options.layers is not None or options.scaling is not None:
            raise WeightsError(f"{options.weights} tells these itself: leave out --layers and --scaling")
    weights.save(options.out, network, record)
    print(f"Saved {options.out}")
    return 0


def _foreign(options: argparse.Namespace) -> tuple[Network, TrainingRecord]:
    """Return the network in another program's file, by given or likeliest layers and scaling; print its accuracy."""
    digits = mnist.load()
    found = foreign_weights.read(Path(options.weights))
    hidden, scaling = options.layers, options.scaling
    if hidden is None or scaling is None:
        tried = foreign_weights.trials(found, digits.training, layers=hidden, scaling_name=scaling)
        if not tried:
            raise WeightsError(f"{options.weights} fits none of the usual layers: say its own with --layers TEXT")
        hidden, scaling = tried[0].hidden, tried[0].scaling
        print(f"Taken for: --layers '{hidden}' --scaling {scaling}, by the cost of some training digits")
    network = found.network(hidden, scaling, digits.training)
    accuracy = measure(network, digits.test).accuracy
    doubt = "" if accuracy >= foreign_weights.DOUBTFUL else ": other --layers or another --scaling may be right"
    print(f"Test accuracy {accuracy:.2%}{doubt}")
    return network, TrainingRecord(test_accuracy=accuracy)
