"""The command palette: type a few letters of what you want, see its key, and press Return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from digitpad.app.widgets.actions import why_not
from digitpad.app.widgets.elided_label import ElidedLabel

#: Pixels: the palette's width, from its top to the window's, and around a row's texts; and the rows in sight at most.
_WIDTH, _TOP, _AROUND, _ROWS = 620, 80, 8, 12
_KEYS = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """What can be chosen: its kind and name, its key, and what it is for; or why it is not possible now."""

    kind: str
    name: str
    run: Callable[[], object]
    keys: str = ""
    explanation: str = ""
    why_not: str = ""

    @property
    def title(self) -> str:
        """Its kind and its name, as they are shown and searched for."""
        return f"{self.kind}: {self.name}"


def command_of(action: QAction) -> Command:
    """Return the command that triggers `action`; its kind is what its id begins with."""
    kind = action.objectName().partition(".")[0].capitalize()
    return Command(
        kind,
        action.text().replace("&", "").rstrip("."),
        action.trigger,
        action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
        action.statusTip(),
        "" if action.isEnabled() else why_not(action) or "not possible now",
    )


def found(commands: Sequence[Command], typed: str) -> list[Command]:
    """Return the commands that hold every word of `typed`, the best first; without a word, all that are possible.

    The beginning of a word counts most, then any place in it, then letters in their order; names count before
    explanations.
    """
    words = typed.lower().split()
    if not words:
        return [command for command in commands if not command.why_not]
    ranked = [(sum(ranks), number) for number, command in enumerate(commands) if (ranks := _ranks(command, words))]
    return [commands[number] for _, number in sorted(ranked)]


def _ranks(command: Command, words: Sequence[str]) -> list[int]:
    """Return how well each word is found in a command, 0 the best; nothing if one is not."""
    ranks = [min((rank for rank in _places(command, word)), default=-1) for word in words]
    return [] if -1 in ranks else ranks


def _places(command: Command, word: str) -> list[int]:
    title = command.title.lower()
    is_so = (
        any(part.startswith(word) for part in command.name.lower().split()),
        word in title,
        f" {word}" in f" {command.explanation.lower()}",
        _in_order(word, command.name.lower()),
    )
    return [rank for rank, holds in enumerate(is_so) if holds]


def _in_order(letters: str, text: str) -> bool:
    """Tell whether `text` holds all `letters` in their order, the first of them at the beginning of a word."""
    begun = [text[place:] for place in range(len(text)) if place == 0 or text[place - 1] == " "]
    return any(rest.startswith(letters[0]) and _follow(letters, rest) for rest in begun)


def _follow(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class CommandPalette(QDialog):
    """Lists what `commands` returns, when it is opened, above the window `parent`."""

    def __init__(self, parent: QWidget, commands: Sequence[Command]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._commands = commands
        self.line, self.list = QLineEdit(), QListWidget()
        self.line.setPlaceholderText("Find an action, a setting, a preset, a page of help, a run")
        self.line.setAccessibleName("Command")
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        self._about = ElidedLabel()
        self._about.setProperty("role", "hint")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        for widget in (self.line, self.list, self._about):
            layout.addWidget(widget)
        self.list.currentItemChanged.connect(self._explain)
        self.line.textChanged.connect(self._show)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self._show("")
        self._place(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list, and Return choose, while the line has the focus."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.list.keyPressEvent(event)
        else:
            return False
        return True

    def _show(self, typed: str) -> None:
        self.list.clear()
        for command in found(self._commands, typed):
            item = QListWidgetItem(command.title)
            item.setData(Qt.ItemDataRole.UserRole, command)
            item.setData(_KEYS, command.why_not or command.keys)
            item.setToolTip(command.explanation)
            if command.why_not:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _explain(self, item: QListWidgetItem | None) -> None:
        self._about.setText(item.toolTip() if item is not None else "Nothing is called that, and nothing is about that")

    def _choose(self, item: QListWidgetItem | None) -> None:
        command: Command | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if command is not None and not command.why_not:
            # First it is gone: what is chosen may open a window, or take the focus.
            self.accept()
            command.run()

    def _place(self, parent: QWidget) -> None:
        """Lie over the middle of the window, below its top."""
        width = min(_WIDTH * self.fontMetrics().height() // 16, parent.width() - 40)
        height = min(_ROWS * self.list.sizeHintForRow(0) + 110, parent.height() - _TOP - 20)
        corner = parent.mapToGlobal(QPoint((parent.width() - width) // 2, _TOP))
        self.setGeometry(QRect(corner, QSize(width, height)))


class _Rows(QStyledItemDelegate):
    """Paints the name of a command on the left, and on the right its key, or why it is not possible now."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, option.fontMetrics.height() + 2 * _AROUND)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        keys = str(index.data(_KEYS) or "")
        needed = option.fontMetrics.horizontalAdvance(keys) + 2 * _AROUND
        super().paint(painter, option, index)
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        painter.setPen((palette.highlightedText() if is_selected else palette.placeholderText()).color())
        area = option.rect.adjusted(option.rect.width() - needed, 0, -_AROUND, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
        painter.restore()
