# %% [markdown]
# # 02 · Where do gradients come from?
#
# **About 45 minutes.** You need lesson 01 (tensors and layers).
#
# After this lesson you can
#
# - compute a gradient by hand on a drawn graph, forward and back;
# - check any gradient with finite differences, and read what a wrong one tells you;
# - write the whole backward pass of a two-layer network in NumPy, and train with it;
# - say what `tf.GradientTape` records, what it misses, and how to stop it on purpose.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
import tensorflow as tf
from matplotlib import pyplot as plt

lesson_02 = dl.exercises.lesson_02

# %% [markdown]
# ## The problem: which way should each weight move?
#
# A network is to tell three spiral arms apart. It has one hidden layer of 32 units, and all of it
# fits in a few lines of NumPy (lesson 01). `tanh` bends each unit's sum into the range -1 to 1;
# lesson 03 says why a network must bend.
#
# To train it, we must know for each weight: if I make it a little larger, does the loss rise or
# fall, and how fast? The obvious way is to try: move one weight, keep all others still.

# %%
data = dl.spirals(samples=100, classes=3, noise=0.2, seed=0)
x = data.x_train.astype("float64")  # (300, 2)
targets = np.eye(3)[data.y_train]  # (300, 3): a 1 for the right class


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def first_weights(seed, units=32):
    random = np.random.default_rng(seed)
    W1 = 6.0 * random.standard_normal((2, units))
    W2 = 0.1 * random.standard_normal((units, 3))
    return {"W1": W1, "b1": np.zeros(units), "W2": W2, "b2": np.zeros(3)}


def forward(weights, x):
    hidden = np.tanh(x @ weights["W1"] + weights["b1"])  # (rows, units)
    return hidden, softmax(hidden @ weights["W2"] + weights["b2"])  # (rows, 3)


def cross_entropy(weights):
    return -np.log((forward(weights, x)[1] * targets).sum(axis=1)).mean()


# %%
weights = first_weights(seed=0)


def loss_after(change):
    W2 = weights["W2"].copy()
    W2[0, 0] += change
    return cross_entropy(weights | {"W2": W2})


slope = (loss_after(1e-5) - loss_after(-1e-5)) / 2e-5
changes = np.linspace(-2, 2, 41)
figure, ax = dl.new_axes("One weight moves, 194 stay", "change of W2[0, 0]", "loss")
ax.plot(changes, [loss_after(change) for change in changes], label="loss")
ax.plot(changes, loss_after(0) + slope * changes, "--", label=f"slope {slope:.2g}")
ax.legend()
plt.show()

# %% [markdown]
# The slope is negative, so a larger weight would lower the loss. It took two forward passes to
# know that about **one** weight. All 195 need 390 passes, for one small step of training.
#
# ## Predict before you run
#
# Backpropagation computes all 195 slopes at once. What will it cost? Count multiplications, and
# write one of `"about 3 forward passes"`, `"about 30 forward passes"`,
# `"about 400 forward passes"`.

# %% tags=["stub"]
my_prediction = ...
lesson_02.cost.check(my_prediction)

# %% tags=["solution"]
my_prediction = "about 3 forward passes"
lesson_02.cost.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **A long calculation is a chain of small steps whose slopes are known: multiply the slopes along
# each path, and add up the paths.**
#
# $$\frac{\partial L}{\partial u} \;=\; \sum_{v \text{ computed from } u}
# \frac{\partial L}{\partial v} \cdot \frac{\partial v}{\partial u}$$
#
# | symbol | TensorFlow | meaning |
# |---|---|---|
# | $L$ | the `target` of `tape.gradient` | the result, one number |
# | $u, v$ | tensors | values on the way to it |
# | $\partial v / \partial u$ | known for every operation | local slope of one step |
# | $\partial L / \partial u$ | what `tape.gradient` returns | the gradient at $u$ |
#
# The rule is applied from the result backward, so each gradient is computed once and used by all
# that comes before. The name says it: **back**propagation.
#
# ## By hand: the sigmoid circuit
#
# One unit with two inputs, $p = \sigma(w_0 x_0 + w_1 x_1 + b)$, with
# $\sigma(z) = 1/(1+e^{-z})$. We cut it into steps that school calculus can handle.

