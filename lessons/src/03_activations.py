# %% [markdown]
# # 03 · Why must a network bend?
#
# **About 40 minutes.** You need lessons 01 (layers, softmax) and 02 (backpropagation).
#
# After this lesson you can
#
# - show by algebra and with real weights that stacked linear layers are one linear layer;
# - tell what a published comparison changed, and separate the two changes;
# - choose between sigmoid, tanh, ReLU, leaky ReLU, GELU and SiLU by their slopes;
# - measure where gradients vanish, and count the units that have died.

# %%
import dlcourse as dl

dl.start(seed=0)

from functools import partial
from timeit import repeat

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.optimizers import SGD, Adam
from matplotlib import pyplot as plt

lesson_03 = dl.exercises.lesson_03

# %% [markdown]
# ## The problem: three arms, and only straight lines
#
# Three arms of a spiral, 100 points each. Which arm does a point belong to? A linear network adds
# up its inputs and no more; between two classes it can only draw a straight line. But a network may
# have many layers. Is a stack of linear layers worth more?

# %%
random = np.random.default_rng(0)
place = np.tile(np.linspace(0, 1, 100), 3)  # along the arm
arm = np.repeat(np.arange(3), 100)
angle = 2 * np.pi / 3 * (2 * place + arm) + 0.2 * random.standard_normal(300)
points = place[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
data = dl.Dataset("loose spiral", points, arm)

# %%
figure, ax = dl.new_axes("Which arm does a point belong to?", "first input", "second input")
for number in range(3):
    ax.scatter(*points[arm == number].T, s=12, color=dl.PALETTE[number], label=f"arm {number}")
ax.set_aspect("equal")
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# ## Predict before you run
#
# A well-known tutorial trains two networks of two layers on such a spiral, for 1,000 steps. The
# linear one, with SGD, gets 50 % of the points right. The one with ReLU between its layers, with
# Adam, gets 94 %. Two things were changed at once! What happens to the **linear** network if it,
# too, gets Adam? Write `"it catches up"`, `"it gets halfway"` or `"it stays near one half"`.

# %% tags=["stub"]
my_prediction = ...
lesson_03.linear_with_adam.check(my_prediction)

# %% tags=["solution"]
my_prediction = "it stays near one half"
lesson_03.linear_with_adam.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Two linear layers in a row are one linear layer.** Multiply it out:
#
# $$(x W_1 + b_1)\, W_2 + b_2 \;=\; x\, \underbrace{W_1 W_2}_{W} \;+\; \underbrace{b_1 W_2 + b_2}_{b}$$
#
# So a hundred linear layers are one, too. Only a bend between them, an **activation** $f$ that
# is no straight line, makes the stack more than its parts:
#
# $$f(x W_1 + b_1)\, W_2 + b_2$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $W_1, b_1$ | `kernel`, `bias` | a layer's weights |
# | $f$ | `activation` of a layer | bends each number by itself |
# | $f'$ | | its slope: how much of a gradient comes back through it |
#
# ## By hand, and the same as Keras?
#
# Three Keras layers without activation, and the single layer that we compute from their weights.


# %%
def merge(first, second):
    (W1, b1), (W2, b2) = first, second
    return W1 @ W2, b1 @ W2 + b2


print(merge((np.array([[2.0]]), np.array([-1.0])), (np.array([[3.0]]), np.array([1.0]))))

stack = keras.Sequential([keras.Input((2,)), layers.Dense(100), layers.Dense(50), layers.Dense(3)])
parts = [(layer.kernel.numpy(), layer.bias.numpy() + 0.1) for layer in stack.layers]
stack.set_weights([weights for part in parts for weights in part])
W, b = merge(merge(parts[0], parts[1]), parts[2])
assert np.allclose(stack(points), points @ W + b, atol=1e-5)
print(f"{stack.count_params():,} weights do what {W.size + b.size} do.")

# %% [markdown]
# The first line says: `2x - 1`, then three times that plus one, is `6x - 2`.
#
# ## Six bends, and their slopes
#
# Each is one line. `erf` belongs to the bell curve: GELU weighs $z$ by the chance that a normal
# random number lies below it. Backpropagation multiplies the gradient by the slope $f'$, so the
# slopes matter most. We check the values against Keras and take the slopes from the tape (lesson 02).


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


by_hand = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "gelu": lambda z: z * (1 + tf.math.erf(z / np.sqrt(2)).numpy()) / 2,
    "silu": lambda z: z * sigmoid(z),
}

