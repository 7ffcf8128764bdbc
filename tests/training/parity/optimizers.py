"""Every optimizer of Keras, and every feature that they share."""

from __future__ import annotations

from functools import partial

import keras
import tensorflow as tf

from dlcourse.keras_internals.cloning import clone_optimizer
from parity.row import Row, classes

optimizers, schedules = keras.optimizers, keras.optimizers.schedules
SGD, Adam, AdamW = optimizers.SGD, optimizers.Adam, optimizers.AdamW


class InverseTime(schedules.LearningRateSchedule):
    """A learner's schedule, unknown to Keras, without a get_config."""

    def __call__(self, step):
        return 0.1 / (1.0 + tf.cast(step, tf.float32))


class Heavy(SGD):
    """A learner's optimizer with a hyperparameter of its own, told by get_config."""

    def __init__(self, learning_rate=0.1, mass=0.5, **settings):
        super().__init__(learning_rate, momentum=mass, **settings)
        self.mass = mass

    def get_config(self):
        config = super().get_config()
        del config["momentum"]
        return {**config, "mass": self.mass}


class Secretive(SGD):
    """One whose hyperparameter hides in **kwargs and is not told."""

    def __init__(self, learning_rate=0.1, **kwargs):
        self_mass = kwargs.pop("mass", 0.5)
        super().__init__(learning_rate, **kwargs)
        self.mass = self_mass


class Counting(SGD):
    """One that keeps a variable of which Keras knows nothing."""

    def build(self, variables):
        super().build(variables)
        self.hidden = [tf.Variable(1.0)]

    def update_step(self, gradient, variable, learning_rate):
        self.hidden[0].assign_add(1.0)
        super().update_step(gradient / self.hidden[0], variable, learning_rate)


def excluding_names():
    optimizer = AdamW(0.01, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def excluding_variables():
    optimizer = AdamW(0.01, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=classes().trainable_variables[:1])
    return optimizer


def used():
    optimizer = Adam(0.01)
    optimizer.build(classes().trainable_variables)
    return optimizer


def row(name, make, **settings):
    return Row("Optimizers", name, optimizer=make, **settings)


MADE = {
    "SGD": partial(SGD, 0.1),
    "SGD, momentum": partial(SGD, 0.1, momentum=0.9),
    "SGD, Nesterov": partial(SGD, 0.1, momentum=0.9, nesterov=True),
    "RMSprop": partial(optimizers.RMSprop, 0.01),
    "RMSprop, centered": partial(optimizers.RMSprop, 0.01, momentum=0.5, centered=True),
    "Adam": partial(Adam, 0.01),
    "Adam, amsgrad": partial(Adam, 0.01, amsgrad=True),
    "AdamW": partial(AdamW, 0.01, weight_decay=0.1),
    "Adadelta": partial(optimizers.Adadelta, 1.0),
    "Adagrad": partial(optimizers.Adagrad, 0.1),
    "Adamax": partial(optimizers.Adamax, 0.01),
    "Adafactor": partial(optimizers.Adafactor, 0.01),
    "Nadam": partial(optimizers.Nadam, 0.01),
    "Ftrl": partial(optimizers.Ftrl, 0.1),
    "Lion": partial(optimizers.Lion, 0.01),
    "Lamb": partial(optimizers.Lamb, 0.01),
    "Muon": partial(optimizers.Muon, 0.01),
    "ScheduleFreeAdamW": partial(optimizers.ScheduleFreeAdamW, 0.01),
    "`clipnorm`": partial(SGD, 0.1, clipnorm=0.1),
    "`clipvalue`": partial(SGD, 0.1, clipvalue=0.01),
    "`global_clipnorm`": partial(SGD, 0.1, global_clipnorm=0.1),
    "`weight_decay` of SGD": partial(SGD, 0.1, weight_decay=0.1),
    "`exclude_from_weight_decay(var_names=…)`": excluding_names,
    "`use_ema`": partial(SGD, 0.1, use_ema=True, ema_momentum=0.8),
    "`ema_overwrite_frequency`": partial(
        SGD, 0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2
    ),
    "`gradient_accumulation_steps`": partial(Adam, 0.1, gradient_accumulation_steps=2),
    "accumulation, clipping, decay and averaging at once": partial(
        Adam, 0.1, gradient_accumulation_steps=2, clipnorm=0.1, weight_decay=0.1, use_ema=True
    ),
    "`loss_scale_factor`": partial(SGD, 0.1, loss_scale_factor=8.0),
    "ExponentialDecay": lambda: SGD(schedules.ExponentialDecay(0.1, 2, 0.5, staircase=True)),
    "CosineDecay with warmup": lambda: SGD(
        schedules.CosineDecay(0.0, 4, warmup_target=0.2, warmup_steps=2)
    ),
    "PiecewiseConstantDecay": lambda: SGD(
        schedules.PiecewiseConstantDecay([1, 3], [0.3, 0.2, 0.1])
    ),
    "a schedule of one's own, without get_config": lambda: SGD(InverseTime()),
    "a function as learning rate": lambda: SGD(lambda: 0.05),
    "an optimizer of one's own": partial(Heavy, mass=0.9),
    "an optimizer that was used before": used,
    "a clone of an optimizer": lambda: clone_optimizer(Adam(0.01)),
}
REFUSED = {
    "`exclude_from_weight_decay(var_list=…)`": (
        excluding_variables,
        "excludes weights from decay by name",
    ),
    "one's own whose option is not in get_config": (
        partial(Secretive, mass=0.9),
        "get_config() returns 'mass'",
    ),
    "one's own with variables that it does not track": (
        partial(Counting, 0.1),
        "variables are all its own",
    ),
    "LossScaleOptimizer around another": (
        lambda: optimizers.LossScaleOptimizer(SGD(0.1)),
        "a single optimizer",
    ),
    "MultiOptimizer": (
        lambda: optimizers.MultiOptimizer([(SGD(0.1), classes().layers)]),
        "a single optimizer",
    ),
}

ROWS = [
    *(row(name, make) for name, make in MADE.items()),
    *(row(name, make, refused=words) for name, (make, words) in REFUSED.items()),
]