# %%
circuit = {
    "a": ("×", ["w0", "x0"]),
    "c": ("×", ["w1", "x1"]),
    "z": ("+", ["a", "c", "b"]),
    "n": ("× (−1)", ["z"]),
    "e": ("exp", ["n"]),
    "d": ("+ 1", ["e"]),
    "p": ("1/·", ["d"]),
}
v = {"w0": 1.0, "x0": 3.0, "w1": -2.0, "x1": 1.0, "b": -0.5}

v["a"] = v["w0"] * v["x0"]
v["c"] = v["w1"] * v["x1"]
v["z"] = v["a"] + v["c"] + v["b"]
v["n"] = -v["z"]
v["e"] = np.exp(v["n"])
v["d"] = v["e"] + 1
v["p"] = 1 / v["d"]
dl.draw_graph(circuit, v, title="Forward: p = σ(w₀ x₀ + w₁ x₁ + b)")

# %% [markdown]
# Now back. The gradient at the result is 1: $p$ changes as fast as $p$. Each line takes the
# gradient that is already there and multiplies it with the slope of **one** step.

# %%
g = {"p": 1.0}
g["d"] = g["p"] * -1 / v["d"] ** 2  # p = 1 / d
g["e"] = g["d"] * 1  # d = e + 1
g["n"] = g["e"] * v["e"]  # e = exp(n)
g["z"] = g["n"] * -1  # n = -z
g["a"] = g["c"] = g["b"] = g["z"]  # z = a + c + b
g["w0"], g["x0"] = g["a"] * v["x0"], g["a"] * v["w0"]  # a = w0 x0
g["w1"], g["x1"] = g["c"] * v["x1"], g["c"] * v["w1"]  # c = w1 x1

dl.draw_graph(circuit, v, g, title="Backward: the gradient of p")
assert np.isclose(g["z"], v["p"] * (1 - v["p"]))

# %% [markdown]
# Read the lower numbers from right to left. `+` hands its gradient on to all its inputs. `×` gives
# each input the gradient times the *other* input: w₀ gets x₀'s 3. The last four steps together are
# the sigmoid; the assertion confirms the shortcut $\sigma'(z) = p\,(1-p) = 0.622 \cdot 0.378 =
# 0.235$.
#
# ## Three ways that must agree
#
# By hand, by trying (*finite differences*), and by TensorFlow's tape, which records the forward
# pass and walks back over it.

# %%
names = ["w0", "x0", "w1", "x1", "b"]
point = np.array([v[name] for name in names])


def unit(u):
    return 1 / (1 + np.e ** -(u[0] * u[1] + u[2] * u[3] + u[4]))


def by_differences(f, u, h=1e-5):
    steps = h * np.eye(len(u), dtype=u.dtype)
    return np.array([(f(u + step) - f(u - step)) / (2 * h) for step in steps])


# %%
inputs = tf.Variable(point)
with tf.GradientTape() as tape:
    p = unit(inputs)

by_hand = [g[name] for name in names]
by_tape = tape.gradient(p, inputs).numpy()
rows = list(zip(names, by_hand, by_differences(unit, point), by_tape, strict=True))
dl.Table(["input", "by hand", "finite differences", "GradientTape"], rows, "The gradient of p")

# %% [markdown]
# Finite differences are not exact, and the step $h$ decides how good they are. A large step errs
# because the function bends, a small one because a computer keeps 16 digits and the difference
# loses most of them. With both sides, $f(u+h) - f(u-h)$, and $h$ near $10^{-5}$, about ten digits
# are right. In float32, with its 7 digits, this step leaves two or three, and the best step, near
# 0.003, about five: **check gradients in float64.**
#
# `check_gradient` does this for every number, and judges the *relative* error, the difference
# divided by the larger of the two: below $10^{-7}$ right, above $10^{-2}$ wrong, between them
# something to look at.


