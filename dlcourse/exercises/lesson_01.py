"""Exercises of lesson 01: tensors and layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.data.loaders import digits
from dlcourse.exercises import Exercise, Prediction, function, number

untrained_answer = Prediction(
    "The weights are drawn at random. What does the network answer for a digit?",
    ["sure of the right digit", "sure of some digit", "about equal for all ten"],
    because="Small weights make ten logits that hardly differ, so softmax makes them nearly equal.",
)

forgotten_argument = Prediction(
    "The network ends in logits, and the loss is not told so. What will happen in training?",
    ["an error or a warning", "it learns, more slowly", "it hardly learns, silently"],
    because="Negative logits are clipped, and where a number is clipped no gradient gets through.",
)

weights_of_dense = number(
    "How many weights does Dense(5) hold on inputs of 20 numbers, biases included?",
    20 * 5 + 5,
    tolerance=1e-6,
    wrong={
        20 * 5: "that is the kernel. Each of the 5 units has a bias, too.",
        20 * 5 + 20: "a bias belongs to a unit, not to an input.",
        20 + 5: "every unit has a weight of its own for every input: multiply.",
        20 * 5 + 1: "each unit has its own bias; they do not share one.",
    },
    hints=["Which shape has the kernel? And the bias?", "(20, 5) and (5,)."],
    solution="20 * 5 + 5 = 105",
    because="The kernel has a number for each pair of an input and a unit, the bias one per unit.",
)


def _check_loss_from_logits(answer: Any) -> str | None:
    z, labels = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2])
    right = (np.log(1 + np.exp(-1) + np.exp(-2)) + np.log(3)) / 2
    with np.errstate(all="ignore"):
        result = float(answer(z.copy(), labels))
        large = np.array([[1000.0, 0.0], [0.0, -1000.0]])
        survives = float(answer(large, np.array([1, 0])))
    typical = {
        2 * right: "average over the rows; that is their sum.",
        -right: "the logarithm of a probability is negative: the loss is minus it.",
        right / np.log(10): "use the natural logarithm, np.log.",
        right / np.log(2): "use the natural logarithm, np.log.",
        -1.0: "those are the logits themselves: put softmax and a logarithm in between.",
        _softmax_twice(z, labels): "that is softmax twice: it belongs in here once.",
    }
    if not np.isclose(result, right):
        for value, why in typical.items():
            if np.isclose(result, value):
                return why
        return f"for z = {z.tolist()} and labels = [0, 2] it must be {right:.3f}, not {result:.3g}."
    if not np.isclose(survives, 500.0):
        return (
            f"e to the power of 1000 overflows: the loss became {survives:.4g}, and must be 500. "
            "Subtract each row's largest logit first, and take the logarithm of the sum."
        )
    return None


def _softmax_twice(z: np.ndarray, labels: np.ndarray) -> float:
    for _ in range(2):
        z = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return float(-np.log(z[np.arange(len(labels)), labels]).mean())


loss_from_logits = function(
    "Write loss_from_logits(z, labels): softmax and mean cross-entropy, safe for large logits.",
    _check_loss_from_logits,
    hints=[
        "Write -log(softmax) out: what does the logarithm do to the fraction?",
        "-log p = log Σ e^z - z of the right class. The loss does not change if you subtract the "
        "same number from all logits of a row.",
    ],
    solution="""
def loss_from_logits(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()
""",
    because="The logarithm undoes the exponential, so nothing can overflow; Keras does the same.",
)


def _check_small_network(answer: Any) -> str | None:
    import keras

    if not isinstance(answer, keras.Model):
        return f"the answer is a trained Keras model, not {answer!r}."
    data = digits()
    outputs = np.asarray(answer(data.x_val, training=False))
    if outputs.shape != (len(data.x_val), 10):
        return f"a digit needs ten outputs. Received: outputs of shape {outputs.shape}."
    held = answer.count_params()
    if held > 2500:
        return f"it holds {held:,} weights; at most 2,500 are allowed."
    share = float(np.mean(outputs.argmax(axis=1) == data.y_val))
    if share >= 0.95:
        return None
    if share < 0.2:
        return (
            f"{share:.0%} of the validation digits are right: it was not trained, or not rightly."
        )
    return f"{share:.1%} of the validation digits are right. Train it longer, or at another rate."


small_network = Exercise(
    "Train a network of at most 2,500 weights that gets 95 % of the validation digits right.",
    _check_small_network,
    hints=[
        "One hidden layer is enough. With h units it holds 64h + h + 10h + 10 weights.",
        "h = 30 fits. Small networks like a larger rate, such as 0.5, and twenty epochs.",
    ],
    solution="One hidden layer of 30 units (2,260 weights), SGD(0.5), 20 epochs.",
    because="A seventh of the weights does it: most of ours were not needed for these digits.",
)


def _check_repair_the_loss(answer: Any) -> str | None:
    import keras

    if not callable(answer) or isinstance(answer, keras.Model):
        return f"the answer is a function that returns a compiled model, not {answer!r}."
    model = answer()
    if not isinstance(model, keras.Model) or not model.compiled:
        return f"the function must return a compiled model. Received: {model!r}."
    x, labels = digits().x_train[:64], digits().y_train[:64]
    outputs = np.asarray(model(x)).astype(float)
    probabilities = (outputs > 0).all() and np.allclose(outputs.sum(axis=1), 1, atol=1e-4)
    logits = np.log(outputs) if probabilities else outputs
    logits = logits - logits.max(axis=1, keepdims=True)
    right = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(64), labels])
    received = float(model.evaluate(x, labels, batch_size=64, verbose=0, return_dict=True)["loss"])
    if np.isclose(received, right, rtol=1e-3):
        return None
    if probabilities:
        return "now softmax is applied twice: the model ends in it, and the loss applies its own."
    return (
        f"the loss of these outputs is {right:.2f}; yours says {received:.2f}. "
        "What are they taken for?"
    )


repair_the_loss = Exercise(
    "Repair compiled(): the network does not learn.",
    _check_repair_the_loss,
    hints=[
        "What does the last layer put out: logits, or probabilities? What does the loss expect?",
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ],
    solution="""
def compiled():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, name="logits")])
    model.compile(SGD(0.1), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
    because="Softmax is applied once, in the loss, so that every logit gets its gradient.",
)
