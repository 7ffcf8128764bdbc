# %% [markdown]
# # 02 · Where do gradients come from?
#
# **About 50 minutes.** You need lesson 01 (tensors and layers) and the slope of a function, from
# school: of a square, of $e^x$, of $1/x$.
#
# After this lesson you can
#
# - compute a gradient by hand on a drawn graph, forward and back;
# - write the tape that does it for you, in forty lines, and the same for arrays;
# - derive the rules for a layer, and train a network with nothing but NumPy;
# - check any gradient with finite differences, and say what the way back costs in time and memory.

# %%
import dlcourse as dl

dl.start(seed=0)
import keras
import numpy as np
from matplotlib import pyplot as plt

# %% [markdown]
# ## Look: one weight moves, 194 stay
#
# A network is to tell three spiral arms apart. It has one hidden layer of 32 units, and all of it
# fits in a few lines of NumPy (lesson 01). `tanh` squeezes each unit's sum into the range −1 to 1;
# lesson 03 says what such an activation is good for. We move a single one of its 195 weights.

# %%
data = dl.spirals(samples=100, classes=3, noise=0.2, seed=0, winding=1)
x = data.x_train.astype("float64")  # (300, 2)
targets = np.eye(3)[data.y_train]  # (300, 3): a 1 for the right class


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def first_weights(seed, units=32):
    random = np.random.default_rng(seed)
    W1, W2 = random.standard_normal((2, units)), 0.1 * random.standard_normal((units, 3))
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
# To train, we must know for each weight: if I make it a little larger, does the loss rise or fall, and
# how fast? The dashed line answers for one weight, and took two forward passes. **All 195 need 390
# passes**, for one small step of training. A network with a million weights needs two million.
#
# ## Predict before you run
#
# Backpropagation computes all 195 slopes at once. What will it cost? Count multiplications, and
# write one of `"about 3 forward passes"`, `"about 30 forward passes"`,
# `"about 400 forward passes"`.

# %% tags=["stub"]
lesson_02 = dl.exercises.lesson_02
my_prediction = ...
lesson_02.cost.check(my_prediction)

# %% tags=["solution"]
lesson_02 = dl.exercises.lesson_02
my_prediction = "about 3 forward passes"
lesson_02.cost.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **A long calculation is a chain of small steps whose slopes are known: multiply the slopes along
# each path, and add up the paths.**
#
# $$\frac{\partial L}{\partial u} \;=\; \sum_{v \text{ computed directly from } u}
# \frac{\partial L}{\partial v} \cdot \frac{\partial v}{\partial u}$$
#
# | symbol | TensorFlow | the field's word |
# |---|---|---|
# | $L$ | the `target` of `tape.gradient` | the result, one number |
# | $u, v$ | tensors | values on the way to it |
# | $\partial v / \partial u$ | known for every operation | local derivative of one step |
# | $\partial L / \partial u$ | what `tape.gradient` returns | the gradient at $u$ |
#
# Applied from the result backward, each gradient is computed once and used by all that comes before.
# The name says it: **back**propagation.
#
# ## By hand: the sigmoid circuit
#
# One unit with two inputs, $p = \sigma(w_0 x_0 + w_1 x_1 + b)$, with the sigmoid
# $\sigma(z) = 1/(1+e^{-z})$. We cut it into steps that school calculus can handle: first forward
# through the values, then back. The gradient at the result is 1: $p$ changes as fast as $p$. Each line
# takes the gradient that is already there and multiplies it with the derivative of **one** step.

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
v["a"], v["c"] = v["w0"] * v["x0"], v["w1"] * v["x1"]
v["z"] = v["a"] + v["c"] + v["b"]
v["n"] = -v["z"]
v["e"] = np.exp(v["n"])
v["d"] = v["e"] + 1
v["p"] = 1 / v["d"]

g = {"p": 1.0}
g["d"] = g["p"] * -1 / v["d"] ** 2  # p = 1 / d
g["e"] = g["d"] * 1  # d = e + 1
g["n"] = g["e"] * v["e"]  # e = exp(n)
g["z"] = g["n"] * -1  # n = -z
g["a"] = g["c"] = g["b"] = g["z"]  # z = a + c + b
g["w0"], g["x0"] = g["a"] * v["x0"], g["a"] * v["w0"]  # a = w0 x0
g["w1"], g["x1"] = g["c"] * v["x1"], g["c"] * v["w1"]  # c = w1 x1

