"""Whether a window can open here, found out before Qt would abort the process. It uses nothing of Qt."""

import ctypes
import importlib
import os
import socket
import sys
from pathlib import Path

from digitpad.errors import DigitpadError

_HEADLESS = "Without a window, run `digitpad train` or `digitpad --help`"
#: Platforms of Qt that need nothing from the system.
_WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")
_QT_PACKAGES = "libgl1 libegl1 libglib2.0-0 libxkbcommon0 libdbus-1-3 libfontconfig1"
_XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
}


class NoWindowError(DigitpadError):
    """No window can be opened here."""


def require_window() -> None:
    """Raise `NoWindowError`, with what to install or run instead, where Qt could not open a window."""
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise NoWindowError(
            f"Qt cannot be loaded ({error}); on Debian or Ubuntu: apt install {_QT_PACKAGES}. {_HEADLESS}"
        ) from error
    if sys.platform != "linux":
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform not in ("", "xcb", "wayland", *_WITHOUT_SCREEN):
        raise NoWindowError(f"there are no windows on Qt's platform {platform!r}: unset QT_QPA_PLATFORM. {_HEADLESS}")
    if platform in ("", "wayland") and _wayland_answers():
        return
    if platform == "wayland":
        raise NoWindowError(f"no Wayland answers: unset QT_QPA_PLATFORM or check WAYLAND_DISPLAY. {_HEADLESS}")
    if platform in ("", "xcb"):
        _require_x11()
        # Where WAYLAND_DISPLAY is a leftover, Qt would complain before it came to X11.
        os.environ["QT_QPA_PLATFORM"] = "xcb"


def _require_x11() -> None:
    """Raise `NoWindowError` where Qt could not open a window through X11."""
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise NoWindowError(f"there is no display (DISPLAY is not set, no Wayland answers). {_HEADLESS}")
    missing = [package for library, package in _XCB_LIBRARIES.items() if not _can_load(library)]
    if missing:
        raise NoWindowError(f"Qt needs system libraries: apt install {' '.join(missing)}. {_HEADLESS}")
    if not _answers(display):
        raise NoWindowError(f"the display {display} does not answer: check DISPLAY. {_HEADLESS}")


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and _connects(socket.AF_UNIX, str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / str(name)))


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers(display: str) -> bool:
    """Tell whether something listens at an X display such as ``:0``, ``:1.0`` or ``host:10``."""
    host, _, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not number.isdigit():
        return False
    if host not in ("", "unix"):
        return _connects(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
        except OSError:
            return False
        return True
