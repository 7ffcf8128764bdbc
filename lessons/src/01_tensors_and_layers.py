# %% [markdown]
# # 01 · What is a neural network made of?
#
# **About 45 minutes.** You need some Python and school algebra. Nothing else.
#
# After this lesson you can
#
# - read the rank and the shape of a tensor, cut it, re-arrange it, and foresee what broadcasting does;
# - say what NumPy and TensorFlow copy when they exchange numbers, and what they share;
# - compute a dense layer by hand, and build the same network in three ways;
# - turn a network's output into probabilities and into a loss, exactly once.
#
# **How these lessons work.** Read a cell, guess what it does, then run it with Shift+Enter. Change
# a number and run it again: nothing can break. Where you see `...`, put your answer in its place;
# `check` tells you at once whether it is right. For the exercises at the end, `hint()` gives a
# nudge and `solution()` a worked answer. The next cell only loads what the lesson needs.

# %%
import dlcourse as dl

dl.start(seed=0)

import warnings

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from matplotlib import pyplot as plt

lesson_01 = dl.exercises.lesson_01

# %% [markdown]
# ## The problem: a computer sees numbers
#
# Here is a digit that somebody wrote by hand. To you it is a picture. To the computer it is 64
# numbers, the amount of ink in each of 8 × 8 squares, from 0 (paper) to 1.

# %%
data = dl.digits()
row = 6
image = data.x_val[row].reshape(8, 8)
print(np.round(image, 1))
figure, ax = dl.new_axes("A handwritten digit, 8 × 8 pixels", "column", "row")
ax.imshow(image, cmap="gray_r")
ax.grid(False)
plt.show()

# %% [markdown]
# No rule that you could write down in a few lines says which 64 numbers are an eight. A neural
# network is a long formula with thousands of adjustable numbers, its **weights**: 64 numbers go
# in, ten probabilities come out, one for each digit. This lesson builds that formula.
#
# ## Predict before you run
#
# Our network will have 17,226 weights, drawn at random. It has never seen a digit. What will it
# answer for the picture above? Write `"sure of the right digit"`, `"sure of some digit"` or
# `"about equal for all ten"` in place of the dots. A guess is noted, not graded.

# %% tags=["stub"]
my_prediction = ...
lesson_01.untrained_answer.check(my_prediction)

# %% tags=["solution"]
my_prediction = "about equal for all ten"
lesson_01.untrained_answer.check(my_prediction)

# %% [markdown]
# ## Tensors: numbers in a box with axes
#
# A **tensor** is a box of numbers with any number of axes. The number of axes is its **rank**; the
# **shape** lists how long each axis is. A single number has rank 0, a vector rank 1, a matrix
# rank 2. (In algebra the "rank" of a matrix means something else. Here it only counts axes.)
#
# **Slicing:** square brackets cut pieces out, one entry per axis. A number picks one place and removes the
# axis, `a:b` keeps the places from `a` to `b - 1`, and `:` keeps all.
#
# **Reshaping:** `reshape` re-arranges the same numbers into other axes. They keep their reading order, row by row.
# One length may be -1: it is then computed from the others.

# %%
images = data.x_train.reshape(-1, 8, 8)
boxes = {"one pixel": image[3, 4], "one row": image[3], "one image": image, "all images": images}
rows = [[name, np.ndim(box), str(np.shape(box)), np.size(box)] for name, box in boxes.items()]
dl.Table(["what", "rank", "shape", "numbers"], rows, "The same data at four ranks")

# %%
print("the third image:          ", images[2].shape)
print("its two middle rows:      ", images[2, 3:5].shape)
print("the center of every image:", images[:, 3:5, 3:5].shape)
print("every image as one line:  ", images.reshape(-1, 64).shape)
print(np.arange(6).reshape(2, 3))

# %% [markdown]
# NumPy's `reshape` gives a new view of the *same* memory where it can, as you will see below, and
# leaves the old array's shape alone. A TensorFlow tensor never changes: `tf.reshape` makes another
# one. (PyTorch also has calls that re-arrange a tensor in place; their names end in `_`.)
#
# ## Broadcasting
#
# What is a matrix plus a vector? The shapes are lined up **at their right ends**. Two axes fit if
# they are equally long or one of them has length 1; that one, and an axis that is missing, is
# repeated. So a vector with one number per column is added to every row.

# %%
table = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])  # shape (2, 3)
print(table + np.array([10.0, 20.0, 30.0]))  # shape (3,): to every row
print(table + np.array([[100.0], [200.0]]))  # shape (2, 1): to every column

