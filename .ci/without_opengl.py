"""Run by the bundle first: Qt's OpenGL, 10 MB, is imported by pyqtgraph, but used only for curves that it draws."""

import sys
from types import ModuleType

for name in ("QtOpenGL", "QtOpenGLWidgets"):
    module = ModuleType(f"PySide6.{name}")
    module.QOpenGLWidget = object
    sys.modules[module.__name__] = module