# %%
z, slopes = np.linspace(-5, 5, 201), {}
for name, function in by_hand.items():
    variable = tf.Variable(z)
    with tf.GradientTape() as tape:
        value = keras.activations.get(name)(variable)
    slopes[name] = tape.gradient(value, variable).numpy()
    assert np.allclose(function(z), value)
print("All six are Keras's. The steepest slope of sigmoid is", slopes["sigmoid"].max())

# %%
figure, axes = dl.new_axes("Six activations: value (left), slope (right)", "z", "", columns=2)
for index, (name, function) in enumerate(by_hand.items()):
    look = {**dl.method_style(name, index), "marker": "", "linestyle": "-" if index < 5 else "--"}
    axes[0].plot(z, function(z), label=name, **look)
    axes[1].plot(z, slopes[name], label=name, **look)
axes[0].set_ylim(-1.5, 3)
dl.legend_beside(axes[1])
plt.show()

# %% [markdown]
# - **sigmoid** and **tanh** *saturate*: far from zero their slope is nearly 0, and no gradient comes
#   back. Sigmoid's slope is 1/4 at best. Its values are all positive (*not zero-centered*).
# - **ReLU** has slope 1 or 0 exactly. It does not saturate on the right; on the left it is off.
# - **leaky ReLU** keeps a small slope on the left; **GELU** and **SiLU** are smooth versions of ReLU
#   that dip below zero.
#
# Sigmoid and tanh need exponentials, ReLU only a comparison. Is that a reason? We time each one on
# a million numbers, and beside them the matrix product `x @ W` of a layer with 1,000 units.

# %%
batch = tf.random.normal((1000, 1000), seed=0)
calls = {name: partial(keras.activations.get(name), batch) for name in by_hand}
calls["Dense(1000)"] = partial(tf.matmul, batch, batch)
times = [1000 * min(repeat(call, number=1)) for call in calls.values()]
figure, ax = dl.new_axes("A million numbers on this machine", "", "time (ms)")
ax.bar([name.replace("_", " ") for name in calls], times)
dl.mark_varying(ax, "timed on this machine")
plt.show()

# %% [markdown]
# The bars are your machine's. On ours tanh, with its exponentials, was about as fast as ReLU. GELU
# took longest, and still only a part of the layer's product, which comes three times in training:
# for the outputs and for two gradients. So cost rarely decides; the slopes do.
#
# ## In plain Keras
#
# One word, `activation="relu"`, in the hidden layer.


# %%
def build_model():
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(100, activation="relu", name="hidden"),
            layers.Dense(3, name="logits"),
        ],
        name="spiral_classifier",
    )


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model = build_model()
model.compile(Adam(learning_rate=0.01), loss, metrics=["accuracy"])
model.fit(points, arm, batch_size=30, epochs=20, verbose=0)
right = model.evaluate(points, arm, verbose=0)[1]
print("more than two thirds right:", right > 2 / 3)

# %% [markdown]
# ## The experiment: one change at a time
#
# Now the tutorial's comparison, taken apart. Linear against ReLU, always with the *same* optimizer:
# the tutorial's SGD at 0.001, its Adam at 0.001, and SGD at a rate that suits it, 1.0. Five seeds,
# 500 full-batch steps, which are enough to see it. `compare_activations` exchanges the activation
# and nothing else: both networks even start from the same weights.

