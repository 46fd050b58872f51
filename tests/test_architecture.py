"""Imports run downhill, seen from a fresh interpreter; files are opened, and errors caught, only in certain ways."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import digitpad

PACKAGE = Path(digitpad.__file__).parent


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


#: Calls that open a file by its path, and where each of them may stand besides `files`, which bounds and checks.
OPENING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "fromfile", "memmap", "loadtxt"}
MAY_OPEN = {
    "app/help/help_page.py": {"read_text"},  # digitpad's own pages
    "app/help/bug_report.py": {"read_text"},  # digitpad's own log, which is rotated
    "cli/__init__.py": {"open"},  # the null device
    "cli/classify.py": {"write_bytes"},  # of `pictures`, atomic
    "app/files/documents.py": {"write_bytes"},  # of `pictures`, atomic
    "data/pictures.py": {"write_bytes", "open"},  # its own, atomic; bytes that were read within bounds
    "data/kaggle.py": {"loadtxt"},  # lines that were read within bounds
    "engine/files/tensor_files.py": {"memmap"},  # mapped, not read
    "engine/runs/layout.py": {"fromfile", "memmap"},  # behind `part` and its bounds
    "engine/runs/opening.py": {"open"},  # behind `part`, to cut
    "engine/runs/run_writer.py": {"open"},  # behind `part`, to write
}
MODE = re.compile(r"[rwxabt+]+")


def modules() -> list[tuple[str, ast.Module]]:
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())) for path in PACKAGE.rglob("*.py")]


def opens_a_file(call: ast.Call) -> str:
    """Return the name of the function by which `call` opens a file, "" where it does not."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name != "open":
        return name if name in OPENING else ""
    modes = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    owner = ast.unparse(call.func)
    has_mode = any(MODE.fullmatch(mode) for mode in modes)
    return "open" if has_mode or owner in ("open", "os.open", "gzip.open", "PIL.Image.open", "Image.open") else ""


def test_files_are_opened_where_they_are_bounded_and_checked() -> None:
    found: dict[str, set[str]] = {}
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name != "files.py" and (opened := opens_a_file(node)):
                found.setdefault(name, set()).add(opened)
    assert found == MAY_OPEN


def test_no_handler_swallows_an_error_that_nobody_foresaw() -> None:
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                kinds = ast.unparse(node.type) if node.type is not None else "BaseException"
                told = {inner.id for part in node.body for inner in ast.walk(part) if isinstance(inner, ast.Name)}
                raises = any(isinstance(inner, ast.Raise) for part in node.body for inner in ast.walk(part))
                where = f"{name}:{node.lineno} catches {kinds}"
                assert "Exception" not in kinds or raises or node.name in told, where
                assert not all(isinstance(part, ast.Pass) for part in node.body), where
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
                kinds = " ".join(map(ast.unparse, node.args))
                assert "Exception" not in kinds, f"{name}:{node.lineno} suppresses {kinds}"


def test_no_path_of_a_run_is_made_but_by_its_layout() -> None:
    """So that no link leads out of a run's folder, and no pipe in it is waited for."""
    constants = {"CONFIG", "ABOUT", "EVENTS", "STATE", "WEIGHTS", "CONFUSIONS", "RUNNING", "LOCK", "DELETED"}
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and name != "engine/runs/layout.py":
                right = ast.unparse(node.right)
                is_part = right.removeprefix("layout.") in constants or "weights-" in right or "config.json" in right
                assert not is_part, f"{name}:{node.lineno} {ast.unparse(node)}"