# %%
def gradient_of_unit(u):
    slope = unit(u) * (1 - unit(u))
    return slope * np.array([u[1], u[0], u[3], u[2], 1.0])


print(dl.check_gradient(unit, gradient_of_unit, at=point))
print(dl.check_gradient(unit, lambda u: -gradient_of_unit(u), at=point))

# %% [markdown]
# ## Softmax and cross-entropy: p − y
#
# A classifier ends in logits $z$, $p = \text{softmax}(z)$ and $L = -\log p_{\text{right}}$. Written
# out, $L = -z_{\text{right}} + \log \sum_j e^{z_j}$. The slope of the second part is
# $e^{z_i} / \sum_j e^{z_j} = p_i$, that of the first is -1 for the right class. With $y$ = 1 for
# the right class and 0 elsewhere:
#
# $$\frac{\partial L}{\partial z} = p - y$$

# %%
logits, y = np.array([[2.0, 1.0, -1.0]]), np.array([[0.0, 1.0, 0.0]])
print("p:    ", softmax(logits).round(3))
print("p - y:", (softmax(logits) - y).round(3))
print(
    dl.check_gradient(
        lambda z: -np.log((softmax(z) * y).sum()), lambda z: softmax(z) - y, at=logits
    )
)

# %%
z = np.linspace(-8, 8, 65)
p = 1 / (1 + np.exp(-z))
figure, ax = dl.new_axes("The right answer is 1", "logit z", "gradient at the logit")
ax.plot(z, p - 1, label="cross-entropy: p − 1")
ax.plot(z, 2 * (p - 1) * p * (1 - p), "--", label="squared error: 2 (p − 1) p (1 − p)")
ax.legend()
plt.show()

# %% [markdown]
# The right class, at 0.259, is pulled up with strength 0.741; the others are pushed down by what
# they were given. Nothing is pulled by more than 1, and a sure, right answer is left alone.
#
# ### Change one thing: squared error on a probability
#
# Some tutorials name the mean squared error as loss for two classes, without a warning. The figure
# takes one sigmoid output $p$ for a case whose right answer is 1. Cross-entropy gives $p - 1$ at
# the logit; squared error $(p-1)^2$ has to come back through the sigmoid, whose slope is
# $p\,(1-p)$. On the left the unit is sure of the wrong answer. Cross-entropy pulls there with its
# full strength of 1. **Squared error hardly pulls at all**: the sigmoid is flat, and its slope
# multiplies everything that comes back. Such a unit learns from its worst mistakes last.
#
# ## A two-layer network, all the way back
#
# The same rules in matrix form. If $Z = X W + b$ and the gradient at $Z$ is known, it is
# $X^\top \partial Z$ at $W$, $\partial Z$ summed over the rows at $b$, and $\partial Z\, W^\top$ at
# $X$. For $h = \tanh(s)$ the slope is $1 - h^2$.


