"""The three hints that a first start shows."""

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.files.settings import Settings
from digitpad.app.timeline.timeline_panel import TimelinePanel


def show(settings: Settings, canvas: Canvas, curves: CurvesPanel, timeline: TimelinePanel) -> None:
    """On the first start, show the three numbered hints: draw, start, watch."""
    if not settings.is_first_start:
        return
    canvas.hint = "1   Draw a digit here, or several in a row\nThe right button erases"
    curves.show_hint(
        "2   Press Start: the cost falls here and the accuracy rises,\non digits that are learned and on those held out"
    )
    timeline.show_hint("3   Watch your digit: this shows how the prediction changed during training")