# %%
dl.draw_graph(circuit, v, g, title="Forward, then back: the gradient of p")
assert np.isclose(g["z"], v["p"] * (1 - v["p"]))

# %% [markdown]
# Read the lower numbers from right to left. `+` hands its gradient on to all its inputs. `×` gives
# each input the gradient times the *other* input: w₀ gets x₀'s 3. The last four steps together are
# the sigmoid; the assertion confirms the shortcut $\sigma'(z) = p\,(1-p) = 0.622 \cdot 0.378 =
# 0.235$.
#
# **Walk it yourself**: run `dl.lab.circuit()` in a new cell. Step forward, then back, one edge at a
# time, and say each number before it comes. Then drag $b$ to 5, where the unit is sure: what becomes of
# the five gradients? ($p$ is 0.998, so its slope $p\,(1-p)$ is nearly 0, and all that comes back
# passes through it: a *saturated* unit hardly learns.)
#
# ## A tape in forty lines
#
# What we did by hand is always the same, so a class can do it. A `Value` notes which values it came from,
# each with its local derivative. `backward` walks from the result over these notes. A value that is
# used twice gets two gradients, which **add up**: mind the `+=`.


# %%
class Value:
    def __init__(self, number, parents=()):
        self.number, self.parents, self.gradient = number, parents, 0.0

    def __add__(self, other):
        return Value(self.number + other.number, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.number * other.number, [(self, other.number), (other, self.number)])

    def exp(self):
        e = np.exp(self.number)
        return Value(e, [(self, e)])

    def inverse(self):
        return Value(1 / self.number, [(self, -1 / self.number**2)])


# %%
def in_order(value, seen):
    """All values that a result was computed from, each after those it came from."""
    if value not in seen:
        for parent, _ in value.parents:
            in_order(parent, seen)
        seen.append(value)
    return seen


def backward(result):
    result.gradient = 1.0
    for value in reversed(in_order(result, [])):
        for parent, derivative in value.parents:
            parent.gradient += value.gradient * derivative


names = ["w0", "x0", "w1", "x1", "b"]
leaf = {name: Value(v[name]) for name in names}
z = leaf["w0"] * leaf["x0"] + leaf["w1"] * leaf["x1"] + leaf["b"]
p = ((z * Value(-1.0)).exp() + Value(1.0)).inverse()
backward(p)
assert np.allclose([leaf[name].gradient for name in names], [g[name] for name in names], atol=1e-12)
print("The tape's five gradients are those by hand.")

# %% [markdown]
# ## Three ways that must agree
#
# By hand, by trying (*finite differences*), and by TensorFlow's tape.

# %%
import tensorflow as tf

point = np.array([v[name] for name in names])


def unit(u):
    # e to a power, written so that arrays and tensors can both do it
    return 1 / (1 + np.e ** -(u[0] * u[1] + u[2] * u[3] + u[4]))


def by_differences(f, u, h=1e-5):
    steps = h * np.eye(len(u), dtype=u.dtype)
    return np.array([(f(u + step) - f(u - step)) / (2 * h) for step in steps])


inputs = tf.Variable(point)
with tf.GradientTape() as tape:
    answer = unit(inputs)
by_hand, by_tape = [g[name] for name in names], tape.gradient(answer, inputs).numpy()
rows = list(zip(names, by_hand, by_differences(unit, point), by_tape, strict=True))
dl.Table(["input", "by hand", "finite differences", "GradientTape"], rows, "The gradient of p")

# %% [markdown]
# Finite differences are a check, not a method of training. They are not exact, and the step $h$
# decides how good they are:

# %%
step_sizes = 10.0 ** -np.arange(1, 10)
figure, ax = dl.new_axes("How good is a check?", "step h", "largest relative error")
for kind in ("float64", "float32"):
    point_of_kind = point.astype(kind)
    found = [by_differences(unit, point_of_kind, h.astype(kind)) for h in step_sizes]
    ax.plot(step_sizes, np.abs(np.array(found) / by_hand - 1).max(axis=1), "o-", label=kind)
