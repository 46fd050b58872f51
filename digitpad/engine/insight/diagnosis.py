"""Diagnosis of a training: the symptom, its most likely cause, and the cure.

It goes by what was measured, and where that is not enough, by a look into the network. Thresholds were chosen on
trainings that were spoiled on purpose and on the presets, which are not to be told anything (see its benchmark).
"""

import math

import numpy as np

from digitpad.engine.insight.dead_units import against_fading, dead_layer, gradient_at_the_first_layer, why_it_fades
from digitpad.engine.insight.diagnosis_case import DiagnosisCase, Finding, Look
from digitpad.engine.insight.learning_rate_advice import MISFIT_FACTOR, lower_rate_advice, rate_phrase, sensible_rate
from digitpad.engine.runs.history import Floats

#: The cost explodes above this multiple of the cost before the first step: in the first epoch, where it may rise for a
#: moment, and after it.
_EXPLODED_WITHIN, _EXPLODED = 100.0, 1.5
#: A network that guesses is right for a tenth of the digits; up to this accuracy it has hardly begun to learn.
_GUESSING = 0.25
#: The cost of guessing is ln 10 = 2.3. A cost below this is no explosion, however low it was at the start.
_GUESSED = 2.4
#: A share that only a network which has learned something classifies correctly.
_LEARNED = 0.5
#: Share of the first cost: less than this in an epoch is next to nothing.
_HARDLY = 0.12
#: A network overfits if its training accuracy exceeds its validation accuracy by `_GAP` and is at least `_BY_HEART`, or
#: if the difference is at least `_WIDE_GAP`.
_GAP, _BY_HEART, _WIDE_GAP = 0.03, 0.97, 0.06
#: L2 that pulls weights to 0 harder than digits pull them away: with 1 networks guess, with 0.1 they read 86 %.
_HEAVY_L2, _USUAL_L2 = 0.3, 0.0001
#: With fewer steps than this a network learns nothing, whatever the rate; and a batch size that allows enough steps.
_FEW_STEPS, _USUAL_BATCH = 30, 128
#: Up to this training accuracy a network learns badly; a learning rate so many times below a sensible one explains it.
_POOR, _TINY = 0.8, 20
#: Share by which the validation cost falls in the last epoch from which more epochs are worth while.
_STILL_FALLING = 0.08
#: Share of the learning rate that is left at the end where a schedule lets it fade.
_FADED = 0.1
#: Of the gradient at the last layer, what reaches the first one; below that it has faded.
_FADED = 0.01


def findings(case: DiagnosisCase) -> list[Finding]:
    """Return what is wrong, the worst first; nothing where there is nothing to say, or too little was measured."""
    found = _diverged(case) or _exploding(case) or _held_down(case) or _not_learning(case)
    if found is not None:
        return [found]
    others = (_learned(case), _by_heart(case), _too_fast(case) or _too_slow(case) or _too_short(case))
    return [finding for finding in others if finding is not None]


def _diverged(case: DiagnosisCase) -> Finding | None:
    if not case.failure.startswith("cost is"):
        return None
    costs = _column(case, "train_cost")
    rises = [f"{costs[0]:.3g}", f"{costs.max():.3g}"] if len(costs) > 1 and costs.max() > costs[0] else []
    shows = f": the cost went from {' to '.join(rises)} before it became NaN" if rises else ""
    return Finding(
        "diverged",
        "The cost is no longer a finite number.",
        f"{rate_phrase(case.config)} is too high: each step overshoots by more than the one before{shows}.",
        *lower_rate_advice(case.config),
        goes_back=True,
    )


def _exploding(case: DiagnosisCase) -> Finding | None:
    costs = _column(case, "train_cost")
    if len(costs) < 2 or not costs[-1] > (_EXPLODED if _epochs(case) else _EXPLODED_WITHIN) * costs[0]:
        return None
    if costs[-1] < _GUESSED:
        # A training that begins with a good network has little to lose.
        return None
    return Finding(
        "exploding",
        f"The cost explodes: it was {costs[0]:.3g} before the first step and is {costs[-1]:.3g} now.",
        f"{rate_phrase(case.config)} is too high: steps overshoot, and the weights grow.",
        *lower_rate_advice(case.config),
        goes_back=True,
    )