# %%
task = dl.Task(data, build_model, loss, metrics=["accuracy"])
optimizers = {"SGD 0.001": SGD(0.001), "Adam 0.001": Adam(0.001), "SGD 1.0": SGD(1.0)}
steps = {"epochs": 500, "batch_size": 300, "evaluate_every": 100, "record": ["weights"]}
choices = {"linear": None, "ReLU": "relu"}
spiral = {
    name: dl.compare_activations(choices, task, optimizer=optimizer, **steps)
    for name, optimizer in optimizers.items()
}

# %%
figure, axes = dl.new_axes("Two activations, three optimizers", "step", "", columns=3)
for ax, (name, runs) in zip(axes, spiral.items(), strict=True):
    dl.mark_varying(
        runs.plot("accuracy", ax=ax, title=name), "chaotic: details differ between machines"
    )
    ax.set(xlabel="step\n(chaotic)", ylabel="training accuracy", ylim=(0.3, 1.02))
for ax in axes[:-1]:
    ax.get_legend().remove()
plt.show()

# Medians of linear and ReLU:
accuracy = {name: np.median(runs.final("accuracy"), axis=1) for name, runs in spiral.items()}
near_half = accuracy["Adam 0.001"][0] < 0.6
lesson_03.linear_with_adam.compare("it stays near one half" if near_half else "it catches up")

# %% [markdown]
# ## How to read it
#
# - **The optimizer alone** (blue, left to middle): the linear network comes to rest, and stays near
#   one half. With SGD at 1.0 it ends at the same place: no linear network has a lower *loss*.
# - **The activation alone** (left figure): at this low rate SGD has hardly begun after 500 steps, with
#   either activation. (Look at the linear network's loss, below: 1.06, where 0.77 is possible.) The
#   tutorial's SGD run says nothing about activations.
# - **The activation, with any optimizer at a rate that suits it** (middle and right): everything.
#
# So the bend was what counted, and the tutorial's numbers could not tell. The ReLU curves are called
# chaotic, because rounding errors grow in them; no number is quoted. The linear ones are not:

# %%
rows = [
    [name, *np.median(runs["linear"].final("loss"), axis=1), accuracy[name][0]]
    for name, runs in spiral.items()
]
print(dl.Table(["optimizer", "loss", "accuracy"], rows, "The linear network, median of 5 seeds"))

x, y = np.meshgrid(np.linspace(-1.1, 1.1, 120), np.linspace(-1.1, 1.1, 120))
grid = np.stack([x.ravel(), y.ravel()], axis=1)
figure, axes = dl.new_axes("What the networks answer", "first input", "second input", columns=2)
for ax, label in zip(axes, ["linear", "ReLU"], strict=True):
    w1, b1, w2, b2 = spiral["SGD 1.0"].weights[label, 0][-1]
    hidden = grid @ w1 + b1
    hidden = hidden if label == "linear" else np.maximum(hidden, 0)
    answer = np.argmax(hidden @ w2 + b2, axis=1).reshape(x.shape)
    ax.contourf(x, y, answer, levels=[-0.5, 0.5, 1.5, 2.5], colors=dl.PALETTE[:3], alpha=0.35)
    ax.scatter(*points.T, s=6, c=[dl.PALETTE[number] for number in arm])
    ax.set(title=label, aspect="equal")
    dl.mark_varying(ax, "one seed")
plt.show()

# %% [markdown]
# Straight borders from the center on the left. On the right the borders follow the arms, in many
# short straight pieces: a ReLU network is linear between its bends.
#
# ## Gradients that vanish
#
# On its way back through a layer, the gradient is multiplied by the slope. Sigmoid's is 1/4 at most.
# Through ten layers? `trace_gradients` gives the size of the gradient layer by layer: ten hidden
# layers of 32 units, real digits, five networks fresh from Keras's start.

# %%
numbers = dl.digits()


def build_deep(activation="sigmoid"):
    hidden = [layers.Dense(32, activation, name=f"hidden_{i}") for i in range(1, 11)]
    return keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10, name="logits")])


def gradient_sizes(activation, seed):
    keras.utils.set_random_seed(seed)
    model = build_deep(activation)
    return list(dl.trace_gradients(model, numbers.x_val, numbers.y_val, loss).values())


