"""The lab's update rules and the Keras optimizers that they are, in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from dlcourse.checks import expect
from dlcourse.keras_internals.cloning import hyperparameters

Rule = dict[str, Any]  # {"rule": "Adam", "learning_rate": 0.1, "beta_1": ...}

# Rule → Keras's class, what is fixed, what may be chosen. The same as in engine/optimizers.js.
RULES: Mapping[str, tuple[type[keras.optimizers.Optimizer], dict[str, Any], tuple[str, ...]]] = {
    "SGD": (keras.optimizers.SGD, {}, ("learning_rate",)),
    "Momentum": (keras.optimizers.SGD, {}, ("learning_rate", "momentum")),
    "Nesterov": (keras.optimizers.SGD, {"nesterov": True}, ("learning_rate", "momentum")),
    "AdaGrad": (keras.optimizers.Adagrad, {}, ("learning_rate",)),
    "RMSprop": (keras.optimizers.RMSprop, {}, ("learning_rate", "rho")),
    "AdaDelta": (keras.optimizers.Adadelta, {}, ("learning_rate", "rho")),
    "Adam": (keras.optimizers.Adam, {}, ("learning_rate", "beta_1", "beta_2")),
    "AdamW": (
        keras.optimizers.AdamW,
        {},
        ("learning_rate", "beta_1", "beta_2", "weight_decay"),
    ),
    "Lion": (keras.optimizers.Lion, {}, ("learning_rate", "beta_1", "beta_2")),
}


def to_optimizer(rule: Rule) -> keras.optimizers.Optimizer:
    """Return the Keras optimizer that a rule of the lab is."""
    kind, fixed, chosen = RULES[rule["rule"]]
    return kind(**fixed, **{name: float(rule[name]) for name in chosen})


def to_rule(name: str, optimizer: Any) -> Rule:
    """Return the rule that a Keras optimizer is.

    Args:
        name: what the caller calls it, for messages.
        optimizer: a Keras optimizer.

    Raises:
        ValueError: the lab has no such rule, or not with such a setting.

    Example:
        >>> import keras
        >>> to_rule("optimizer", keras.optimizers.SGD(0.5, momentum=0.9))
        {'rule': 'Momentum', 'learning_rate': 0.5, 'momentum': 0.9}
    """
    is_optimizer = isinstance(optimizer, keras.optimizers.Optimizer)
    expect(is_optimizer, name, "a Keras optimizer object", optimizer)
    config = hyperparameters(optimizer)
    rate = config["learning_rate"]
    expect(isinstance(rate, float), f"{name}.learning_rate", "a number in the lab", rate)
    label = _label(optimizer, config)
    expect(label is not None, name, f"one of the lab's: {', '.join(RULES)}", optimizer)
    _, _, chosen = RULES[label]
    rule = {"rule": label, **{key: _typed(config[key]) for key in chosen}}
    plain = hyperparameters(to_optimizer(rule))
    for key, value in config.items():
        same = key in ("name", *chosen) or value == plain[key]
        expect(same, f"{name}.{key}", f"{plain[key]!r}, which is all that the lab has", value)
    return rule


def _typed(value: float) -> float:
    """The number that was typed, where Keras has kept it in 32 bits."""
    return float(f"{value:.7g}")


def _label(optimizer: keras.optimizers.Optimizer, config: dict[str, Any]) -> str | None:
    if type(optimizer) is keras.optimizers.SGD:
        if not config["momentum"]:
            return "SGD"
        return "Nesterov" if config["nesterov"] else "Momentum"
    own = (label for label, (kind, _, _) in RULES.items() if type(optimizer) is kind)
    return next(own, None)