answers, targets = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])
print("every answer is right, and the errors are")
print(answers - targets)

# %% [markdown]
# The last result is the famous trap. Three answers of shape (3, 1) minus three targets of shape
# (3,) should be three zeros; broadcasting makes a 3 × 3 table of it, without any error. If a loss
# looks absurd, print the shapes first.
#
# ## NumPy and TensorFlow: copied or shared?
#
# NumPy computes on arrays. TensorFlow computes on tensors, on a GPU if there is one, and can find
# gradients (lesson 02). Keras builds on it; `keras.ops` has the same functions for every backend.
# Numbers travel between them all the time. If two hold the *same* memory, a change in one shows up
# in the other. We hand over an array, change it, and look who noticed.

# %%
pixels = np.array([1.0, 2.0, 3.0], dtype="float32")
taken = {
    "pixels[:2]": pixels[:2],
    "pixels.reshape(3, 1)": pixels.reshape(3, 1),
    "tf.constant(pixels)": tf.constant(pixels),
    "tf.convert_to_tensor(pixels)": tf.convert_to_tensor(pixels),
    "keras.ops.convert_to_tensor(pixels)": ops.convert_to_tensor(pixels),
    "keras.Variable(pixels)": keras.Variable(pixels, name="pixels"),
    "tf.Variable(pixels)": tf.Variable(pixels),
}
pixels[0] = 99.0
shared = {call: bool(ops.max(holder) == 99) for call, holder in taken.items()}

tensor = tf.constant([1.0, 2.0, 3.0])
back = {"tensor.numpy()": tensor.numpy(), "np.asarray(tensor)": np.asarray(tensor)}
shared |= {call: np.shares_memory(array, np.asarray(tensor)) for call, array in back.items()}
words = {True: "shared", False: "copied"}
dl.Table(["call", "the numbers are"], [[c, words[s]] for c, s in shared.items()], "Who noticed?")

# %% [markdown]
# - **Inside NumPy, slices share, and so do reshapes** (but for some, as of a transposed array). Write
#   `.copy()` if you want your own.
# - **Into TensorFlow, everything is copied**, and `.numpy()` copies on the way back. This is
#   TensorFlow 2.21 on a processor: we tried arrays of several sizes and alignments. Its guides say only
#   that memory *may* be shared, so do not rely on either.
# - `np.asarray(tensor)` looks into the tensor's own memory. That is harmless, as the view is
#   read-only.
# - DLPack, a format for exchanging arrays, shares on purpose. It is not for beginners: TensorFlow
#   stops the whole program when such memory does not begin at an address that suits it.
#
# PyTorch is different here: `torch.from_numpy` and `.numpy()` share, and a change shows up on
# both sides. In Keras only a **Variable** changes, when you say `assign`. Weights are Variables.
#
# ## The idea: a dense layer
#
# **Each unit adds up all inputs, each times its own weight, and adds one more number, its bias.**
# For a whole batch of inputs this is one line:
#
# $$y = x\,W + b$$
#
# | symbol | Keras | shape |
# |---|---|---|
# | $x$ | the input | (rows, inputs) |
# | $W$ | `layer.kernel` | (inputs, `units`) |
# | $b$ | `layer.bias` | (`units`,), broadcast to every row |
# | $y$ | the output | (rows, `units`) |
#
# `@` multiplies matrices: row $i$ and column $j$ are multiplied number by number and added up.
#
# ## By hand, and the same as Keras?
#
# Two rows of three inputs, two units. Unit 1 of row 1 is 1·1 + 2·0 + 3·1 + 0.5 = 4.5. After that,
# `relu` replaces what is negative by zero; why a network needs such a bend is the question of
# lesson 03. Keras's `Dense` makes its own weights, so we set ours, and compare.

# %%
x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
W = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
b = np.array([0.5, -0.5])


def dense(x, W, b):
    return x @ W + b


def relu(y):
    return np.maximum(y, 0)


print(dense(x, W, b))
print(relu(dense(x, W, b)))

# %%
layer = layers.Dense(2, activation="relu", name="by_keras")
layer.build((None, 3))
layer.set_weights([W, b])
assert np.allclose(layer(x), relu(dense(x, W, b)))
print("Keras's Dense is relu(x @ W + b).")

# %% [markdown]
# ## A network, built in three ways
#
# A network is a chain of layers: the output of one is the input of the next. Ours goes from 64
# pixels to 128, to 64, to 10 numbers. Keras has three ways to say so. `Sequential` is a list. The
# *functional* way calls layers on symbols, so that paths may fork and join. A *subclass* is plain
# Python: `call` may do anything. Each layer gets a name.