sizes, shrink = {}, {}
for name in ("sigmoid", "tanh", "relu"):
    sizes[name] = np.array([gradient_sizes(name, seed) for seed in range(5)])
    shrink[name] = np.median((sizes[name][:, 9] / sizes[name][:, 0]) ** (1 / 9))
    print(f"{name}: divided by {shrink[name]:.1f} per layer, from layer 10 back to 1")

# %%
labels = ("layer (11 is the last)", "gradient (root mean square)")
figure, ax = dl.new_axes("Gradients on their way back", *labels, yscale="log")
for index, (name, samples) in enumerate(sizes.items()):
    dl.plot_band(ax, np.arange(1, 12), samples, name, **dl.method_style(name, index))
ax.set_xticks(range(1, 12))
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Sigmoid divides the gradient by more than 4 per layer. That is its slope: 1/4 at most, and less
# wherever a unit's input is not 0. (Keras's start for the weights keeps the size on average: lesson
# 04.) Nine such layers make some 400,000, and the first layer stands still. The other lines are nearly
# level. Does it matter for training? Four epochs of SGD:

# %%
deep_task = dl.Task(numbers, build_deep, loss, metrics=["accuracy"])
both = {"sigmoid": "sigmoid", "tanh": "tanh"}
deep = dl.compare_activations(both, deep_task, optimizer=SGD(0.3), epochs=4, batch_size=64)
_, ax = dl.new_axes("Ten hidden layers, four epochs", "", "")
dl.mark_varying(deep.plot("val_accuracy", ax=ax), "chaotic: details differ between machines")

# %% [markdown]
# Sigmoid guesses, one digit in ten. tanh saturates too, but around zero its slope is 1, and there
# fresh networks live.
#
# ## Dead ReLUs
#
# A ReLU whose input is negative for *every* row gives 0, has slope 0, and gets no gradient. Its
# weights never move again: it is **dead**. Tutorials name two causes: a rate that is too high and a
# bad start. We count, among 128 hidden units.


# %%
def build_wide(bias=0.0):
    start = keras.initializers.Constant(bias)
    hidden = layers.Dense(128, activation="relu", bias_initializer=start, name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, layers.Dense(10, name="logits")])


def dead_units(weights):
    w1, b1, *_ = weights
    return int((numbers.x_train @ w1 + b1 <= 0).all(axis=0).sum())  # off for all rows


def dead_at_start(seed):
    keras.utils.set_random_seed(seed)
    return dead_units(build_wide().get_weights())


# %%
wide_task = dl.Task(numbers, build_wide, loss, metrics=["accuracy"])
settings = {"epochs": 5, "batch_size": 64, "evaluate_every": 5}
rates = {"SGD 0.3": SGD(0.3), "SGD 2.0": SGD(2.0), "Adam 0.01": Adam(0.01)}
wide = dl.train_runs(rates, wide_task, **settings, record=["weights"])

# %%
dead = {"at the start": np.median([dead_at_start(seed) for seed in range(5)])}
for label in wide:
    dead[label] = np.median([dead_units(wide.weights[label, seed][-1]) for seed in range(5)])

figure, axes = dl.new_axes("ReLUs after five epochs, medians of 5 seeds", "", "", columns=2)
axes[0].bar(list(dead), list(dead.values()))
axes[0].set_ylabel("dead units of 128")
axes[1].bar(list(rates), np.median(wide.final("val_accuracy"), axis=1))
axes[1].set_ylabel("validation accuracy (fraction)")
for ax in axes:
    ax.tick_params(axis="x", rotation=20)
    dl.mark_varying(ax, "chaotic at rate 2")
plt.show()

# %% [markdown]
# - A few units are dead **before** any training: pixels are never negative, so a unit with mostly
#   negative weights stays off. A good rate adds hardly any.
# - At rate 2.0 large steps push more and more units to the negative side, for good: nearly all of them
#   within five epochs. The network does hardly better than guessing.
# - Adam, the *adaptive* remedy that tutorials recommend, leaves at 0.01 several times more dead units
#   than SGD at a good rate, and gets as many digits right. Dead units do no harm as long as enough are alive.
#
# Now the remedies: the same rate 2.0 with other activations, and a bad start, all biases at −2.