ax.set(xscale="log", yscale="log")
ax.legend()
dl.mark_varying(ax, "rounding errors differ between machines")
plt.show()

# %% [markdown]
# From the right the error falls with $h^2$: a large step errs because the function is curved. Then it
# rises again: a computer keeps 16 digits (float32: 7), and the difference of two nearly equal numbers
# loses most of them. With both sides, $f(u+h) - f(u-h)$, and $h$ near $10^{-5}$, about ten digits are
# right. **Check gradients in float64**; in float32 this step leaves two or three.
# `dl.check_gradient` does it for every number.
#
# ## The rules for a layer, derived
#
# A layer computes $Z = XW$. With two rows, two inputs and two units, written out:
#
# $$z_{11} = x_{11} w_{11} + x_{12} w_{21} \qquad z_{12} = x_{11} w_{12} + x_{12} w_{22}$$
# $$z_{21} = x_{21} w_{11} + x_{22} w_{21} \qquad z_{22} = x_{21} w_{12} + x_{22} w_{22}$$
#
# Which places use $w_{11}$? $z_{11}$, with the factor $x_{11}$, and $z_{21}$, with the factor
# $x_{21}$. Two paths, so add them. Write $d_{ij}$ for the gradient at $z_{ij}$:
#
# $$\frac{\partial L}{\partial w_{11}} = x_{11} d_{11} + x_{21} d_{21}$$
#
# That is column 1 of $X$ times column 1 of $D$. The same for the other three weights: always
# a column of $X$ with a column of $D$, in one product $X^\top D$. And $x_{11}$? It is used in $z_{11}$ with
# $w_{11}$, and in $z_{12}$ with $w_{12}$: $d_{11} w_{11} + d_{12} w_{12}$, row 1 of $D$ with row 1
# of $W$. So
#
# $$\partial W = X^\top D \qquad \partial X = D\, W^\top \qquad \partial b = \text{sum of } D \text{ over the rows}$$
#
# (a bias is added in every row, and paths add up). You need not remember which is transposed: only one order
# has the right **shape**. Two more rules: for $h = \tanh(s)$ the derivative is $1 - h^2$, and
# softmax with cross-entropy has the simplest of all, $p - y$, where $y$ is 1 for the right class and 0
# elsewhere ("Deeper" derives it).
#
# ## The same tape, for arrays
#
# Now a parent comes with a *function* that brings a gradient back: from the shape of the result to the shape of
# the parent. That is what a framework adds, for hundreds of operations.


# %%
class Array(Value):
    def __matmul__(self, other):
        X, W = self.number, other.number
        return Array(X @ W, [(self, lambda D: D @ W.T), (other, lambda D: X.T @ D)])

    def __add__(self, bias):  # a bias: the same in every row
        return Array(
            self.number + bias.number, [(self, lambda D: D), (bias, lambda D: D.sum(axis=0))]
        )

    def tanh(self):
        h = np.tanh(self.number)
        return Array(h, [(self, lambda D: D * (1 - h**2))])

    def cross_entropy(self, targets):  # of logits, softmax included; the mean over the rows
        p, rows = softmax(self.number), len(targets)
        loss = -np.log((p * targets).sum(axis=1)).mean()
        return Array(loss, [(self, lambda D: D * (p - targets) / rows)])


# %%
def gradients(weights, x, targets):
    leaf = {name: Array(each) for name, each in weights.items()}
    hidden = (Array(x) @ leaf["W1"] + leaf["b1"]).tanh()
    loss = (hidden @ leaf["W2"] + leaf["b2"]).cross_entropy(targets)
    loss.gradient = 1.0
    for value in reversed(in_order(loss, [])):
        for parent, bring_back in value.parents:
            # no += here: it would change an array that other values share
            parent.gradient = parent.gradient + bring_back(value.gradient)
    return {name: each.gradient for name, each in leaf.items()}


small = first_weights(seed=0, units=5)  # 33 weights are enough for a check
print(dl.check_gradient(cross_entropy, lambda w: gradients(w, x, targets), at=small))

# %% [markdown]
# ## The same as Keras?

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
ours = gradients(weights, x, targets)
theirs = tape.gradient(value, model.trainable_variables)
for name, gradient in zip(ours, theirs, strict=True):
    assert np.allclose(ours[name], gradient, atol=1e-6), name