def _held_down(case: DiagnosisCase) -> Finding | None:
    accuracies = _column(case, "train_accuracy")
    if not _epochs(case) or accuracies[-1] > _LEARNED or case.config.l2 < _HEAVY_L2:
        return None
    return Finding(
        "flat",
        f"The network guesses: accuracy {_per_cent(accuracies[-1])} after {_in_epochs(case)}.",
        f"L2 of {case.config.l2:g} pulls the weights back to 0 harder than the digits pull them away.",
        f"Use L2 of {_USUAL_L2:g}",
        {"l2": _USUAL_L2},
    )


def _not_learning(case: DiagnosisCase) -> Finding | None:
    """Tell apart why a network that has learned for an epoch still guesses, or nearly does."""
    costs, accuracies = _column(case, "train_cost"), _column(case, "train_accuracy")
    if not _epochs(case):
        return None
    fell = 1 - costs[-1] / costs[0] if costs[0] > 0 else 0.0
    if accuracies[-1] > _LEARNED or (accuracies[-1] > _GUESSING and fell > _HARDLY):
        return None
    looked = case.look()
    return _dead(case, looked) or _lost(case) or _faded(case, looked) or _few_steps(case) or _slow(case, fell)


def _dead(case: DiagnosisCase, looked: Look) -> Finding | None:
    accuracies = _column(case, "train_accuracy")
    if looked is None or (dead := dead_layer(*looked)) is None:
        return None
    return Finding(
        "dead",
        f"All units of hidden layer {dead} are dead: their output is 0 whatever the digit, so nothing is learned.",
        f"{rate_phrase(case.config)} is too high: steps threw their weights to where no digit reaches them: "
        f"the accuracy was {_per_cent(accuracies.max())} once, and is {_per_cent(accuracies[-1])} now.",
        *lower_rate_advice(case.config),
        goes_back=True,
    )


def _lost(case: DiagnosisCase) -> Finding | None:
    accuracies = _column(case, "train_accuracy")
    if accuracies.max() <= accuracies[-1] + 0.1:
        return None
    return Finding(
        "flat",
        f"The network guesses: its accuracy was {_per_cent(accuracies.max())} once, and is "
        f"{_per_cent(accuracies[-1])} now.",
        f"{rate_phrase(case.config)} is too high for these layers: steps threw away what had been learned.",
        *lower_rate_advice(case.config),
        goes_back=True,
    )


def _faded(case: DiagnosisCase, looked: Look) -> Finding | None:
    costs = _column(case, "train_cost")
    if looked is None or (share := gradient_at_the_first_layer(*looked)) >= _FADED:
        return None
    return Finding(
        "flat",
        f"The cost has been flat from the start: {costs[0]:.3g}, and {costs[-1]:.3g} after {_in_epochs(case)}.",
        f"The gradient fades on its way back: {share:.1g} of what the last layer gets reaches the first, since "
        + why_it_fades(looked[0]),
        *against_fading(looked[0]),
    )


def _few_steps(case: DiagnosisCase) -> Finding | None:
    steps = case.history.measured[-1].step
    if steps >= _FEW_STEPS:
        return None
    return Finding(
        "slow",
        f"It has hardly begun to learn: it took {steps} step{'s' * (steps != 1)} in {_in_epochs(case)}.",
        f"Batches of {case.config.batch_size:,} allow no more, and one goes only as far as the learning rate says.",
        f"Use batches of {_USUAL_BATCH}",
        {"batch_size": _USUAL_BATCH},
    )


def _slow(case: DiagnosisCase, fell: float) -> Finding | None:
    higher = sensible_rate(case.config)
    if higher <= case.config.learning_rate:
        return None
    return Finding(
        "slow",
        f"Next to nothing happens: the cost has fallen by {_per_cent(max(0.0, fell), 1)} in {_in_epochs(case)}.",
        f"The learning rate of {case.config.learning_rate:g} is too low: the cost falls steadily, but in tiny steps.",
        f"Use a learning rate of {higher:g}",
        {"learning_rate": higher},
    )


def _learned(case: DiagnosisCase) -> Finding | None:
    if not case.config.validation or case.held_out is None or case.held_out >= case.config.validation:
        return None
    return Finding(
        "learned",
        "The validation accuracy is too high to trust: the network was trained on those digits before.",
        f"It continued a training that held out {case.held_out:,} of them, this one holds out "
        f"{case.config.validation:,}: a digit that was trained on is remembered, not recognized.",
        "Train a new network with these settings",
        {"validation": case.config.validation},
    )


