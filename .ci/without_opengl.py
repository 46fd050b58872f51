"""Run by the bundle before all else: Qt's OpenGL, 10 MB, which pyqtgraph imports, but uses only for curves drawn by it."""

import sys
from types import ModuleType

for name in ("QtOpenGL", "QtOpenGLWidgets"):
    module = ModuleType(f"PySide6.{name}")
    module.QOpenGLWidget = object
    sys.modules[module.__name__] = module