print("All four gradients agree with Keras to 1e-6.")

# %% [markdown]
# ## What does the way back cost?
#
# **Time.** A product of (n, k) with (k, m) takes n·k·m multiplications, and each product of the forward
# pass comes back as two at most: one for its weights, one for its inputs.

# %%
forward_pass = 300 * 2 * 32 + 300 * 32 * 3
backward_pass = 32 * 300 * 3 + 300 * 3 * 32 + 2 * 300 * 32  # at W2, at hidden, at W1
passes = (forward_pass + backward_pass) / forward_pass
print(f"All 195 slopes cost {passes:.2g} forward passes; finite differences cost 390.")
lesson_02.cost.compare("about 3 forward passes" if passes < 10 else "about 30 forward passes")

# %% [markdown]
# That is why networks with millions of weights can be trained at all. It works because the loss is *one* number.
# There is a second way through the same graph, **forward mode**: start at one weight and carry its effect
# forward. It costs one pass for each *input*; the way back (**reverse mode**) costs one for each *output*.
#
# | from | to | forward mode | reverse mode |
# |---|---|---|---|
# | 195 weights | 1 loss | 195 passes | **1 pass** |
# | 1 input | 300 outputs | **1 pass** | 300 passes |
#
# TensorFlow has both. One forward pass gives the slope along *one direction* in the space of all weights;
# the gradient, times that direction, must give the same number.

# %%
direction = [tf.ones_like(each) for each in model.trainable_variables]
variables = [each.value for each in model.trainable_variables]
with tf.autodiff.ForwardAccumulator(variables, direction) as forward_mode:
    value = loss(data.y_train, model(data.x_train))
along = float(forward_mode.jvp(value))
by_reverse = sum(float(tf.reduce_sum(each * d)) for each, d in zip(theirs, direction, strict=True))
assert np.isclose(along, by_reverse, atol=1e-5)
print(f"slope along (1, 1, ..., 1): {along:.3g} by forward mode, {by_reverse:.3g} by reverse mode")

# %% [markdown]
# **Memory.** The functions in `parents` hold on to arrays: the way back needs the values of the way forward.
# The 195 weights are few, but each row of the batch leaves its hidden values:

# %%
rows_in_batch = np.array([30, 300, 3000])
task = dl.Task(dl.spirals(samples=1000, winding=1), lambda: keras.models.clone_model(model), loss)
in_bytes = [dl.measure_activations(task, batch_size=int(rows)) for rows in rows_in_batch]
kept = np.array(in_bytes) / 4  # a float32 takes 4 bytes
figure, ax = dl.new_axes(
    "Numbers kept for the way back", "rows in the batch", "numbers", xscale="log", yscale="log"
)
ax.plot(rows_in_batch, kept, "o-", label="values of the forward pass")
ax.axhline(model.count_params(), color="0.4", linestyle=":", label="weights")
ax.legend()
plt.show()

# %% [markdown]
# Each row leaves 37 numbers: 2 inputs, 32 hidden values, 3 logits. The line grows with the rows, and every
# further layer adds to it. With large batches it is often the largest item in memory (lessons 05 and 16): the
# price of reverse mode.
#
# ## The experiment: a training loop from nothing
#
# A step moves each weight a little against its gradient, `w = w - learning_rate * gradient` (lessons
# 05 and 06). That is all: forward, back, step, again. No library but NumPy is at work here.


# %%
def train(weights, steps, learning_rate, way_back=gradients):
    history = []
    for _ in range(steps):
        history.append(weights)
        slopes = way_back(weights, x, targets)
        weights = {name: weights[name] - learning_rate * slopes[name] for name in weights}
    return [*history, weights]


def right(weights, x, labels):
    return (forward(weights, x)[1].argmax(axis=1) == labels).mean()


runs = [train(first_weights(seed), steps=1000, learning_rate=1.0) for seed in range(5)]
shown = np.array([1, 10, 30, 100, 300, 1000])
on_new = np.array([[right(run[step], data.x_val, data.y_val) for step in shown] for run in runs])