# %%
def backward(weights, x, targets):
    hidden, p = forward(weights, x)
    d_logits = (p - targets) / len(x)  # (rows, 3); the loss is a mean over rows
    d_hidden = d_logits @ weights["W2"].T  # (rows, units)
    d_sums = d_hidden * (1 - hidden**2)  # back through tanh
    return {
        "W1": x.T @ d_sums,
        "b1": d_sums.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


small = first_weights(seed=0, units=5)  # 33 weights are enough for a check
print(dl.check_gradient(cross_entropy, lambda w: backward(w, x, targets), at=small))

# %%
# Multiplications in the products of matrices, which do nearly all the work.
forward_pass = 300 * 2 * 32 + 300 * 32 * 3
backward_pass = 32 * 300 * 3 + 300 * 3 * 32 + 2 * 300 * 32  # at W2, at hidden, at W1
passes = (forward_pass + backward_pass) / forward_pass
print(f"All 195 slopes cost {passes:.2g} forward passes; finite differences cost 390.")
lesson_02.cost.compare("about 3 forward passes" if passes < 10 else "about 30 forward passes")

# %% [markdown]
# A product of (n, k) with (k, m) takes n·k·m multiplications, and each product of the forward pass
# comes back as two at most. So going back costs at most twice what going forward costs, at any size.
# That is why networks with millions of weights can be trained at all.
#
# ## The same as Keras? And what do mistakes look like?
#
# First cell: a Keras model with our weights, and the gradients of its tape beside ours. Second
# cell: two wrong backward passes that run without an error. One lacks the division by the number of
# rows, the other the slope of `tanh`.

# %%
model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(32, activation="tanh", name="hidden"),
        keras.layers.Dense(3, name="logits"),
    ],
    name="spiral_classifier",
)
model.set_weights(list(weights.values()))  # W1, b1, W2, b2
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

with tf.GradientTape() as tape:
    value = loss(data.y_train, model(data.x_train))
ours = backward(weights, x, targets)
theirs = tape.gradient(value, model.trainable_variables)
for name, gradient in zip(ours, theirs, strict=True):
    assert np.allclose(ours[name], gradient, atol=1e-6), name
print("All four gradients agree with Keras to 1e-6.")


# %%
def without_tanh(weights):
    d_sums = (forward(weights, x)[1] - targets) / len(x) @ weights["W2"].T
    return backward(weights, x, targets) | {"W1": x.T @ d_sums, "b1": d_sums.sum(axis=0)}


def without_mean(weights):
    return {name: 300 * gradient for name, gradient in backward(weights, x, targets).items()}


print(dl.check_gradient(cross_entropy, without_mean, at=small))
print(dl.check_gradient(cross_entropy, without_tanh, at=small))

# %% [markdown]
# ## The experiment: a training loop from nothing
#
# A step moves each weight a little against its gradient, `w = w - learning_rate * gradient` (lessons
# 05 and 06). That is all: forward, backward, step, again. No library but NumPy is at work here.


# %%
def train(weights, steps, learning_rate):
    losses = []
    for step in range(steps):
        if step % 25 == 0:
            losses.append(cross_entropy(weights))
        gradients = backward(weights, x, targets)
        weights = {name: weights[name] - learning_rate * gradients[name] for name in weights}
    return weights, losses


# %%
runs = [train(first_weights(seed), steps=3000, learning_rate=0.4) for seed in range(5)]
curves = np.array([losses for _, losses in runs])
figure, ax = dl.new_axes("NumPy learns three spiral arms", "step", "training loss")
dl.plot_band(ax, np.arange(0, 3000, 25), curves, "learning rate 0.4")
ax.axhline(np.log(3), color="0.5", linestyle=":", label="guessing: log 3")
ax.legend()
plt.show()


# %%
def accuracy(weights, x, labels):
    return (forward(weights, x)[1].argmax(axis=1) == labels).mean()


after = np.median([accuracy(trained, x, data.y_train) for trained, _ in runs])
fresh = np.median([accuracy(trained, data.x_val, data.y_val) for trained, _ in runs])
print(f"right: {after:.0%} of the training points, {fresh:.0%} of new ones (medians of 5 seeds)")

# %% [markdown]
# A guess is right in one case of three. The network has learned the arms, slowly; lessons 05 to 11
# make it fast.
#
# ## In plain Keras
#
# `compile` and `fit` run the same loop. From the same weights they end at the same weights.

# %%
model.compile(keras.optimizers.SGD(learning_rate=0.4), loss)
model.fit(data.x_train, data.y_train, batch_size=300, epochs=20, verbose=0)
twenty_steps, _ = train(weights, steps=20, learning_rate=0.4)
for ours, theirs in zip(twenty_steps.values(), model.get_weights(), strict=True):
    assert np.allclose(ours, theirs, atol=1e-4)