# %%
def sequential():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(128, activation="relu", name="hidden_1"),
            layers.Dense(64, activation="relu", name="hidden_2"),
            layers.Dense(10, name="logits"),
        ],
        name="digit_classifier",
    )


network = sequential()

# %%
pixels = keras.Input((64,))
hidden = layers.Dense(128, activation="relu", name="hidden_1")(pixels)
hidden = layers.Dense(64, activation="relu", name="hidden_2")(hidden)
functional = keras.Model(pixels, layers.Dense(10, name="logits")(hidden), name="functional")


class DigitClassifier(keras.Model):
    def __init__(self):
        super().__init__(name="subclass")
        self.hidden_1 = layers.Dense(128, activation="relu", name="hidden_1")
        self.hidden_2 = layers.Dense(64, activation="relu", name="hidden_2")
        self.logits = layers.Dense(10, name="logits")

    def call(self, inputs):
        return self.logits(self.hidden_2(self.hidden_1(inputs)))


# %%
subclass = DigitClassifier()
subclass(data.x_val[:1])  # it makes its weights when it first sees an input
for model in (functional, subclass):
    model.set_weights(network.get_weights())
    assert np.array_equal(model(data.x_val), network(data.x_val))
print("Three ways, equal weights, equal outputs.")

try:
    keras.Sequential([layers.Dense(10, name="hidden"), layers.Dense(10, name="hidden")])
except ValueError as error:
    print("Two layers of one name:", error)

# %% [markdown]
# Names must be unique within a model. They are worth the trouble: a name finds a layer again.
#
# ## Reading and setting weights
#
# Below are the shapes of all weights. After that we set them by hand, as a well-known tutorial
# does: biases zero, and the others drawn from N(0, 0.01), bell-shaped around 0 with *standard
# deviation* 0.01.

# %%
rows = [
    [one.name, str(one.kernel.shape), str(one.bias.shape), one.count_params()]
    for one in network.layers
]
rows.append(["all", "", "", network.count_params()])
dl.Table(["layer", "kernel", "bias", "weights"], rows, "The 17,226 numbers of the network")

# %%
random = np.random.default_rng(0)
for one in network.layers:
    kernel = random.normal(0.0, 0.01, size=one.kernel.shape)
    one.set_weights([kernel, np.zeros(one.bias.shape)])

first = network.get_layer("hidden_1")
print(f"{first.name}: the kernel's standard deviation is {np.std(first.kernel):.2g}")

# %% [markdown]
# ## From numbers to probabilities, and to a loss
#
# The ten numbers that come out are called **logits**. They can be anything. **Softmax** makes
# probabilities of them: positive, with the sum 1, and larger where the logit is larger.
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad\qquad \text{loss} = -\log p_{\text{right}}$$
#
# The loss beside it is **cross-entropy**: 0 if the network is sure of the right digit, large if it
# thinks the right digit is unlikely. Training makes its mean over many digits small.


# %%
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))  # the largest exponent is 0: no overflow
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy(labels, p):
    return -np.log(p[np.arange(len(labels)), labels]).mean()


z, labels = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2])
print(np.round(softmax(z), 3), f"loss {cross_entropy(labels, softmax(z)):.3f}")

loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
assert np.allclose(softmax(z), ops.softmax(z))
assert np.isclose(cross_entropy(labels, softmax(z)), loss(labels, z))
print("Keras agrees, from logits to loss.")

# %% [markdown]
# The second row knows nothing: every class gets 1/3, and its loss is $-\log(1/3) = \log 3$. With
# ten classes, knowing nothing costs $\log 10 = 2.30$.
#
# ## What does the untrained network answer?
#
# We show it the digit. Then we change one thing, the size of the weights: as above, Keras's own
# start, and from N(0, 1).

# %%
answer = ops.softmax(network(data.x_val[row : row + 1]))[0]
dl.plot_class_probabilities(image, answer, data.class_names, title="Before training")
equal = float(ops.max(answer)) < 0.2
lesson_01.untrained_answer.compare("about equal for all ten" if equal else "sure of some digit")


# %%
def first_loss(seed, deviation):
    keras.utils.set_random_seed(seed)
    model, random = sequential(), np.random.default_rng(seed)
    if deviation:
        shapes = [weights.shape for weights in model.get_weights()]  # a bias has a single axis
        model.set_weights([random.normal(0, deviation, s) * (len(s) == 2) for s in shapes])
    return float(loss(data.y_val, model(data.x_val)))


