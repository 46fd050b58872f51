"""Weights come back exactly, and nothing but weights is accepted."""

import dataclasses
import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.data.dataset import Digits
from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.checkpoint_numbers import CheckpointNumbers
from digitpad.engine.training.config import TrainingConfig
from digitpad.files import FileError
from digitpad.nn import initializers
from digitpad.nn.network import Network
from tests.events import measurement


def small_network() -> Network:
    rng = np.random.default_rng(0)
    return Network.new("3, 2", rng.random((1, 28, 28)).astype(np.float32), 1 / 255, initializers.drawn("he", rng))


RECORD = TrainingRecord(TrainingConfig(hidden="3, 2", seed=4), 12, 0.5, 0.75, None, 0.5, 500)


@pytest.fixture(params=weights.SUFFIXES)
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"a{request.param}"
    weights.save(path, small_network(), RECORD)
    return path


def test_a_network_and_its_record_come_back_exactly(saved: Path) -> None:
    network, record = weights.load(saved)
    original = small_network()
    assert record == RECORD
    assert network.spec == "3, 2"
    for name, parameter in original.named_parameters.items():
        np.testing.assert_array_equal(network.named_parameters[name], parameter)
    pixels = np.random.default_rng(1).integers(0, 256, (5, 784))
    np.testing.assert_array_equal(network.predict(pixels), original.predict(pixels))


def test_tensors_are_what_the_readme_says(tmp_path: Path) -> None:
    weights.save(tmp_path / "a.safetensors", small_network(), RECORD)
    tensors = load_file(tmp_path / "a.safetensors")
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "layers.0.weight": (3, 784), "layers.0.bias": (3,), "layers.2.weight": (2, 3), "layers.2.bias": (2,),
        "layers.4.weight": (10, 2), "layers.4.bias": (10,), "input.mean": (784,), "input.scale": (),
    }  # fmt: skip
    x = np.full(784, 100) * tensors["input.scale"] - tensors["input.mean"]
    for i in (0, 2, 4):
        x = tensors[f"layers.{i}.weight"] @ (np.maximum(x, 0) if i else x) + tensors[f"layers.{i}.bias"]
    expected = np.exp(x) / np.exp(x).sum()
    np.testing.assert_allclose(small_network().predict(np.full((1, 784), 100))[0], expected, rtol=1e-5)


@pytest.mark.slow
def test_the_bundled_network_is_what_it_says(bundled_network: NetworkHandle, mnist_digits: Digits) -> None:
    from digitpad.engine.training.evaluation import measure

    accuracy = measure(bundled_network.network, mnist_digits.test).accuracy
    assert accuracy >= 0.995
    # BLAS kernels differ from one processor to another: a digit or two may tip over.
    assert accuracy == pytest.approx(bundled_network.record.test_accuracy, abs=5e-4)
    assert weights.BUNDLED.stat().st_size <= 2_000_000
    config = bundled_network.record.config
    assert config is not None
    assert config.hidden == bundled_network.network.spec


def refused(path: Path) -> str:
    start = time.thread_time()
    with pytest.raises((WeightsError, FileError)) as caught:
        weights.load(path)
    assert time.thread_time() - start < 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_truncation_is_refused(saved: Path) -> None:
    content = saved.read_bytes()
    for length in [*range(0, 400, 7), *range(400, len(content), 997), len(content) - 1]:
        saved.write_bytes(content[:length])
        refused(saved)


def test_noise_is_refused(saved: Path) -> None:
    rng = np.random.default_rng(0)
    saved.write_bytes(rng.bytes(5_000))
    refused(saved)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert "ends in .safetensors, .npz or .onnx" in refused(tmp_path / "a.txt")
    with pytest.raises(WeightsError, match=r"ends in \.safetensors, \.npz or \.onnx"):
        weights.save(tmp_path / "b.txt", small_network(), RECORD)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.safetensors")
    (tmp_path / "a.npz").mkdir()
    assert "is a folder" in refused(tmp_path / "a.npz")


