"""Versions, machine and last errors, for whoever is asked for help. No name, path or drawing."""

import os
import platform
import re
import sys
from importlib.metadata import version

import threadpoolctl
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from digitpad import __version__, logs

_LINES = 40
_PACKAGES = ("numpy", "PySide6-Essentials", "pyqtgraph", "Pillow", "opencv-python-headless", "safetensors")
#: Of a traceback only what is digitpad's own or Python's: where, and the kind of error. Its words may name a file.
_PLACE = re.compile(r'^\s*File "(?P<path>[^"]*)", line (?P<line>\d+), in (?P<name>\w+)')
_WHEN = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [A-Z]+: ")
_KIND = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Warning|Exit))(?::|$)")


def text() -> str:
    """Return all of it, a line for each thing."""
    lines = [
        f"digitpad {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors",
        f"Qt platform {QGuiApplication.platformName()}, {_screens()}",
        f"BLAS: {_blas()}",
        f"frozen: {getattr(sys, 'frozen', False)}",
    ]
    last = last_errors()
    return "\n".join([*lines, *(["last errors:", *last] if last else ["no errors in the log"])])


def last_errors() -> list[str]:
    """Return the last lines of the log, without a word that could be somebody's."""
    try:
        lines = logs.log_file().read_text("utf-8", "replace").splitlines()[-10 * _LINES :]
    except OSError:
        return []
    told = []
    for line in lines:
        if place := _PLACE.match(line):
            told.append(f"  {_own(place['path'])}:{place['line']} {place['name']}")
        elif when := _WHEN.match(line):
            told.append(when[0].strip())
        elif kind := _KIND.match(line):
            told.append(kind["kind"])
    return told[-_LINES:]


def _own(path: str) -> str:
    """Return where in a package a file is, and nothing of where that is kept."""
    parts = re.split(r"[/\\]", path)
    for root in ("digitpad", "site-packages"):
        if root in parts[:-1]:
            # The package's own folder is the innermost of that name.
            place = len(parts) - 2 - parts[:-1][::-1].index(root)
            return "/".join(parts[place:])
    return parts[-1] if path.startswith(sys.base_prefix) else "elsewhere"


def _screens() -> str:
    screens = QGuiApplication.screens()
    return ", ".join(
        f"screen {s.size().width()}x{s.size().height()} at {100 * s.devicePixelRatio():.0f} %" for s in screens
    )


def _blas() -> str:
    found = [info for info in threadpoolctl.threadpool_info() if info.get("user_api") == "blas"]
    return ", ".join(f"{b['internal_api']} {b['version']}, {b['num_threads']} threads" for b in found) or "unknown"