starts = {"N(0, 0.01)": 0.01, "Keras's own": None, "N(0, 1)": 1.0}
untrained = {
    name: np.median([first_loss(seed, deviation) for seed in range(5)])
    for name, deviation in starts.items()
}
rows = list(untrained.items())
dl.Table(["weights", "loss before training"], rows, "Median of five networks; log 10 is 2.30")

# %% [markdown]
# Small weights make small logits, and nearly equal logits make nearly equal probabilities. **A
# fresh network should have a loss near log(classes)**; you can check that before every training.
# Weights from N(0, 1) make the network *sure*, of wrong digits: a hundred times the loss. Lesson
# 04 shows how Keras chooses the size, and why 0.01 is too small for a good start. From here on we
# keep Keras's own.
#
# ## In plain Keras
#
# `compile` names the optimizer, which changes the weights (lesson 05), and the loss. `fit` shows
# all training digits ten times.

# %%
keras.utils.set_random_seed(0)
network = sequential()
network.compile(keras.optimizers.SGD(learning_rate=0.1), loss, metrics=["accuracy"])
network.fit(data.x_train, data.y_train, batch_size=32, epochs=10, verbose=0)
val_loss, val_accuracy = network.evaluate(data.x_val, data.y_val, verbose=0)
print(f"validation digits: loss {val_loss:.2f}, right {val_accuracy:.0%}")
answer = ops.softmax(network(data.x_val[row : row + 1]))[0]
dl.plot_class_probabilities(image, answer, data.class_names, title="After training")

# %% [markdown]
# The same formula, the same 64 numbers in; only the weights have changed. The network now says
# eight, and it is not quite sure: look at the picture again, it could be a three. These are digits
# that it has never seen in training.
#
# ## The fault: softmax twice
#
# Many tutorials end the network with softmax *and* use a loss that applies softmax itself. No error
# follows. But after a second softmax even a perfect answer, probability 1, is worth only
# $e^1 / (e^1 + 9 e^0) = 0.23$: the loss cannot fall below $-\log 0.23 = 1.46$. Does it harm the
# training too? We train both from five seeds. (`Reshape` does nothing to the ten numbers; why it is
# there follows.)


# %%
def softmax_inside():
    ends = [layers.Softmax(name="probabilities"), layers.Reshape((10,), name="same_numbers")]
    return keras.Sequential([sequential(), *ends], name="softmax_inside")


SGD = keras.optimizers.SGD
runs = dl.train_runs(
    {
        "softmax once, rate 0.3": SGD(0.3),
        "softmax twice, rate 0.3": dl.Method(SGD(0.3), model=softmax_inside),
        "softmax twice, rate 1": dl.Method(SGD(1.0), model=softmax_inside),
    },
    dl.Task(data, sequential, loss, metrics=["accuracy"]),
    epochs=10,
)
figure, axes = dl.new_axes("Softmax once and twice, five seeds", "epoch", "", columns=2)
for ax, key in zip(axes, ["loss", "val_accuracy"], strict=True):
    runs.plot(key, ax=ax, chaotic=True)
axes[0].get_legend().remove()
plt.show()

# %% [markdown]
# The loss with two softmaxes stays above 1.46, as computed, and fewer digits are right, also at a
# higher rate. (That run jumps about so much that machines differ in its details: the figure says
# *chaotic*.) The second softmax squeezes all differences between the classes into the range from 0
# to 1, so there is little left to learn from. **Softmax belongs in the model or in the loss, and
# only in one of them.** In this course it is in the loss: models end in logits, and the loss says
# `from_logits=True`.
#
# Keras tries to save you. It remembers which logits a softmax was made from, uses these, and warns:

# %%
fresh = ops.softmax(network(data.x_val))
copied = ops.convert_to_numpy(fresh)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    rescued, faulty = float(loss(data.y_val, fresh)), float(loss(data.y_val, copied))
print(f"straight from softmax: {rescued:.2f}; the same numbers by way of NumPy: {faulty:.2f}")
print(caught[0].message)

# %% [markdown]
# The same probabilities give two losses: the memory is lost by anything between softmax and loss,
# such as our `Reshape`. With this warning in your log, repair the model.
#
# ## One line about squared error
#
# Mean squared error is made for predicting *numbers*. Tutorials also offer it for two classes,
# without a warning. Here is one: see what each loss says to a network that is sure and wrong.