# %%
bent = {"leaky ReLU": "leaky_relu", "GELU": "gelu"}
high_rate = dl.compare_activations(bent, wide_task, optimizer=SGD(2.0), **settings)
bad_start = dl.Task(numbers, lambda: build_wide(bias=-2.0), loss, metrics=["accuracy"])
off = dl.compare_activations({"ReLU": "relu", **bent}, bad_start, optimizer=SGD(0.3), **settings)


def learned(runs, label):
    return "yes" if np.median(runs[label].final("val_accuracy")) > 0.5 else "no"


rows = [["ReLU", learned(wide, "SGD 2.0"), learned(off, "ReLU")]]
rows += [[name, learned(high_rate, name), learned(off, name)] for name in bent]
dl.Table(
    ["activation", "learns at rate 2.0", "learns from biases of -2"],
    rows,
    "More than half of the validation digits right? (median of 5 seeds)",
)

# %% [markdown]
# leaky ReLU cannot die, and at rate 2.0 its loss explodes instead: death was only ReLU's way to fail
# at a rate that is too high. GELU bears 2.0. (Try it at 4.0.) **The remedy for a high rate is a lower
# rate.** Against a bad start an activation with a slope on the left does help.
#
# Tutorials also recommend the starts of Xavier (Glorot) or He. Keras uses Glorot's already. The two
# differ in scale only, and with zero biases the scale of its weights does not decide whether a unit
# is on.
#
# ## Straight pieces or a smooth curve
#
# For regression the bend can be seen. Eight hidden units, 100 noisy points of a sine.


# %%
def build_curve():
    hidden = layers.Dense(8, activation="relu", name="hidden")
    return keras.Sequential([keras.Input((1,)), hidden, layers.Dense(1, name="y")])


curve = dl.Task(dl.noisy_curve(noise=0.1), build_curve, keras.losses.MeanSquaredError())
full = {"epochs": 400, "batch_size": 100, "evaluate_every": 400, "record": ["model"]}
fits = dl.compare_activations({"ReLU": "relu", "tanh": "tanh"}, curve, optimizer=Adam(0.02), **full)

# %%
x = np.linspace(-2, 2, 401, dtype="float32")[:, None]
figure, ax = dl.new_axes("The same eight units, two activations (one seed)", "x", "y")
ax.scatter(curve.data.x_train, curve.data.y_train, s=10, color="0.6", label="training points")
curved = {}
for index, label in enumerate(fits):
    predictions = [fits.models[label, seed](x).numpy()[:, 0] for seed in range(5)]
    ax.plot(x[:, 0], predictions[0], label=label, **{**dl.method_style(label, index), "marker": ""})
    second = np.abs(np.diff(predictions, n=2, axis=1))  # 0 wherever the fit is straight
    curved[label] = (second > 1e-4).mean(axis=1)
dl.legend_beside(ax)
dl.mark_varying(ax, "details differ between machines")
plt.show()

# %% [markdown]
# **ReLU gives straight pieces, tanh a smooth curve.** Each ReLU unit adds one bend, so eight units
# bend at most eight times. Outside the data ReLU runs on along its last lines, and tanh goes on in a
# curve. Both are guesses: no point says anything about the sine out there.
#
# ## Check the claims
#
# Medians over five seeds; if one of these ever stops being true, the course's tests fail.

