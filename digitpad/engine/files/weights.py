"""Networks in files: .safetensors, .npz and .onnx, and how each was trained.

Tensors are named and shaped as PyTorch's ``Sequential`` would: ``layers.i.weight`` (out, in) and ``layers.i.bias``
(out,), i counting every layer, ReLU included; beside them ``input.mean`` (784,) and ``input.scale`` (), float32, for
``x = pixels * input.scale - input.mean`` with pixels 0-255. Metadata is one JSON string under the key ``digitpad``.
"""

import dataclasses
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from digitpad import resources
from digitpad.data.dataset import CLASSES, PICTURE
from digitpad.engine.files import onnx_chain, onnx_files
from digitpad.engine.files.tensor_files import (
    FOREIGN_CURE,
    MAX_BYTES,
    ForeignError,
    Tensors,
    WeightsError,
    map_safetensors,
    read_npz,
    read_safetensors,
)
from digitpad.engine.training.config import TrainingConfig, by_new_names
from digitpad.engine.training.events import Evaluation, TrainingEnd
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, write_atomically
from digitpad.nn import initializers, spec
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

FORMAT_VERSION = 2
SUFFIXES = (".safetensors", ".npz", onnx_files.SUFFIX)
#: The same in words.
ENDINGS = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
#: The networks that come with digitpad: the one that reads best, and a plain one for lessons to start from.
BUNDLED = resources.path("weights/convnet.safetensors")
BUNDLED_MLP = resources.path("weights/mlp.safetensors")
_KEY = "digitpad"
_RECIPE = "safetensors.torch.save_file(model.state_dict(), 'net.safetensors')"


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """How a network was trained and how well it did: accuracies 0-1, None where it was not measured.

    `config` is that of the last training; `step` and `epoch` count all trainings. `held_out` is the number of digits
    that no training has learned from, the first in the order of `validation_split`; None if unknown.
    """

    config: TrainingConfig | None = None
    step: int = 0
    epoch: float = 0.0
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    held_out: int | None = None

    @classmethod
    def of(cls, config: TrainingConfig, event: Evaluation, before: "TrainingRecord | None" = None) -> Self:
        """Return the record of the network that `event` measured, trained further from `before` where given."""
        test_accuracy = event.test_accuracy if isinstance(event, TrainingEnd) else None
        return cls(
            config=config,
            step=event.step + (before.step if before else 0),
            epoch=event.epoch + (before.epoch if before else 0),
            train_accuracy=event.train_accuracy,
            validation_accuracy=event.validation_accuracy,
            test_accuracy=test_accuracy,
            held_out=_held_out(config, before),
        )


def _held_out(config: TrainingConfig, before: TrainingRecord | None) -> int | None:
    is_new = before is not None and before.step == 0 and before.config is not None
    if before is None or is_new or (before.config is not None and before.config.data != config.data):
        return config.validation
    return None if before.held_out is None else min(before.held_out, config.validation)


def save(path: Path, network: Network, record: TrainingRecord) -> None:
    """Write `network` to a .safetensors, .npz or .onnx file, atomically. Raises `WeightsError` for another ending."""
    tensors = {
        **{name: np.asarray(parameter, order="C") for name, parameter in network.named_parameters.items()},
        "input.mean": network.input_mean.ravel(),
        "input.scale": np.array(network.input_scale, np.float32),
    }
    metadata = json.dumps(
        {"version": FORMAT_VERSION, "spec": network.spec, **dataclasses.asdict(record)}, allow_nan=False
    )
    suffix = path.suffix.lower()
    if suffix == ".safetensors":
        from safetensors.numpy import save as pack

        content = pack(tensors, metadata={_KEY: metadata})
    elif suffix == ".npz":
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **{_KEY: np.array(metadata)}, **tensors)
        content = packed.getvalue()
    elif suffix == onnx_files.SUFFIX:
        content = onnx_files.packed(network, metadata)
    else:
        raise WeightsError(f"cannot write {path}: use a name that ends in {ENDINGS}")
    write_atomically(path, content)


