"""The progress of a training on the terminal: a bar with a line an epoch, or JSON."""

import json
import sys

from tqdm import tqdm

from digitpad.engine.training.events import EpochEnd, Evaluation, Event, Progress, Started, TrainingEnd, as_json


class JsonReport:
    """One JSON object for each measurement on stdout; sentences go to stderr."""

    def show(self, event: Event) -> None:
        """Print `event` if it is a measurement."""
        if isinstance(event, Evaluation):
            print(json.dumps(as_json(event), allow_nan=False), flush=True)

    def say(self, text: str) -> None:
        """Print `text` where it does not disturb the JSON."""
        print(text, file=sys.stderr)


class TerminalReport:
    """A progress bar on stderr, where that is a terminal, and a line for each epoch on stdout."""

    def __init__(self, bar: "tqdm[None]") -> None:
        self._bar = bar

    def show(self, event: Event) -> None:
        """Move the bar, or print a line."""
        if isinstance(event, Started):
            self._bar.reset(event.steps)
            self.say(
                f"{event.parameters:,} parameters, {event.training:,} training and {event.validation:,} "
                f"validation digits"
            )
        elif isinstance(event, Progress):
            self._bar.update(event.step - self._bar.n)
            self._bar.set_postfix_str(f"cost {event.cost:.4f}", refresh=False)
        elif isinstance(event, EpochEnd):
            self.say(f"epoch {event.epoch:.0f}: {_figures(event)}")
        elif isinstance(event, TrainingEnd) and event.stopped:
            self.say(f"stopped at step {event.step:,}, epoch {event.epoch:.2f}; on a sample: {_figures(event)}")
        elif isinstance(event, TrainingEnd):
            self.say(f"test accuracy {event.test_accuracy:.2%}")

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._bar.write(text)


#: What is shown a training's events.
Report = JsonReport | TerminalReport


def _figures(event: Evaluation) -> str:
    text = f"training cost {event.train_cost:.4f}, accuracy {event.train_accuracy:.2%}"
    if event.validation_accuracy is not None:
        text += f"; validation cost {event.validation_cost:.4f}, accuracy {event.validation_accuracy:.2%}"
    return text
