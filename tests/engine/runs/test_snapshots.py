"""Networks that are held: of one run at a time, and no more than the system has files or memory for."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs import snapshots
from digitpad.engine.runs.layout import weights_after
from digitpad.engine.runs.snapshots import Shelf
from tests.engine.files.networks import network_of

sees_maps = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks into /proc for what is mapped")


def mapped(folder: Path) -> int:
    """How many files of a folder are mapped."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return len({line.split()[-1] for line in lines if str(folder) in line})


@pytest.fixture
def two_runs(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for step in range(6):
            weights.save(tmp_path / name / f"weights-{step}.safetensors", network_of(str(step + 1)), TrainingRecord())
    return tmp_path / "a", tmp_path / "b"


@sees_maps
def test_another_run_makes_the_first_one_be_let_go(two_runs: tuple[Path, Path]) -> None:
    shelf = Shelf()
    for folder, other in (two_runs, two_runs[::-1]):
        for step in snapshots.steps_in(folder):
            shelf.take(folder, step)
        assert mapped(folder) == 6
        assert mapped(other) == 0


@sees_maps
def test_no_more_are_mapped_than_the_system_allows(
    two_runs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (6, 6))
    assert snapshots.most_open(1_000) == 3
    shelf, steps = Shelf(), snapshots.steps_in(two_runs[0])
    pixels = np.full((1, 784), 100, np.uint8)
    for step in steps + steps:
        network = shelf.take(two_runs[0], step)
        np.testing.assert_allclose(network.predict(pixels), network_of(str(step + 1)).predict(pixels), rtol=1e-5)
        del network
        assert mapped(two_runs[0]) <= 3


def test_where_none_can_be_mapped_memory_is_bounded(
    two_runs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitpad.engine.files.tensor_files.IS_MAPPED", False)
    monkeypatch.setattr(snapshots, "MOST_BYTES", 3 * weights_after(two_runs[0], 5).stat().st_size)
    shelf = Shelf()
    held = [weakref.ref(shelf.take(two_runs[0], step)) for step in range(6)]
    gc.collect()
    assert [network() is not None for network in held] == [False, False, False, True, True, True]


@sees_maps
def test_those_that_a_run_has_thinned_out_are_let_go(two_runs: tuple[Path, Path]) -> None:
    shelf = Shelf()
    for step in range(6):
        shelf.take(two_runs[0], step)
    held = weakref.ref(shelf.take(two_runs[0], 3))
    shelf.keep([3, 5])
    gc.collect()
    assert mapped(two_runs[0]) == 2
    assert shelf.take(two_runs[0], 3) is held()