Change = Callable[[dict[str, np.ndarray], dict[str, object]], object]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t, m: m.update(version=3), "its format has version 3, this digitpad reads up to 2; update digitpad"),
        (lambda t, m: m.update(version="1"), "names no format version"),
        (lambda t, m: m.update(version=True), "names no format version"),
        (lambda t, m: m.update(spec=5), "names no format version"),
        (lambda t, m: m.update(spec="9999"), "its layers '9999' need"),
        (lambda t, m: m.update(spec="3, 2, os"), "hidden layers cannot contain"),
        (lambda t, m: m.update(spec="2, 3"), "its layers '2, 3' need"),
        (lambda t, m: m.update(test_accuracy="good"), "its test_accuracy is good"),
        (lambda t, m: m.update(step=-1), "its step is -1"),
        (lambda t, m: m.update(config=5), "its config is not"),
        (lambda t, m: m.update(config={"x": 1}), "there is no setting 'x'"),
        (lambda t, m: t["layers.2.weight"].fill(np.nan), "layers.2.weight holds values that are not finite"),
        (lambda t, m: t["input.mean"].fill(np.inf), "input.mean holds values that are not finite"),
        (lambda t, m: t.pop("layers.0.bias"), "its tensors hold"),
        (lambda t, m: t.update({"x": t.pop("layers.0.bias")}), "do not match its layers"),
        (lambda t, m: t.update({"layers.2.weight": t["layers.2.weight"].T.copy()}), r"is float32 \(3, 2\), not"),
        (lambda t, m: t.update({"layers.0.bias": t["layers.0.bias"].astype(np.float64)}), "is float64"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("saved", [".safetensors", ".npz"], indirect=True)
def test_files_that_do_not_fit_are_refused(saved: Path, change: Change, sentence: str) -> None:
    network = small_network()
    tensors = {
        **{k: v.copy() for k, v in network.named_parameters.items()},
        "input.mean": network.input_mean.ravel().copy(),
    }
    tensors["input.scale"] = np.array(network.input_scale, np.float32)
    metadata: dict[str, object] = {"version": 1, "spec": "3, 2", "config": None, "step": 0, "epoch": 0}
    change(tensors, metadata)
    if saved.suffix == ".npz":
        np.savez(saved, **tensors, digitpad=np.array(json.dumps(metadata)))
    else:
        saved.write_bytes(save(tensors, {"digitpad": json.dumps(metadata)}))
    import re

    assert re.search(sentence, refused(saved))


def test_names_that_come_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    weights.save(path, small_network(), RECORD)
    content = path.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = content[8 : 8 + size].decode().rstrip()
    entry = json.dumps(json.loads(header)["layers.0.bias"])
    doubled = (header[:-1] + f',"layers.0.bias":{entry}}}').encode()
    path.write_bytes(struct.pack("<Q", len(doubled)) + doubled + content[8 + size :])
    assert "a name comes twice" in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_come_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    weights.save(path, small_network(), RECORD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("input.mean.npy", archive.read("input.mean.npy"))
    assert "two members of the same name" in refused(path)


@pytest.mark.slow
def test_a_zip_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as member:
        for _ in range(300):
            member.write(b"\0" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    assert "would unpack to 300,000,000 bytes" in refused(path)


def npy(header: str) -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(
    "member",
    [
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}") + b"\x80\x04N.",
        npy("__import__('os').system('true')"),
        b"\x93NUMPY\x09\x00",
        b"",
    ],
)
def test_arrays_that_lie_are_refused(tmp_path: Path, member: bytes) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("input.mean.npy", member)
    refused(path)


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(save({"x": np.zeros(3, np.float32)}))
    buffer = io.BytesIO()
    np.savez(buffer, x=np.zeros(3))
    (tmp_path / "a.npz").write_bytes(buffer.getvalue())
    assert "digitpad did not save it" in refused(tmp_path / "a.safetensors")
    assert "no digitpad metadata" in refused(tmp_path / "a.npz")


def test_a_member_that_shadows_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    weights.save(path, small_network(), RECORD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("layers.0.bias", archive.read("layers.0.bias.npy"))
    assert "a member that is no array" in refused(path)


@pytest.mark.parametrize(
    "metadata", [b"null", b"5", b"[]", b'{"digitpad": "[]"}', b'{"digitpad": "' + b"[" * 9_000 + b'"}']
)
def test_odd_metadata_are_refused(tmp_path: Path, metadata: bytes) -> None:
    path = tmp_path / "a.safetensors"
    header = b'{"__metadata__":' + metadata + b"}"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    refused(path)


def test_a_zip_with_a_million_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    entry = b"PK\1\2" + b"\0" * 24 + struct.pack("<H", 1) + b"\0" * 16 + b"x"
    directory = entry * 200_000
    path.write_bytes(directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65_535, 65_535, len(directory), 0, 0))
    assert "too many members" in refused(path)


def test_metadata_of_gigabytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, digitpad=np.array("[" * 5_000_000))
    assert "its metadata have 5,000,000 characters" in refused(path)


def test_numbers_so_large_that_no_answer_is_finite_are_refused(saved: Path) -> None:
    network = small_network()
    for parameter in network.parameters:
        parameter[:] = 3e38
    weights.save(saved, network, RECORD)
    assert "answers are not finite" in refused(saved)


def test_endings_may_be_in_capitals(tmp_path: Path) -> None:
    weights.save(tmp_path / "A.NPZ", small_network(), RECORD)
    assert weights.load(tmp_path / "A.NPZ")[1] == RECORD


def test_a_network_trained_further_remembers_all_its_steps(few_digits: Digits) -> None:
    from digitpad.engine.training.events import TrainingEnd

    here = Checkpoint({}, CheckpointNumbers(0.1, 1, 0.0, epoch=0, offset=0, step=5))
    end = TrainingEnd(
        5, 0.25, measurement(1.0, 0.5), None, small_network(), test=measurement(1.0, 0.4), stopped=False,
        checkpoint=here,
    )  # fmt: skip
    record = TrainingRecord.of(TrainingConfig(), end, RECORD)
    assert (record.step, record.epoch, record.test_accuracy) == (17, 0.75, 0.4)


def test_a_mapped_network_answers_as_the_loaded_one_does(tmp_path: Path, few_digits: Digits) -> None:
    for path in (weights.BUNDLED, weights.BUNDLED_MLP):
        loaded, record = weights.load(path)
        mapped, same = weights.load_mapped(path)
        images = few_digits.test.images[:20]
        np.testing.assert_allclose(mapped.predict(images), loaded.predict(images), atol=1e-6)
        assert same == record
        assert all(isinstance(parameter.base, np.memmap | np.ndarray) for parameter in mapped.parameters)


@pytest.mark.parametrize("content", [b"", b"noise" * 40, (20).to_bytes(8, "little") + b'{"a": 5}            '])
def test_what_cannot_be_mapped_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises((WeightsError, FileError)) as caught:
        weights.load_mapped(tmp_path / "a.safetensors")
    assert "\n" not in str(caught.value)


def test_what_is_not_known_of_the_held_out_digits_stays_unknown(tmp_path: Path) -> None:
    record = dataclasses.replace(RECORD, held_out=None)
    path = tmp_path / "unknown.safetensors"
    weights.save(path, small_network(), record)
    assert weights.load(path)[1].held_out is None