# %%
z = np.linspace(-8, 8, 161)  # the logit of the right class
p = ops.convert_to_numpy(ops.sigmoid(z))  # softmax for two classes
curves = {"cross-entropy": -np.log(p), "squared error": (1 - p) ** 2}
figure, ax = dl.new_axes("What a wrong answer costs", "logit of the right class", "loss")
for name, values in curves.items():
    ax.plot(z, values, label=name)
    print(f"{name}: slope {np.gradient(values, z)[20]:.2g} at logit -6")
ax.legend()
plt.show()

# %% [markdown]
# At −6 the answer is as good as certain, and wrong. Cross-entropy falls steeply from there, which
# tells the weights where to go. Squared error is flat: it has nothing to say to the worst mistakes.
#
# ## Check the claims
#
# Over five seeds; if one of these ever stops being true, the course's tests fail.

# %%
assert abs(untrained["N(0, 0.01)"] - np.log(10)) < 0.01, "knowing nothing costs log 10"
assert untrained["N(0, 1)"] > 50 * np.log(10), "large weights: sure and wrong"
floor = -np.log(np.e / (np.e + 9))
assert (runs.final("loss")[1:] > floor).all(), "softmax twice: the loss has a floor"
assert np.median(runs.final("loss")[0]) < 0.1, "softmax once: it has none"
right, *wrong = np.median(runs.final("val_accuracy"), axis=1)
assert right > 0.96 and right > max(wrong), "softmax twice learns less"
assert faulty > floor > 1.4 > rescued, "Keras's rescue works only on softmax's own output"
slopes = [np.gradient(values, z)[20] for values in curves.values()]
assert slopes[0] < -0.99 and abs(slopes[1]) < 0.01, "squared error is flat where it matters"
print("All seven claims hold.")

# %% [markdown]
# ## Where Keras surprises you
#
# - NumPy's numbers are `float64`, Keras's `float32`. A layer converts what it is given. Plain
#   TensorFlow does not: `tf.constant(np.ones(3)) + tf.constant([1.0, 1.0, 1.0])` fails.
# - `Dense` works on the *last* axis: images of shape (rows, 8, 8) give (rows, 8, units) and no
#   error. Flatten them first.
# - The loss takes the labels first: `loss(y, prediction)`. PyTorch takes them second.
# - `from_logits` is False by default. Logits without `from_logits=True` are taken for
#   probabilities, and that fault gets no warning at all.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_01.<name>.hint()`, then `.solution()`.
#
# **1.** `Dense(5)` gets inputs with 20 numbers. How many weights does it hold, biases included?

# %% tags=["stub"]
weights_held = ...
lesson_01.weights_of_dense.check(weights_held)


# %% tags=["solution"]
# A kernel of 20 × 5, and a bias for each of the 5 units.
weights_held = 20 * 5 + 5
lesson_01.weights_of_dense.check(weights_held)

# %% [markdown]
# **2.** Write `standardize(x)`: for `x` of shape (rows, columns), subtract from each column its mean
# and divide by its standard deviation. Broadcasting does it without a loop.


# %% tags=["stub"]
def standardize(x): ...


lesson_01.standardize.check(standardize)


# %% tags=["solution"]
# axis=0 runs down the rows, so one number per column is left: shape (columns,).
def standardize(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


lesson_01.standardize.check(standardize)

# %% [markdown]
# **3.** Write `loss_from_logits(z, labels)`: softmax and mean cross-entropy in one function of NumPy,
# for `z` of shape (rows, classes). It must stand logits like 1,000 and −1,000.


# %% tags=["stub"]
def loss_from_logits(z, labels): ...


lesson_01.loss_from_logits.check(loss_from_logits)


# %% tags=["solution"]
# -log(e^z / Σ e^z) = log Σ e^z - z, and the largest logit may be subtracted first.
def loss_from_logits(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()


lesson_01.loss_from_logits.check(loss_from_logits)

# %% [markdown]
# ## Takeaways
#
# - A tensor is a box of numbers; its shape says what fits to what. Shapes are lined up at the right
#   end, and axes of length 1 are repeated, whether you meant it or not.
# - NumPy's views share memory. TensorFlow copies what it is given.
# - A dense layer is `x @ W + b`. Sequential, functional and subclass are three ways to say the same.
# - Before training, the loss should be near log(classes). Softmax once, never twice.
#
# ## References
#
# - J. Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990
#   (softmax).
# - C. Bishop, *Pattern Recognition and Machine Learning*, 2006, chapters 4 and 5.
# - C. Harris et al., *Array programming with NumPy*, 2020 (broadcasting, views).
# - E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits* (the data), 1998.
#
# **Next:** lesson 02 asks how a network learns which way to change each of its weights.