# %%
low, adam, high = (accuracy[name] for name in optimizers)
assert max(low[0], adam[0], high[0]) < 0.6, "linear: near one half with every optimizer"
assert low[1] < 0.7, "ReLU with SGD at 0.001 has hardly begun"
assert (spiral["SGD 0.001"].final("loss") > 1.0).all(), "neither has the linear network"
assert min(adam[1], high[1]) > 0.75, "ReLU, with Adam or with SGD at its own rate"
ends = [np.median(spiral[name]["linear"].final("loss")) for name in ("Adam 0.001", "SGD 1.0")]
assert abs(ends[0] - ends[1]) < 0.001, "the linear network has one best loss"
assert shrink["sigmoid"] > 4, "sigmoid: less than a quarter comes back through each layer"
assert max(shrink["tanh"], shrink["relu"]) < 2, "the others let it pass"
deep_ends = np.median(deep.final("val_accuracy"), axis=1)
assert deep_ends[0] < 0.2 and deep_ends[1] > 0.6, "and then sigmoid does not learn"
assert dead["SGD 0.3"] - dead["at the start"] < 3 and dead["SGD 2.0"] > 100, "rates kill"
assert dead["Adam 0.01"] > 2 * dead["SGD 0.3"], "Adam is no remedy"
assert np.median(wide["Adam 0.01"].final("val_accuracy")) > 0.94, "and needs none"
assert [row[1:] for row in rows] == [["no", "no"], ["no", "yes"], ["yes", "yes"]], "remedies"
exploded = ~(high_rate["leaky ReLU"].final("loss") < 10)  # NaN counts, too
assert exploded.sum() > 2, "leaky ReLU does not die at rate 2, it explodes"
assert curved["ReLU"].max() <= 16 / 399 and np.median(curved["tanh"]) > 0.5, "pieces, curves"
print("All fourteen claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `Dense(64)` has **no** activation by default. A forgotten `activation` gives no error, only a
#   network that is linear.
# - The slope of leaky ReLU on the left is 0.2 in `activation="leaky_relu"`, 0.3 in the layer
#   `LeakyReLU()`, and 0.01 in PyTorch.
# - `"gelu"` is exact; some published networks use an approximation (`approximate=True`).
# - Keras calls SiLU by its other name, too: `"swish"` is the same function.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_03.<name>.hint()`, then `.solution()`.
#
# **1.** Sigmoid's slope is at most 1/4. Slopes alone: what share of a gradient is left, at most, after
# six sigmoid layers?

# %% tags=["stub"]
share = ...
lesson_03.share_left.check(share)


# %% tags=["solution"]
share = 0.25**6  # a quarter of a quarter, six times
lesson_03.share_left.check(share)

# %% [markdown]
# **2.** Write `collapse(stack)`: `stack` is a list of linear layers `(W, b)`, first layer first.
# Return the one `(W, b)` that does the same.


# %% tags=["stub"]
def collapse(stack): ...


lesson_03.collapse.check(collapse)


# %% tags=["solution"]
def collapse(stack):
    W, b = stack[0]
    for next_W, next_b in stack[1:]:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


lesson_03.collapse.check(collapse)

# %% [markdown]
# **3.** Half of your ReLUs died in the first epoch, and the loss is stuck. What do you try first?
# `"train longer"`, `"lower the learning rate"` or `"add a layer"`?

# %% tags=["stub"]
try_first = ...
lesson_03.many_dead.check(try_first)


# %% tags=["solution"]
try_first = "lower the learning rate"
lesson_03.many_dead.check(try_first)

# %% [markdown]
# ## Takeaways
#
# - Linear layers in a row are one linear layer. The bend between them makes depth worth something.
# - Change one thing at a time, or you will not know what helped.
# - Backpropagation multiplies by slopes. Ten sigmoids let almost nothing through; ReLU and tanh do,
#   from a good start.
# - ReLUs die at rates that are too high. A few dead ones are normal and do no harm.
#
# ## References
#
# - S. Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, 1991 (vanishing gradients).
# - X. Glorot, A. Bordes, Y. Bengio, *Deep Sparse Rectifier Neural Networks*, 2011 (ReLU).
# - A. Maas, A. Hannun, A. Ng, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*,
#   2013 (leaky ReLU).
# - D. Hendrycks, K. Gimpel, *Gaussian Error Linear Units*, 2016 (GELU and SiLU).
#
# **Next:** lesson 04 asks how to choose the first weights.
