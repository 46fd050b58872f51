"""Every act of the window, with its name, shortcut and explanation, and the menus. What the acts do, others say."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from digitpad.app.look.theme import Appearance
from digitpad.app.paper.canvas import PEN_WIDTH

_Key = QKeySequence.StandardKey
Shortcut = QKeySequence.StandardKey | str | None


class Actions(QObject):
    """All acts. Each has a full text for its menu and a short one for its button."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        new = self._new
        self.new_network = new("&New Network", _Key.New, "A new, untrained network of the layers in the form")
        self.open_weights = new("&Open Weights...", _Key.Open, "Use a network saved before")
        self.open_bundled = new("Open &Bundled Network", None, "Use the network that comes with digitpad")
        self.open_bundled_mlp = new("Open Bundled &MLP", None, "Use the plain network that comes with digitpad")
        self.save = new("&Save Weights", _Key.Save, "Save the network that reads the canvas")
        self.save_as = new("Save Weights &As...", "Ctrl+Shift+S", "Save the network under another name")
        self.open_drawing = new("Open &Drawing...", "Ctrl+Shift+O", "Put a drawing or a 28x28 picture on the canvas")
        self.save_drawing = new("Save Dra&wing...", "Ctrl+Alt+S", "Save the strokes, or a picture")
        self.clear_recent = new("&Clear List", None, "Forget the recent files")
        self.quit = new("&Quit", "Ctrl+Q", "Close the window")
        self.undo = new("&Undo", _Key.Undo, "Take back the last stroke or act", "Undo")
        self.redo = new("&Redo", _Key.Redo, "Do again what was undone", "Redo")
        self.clear = new("&Clear", "Ctrl+Backspace", "Take a new sheet", "Clear")
        self.copy = new("C&opy", _Key.Copy, "Copy the drawing, for digitpad and as a picture")
        self.paste = new("&Paste", _Key.Paste, "Put a drawing or a picture from the clipboard on the canvas")
        self.eraser = new("&Eraser", "Ctrl+E", "Erase with the left button too; the right one always does")
        self.eraser.setCheckable(True)
        self.guides = new("&Guides", "Ctrl+G", "Show the frame that MNIST's digits fill, and its middle")
        self.guides.setCheckable(True)
        self.pen_widths = self._pen_widths()
        self.as_drawn = new("Show &Without Normalising", "Ctrl+D", "Let the network read the sheet merely made smaller")
        self.as_drawn.setCheckable(True)
        self.watch = new("Ani&mate Normalising", "Ctrl+Shift+D", "Show after each stroke how it is scaled and centred")
        self.watch.setCheckable(True)
        self.start = new("&Start", "Ctrl+R", "Train a new network of the layers in the form", "Start")
        self.go_on = new("&Continue", "Ctrl+Shift+R", "Train the network in use further", "Continue")
        self.pause = new("&Pause", "Ctrl+P", "Rest, or go on after a rest", "Pause")
        self.stop = new("S&top", "Ctrl+.", "End the training and keep its last network", "Stop")
        self.follow = new("&Fit Curves", "Ctrl+0", "Show all epochs, and follow the training again")
        self.logarithmic = new("&Logarithmic Cost", "Ctrl+L", "Show magnitudes of the cost instead of amounts")
        self.logarithmic.setCheckable(True)
        self.full_screen = new("F&ull Screen", "F11", "Use the whole screen, or stop that")
        self.full_screen.setCheckable(True)
        self.shortcuts = new("&Keyboard Shortcuts", "F1", "All acts and their keys")
        self.single_steps = new("&One Digit a Step", None, "How single steps are taken at the speed of matrices")
        self.normalising = new("&What It Sees", None, "How ink is scaled and centred before it is read, and why")
        self.verdicts = new("&Not a Digit", None, "When a verdict is given, and what a probability means")
        self.pen_forms = new("&Forms of Digits", None, "The forms of each digit that the synthetic pen writes")
        self.about = new("&About digitpad", None, "Version, licence and data")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.appearances = self._appearances()

    def fill(self, bar: QMenuBar) -> QMenu:
        """Lay the menus out on `bar` and return the one for recent files."""
        file = bar.addMenu("&File")
        file.addActions([self.new_network, self.open_weights, self.open_bundled, self.open_bundled_mlp])
        recent = file.addMenu("Open &Recent")
        file.addSeparator()
        file.addActions([self.save, self.save_as])
        file.addSeparator()
        file.addActions([self.open_drawing, self.save_drawing])
        file.addSeparator()
        file.addAction(self.quit)
        edit = bar.addMenu("&Edit")
        edit.addActions([self.undo, self.redo, self.clear])
        edit.addSeparator()
        edit.addActions([self.copy, self.paste])
        edit.addSeparator()
        edit.addAction(self.eraser)
        edit.addMenu("Pen &Width").addActions(self.pen_widths.actions())
        bar.addMenu("&Training").addActions([self.start, self.go_on, self.pause, self.stop])
        view = bar.addMenu("&View")
        view.addMenu("&Appearance").addActions(self.appearances.actions())
        view.addActions([self.guides, self.watch, self.as_drawn])
        view.addSeparator()
        view.addActions([self.logarithmic, self.follow])
        view.addSeparator()
        view.addAction(self.full_screen)
        pages = [self.normalising, self.verdicts, self.pen_forms, self.single_steps]
        bar.addMenu("&Help").addActions([self.shortcuts, *pages, self.about])
        return recent

    def all(self) -> list[QAction]:
        """Return every act, in the order of the menus."""
        return [action for action in self.findChildren(QAction) if action.actionGroup() is None]

    def _new(self, text: str, shortcut: Shortcut, explanation: str, button_text: str = "") -> QAction:
        action = QAction(text, self)
        if button_text:
            action.setIconText(button_text)
        if isinstance(shortcut, str):
            action.setShortcut(QKeySequence(shortcut))
        elif shortcut is not None:
            action.setShortcuts(shortcut)
        action.setStatusTip(explanation)
        return action

    def _pen_widths(self) -> QActionGroup:
        group = QActionGroup(self)
        widths = (("&Fine Pen", 8.0), ("&Medium Pen", PEN_WIDTH), ("&Broad Pen", 30.0))
        for number, (text, width) in enumerate(widths, 1):
            action = QAction(text, group, checkable=True, checked=width == PEN_WIDTH)
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
            action.setData(width)
        return group

    def _appearances(self) -> QActionGroup:
        group = QActionGroup(self)
        for appearance, text in (
            (Appearance.SYSTEM, "As the &System"), (Appearance.LIGHT, "&Light"), (Appearance.DARK, "&Dark"),
        ):  # fmt: skip
            action = QAction(text, group, checkable=True)
            action.setData(appearance)
        return group