# %%
grid = np.linspace(-1.2, 1.2, 80)
plane = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
figure, axes = dl.new_axes("The boundary in one training (seed 0)", "", "", columns=3)
for ax, step in zip(axes, (30, 300, 1000), strict=True):
    answers = forward(runs[0][step], plane)[1].argmax(axis=1).reshape(80, 80)
    ax.contourf(grid, grid, answers, levels=[-0.5, 0.5, 1.5, 2.5], colors=dl.PALETTE[:3], alpha=0.3)
    for label in range(3):
        ax.plot(*x[data.y_train == label].T, ".", color=dl.PALETTE[label], markersize=3)
    ax.set(title=f"after {step} steps", aspect="equal", xlabel="x₀", ylabel="x₁")
    dl.mark_varying(ax, "details differ")
plt.show()

# %%
neighbor = np.linalg.norm(data.x_val[:, None] - data.x_train, axis=2).argmin(axis=1)
nearest = np.mean(data.y_train[neighbor] == data.y_val)
W, b = np.zeros((2, 3)), np.zeros(3)
for _ in range(1000):  # the same training with no hidden layer
    d_logits = (softmax(x @ W + b) - targets) / len(x)
    W, b = W - x.T @ d_logits, b - d_logits.sum(axis=0)
linear = np.mean((data.x_val @ W + b).argmax(axis=1) == data.y_val)
figure, ax = dl.new_axes("Points that training never saw", "step", "right (fraction)")
dl.plot_band(ax, shown, on_new, "our network", marker="o")
ax.axhline(nearest, color="0.4", linestyle="--", label="nearest training point")
ax.axhline(linear, color="0.4", linestyle=":", label="no hidden layer")
ax.set_xscale("log")
ax.legend()
dl.mark_varying(ax, "last digits differ by machine")
plt.show()
print(
    f"after 1,000 steps {np.median(on_new[:, -1]):.0%} of the new points are right (median of 5 seeds)"
)

# %% [markdown]
# ## How to read it
#
# The first boundary is three wedges, little better than the 55 % of a network without a hidden layer, which can
# draw nothing else. Then the boundary curls along the arms. After 1,000 steps nearly every new point is right, about as many as by asking the nearest
# training point, the simplest rival there is (it needs all training points at hand; the network keeps 195
# numbers).
#
# ## In plain Keras
#
# `compile` and `fit` run the same loop. From the same weights they end at the same weights.

# %%
model.compile(keras.optimizers.SGD(learning_rate=1.0), loss)
model.fit(data.x_train, data.y_train, batch_size=300, epochs=20, verbose=0)
for ours, theirs in zip(runs[0][20].values(), model.get_weights(), strict=True):
    assert np.allclose(ours, theirs, atol=1e-4)
print("After 20 steps every weight agrees with fit to 1e-4.")

# %% [markdown]
# ## Change one thing: mistakes that raise no error
#
# Two wrong backward passes. One lacks the division by the number of rows, the other the derivative of
# `tanh`. Both run without a word. `check_gradient` compares each number with finite differences.


# %%
def without_mean(weights, x, targets):
    return {name: 300 * each for name, each in gradients(weights, x, targets).items()}


def without_tanh(weights, x, targets):
    d_sums = (forward(weights, x)[1] - targets) / len(x) @ weights["W2"].T
    right_ones = gradients(weights, x, targets)
    return right_ones | {"W1": x.T @ d_sums, "b1": d_sums.sum(axis=0)}


for wrong in (without_mean, without_tanh):
    print(dl.check_gradient(cross_entropy, lambda w, wrong=wrong: wrong(w, x, targets), at=small))

# %% [markdown]
# Would we have noticed without the check? Train with each, the first at a 300th of the rate.

# %%
trials = {"without mean, rate 1/300": (1 / 300, without_mean), "without tanh'": (1.0, without_tanh)}
ends = {}
for label, (rate, wrong) in trials.items():
    last = [train(first_weights(seed), 1000, rate, wrong)[-1] for seed in range(5)]
    ends[label] = [right(each, data.x_val, data.y_val) for each in last]
    print(f"{label}: {np.median(ends[label]):.0%} of the new points (median of 5 seeds)")

# %% [markdown]
# The first mistake hides in the learning rate: a factor that is the same everywhere is only another rate. The
# second hides better: the loss falls, no number looks odd, and the network ends where one without a hidden
# layer does. One would blame the data.
#
# ## Check the claims
#
# Over five seeds, where chance is at work. Change the lesson and run this again: it says which claims
# still hold.

