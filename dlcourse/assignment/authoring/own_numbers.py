"""Numbers of each student's own for the lessons' exercises: the same question, another answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlcourse.assignment.authoring.student_seed import student_seed
from dlcourse.exercises import Exercise, number


@dataclass(frozen=True)
class Own:
    """An exercise whose numbers can be drawn.

    Args:
        question: what is asked, with the numbers' names in braces.
        choices: by name, what a number may be; the first is the lesson's.
        right: computes the answer.
    """

    question: str
    choices: dict[str, list[float]]
    right: Callable[..., float]


def own_numbers(name: str, student: str) -> dict[str, float]:
    """Draw a student's numbers for an exercise.

    Args:
        name: a key of `OWN`, such as "07.largest_rate".
        student: the identifier.

    >>> list(own_numbers("07.largest_rate", "ada"))
    ['curvature', 'momentum']
    """
    random = np.random.default_rng([student_seed(student), *name.encode()])
    choices = OWN[name].choices.items()
    return {key: values[random.integers(len(values))] for key, values in choices}


def own_exercise(name: str, student: str) -> Exercise:
    """Make the exercise with a student's numbers.

    Args:
        name: a key of `OWN`, such as "07.largest_rate".
        student: the identifier.

    >>> exercise = own_exercise("07.largest_rate", "ada")
    >>> exercise.check(exercise.answer)
    Right.
    """
    own, numbers = OWN[name], own_numbers(name, student)
    question = own.question.format(**{key: f"{value:g}" for key, value in numbers.items()})
    right = float(own.right(**numbers))
    return number(question, right, solution="The rule of the lesson, with your own numbers.")


OWN = {
    "01.weights_of_dense": Own(
        "How many weights does Dense({units}) hold on inputs of {inputs} numbers, biases included?",
        {"units": [5, 4, 6, 7, 8, 12], "inputs": [20, 15, 18, 25, 30, 40]},
        lambda units, inputs: inputs * units + units,
    ),
    "02.used_twice": Own(
        "f = (a + b) · a, at a = {a} and b = {b}. What is the gradient of f at a?",
        {"a": [3, 2, 4, 5, 7], "b": [2, 1, 3, 6, 8]},
        lambda a, b: 2 * a + b,
    ),
    "03.share_left": Own(
        "Slopes alone: what share of a gradient is left, at most, after {layers} sigmoid layers?",
        {"layers": [6, 3, 4, 5, 7, 8]},
        lambda layers: 0.25**layers,
    ),
    "04.shrinks_by": Own(
        "{layers} square layers with ReLU, Glorot's rule. By which factor does the signal's size"
        " shrink?",
        {"layers": [12, 6, 8, 10, 14, 16]},
        lambda layers: math.sqrt(2) ** layers,
    ),
    "05.batch_for_noise": Own(
        "Batches of {rows} have a noise of {noise}. Which batch size brings it down to {wanted}?",
        {"rows": [16, 8, 24, 32], "noise": [0.8, 0.6, 1.2, 1.6], "wanted": [0.2, 0.1, 0.3]},
        lambda rows, noise, wanted: rows * (noise / wanted) ** 2,
    ),
    "06.steps_needed": Own(
        "Rate times curvature is {product}. After how many steps is {share} of the distance left?",
        {"product": [0.1, 0.05, 0.15, 0.2], "share": [0.001, 0.01, 0.0001]},
        lambda product, share: math.ceil(math.log(share) / math.log(1 - product)),
    ),
    "07.largest_rate": Own(
        "A direction has curvature {curvature} and momentum={momentum}. Up to which learning rate"
        " does it converge?",
        {"curvature": [50, 20, 40, 80, 200], "momentum": [0.9, 0.5, 0.8, 0.95]},
        lambda curvature, momentum: 2 * (1 + momentum) / curvature,
    ),
    "07.steady_step": Own(
        "The gradient stays at {gradient}, the learning rate is {rate}, the momentum {momentum}."
        " How long is a step?",
        {"gradient": [2, 3, 4, 5], "rate": [0.01, 0.02, 0.05], "momentum": [0.95, 0.8, 0.9]},
        lambda gradient, rate, momentum: rate * gradient / (1 - momentum),
    ),
    "08.hundredth_step": Own(
        "The gradient is always {gradient}, the learning rate {rate}, the sum starts at 0: how long"
        " is AdaGrad's step {step}?",
        {"gradient": [2, 3, 5], "rate": [0.1, 0.2, 0.5], "step": [100, 25, 64, 400]},
        lambda gradient, rate, step: rate / math.sqrt(step),
    ),
    "09.first_step": Own(
        "beta_1={beta_1}, beta_2={beta_2}, no bias correction: how many rates long is the first"
        " step?",
        {"beta_1": [0.9, 0.8, 0.5, 0.95], "beta_2": [0.9999, 0.99, 0.999, 0.96]},
        lambda beta_1, beta_2: (1 - beta_1) / math.sqrt(1 - beta_2),
    ),
    "10.one_digit": Own(
        "There are {digits} validation digits. How much accuracy is one more right digit?",
        {"digits": [258, 120, 180, 300, 420, 640]},
        lambda digits: 1 / digits,
    ),
    "11.decay_steps": Own(
        "{rows} rows, batches of {batch}, {epochs} epochs, the first {warm_up} of them warm-up:"
        " what is decay_steps?",
        {"rows": [1280, 640, 1920], "batch": [32, 16, 64], "epochs": [20, 30], "warm_up": [4, 2]},
        lambda rows, batch, epochs, warm_up: (epochs - warm_up) * rows // batch,
    ),
    "12.penalty_value": Own(
        "L2({strength}) as kernel_regularizer; kernel [[{a}, -{b}], [{c}, 0]], bias [5, 5]. What is"
        " the penalty?",
        {"strength": [0.01, 0.02, 0.05], "a": [1, 4], "b": [2, 5], "c": [3, 6]},
        lambda strength, a, b, c: strength * (a**2 + b**2 + c**2),
    ),
    "13.kept_value": Own(
        "A unit's output is {output} and rate={rate}. What does Dropout make of it in training if"
        " it is kept?",
        {"output": [3, 2, 4, 6], "rate": [0.2, 0.1, 0.5, 0.6]},
        lambda output, rate: output / (1 - rate),
    ),
    "14.moving_mean": Own(
        "Every batch has mean {mean}, and momentum={momentum}. What is moving_mean after {steps}"
        " steps?",
        {"mean": [5, 2, 3, 8], "momentum": [0.99, 0.95, 0.98], "steps": [100, 20, 50]},
        lambda mean, momentum, steps: mean * (1 - momentum**steps),
    ),
    "16.raised_rate": Own(
        "Batches of 32 ran well at learning_rate={rate}. Now gradient_accumulation_steps={steps}."
        " Which learning_rate does the linear rule give?",
        {"rate": [0.05, 0.01, 0.02, 0.1], "steps": [8, 2, 4, 6]},
        lambda rate, steps: rate * steps,
    ),
}
