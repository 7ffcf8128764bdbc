"""The circuit widget: values, local derivatives and both passes against Python and TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from v8 import evaluate

import dlcourse as dl
from dlcourse.lab.circuit_rules import OPERATIONS, backward, forward

# Each sign in TensorFlow.
TENSORFLOW = {
    "+": tf.add_n,
    "−": lambda x: x[0] - x[1],
    "×": lambda x: x[0] * x[1],
    "max": lambda x: tf.maximum(*x),
    "× (−1)": lambda x: -x[0],
    "+ 1": lambda x: x[0] + 1,
    "1/·": lambda x: 1 / x[0],
    "exp": lambda x: tf.exp(x[0]),
    "log": lambda x: tf.math.log(x[0]),
    "·²": lambda x: x[0] ** 2,
    "σ": lambda x: tf.sigmoid(x[0]),
    "tanh": lambda x: tf.tanh(x[0]),
    "relu": lambda x: tf.nn.relu(x[0]),
}
TWICE = {
    "s": ("×", ["u", "v"]),
    "unused": ("exp", ["u"]),
    "t": ("σ", ["s"]),
    "q": ("·²", ["s"]),
    "r": ("max", ["t", "u"]),
    "L": ("+", ["q", "r", "s"]),
}


def to_list(operations):
    return [[name, sign, list(inputs)] for name, (sign, inputs) in operations.items()]


def walk(operations, leaves, count=10**6):
    return evaluate(
        "circuit_passes.passes(operations, leaves, count)",
        operations=to_list(operations),
        leaves=leaves,
        count=count,
    )


def test_the_same_signs_in_python_and_javascript():
    assert set(evaluate("Object.keys(circuit_operations.OPERATIONS)")) == set(OPERATIONS)
    assert set(TENSORFLOW) == set(OPERATIONS)


@pytest.mark.parametrize("sign", OPERATIONS)
def test_value_and_local_derivatives_equal_tensorflows(sign):
    count = OPERATIONS[sign].inputs or 3
    names = ["u", "v", "w"][:count]
    for numbers in ([0.75, 0.5, -2.0], [2.5, 3.5, 1.0], [1.0, 1.0, 1.0]):
        leaves = dict(zip(names, numbers, strict=False))
        with tf.GradientTape() as tape:
            x = [tf.Variable(leaves[name], dtype="float64") for name in names]
            y = TENSORFLOW[sign](x)
        slopes = tape.gradient(y, x)
        operations = {"y": (sign, names)}
        values = forward(operations, leaves)
        known = walk(operations, leaves)
        for ours in (values, known["values"]):
            assert ours["y"] == pytest.approx(float(y), rel=1e-12)
        for ours in (backward(operations, values), known["gradients"]):
            np.testing.assert_allclose([ours[name] for name in names], slopes, rtol=1e-12)


def test_gradients_of_paths_that_meet_add_up():
    leaves = {"u": 0.5, "v": -1.25}
    with tf.GradientTape() as tape:
        u, v = (tf.Variable(leaves[name], dtype="float64") for name in "uv")
        s = u * v
        result = s**2 + tf.maximum(tf.sigmoid(s), u) + s
    theirs = tape.gradient(result, [u, v])
    known = walk(TWICE, leaves)
    ours = backward(TWICE, forward(TWICE, leaves))
    np.testing.assert_allclose([ours[name] for name in "uv"], theirs, rtol=1e-12)
    np.testing.assert_allclose([known["gradients"][name] for name in "uv"], theirs, rtol=1e-12)
    assert "unused" not in known["gradients"] and "unused" not in ours


def test_each_step_knows_one_thing_more():
    widget = dl.lab.circuit()
    operations, leaves = widget.data["operations"], widget.settings["leaves"]
    kinds = evaluate("circuit_passes.stepsOf(o).map(({ kind }) => kind)", o=operations)
    assert kinds == ["forward"] * 7 + ["result"] + ["edge"] * 11
    sizes = evaluate(
        """kinds.map((_, step) => {
            const { values, gradients } = circuit_passes.passes(operations, leaves, step + 1);
            return Object.keys(values).length + Object.keys(gradients).length;
        })""",
        kinds=kinds,
        operations=operations,
        leaves=leaves,
    )
    assert sizes == list(range(6, 25))


def test_what_a_step_did_is_said():
    widget = dl.lab.circuit(TWICE, {"u": 0.5, "v": -1.25})
    said = evaluate(
        "[1, 7, 8, 9].map((step) => circuit_words.describe(operations, { leaves, step }))",
        operations=widget.data["operations"],
        leaves=widget.settings["leaves"],
    )
    assert said == [
        "Forward: s = -0.625, by × of u, v.",
        "The way back begins: the gradient of L at itself is 1.",
        "Back along L → q: gradient 1 × local derivative 1 = 1.",
        "Back along L → r: gradient 1 × local derivative 1 = 1.",
    ]
    assert evaluate(
        "circuit_words.describe(operations, { leaves, step: 13 })",
        operations=widget.data["operations"],
        leaves=widget.settings["leaves"],
    ).startswith("Back along q → s: gradient 1 × local derivative -1.25 = -1.25. Added to 1")


def test_the_default_is_lesson_02s_sigmoid():
    text = repr(dl.lab.circuit())
    assert "p = 0.622" in text and "w0 0.705" in text and "z 0.235" in text


def test_what_is_undefined_is_shown_as_such():
    assert "y = –" in repr(dl.lab.circuit({"y": ("log", ["u"])}, {"u": -1}))


@pytest.mark.parametrize(
    ("operations", "values", "named"),
    [
        ({"y": ("÷", ["a", "b"])}, {"a": 1, "b": 2}, "`operations`"),
        ({"y": ("×", ["a"])}, {"a": 1}, "`operations`"),
        ("y", {}, "`operations`"),
        ({"y": ("exp", ["a"])}, {}, "`values\\['a'\\]`"),
        ({"y": ("exp", ["a"])}, [1], "`values`"),
    ],
)
def test_bad_arguments_are_named(operations, values, named):
    with pytest.raises(ValueError, match=f"^{named} must be"):
        dl.lab.circuit(operations, values)