# %%
with dl.claim("The gradients by hand and by TensorFlow's tape are equal."):
    assert np.allclose(by_hand, by_tape, atol=1e-12)
with dl.claim("Finite differences give nearly ten digits in float64."):
    assert np.allclose(by_hand, by_differences(unit, point), atol=1e-9)
single = by_differences(unit, point.astype("float32"), np.float32(1e-5))
with dl.claim("In float32 the same step leaves three digits or fewer."):
    assert np.abs(single / by_hand - 1).max() > 1e-3
with dl.claim("All slopes cost less than three forward passes."):
    assert passes < 3
with dl.claim("What is kept for the way back grows with the rows."):
    assert np.allclose(np.diff(np.log(kept)), np.log(10), atol=0.1)
with dl.claim("The network learns the spiral: 97 % of new points, median of five seeds."):
    assert np.median(on_new[:, -1]) >= 0.97 and on_new[:, -1].min() > 0.95
with dl.claim("It does about as well as asking the nearest training point."):
    assert abs(np.median(on_new[:, -1]) - nearest) < 0.03
with dl.claim("With no hidden layer, 60 % of the new points at most are right."):
    assert linear < 0.6
with dl.claim(
    "A factor in all gradients is undone by the rate; a missing tanh' is not (at most 70 %)."
):
    assert np.allclose(ends["without mean, rate 1/300"], on_new[:, -1], atol=0.01)
    assert max(ends["without tanh'"]) < 0.7

