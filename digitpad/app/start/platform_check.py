"""Checks whether a window can open here, before Qt would abort the process. Qt is only imported, as a test."""

import ctypes
import importlib
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
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


@contextmanager
def window_possible() -> Iterator[None]:
    """Raise `NoWindowError`, with what to install or run instead, where Qt could not open a window.

    Create the `QApplication` inside the context. The connection that proves that a display answers stays open until
    then: an X server resets when its last client disconnects, and would refuse Qt meanwhile.
    """
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise NoWindowError(
            f"Qt cannot be loaded ({error}); on Debian or Ubuntu: apt install {_QT_PACKAGES}. {_HEADLESS}"
        ) from error
    with _connection() if sys.platform == "linux" else nullcontext():
        yield


def _connection() -> AbstractContextManager[object]:
    """Return a connection to the display that Qt will use, or raise `NoWindowError`."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform in _WITHOUT_SCREEN:
        return nullcontext()
    if platform not in ("", "xcb", "wayland"):
        raise NoWindowError(f"there are no windows on Qt's platform {platform!r}: unset QT_QPA_PLATFORM. {_HEADLESS}")
    wayland = None if platform == "xcb" else _wayland()
    if wayland is not None:
        return wayland
    if platform == "wayland":
        raise NoWindowError(f"no Wayland answers: unset QT_QPA_PLATFORM or check WAYLAND_DISPLAY. {_HEADLESS}")
    x11 = _require_x11()
    # Where WAYLAND_DISPLAY is a leftover, Qt would complain before it came to X11.
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    return x11


def _require_x11() -> socket.socket:
    """Return a connection to the X display, or raise `NoWindowError`."""
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise NoWindowError(f"there is no display (DISPLAY is not set, no Wayland answers). {_HEADLESS}")
    missing = [package for library, package in _XCB_LIBRARIES.items() if not _can_load(library)]
    if missing:
        raise NoWindowError(f"Qt needs system libraries: apt install {' '.join(missing)}. {_HEADLESS}")
    connection = _x11(display)
    if connection is None:
        raise NoWindowError(f"the display {display} does not answer: check DISPLAY. {_HEADLESS}")
    return connection


def _wayland() -> socket.socket | None:
    name = os.environ.get("WAYLAND_DISPLAY")
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / (name or "")
    return _connect(socket.AF_UNIX, str(path)) if name else None


def _x11(display: str) -> socket.socket | None:
    """Return a connection to an X display such as ``:0``, ``:1.0`` or ``host:10``, or None where nobody answers."""
    host, _, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not number.isdigit():
        return None
    if host not in ("", "unix"):
        return _connect(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    return _connect(socket.AF_UNIX, path) or _connect(socket.AF_UNIX, f"\0{path}")


def _connect(family: socket.AddressFamily, address: str | tuple[str, int]) -> socket.socket | None:
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(2)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        return None
    return connection


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