def _by_heart(case: DiagnosisCase) -> Finding | None:
    training, validation = _column(case, "train_accuracy"), _column(case, "validation_accuracy")
    if not _epochs(case) or math.isnan(validation[-1]):
        return None
    is_perfect = training[-1] >= _BY_HEART
    if training[-1] - validation[-1] < (_GAP if is_perfect else _WIDE_GAP):
        return None
    few = case.config.training
    cause = f"It has only {few:,} digits to learn from" if few else "It has seen the same digits again and again"
    turned = ""
    if (lowest := case.history.gap) is not None:
        costs, epochs = _column(case, "validation_cost"), _column(case, "epoch")
        turned = f", and since epoch {epochs[lowest]:.3g} the validation cost has risen from {costs[lowest]:.3g} to "
        # Of a whole epoch: the sample that is measured in between may be an easier one.
        turned += f"{costs[case.history.is_epoch][-1]:.3g}"
    return Finding(
        "overfitting",
        f"It {'has overfitted' if is_perfect else 'overfits'}: the training accuracy is {_per_cent(training[-1], 1)}, "
        f"the validation accuracy only {_per_cent(validation[-1], 1)}.",
        f"{cause}{turned}.",
        "Learn from all digits" if few else "Use data augmentation: shift, rotate and scale the digits",
        {"training": 0} if few else {"shift": 1.0, "rotation": 10.0, "scale": 0.1},
    )


def _too_fast(case: DiagnosisCase) -> Finding | None:
    accuracies = _column(case, "train_accuracy")
    if (
        not _epochs(case)
        or accuracies[-1] > _POOR
        or case.config.learning_rate < MISFIT_FACTOR * sensible_rate(case.config)
    ):
        return None
    return Finding(
        "fast",
        f"It learns badly: training accuracy {_per_cent(accuracies[-1])} after {_in_epochs(case)}.",
        f"{rate_phrase(case.config)} is most likely too high for {case.config.optimizer} with these layers: steps go "
        "back and forth instead of down.",
        *lower_rate_advice(case.config),
    )


def _too_slow(case: DiagnosisCase) -> Finding | None:
    accuracies, higher = _column(case, "train_accuracy"), sensible_rate(case.config)
    if not _epochs(case) or accuracies[-1] > _POOR or case.config.learning_rate * _TINY > higher:
        return None
    return Finding(
        "slow",
        f"It learns slowly: training accuracy {_per_cent(accuracies[-1])} after {_in_epochs(case)}.",
        f"The learning rate of {case.config.learning_rate:g} is too low for {case.config.optimizer} with batches of "
        f"{case.config.batch_size:,}: the cost falls steadily, but in tiny steps.",
        f"Use a learning rate of {higher:g}",
        {"learning_rate": higher},
    )


def _too_short(case: DiagnosisCase) -> Finding | None:
    if not case.is_over or not _epochs(case):
        return None
    figure = "validation_cost" if case.config.validation else "train_cost"
    costs, epochs = _column(case, figure), _column(case, "epoch")
    rate = case.config.learning_rate
    if _epochs(case) == 1 and case.config.scheduled(rate, case.config.epochs) < _FADED * rate:
        # Within its only epoch the cost falls because the schedule lets the learning rate fade.
        return None
    # An epoch ago, or where there was only one, in the middle of it.
    ago = int(np.abs(epochs - (epochs[-1] - (1.0 if _epochs(case) > 1 else 0.5))).argmin())
    fell = 1 - costs[-1] / costs[ago]
    if not fell > _STILL_FALLING or np.nanargmin(costs) < len(costs) - 2:
        return None
    return Finding(
        "short",
        f"The cost was still falling at the end: by {_per_cent(fell)} in the last "
        f"{'epoch' if _epochs(case) > 1 else 'half of its epoch'}.",
        f"{case.config.epochs} {'epoch is' if case.config.epochs == 1 else 'epochs are'} too few for a learning rate "
        f"of {case.config.learning_rate:g} that is {case.config.schedule}.",
        f"Train for {2 * case.config.epochs} epochs",
        {"epochs": 2 * case.config.epochs},
    )


def _per_cent(share: float, decimals: int = 0) -> str:
    return f"{100 * share:.{decimals}f} %"


def _in_epochs(case: DiagnosisCase) -> str:
    count = _epochs(case)
    return "one epoch" if count == 1 else f"{count} epochs"


def _column(case: DiagnosisCase, name: str) -> Floats:
    return case.history.series(name)[1]


def _epochs(case: DiagnosisCase) -> int:
    """Return how many whole epochs were measured."""
    return sum(case.history.is_epoch)