print("After 20 steps every weight agrees with fit to 1e-4.")

# %% [markdown]
# ## What the tape records
#
# `tf.GradientTape` notes each operation on the way forward, with the values that its slope needs,
# and walks back over the notes. It starts from *trainable variables*, and sees TensorFlow's
# operations only.


# %%
def slope(calculate, u, watch=False):
    with tf.GradientTape() as tape:
        if watch:
            tape.watch(u)
        result = calculate(u)
    gradient = tape.gradient(result, u)
    return "None" if gradient is None else f"{gradient:g}"


def square(u):
    return u * u


three = tf.constant(3.0)
rows = [
    ["u * u, u a variable", slope(square, tf.Variable(3.0))],
    ["u * u, u a variable, trainable=False", slope(square, tf.Variable(3.0, trainable=False))],
    ["u * u, u a constant", slope(square, three)],
    ["u * u, u a constant after tape.watch(u)", slope(square, three, watch=True)],
    ["u * u by way of NumPy", slope(lambda u: square(tf.constant(u.numpy())), tf.Variable(3.0))],
    ["u * tf.stop_gradient(u)", slope(lambda u: u * tf.stop_gradient(u), tf.Variable(3.0))],
]
dl.Table(["forward pass, at u = 3", "tape.gradient"], rows, "What comes back")

# %%
w = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape(persistent=True) as tape:
    squares = w**2
    mean_square = tf.reduce_mean(squares)
print("of the mean of squares:", tape.gradient(mean_square, w).numpy().round(3))
print("of three squares:      ", tape.gradient(squares, w).numpy())

with tf.GradientTape() as tape:
    mean_square = tf.reduce_mean(w**2)
tape.gradient(mean_square, w)
try:
    tape.gradient(mean_square, w)
except RuntimeError as error:
    print("a second time:", str(error).split(" to compute")[0])

frozen = keras.layers.Dense(1, trainable=False)
with tf.GradientTape() as tape:
    total = tf.reduce_sum(frozen(tf.ones((2, 3))))
print("of a frozen layer's kernel:", tape.gradient(total, frozen.kernel).numpy().ravel())

# %% [markdown]
# `None` means that the tape found no way back; it is no zero. The NumPy line is the most common
# cause: `.numpy()` leaves the recording. `stop_gradient` does so on purpose, for one value: it
# counts as a constant, so only the other factor is differentiated, and 3 comes back in place of 6.
# `with tape.stop_recording():` does it for a whole block.
#
# A tape is used up by its first `gradient`, since the notes take memory; a second call raises a
# `RuntimeError`. `persistent=True` keeps the notes for as many calls as you like. And of several
# results the tape returns the gradient of their **sum**: 2, 4 and 6 in the second cell.
#
# ## Where Keras surprises you
#
# Many tutorials train a single variable with `opt.minimize(loss, [var])`. In Keras 3 that method
# is gone. Record the loss on a tape, and hand the gradient to `apply`:

# %%
w = keras.Variable(1.0, name="w")
optimizer = keras.optimizers.SGD(learning_rate=0.1)
try:
    optimizer.minimize(lambda: w**2 / 2, [w])
except AttributeError as error:
    print(error)

values = []
for _ in range(3):
    with tf.GradientTape() as tape:
        half_square = w**2 / 2
    optimizer.apply([tape.gradient(half_square, w)], [w])
    values.append(float(w))
print([round(value, 3) for value in values])
assert np.allclose(values, [0.9, 0.81, 0.729])

