"""Imports run downhill, seen from a fresh interpreter."""

import subprocess
import sys

import pytest


def modules_after(code: str) -> set[str]:
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(' '.join(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name.split(".")[0] for name in result.stdout.split()}


@pytest.mark.slow
@pytest.mark.parametrize("package", ["nn.network", "data.drawing", "engine.training", "engine.runs.recording", "cli"])
def test_nothing_below_the_window_imports_qt(package: str) -> None:
    assert not modules_after(f"import digitpad.{package}") & {"PySide6", "shiboken6", "pyqtgraph"}


def test_the_package_itself_imports_nothing_heavy() -> None:
    assert not modules_after("import digitpad") & {"numpy", "PySide6", "mnist", "PIL", "tqdm"}


@pytest.mark.slow
def test_the_network_knows_no_data_and_the_data_no_network() -> None:
    for package, other in (("nn", "data"), ("data", "nn")):
        code = f"import pkgutil, digitpad.{package} as p\n"
        code += "import importlib\nfor m in pkgutil.iter_modules(p.__path__, p.__name__ + '.'): "
        code += "importlib.import_module(m.name)\n"
        code += f"import sys\nassert 'digitpad.{other}' not in sys.modules"
        modules_after(code)


@pytest.mark.slow
def test_the_window_imports_neither_pillow_nor_the_progress_bar_before_it_is_open() -> None:
    assert not modules_after("import digitpad.app.window.main_window") & {"PIL", "tqdm"}
