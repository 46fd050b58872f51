"""What makes digitpad known to desktops names one application, holds what it says, and is in the wheel."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import digitpad
from digitpad.app.start import main
from tests import icons

ROOT = Path(__file__).parents[1]
DESKTOP = ROOT / "resources" / "desktop"
ENTRY = DESKTOP / "share" / "applications" / f"{icons.NAME}.desktop"
METADATA = DESKTOP / "share" / "metainfo" / f"{icons.NAME}.metainfo.xml"
TYPES = DESKTOP / "share" / "mime" / "packages" / f"{icons.NAME}.xml"


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(ENTRY)
    return parser["Desktop Entry"]


def test_all_of_them_name_the_same_application() -> None:
    metadata = ElementTree.parse(METADATA).getroot()
    assert metadata.findtext("id") == icons.NAME
    assert metadata.findtext("launchable") == ENTRY.name
    assert entry()["Icon"] == icons.NAME
    assert metadata.find("releases")[0].get("version") == digitpad.__version__
    assert icons.NAME in Path(main.__file__).read_text()


def test_types_of_files_are_those_that_the_entry_opens() -> None:
    opened = set(entry()["MimeType"].strip(";").split(";"))
    own = {kind.get("type") for kind in ElementTree.parse(TYPES).getroot()}
    assert own <= opened
    assert own == {kind.text for kind in ElementTree.parse(METADATA).getroot().find("provides").findall("mediatype")}


def test_ink_as_digitpad_writes_it_is_known_by_its_content() -> None:
    from digitpad.data import ink_files
    from digitpad.data.ink import Ink
    from digitpad.data.ink_files import LabeledInk

    match = ElementTree.parse(TYPES).getroot().find(".//{*}match")
    first, last = map(int, match.get("offset").split(":"))
    for label in (None, 7):
        assert first <= ink_files.text_of(LabeledInk(Ink(), label)).index(match.get("value")) <= last


@pytest.mark.parametrize("size", icons.SIZES)
def test_the_icon_in_each_size_is_the_one_that_is_drawn(qapp: QApplication, size: int) -> None:
    kept = QImage(str(icons.path_of(size))).convertToFormat(QImage.Format.Format_ARGB32)
    # Not bit for bit: each version of Qt draws edges in its own way.
    both = [np.asarray(image.constBits(), np.uint8).astype(int) for image in (kept, icons.drawn(size))]
    assert np.abs(both[0] - both[1]).mean() < 4


@pytest.mark.slow
def test_the_wheel_holds_what_is_needed_and_no_more(tmp_path: Path) -> None:
    subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", str(tmp_path)], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "screenshots" in name or name.startswith("tests")]
    for kind in ("help", "icons", "mnist", "presets", "weights"):
        folder = ROOT / "resources" / kind
        kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert kept == {name.partition(f"_resources/{kind}/")[2] for name in names if f"_resources/{kind}/" in name}
    for path in (ENTRY, METADATA, TYPES, icons.path_of(48)):
        assert f"data/share/{path.relative_to(DESKTOP / 'share').as_posix()}" in str(names)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(declared["shared-data"].values()) == {"share"}


@pytest.mark.skipif(sys.platform != "linux", reason="a shell script for Linux desktops")
@pytest.mark.parametrize("name", ["a folder", "R&D 100 %", "a|b\\c$d`e"])
def test_a_bundle_makes_itself_known_wherever_it_lies_and_unknown_again(tmp_path: Path, name: str) -> None:
    bundle, data = tmp_path / name, tmp_path / "my data"
    shutil.copytree(DESKTOP, bundle)
    command = ["sh", str(bundle / "register.sh")]
    environment = {**os.environ, "XDG_DATA_HOME": str(data)}
    subprocess.run(command, check=True, env=environment)
    known = (data / "applications" / ENTRY.name).read_text()
    (line,) = (line for line in known.splitlines() if line.startswith("Exec="))
    # As the desktop entry specification reads it: the file's own escapes, then those of a quoted argument.
    quoted = line.removeprefix('Exec="').removesuffix('" %f').replace("\\\\", "\\")
    assert re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") == f"{bundle}/digitpad"
    assert (data / "icons" / "hicolor" / "48x48" / "apps" / f"{icons.NAME}.png").exists()
    subprocess.run([*command, "--undo"], check=True, env=environment)
    assert not [path for path in data.rglob("*") if icons.NAME in path.name]


@pytest.mark.skipif(sys.platform != "linux", reason="a shell script for Linux desktops")
def test_registering_does_only_what_it_is_asked_for(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
    for argument, status in (("--help", 0), ("--undoo", 2)):
        told = subprocess.run(["sh", str(DESKTOP / "register.sh"), argument], env=environment, capture_output=True)
        assert told.returncode == status
        assert b"Usage: sh register.sh [--undo]" in told.stdout
    for name in ("a\nb", "ends so\n"):
        shutil.copytree(DESKTOP, tmp_path / name)
        told = subprocess.run(["sh", str(tmp_path / name / "register.sh")], env=environment, capture_output=True)
        assert told.returncode == 2
        assert b"has a line break in its name, which no menu can hold: rename the folder" in told.stderr
    assert not (tmp_path / "data").exists()