# %% [markdown]
# - A layer with `trainable=False` only takes its weights off the list `model.trainable_variables`.
#   Asked for such a weight by name, the tape returns its gradient, as above: ask for the list.
# - Keras's losses take the *mean* over the batch. A gradient that you compute by hand with a sum is
#   larger by the number of rows, and so is each step.
# - ReLU has a kink at 0: the slope is 0 on one side and 1 on the other. TensorFlow takes 0.
#   `check_gradient` accepts any slope between the two there, and says how often it did.
#
# ## Check the claims
#
# Over five seeds where chance is at work. If one of these ever stops being true, the course's
# tests fail.

# %%
assert np.allclose(by_hand, by_tape, atol=1e-12), "by hand and by tape are exact"
assert np.allclose(by_hand, by_differences(unit, point), atol=1e-9), "ten digits in float64"
single = [by_differences(unit, point.astype("float32"), np.float32(h)) for h in (1e-5, 3e-3)]
errors = [np.abs(each / by_hand - 1).max() for each in single]
assert errors[0] > 1e-3 and errors[1] > 1e-6, "fewer than four, and than seven digits in float32"
assert passes < 3, "all slopes cost less than three forward passes"
assert (curves[:, -1] < 0.7 * np.log(3)).all() and after > 0.6 and fresh > 0.5, "arms are learned"
print("All claims hold.")

# %% [markdown]
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_02.<name>.hint()`, then `.solution()`.
#
# **1.** $f = (a + b) \cdot a$, at $a = 3$ and $b = 2$. What is the gradient of $f$ at $a$? Draw the
# graph: $a$ is used twice.

# %% tags=["stub"]
used_twice = ...
lesson_02.used_twice.check(used_twice)

# %% [markdown] tags=["solution"]
# As a factor of the product, a gets a + b = 5. Through the sum it gets the other factor, 3, times
# 1. Both paths add up.

# %% tags=["solution"]
used_twice = (3 + 2) + 3 * 1
lesson_02.used_twice.check(used_twice)

# %% [markdown]
# **2.** Softmax gives the probabilities 0.7, 0.2 and 0.1, and the second class is right. What is
# the gradient of the cross-entropy at the **second** logit?

# %% tags=["stub"]
second_logit = ...
lesson_02.second_logit.check(second_logit)

# %% [markdown] tags=["solution"]
# p - y, with y = 1 for the right class.

# %% tags=["solution"]
second_logit = 0.2 - 1
lesson_02.second_logit.check(second_logit)

# %% [markdown]
# **3.** Write the gradient of a linear layer's squared error, `((x @ W - y) ** 2).mean()`, at `W`.
# `x` has shape (rows, features), `W` (features, 1) and `y` (rows, 1).


# %% tags=["stub"]
def linear_gradient(W, x, y): ...


lesson_02.linear_gradient.check(linear_gradient)

# %% [markdown] tags=["solution"]
# The mean over n rows gives 2 / n times the difference at each row, and back through `x @ W` it is
# multiplied by `x.T`.


# %% tags=["solution"]
def linear_gradient(W, x, y):
    d_outputs = 2 * (x @ W - y) / len(x)
    return x.T @ d_outputs


lesson_02.linear_gradient.check(linear_gradient)

# %% [markdown]
# ## Takeaways
#
# - Backpropagation is the chain rule, from the result backward: multiply along a path, add where
#   paths meet. It costs at most two forward passes more, for any number of weights.
# - Softmax with cross-entropy gives p − y at the logits.
# - Check what you derive: finite differences on both sides, in float64, relative error below 10⁻⁷.
# - A tape follows trainable variables through TensorFlow's operations. `None` is a cut connection.
#
# ## References
#
# - S. Linnainmaa, *The representation of the cumulative rounding error of an algorithm as a Taylor
#   expansion of the local rounding errors*, 1970 (backward differentiation).
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*,
#   1986.
# - A. Karpathy, *CS231n: Backpropagation, Intuitions*, 2015 (the sigmoid circuit, with other
#   numbers, and the rule of thumb for relative errors).
# - A. G. Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, 2018.
#
# **Next:** lesson 03 asks why a network must bend.