# %% [markdown]
# ## In practice
#
# - Nobody writes the way back any more: [TensorFlow](https://www.tensorflow.org/guide/autodiff),
#   [PyTorch](https://docs.pytorch.org/docs/stable/notes/autograd.html) and
#   [JAX](https://docs.jax.dev/en/latest/notebooks/autodiff_cookbook.html) record and replay it. One writes
#   it for a *new operation*, and then checks it as we did.
# - Where memory is short, values are thrown away on the way forward and computed again on the way back
#   ([rematerialization](https://arxiv.org/abs/1604.06174), Chen et al., 2016; lesson 16).
# - Forward mode has its uses: a slope along one direction, with nothing kept for later. Lesson 06 combines both modes to
#   measure how curved a real network's loss is.
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
#   Asked for such a weight by name, the tape returns its gradient: ask for the list.
# - Keras's losses take the *mean* over the batch. A gradient that you compute by hand with a sum is
#   larger by the number of rows, and so is each step.
# - ReLU has a kink at 0: the slope is 0 on one side and 1 on the other. TensorFlow takes 0.
#   `check_gradient` accepts any slope between the two there, and says how often it did.
# - `tape.gradient` returns `None` where it finds no way back. `None` is no zero ("Deeper").
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_02.<name>.hint()`, then `.solution()`.
#
# **1. Compute.** $f = (a + b) \cdot a$, at $a = 3$ and $b = 2$. What is the gradient of $f$ at $a$? Draw
# the graph: $a$ is used twice.

# %% tags=["stub"]
used_twice = ...
lesson_02.used_twice.check(used_twice)


# %% tags=["solution"]
# As a factor of the product, a gets a + b = 5. Through the sum it gets the other factor, 3, times 1.
used_twice = (3 + 2) + 3 * 1
lesson_02.used_twice.check(used_twice)

# %% [markdown]
# **2. Write** the gradient of a linear layer's squared error, `((x @ W - y) ** 2).mean()`, at `W`.
# `x` has shape (rows, features), `W` (features, 1) and `y` (rows, 1).


# %% tags=["stub"]
def linear_gradient(W, x, y): ...


lesson_02.linear_gradient.check(linear_gradient)


# %% tags=["solution"]
# The mean over n rows gives 2 / n times the difference at each row; back through x @ W it is x.T.
def linear_gradient(W, x, y):
    d_outputs = 2 * (x @ W - y) / len(x)
    return x.T @ d_outputs


lesson_02.linear_gradient.check(linear_gradient)

# %% [markdown]
# **3. Beat this.** 1,000 steps at rate 1 got 99 % of the new points right. Get 97 % in 300 steps, for
# each of three seeds. You may choose the learning rate and the size (standard deviation) of the first
# layer's weights. The check trains this network with your choice.

# %% tags=["stub"]
choice = {"learning_rate": ..., "first_size": ...}
lesson_02.faster_spiral.check(choice)

# %% tags=["solution"]
# Larger first weights give units with sharper bends to start from. A rate of 2 alone gets 92 %.
choice = {"learning_rate": 2.0, "first_size": 3.0}
lesson_02.faster_spiral.check(choice)

# %% [markdown]
# **4. Repair.** `walk_back` gets a circuit, as name → inputs in the order of calculation, and the local
# derivatives. For the circuit of exercise 1 it says that the gradient at $a$ is 3. Repair it.


# %% tags=["stub"]
def walk_back(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g[name] * derivatives[name, each]
    return g


lesson_02.repair_walk_back.check(walk_back)


# %% tags=["solution"]
def walk_back(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g.get(each, 0.0) + g[name] * derivatives[name, each]  # paths add up
    return g


lesson_02.repair_walk_back.check(walk_back)

# %% [markdown]
# ## Takeaways
#
# - Backpropagation is the chain rule, from the result backward: multiply along a path, add where
#   paths meet. It costs at most two forward passes more, for any number of weights, and memory for every row.
# - Back through a layer: $X^\top D$ at the weights, $D W^\top$ at the inputs, a sum over rows at the bias.
# - Softmax with cross-entropy gives p − y at the logits.
# - Check what you derive: finite differences on both sides, in float64, relative error below 10⁻⁷.
#
# ## References
#
# - S. Linnainmaa, [*Taylor expansion of the accumulated rounding
#   error*](https://doi.org/10.1007/BF01931367), 1976 (backward differentiation; thesis of 1970).
# - D. Rumelhart, G. Hinton, R. Williams, [*Learning representations by back-propagating
#   errors*](https://doi.org/10.1038/323533a0), 1986.
# - A. Karpathy, [*CS231n: Backpropagation, Intuitions*](https://cs231n.github.io/optimization-2/), 2015 (the
#   sigmoid circuit); [*micrograd*](https://github.com/karpathy/micrograd), 2020 (a tape on this scale).
# - A. G. Baydin et al., [*Automatic Differentiation in Machine Learning: a
#   Survey*](https://arxiv.org/abs/1502.05767), 2018.
#
# **Next:** lesson 03 asks why a network needs activations.
#
# ## Deeper
#
# **Why p − y.** A classifier ends in logits $z$, $p = \text{softmax}(z)$ and $L = -\log p_{\text{right}}$.
# Written out, $L = -z_{\text{right}} + \log \sum_j e^{z_j}$. The derivative of the second part is
# $e^{z_i} / \sum_j e^{z_j} = p_i$, that of the first is −1 for the right class. Together: $p - y$.
# The right class is pulled up by what it lacks, the others are pushed down by what they were given.
#
# **Squared error on a probability.** Some tutorials name the mean squared error as loss for two classes,
# without a warning. Take one sigmoid output $p$ whose right answer is 1:

# %%
z = np.linspace(-8, 8, 65)
p = 1 / (1 + np.exp(-z))
figure, ax = dl.new_axes("The right answer is 1", "logit z", "gradient at the logit")
ax.plot(z, p - 1, label="cross-entropy: p − 1")
ax.plot(z, 2 * (p - 1) * p * (1 - p), "--", label="squared error: 2 (p − 1) p (1 − p)")
ax.legend()
plt.show()

# %% [markdown]
# On the left the unit is sure of the wrong answer. Cross-entropy pulls with its full strength of 1. **Squared
# error hardly pulls at all**: it has to come back through the sigmoid, whose derivative $p\,(1-p)$ is nearly 0.
# Such a unit learns from its worst mistakes last.
#
# **What the tape records.** `tf.GradientTape` notes each operation on the way forward, with the values that its
# derivative needs. It starts from *trainable variables*, and sees TensorFlow's operations only.


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
# `None` means that the tape found no way back. The NumPy line is the most common cause: `.numpy()` leaves the
# recording. `stop_gradient` does so on purpose, for one value: it counts as a constant, so only the other
# factor is differentiated, and 3 comes back in place of 6. A tape is used up by its first `gradient`, since the
# notes take memory. `persistent=True` keeps them. And of several results the tape returns the gradient of
# their **sum**.
