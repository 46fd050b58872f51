"""Warnings before a network is trained further."""

from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.setting_differences import value
from digitpad.engine.training.config import TrainingConfig
from digitpad.nn.network import Network

FLATTERED = (
    "this network was trained on some of the validation digits: its validation accuracy will be too high; "
    "start a new network for honest figures"
)


def warning_of(network: Network, record: TrainingRecord, config: TrainingConfig) -> str:
    """Return a warning to show when `network` is trained further by `config`; "" if there is nothing to warn of."""
    spec, before = network.spec, record.config
    if before is not None and before.data == config.data and before.validation < config.validation:
        return FLATTERED
    sentence = ""
    if config.hidden != spec:
        sentence = f"this trains the current network, {spec or 'without hidden layers'}, not the layers in the form"
    if before is None or not record.step:
        return sentence
    last = before.scheduled(before.learning_rate, min(record.epoch, before.epochs))
    first = config.scheduled(config.learning_rate, 0)
    is_same = before == config
    if first > last and not is_same:
        start = sentence + "; " if sentence else ""
        sentence = (
            f"{start}its last steps were at a learning rate of {value(round(last, 6))}, and the form's {value(first)} "
            "may undo some of what it has learned: lower it while it trains"
        )
    return sentence
