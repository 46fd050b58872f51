"""Every format that digitpad reads: how, and intact files of it to damage, each past finding among them."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image

from digitpad import resources
from digitpad.data import mnist, pictures, svg_files
from digitpad.data.drawing import Photo, Picture
from digitpad.data.ink import Ink
from digitpad.engine.files import weights, window_state
from digitpad.engine.files.window_state import WindowState
from digitpad.engine.runs import layout
from digitpad.engine.training.config import TrainingConfig
from digitpad.nn import initializers
from digitpad.nn.network import Network
from tests.fuzz import uses

_INK = (
    b'{"label": 3, "strokes": [[[1, 2], [3.5, -4], [5e1, 6]], [[7, 8, 0.5]]]}\n{"label": null, "strokes": [[[0, 0]]]}\n'
)
#: Ink that geometry had not met.
_INKS = [
    b'{"strokes": [[[5,5],[5,5],[5,5],[5,5]]]}\n',
    b'{"strokes": [[[0,0],[5e-324,5e-324],[0,5e-324],[5e-324,0]]]}\n',
    b'{"label": 3, "strokes": [[' + b"[0,0],[11,1]," * 20_000 + b"[0,0]]]}\n",
    b'{"strokes": [[[1e9,-1e9],[0,0],[1,1e9],[-1e9,2]],[[1e-7,1e-7]]]}\n',
]
_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M1.25,2.5 L30,40 5,6"/><polyline points="1 2 3 4"/></g></svg>'
)
_CSV = (",".join(["label", *(f"pixel{i}" for i in range(784))]) + "\n" + ",".join(["7", *["0"] * 784]) + "\n").encode()


def read_idx(path: Path) -> None:
    """Read a folder of digits the first file of which is damaged."""
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ):
        labels = "labels" in name
        shape = (3,) if labels else (3, 28, 28)
        (path.parent / name).write_bytes(_idx(2049 if labels else 2051, np.ones(shape, np.uint8)))
    (path.parent / "train-images-idx3-ubyte").write_bytes(path.read_bytes())
    mnist.load(str(path.parent))


#: The name of each format: the ending of its files, and what reads one and does with it what is done.
READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "ink": (".jsonl", uses.use_ink),
    "packed ink": (".jsonl.gz", uses.use_ink),
    "my digits": (".jsonl", uses.use_my_digits),
    "svg": (".svg", lambda path: uses.read_and_draw(svg_files.read(path))),
    "picture": (".png", lambda path: uses.read_and_draw(pictures.read(path))),
    "safetensors": (".safetensors", uses.use_weights),
    "npz": (".npz", uses.use_weights),
    "onnx": (".onnx", uses.use_weights),
    "foreign safetensors": (".safetensors", uses.use_foreign),
    "foreign onnx": (".onnx", uses.use_foreign),
    "preset": (".toml", uses.use_preset),
    "csv": (".csv", uses.use_csv),
    "idx": (".idx", read_idx),
    "window state": (".state", uses.use_window_state),
    "run settings": (".part", lambda path: uses.use_run(path, layout.CONFIG)),
    "run events": (".part", lambda path: uses.use_run(path, layout.EVENTS)),
    "run state": (".part", lambda path: uses.use_run(path, layout.STATE)),
    "run about": (".part", lambda path: uses.use_run(path, layout.ABOUT)),
    "run running": (".part", lambda path: uses.use_run(path, layout.RUNNING)),
    "run confusions": (".part", lambda path: uses.use_run(path, layout.CONFUSIONS)),
    "run network": (".part", lambda path: uses.use_run(path, "weights-0.safetensors")),
    "odd run": (".part", uses.use_odd_run),
}


def seeds(name: str) -> list[bytes]:
    """Return intact files of a format, and what was once found to break its reader."""
    return {
        "ink": lambda: [*_INKS, _INK, b'{"strokes": []}\n' * 200, b"[" * 100_000],
        "packed ink": lambda: [gzip.compress(_INK), gzip.compress(b'{"strokes": []}\n' * 3_000_000)],
        "svg": _svgs,
        "picture": _pictures,
        "safetensors": lambda: [_saved(".safetensors")],
        "npz": lambda: [_saved(".npz"), _odd_npz()],
        "onnx": lambda: [_saved(".onnx"), _saved(".onnx", "2c5 tanh, p2, d0.5, 3")],
        "foreign safetensors": lambda: [_foreign()],
        "foreign onnx": lambda: [
            b"\x3a\x80\x89\x7a" + b"\x0a\x00" * 1_000_000,
            _circle(),
            _saved(".onnx", "2c5 leaky, p2, 3"),
            _floats(_saved(".onnx")),
        ],
        "preset": _presets,
        "csv": lambda: [_CSV, _CSV.replace(b"label,", b"")],
        "idx": lambda: [_idx(2051, np.ones((3, 28, 28), np.uint8))],
        "my digits": lambda: [_INK, _INK.rstrip() + b'\n{"label": 3, "str', b'{"label":1,"strokes":[[[0,1],[2,30]]]}'],
        "window state": _window_states,
        "run settings": lambda: [_run(layout.CONFIG), json.dumps(TrainingConfig().as_dict()).encode()],
        "run events": lambda: [
            _run(layout.EVENTS),
            _EVENT * 3,
            b'{"event": "epoch", "step": NaN}\n',
            b'{"event": "changed", "step": 1, "learning_rate": Infinity}\n' + _run(layout.EVENTS),
            b'{"event": "changed", "step": 1, "learning_rate": 1e999}\n' + _run(layout.EVENTS),
        ],
        "run state": lambda: [_run(layout.STATE), _state(), _state(step=10**400), _state(first_cost=float("nan"))],
        "run about": lambda: [
            _run(layout.ABOUT),
            b'{"name": "a", "started": "2026-01-01T00:00:00+00:00", "seconds": 1.5, "continued": [1.0]}',
            b'{"name": "a", "started": "1970-01-01", "ended": "garbage", "ended_as": "ended"}',
        ],
        "run running": lambda: [_run(layout.RUNNING)],
        "run confusions": lambda: [_run(layout.CONFUSIONS)],
        "run network": lambda: [_run("weights-0.safetensors")],
        "odd run": lambda: [bytes(range(64)), bytes(range(63, -1, -1)), b"\x00\x00\x05\x03", b"\x02\x05"],
    }[name]()


def _run(name: str) -> bytes:
    """Return a file of an intact run."""
    uses.make_run()
    return uses.RUN[name]


def _window_states() -> list[bytes]:
    strokes = np.array([[1.0, 2.0], [3.0, 40.5], [5.0, 6.0]])
    picture = Picture(np.eye(28, dtype=np.float32))
    photo = Photo((np.random.default_rng(0).random((40, 30, 3)) * 255).astype(np.uint8), 0.2, ((1.0, 2.0, 9.0, 30.0),))
    actions = (("Stroke", Ink((strokes,))), ("Open", picture), ("Open", photo), ("Clear", Ink()))
    return [
        window_state.packed(WindowState(actions, 2, network="night@3", geometry=b"\x00\x01", layout=b"\xff")),
        window_state.packed(WindowState(actions[:1], 1, name="lost", lost="lost")),
        window_state.packed(WindowState()),
    ]


_EVENT = (
    json.dumps(
        {"event": "epoch", "step": 10, "epoch": 1.0, "train_cost": 0.5, "train_accuracy": 0.9, "validation_cost": None}
        | {"validation_accuracy": None, "seconds": 1.0}
    )
    + "\n"
).encode()


def _svgs() -> list[bytes]:
    wrong = [
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M 1111111111111111111111111x"/></svg>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "b">]><svg>&b;</svg>'.encode("utf-16"),
        b'<svg><path d="M12"/></svg>',
        b"<svg>" + b'<path d="M1,1"/>' * 20_000 + b"</svg>",
    ]
    wrong += [
        f'<?xml version="1.0" encoding="{name}"?><svg/>'.encode()
        for name in ("shift_jis", "utf-7", "foo", "hex", "idna")
    ]
    return [_SVG, *wrong]


def _pictures() -> list[bytes]:
    picture = PIL.Image.fromarray((np.random.default_rng(0).random((40, 30, 3)) * 255).astype(np.uint8))
    made = []
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
        packed = io.BytesIO()
        picture.save(packed, kind)
        made.append(packed.getvalue())
    return made


def _presets() -> list[bytes]:
    own = [path.read_bytes() for path in sorted(resources.path("presets").glob("*.toml"))]
    return [
        *own,
        b"a" + b".a" * 49_000 + b"=1",
        b"[training]\nseed = 0x" + b"f" * 5_000,
        b"[training]\nepochs = " + b"9" * 5_000,
    ]


def _network(hidden: str) -> Network:
    new = initializers.drawn("he", np.random.default_rng(0))
    return Network.new(hidden, np.zeros((1, 28, 28), np.float32), 1 / 255, new, outputs=10)


def _saved(ending: str, hidden: str = "3") -> bytes:
    path = Path("seed").with_suffix(ending)
    weights.save(path, _network(hidden), weights.TrainingRecord(TrainingConfig()))
    return path.read_bytes()


def _foreign() -> bytes:
    """Weights as PyTorch names them, with nothing besides."""
    from safetensors.numpy import save

    shapes = {"conv1.weight": (2, 1, 5, 5), "conv1.bias": (2,), "fc1.weight": (10, 288), "fc1.bias": (10,)}
    return save({name: np.zeros(shape, np.float32) for name, shape in shapes.items()})


def _circle() -> bytes:
    """A model whose only operator takes what it gives."""
    import onnx

    model = onnx.load_model_from_string(_saved(".onnx"))
    del model.graph.node[1:]
    model.graph.node[0].op_type = "Identity"
    del model.graph.node[0].attribute[:]
    model.graph.node[0].output[0] = model.graph.node[0].input[0]
    return bytes(model.SerializeToString())


def _floats(content: bytes) -> bytes:
    """A model that takes floats of which nobody says how they are scaled."""
    import onnx

    model = onnx.load_model_from_string(content)
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    return bytes(model.SerializeToString())


def _odd_npz() -> bytes:
    """A file whose metadata hold a code point that no text can have."""
    metadata = np.array("a")
    metadata.view(np.uint32)[()] = 0xFFFFFFFF
    packed = io.BytesIO()
    np.savez(packed, digitpad=metadata)
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["digitpad.npy"]
    return packed.getvalue()


def _idx(magic: int, items: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    return np.array([magic, *items.shape], ">u4").tobytes() + items.tobytes()


def _state(**changed: float) -> bytes:
    from safetensors.numpy import save

    numbers = {
        "epoch": 1, "offset": 0, "step": 10, "learning_rate": 0.1, "batch_size": 10, "l2": 0.0, "measured_at": 0,
        "first_cost": 2.3, "running": [0.0, 0], "averaged_steps": None, "best": None, "epochs_since_best": 0,
    }  # fmt: skip
    text = json.dumps({"version": 1, "config": TrainingConfig().as_dict()} | numbers | changed)
    return save({"layers.0.weight": np.zeros((3, 4), np.float32)}, {"digitpad": text})