def load(path: Path) -> tuple[Network, TrainingRecord]:
    """Return the network in a file and its record. Raises `WeightsError` or `FileError`, never anything else.

    The `WeightsError` is a `ForeignError` where the file was not saved by digitpad and does not say all of a network.

    Checked in this order: size, header, version, spec, total of numbers, names, shapes and dtypes, finite values, and
    only then, with the network allocated, finite predictions.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES and path.is_file():
        cure = f"; in PyTorch: {_RECIPE}" if suffix in (".pt", ".pth") else ""
        raise WeightsError(f"{path} is no weights file: choose one that ends in {ENDINGS}{cure}")
    content = read_bounded(path, MAX_BYTES)
    try:
        if suffix == onnx_files.SUFFIX:
            return _of_chain(onnx_chain.read(content))
        tensors, text = (read_npz if suffix == ".npz" else read_safetensors)(content, _KEY)
        metadata = _metadata(text)
        return _built(metadata["spec"], tensors), _record(metadata)
    except FileError:
        raise
    except ForeignError as error:
        raise ForeignError(f"cannot load {path}: {error}") from error
    except DigitpadError as error:
        raise WeightsError(f"cannot load {path}: {error}") from error


def _of_chain(chain: onnx_chain.Chain) -> tuple[Network, TrainingRecord]:
    if not chain.takes_bytes:
        raise ForeignError(f"it does not say how the pixels of its input are scaled: {FOREIGN_CURE}")
    network = chained(chain.hidden, chain.parameters, chain.scale, chain.mean)
    metadata = None if chain.metadata is None else _metadata(chain.metadata)
    # A record of other layers is that of another network.
    is_its_own = metadata is not None and metadata["spec"] == network.spec
    return network, _record(metadata) if metadata is not None and is_its_own else TrainingRecord()


def chained(hidden: str, parameters: Sequence[tuple[Array, Array]], scale: float, mean: Array) -> Network:
    """Return the network of hidden layers `hidden` whose weights and biases are `parameters`, the output's last.

    Its input becomes ``pixels * scale - mean``, with `mean` (784,). Raises `DigitpadError` where they do not fit.
    """
    layers = spec.build_layers(hidden, PICTURE, CLASSES, initializers.virtual)
    numbers = [i for i, layer in enumerate(layers) if layer.parameters]
    if len(numbers) != len(parameters):
        raise WeightsError(
            f"it has {len(parameters)} layers with weights, '{hidden[:40]}' has {len(numbers)}; name its own layers"
        )
    tensors: Tensors = {"input.mean": mean.astype(np.float32), "input.scale": np.array(scale, np.float32)}
    for i, (weight, bias) in zip(numbers, parameters, strict=True):
        tensors |= {f"layers.{i}.weight": weight, f"layers.{i}.bias": bias}
    return _built(hidden, tensors)


def load_mapped(path: Path) -> tuple[Network, TrainingRecord]:
    """Return what `load` returns of a .safetensors file, but with weights that stay on the disk until they are read.

    Such a network reads, but cannot be trained. Raises `WeightsError` or `FileError`.
    """
    if not path.is_file():
        raise FileError(f"{path} does not exist or is not a regular file: choose a file")
    try:
        tensors, text = map_safetensors(path, _KEY)
        metadata = _metadata(text)
        return _of_tensors(metadata["spec"], tensors), _record(metadata)
    except FileError:
        raise
    except (OSError, ValueError, DigitpadError) as error:
        raise WeightsError(f"cannot load {path}: {error}") from error


def _metadata(text: str) -> dict[str, Any]:
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightsError("its metadata is not JSON; save it again with digitpad") from error
    version = metadata.get("version") if isinstance(metadata, dict) else None
    if type(version) is not int or not isinstance(metadata.get("spec"), str):
        raise WeightsError("its metadata names no format version and layers; save it again with digitpad")
    if not 1 <= version <= FORMAT_VERSION:
        found = str(version)[:20]
        raise WeightsError(
            f"its format has version {found}, this digitpad reads up to {FORMAT_VERSION}; update digitpad"
        )
    return dict(metadata)


def _built(hidden: str, tensors: Tensors) -> Network:
    """Return the network of hidden layers `hidden` whose numbers are copied from tensors. Raises `DigitpadError`."""
    found = _of_tensors(hidden, tensors)
    mean = found.input_mean.copy()
    network = Network.new(hidden, mean, float(found.input_scale), initializers.zeros(), outputs=CLASSES)
    for parameter, tensor in zip(network.parameters, found.parameters, strict=True):
        parameter[...] = tensor
    probes = np.stack([np.zeros(mean.size), np.full(mean.size, 255), np.arange(mean.size) % 256])
    if not np.isfinite(network.predict(probes)).all():
        raise WeightsError("its numbers are so large that its answers are not finite; choose another file")
    return network


def _of_tensors(hidden: str, tensors: Tensors) -> Network:
    """Return the network of hidden layers `hidden` whose parameters are the tensors, which must fit it exactly."""
    expected_size = spec.parameter_count(hidden, PICTURE, CLASSES) + math.prod(PICTURE) + 1
    found_size = sum(tensor.size for tensor in tensors.values())
    if found_size != expected_size:
        raise WeightsError(
            f"its tensors hold {found_size:,} numbers where its layers '{hidden[:40]}' need "
            f"{expected_size:,}; choose another file"
        )
    network = Network.new(hidden, np.zeros(PICTURE, np.float32), 1.0, initializers.virtual, outputs=CLASSES)
    shapes = {name: parameter.shape for name, parameter in network.named_parameters.items()}
    expected = shapes | {"input.mean": (math.prod(PICTURE),), "input.scale": ()}
    if tensors.keys() != expected.keys():
        odd = ", ".join(sorted(tensors.keys() ^ expected.keys())[:4])
        raise WeightsError(f"its tensors do not match its layers '{network.spec}' ({odd[:120]}); choose another file")
    for name, shape in expected.items():
        found = tensors[name]
        if found.shape != shape or found.dtype != np.float32:
            raise WeightsError(
                f"its tensor {name} is {found.dtype} {found.shape}, not float32 {shape}; choose another file"
            )
        if not np.isfinite(found).all():
            raise WeightsError(f"its tensor {name} holds values that are not finite; choose another file")
    layers = network.with_parameters([tensors[name] for name in shapes]).layers
    return Network(network.spec, layers, tensors["input.mean"].reshape(PICTURE), tensors["input.scale"].item())


def _record(metadata: dict[str, Any]) -> TrainingRecord:
    config = metadata.get("config")
    if config is not None and not isinstance(config, dict):
        raise WeightsError("its config is not a JSON object; save it again with digitpad")
    config = None if config is None else TrainingConfig.from_dict(by_new_names(config))
    held_out = _number(metadata, "held_out")
    if "held_out" not in metadata and config is not None:
        # Saved before that was noted down: what the last training held out is the best that is known.
        held_out = config.validation
    return TrainingRecord(
        config=config,
        step=int(_number(metadata, "step") or 0),
        epoch=float(_number(metadata, "epoch") or 0.0),
        train_accuracy=_number(metadata, "train_accuracy"),
        validation_accuracy=_number(metadata, "validation_accuracy"),
        test_accuracy=_number(metadata, "test_accuracy"),
        held_out=None if held_out is None else int(held_out),
    )


def _number(metadata: dict[str, Any], name: str) -> float | None:
    value = metadata.get(name)
    if value is None or (type(value) in (int, float) and 0 <= value < 1e15):
        return value
    raise WeightsError(f"its {name} is {str(value)[:40]}, not a number from 0; save it again with digitpad")
