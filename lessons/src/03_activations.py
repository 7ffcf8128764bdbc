# %% [markdown]
# # 03 · Why must a network be nonlinear?
#
# **About 45 minutes.** You need lessons 01 (layers, softmax) and 02 (backpropagation).
#
# After this lesson you can
#
# - build a curve out of hinges, and say why that is what a hidden layer does;
# - show by algebra and with real weights that stacked linear layers are one linear layer;
# - choose between sigmoid, tanh, ReLU, leaky ReLU, GELU and SiLU by what they let through, both ways;
# - measure where signals and gradients vanish, and count the units that have died.

# %%
import dlcourse as dl

dl.start(seed=0)
import keras
import numpy as np
from matplotlib import pyplot as plt

# %% [markdown]
# ## Look: hinges that add up to a curve
#
# A **hinge** is a line that is flat up to some place and then rises: `max(x − place, 0)`. On the left below are eight hinges, each
# multiplied with a number of its own. On the right is their sum, beside a sine.

# %%
x = np.linspace(-1, 1, 401)


def hinges(places):
    """One column for each hinge, and one for a constant: shape (401, places + 1)."""
    return np.column_stack([*(np.maximum(x - place, 0) for place in places), np.ones_like(x)])


def fit(places, target):
    """The best weight for each hinge, by least squares."""
    weights, *_ = np.linalg.lstsq(hinges(places), target, rcond=None)
    return weights.round(6)


sine = np.sin(np.pi * x)
places = np.linspace(-1, 0.75, 8)
weights = fit(places, sine)
figure, axes = dl.new_axes("Eight hinges", "x", "", columns=2)
axes[0].plot(x, hinges(places)[:, :-1] * weights[:-1], color=dl.PALETTE[0], linewidth=1)
axes[0].set_title("each times its weight")
axes[1].plot(x, sine, color="0.6", label="sine")
axes[1].plot(x, hinges(places) @ weights, "--", label="sum of eight hinges")
axes[1].set_title("and their sum")
axes[1].legend()
plt.show()

# %%
errors = {}
for count in (2, 4, 8, 16, 32):
    places = np.linspace(-1, 1, count, endpoint=False)
    errors[count] = np.abs(hinges(places) @ fit(places, sine) - sine).max()
print("largest error of the sum:", {count: f"{error:.2g}" for count, error in errors.items()})

# %% [markdown]
# Each hinge adds one corner, and enough corners make any curve: twice the hinges, a quarter of the error. A hinge is a
# unit of a network: its place is set by weight and bias, `max(…, 0)` is ReLU, and the numbers in front are the
# next layer's weights. (That one hidden layer can come as near as you like to any continuous function is called
# **universal approximation**.) Change the target above to `np.abs(x)` or `x**3`, and try fewer hinges.
#
# ## The problem: three arms, and only straight lines
#
# Three arms of a spiral, 100 points each. One linear layer, weights and biases and nothing else, can only draw straight lines between
# classes. Is a stack of linear layers worth more?

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
lesson_03 = dl.exercises.lesson_03
my_prediction = ...
lesson_03.linear_with_adam.check(my_prediction)

# %% tags=["solution"]
lesson_03 = dl.exercises.lesson_03
my_prediction = "it stays near one half"
lesson_03.linear_with_adam.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Two linear layers in a row are one linear layer.** Multiply it out:
#
# $$(x W_1 + b_1)\, W_2 + b_2 \;=\; x\, \underbrace{W_1 W_2}_{W} \;+\; \underbrace{b_1 W_2 + b_2}_{b}$$
#
# So a hundred linear layers are one, too. Only a **nonlinear** function between them, an activation $f$ whose graph is
# no straight line, makes the stack more than its parts:
#
# $$f(x W_1 + b_1)\, W_2 + b_2$$
#
# | symbol | Keras | the field's word |
# |---|---|---|
# | $W_1, b_1$ | `kernel`, `bias` | a layer's weights |
# | $f$ | `activation` of a layer | activation, nonlinearity |
# | $f'$ | | its derivative: how much of a gradient comes back through it |
#
# ## By hand, and the same as Keras?


# %%
def merge(first, second):
    (W1, b1), (W2, b2) = first, second
    return W1 @ W2, b1 @ W2 + b2


layers = keras.layers
stack = keras.Sequential([keras.Input((2,)), layers.Dense(100), layers.Dense(50), layers.Dense(3)])
parts = [(layer.kernel.numpy(), layer.bias.numpy() + 0.1) for layer in stack.layers]
stack.set_weights([each for part in parts for each in part])
W, b = merge(merge(parts[0], parts[1]), parts[2])
assert np.allclose(stack(points), points @ W + b, atol=1e-5)
print(f"{stack.count_params():,} weights do what {W.size + b.size} do.")

# %% [markdown]
# ## Six activations, and their derivatives
#
# Each is one line. `erf` belongs to the bell curve: GELU weighs $z$ by the chance that a normal
# random number lies below it. We check the values against Keras and take the derivatives from the tape (lesson 02).

# %%
import tensorflow as tf


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
    assert np.allclose(function(z), value, atol=1e-6)
print("All six are Keras's. The largest derivative of sigmoid is", slopes["sigmoid"].max())

families = {"saturating": ["sigmoid", "tanh"], "hinges": ["relu", "leaky_relu", "gelu", "silu"]}
figure, axes = plt.subplots(2, 2, figsize=(6.4, 4.8), sharex=True)
for column, (family, members) in zip(axes.T, families.items(), strict=True):
    for name in members:
        column[0].plot(z, by_hand[name](z), label=name.replace("_", " "))
        column[1].plot(z, slopes[name])
    column[0].set(title=family, ylim=(-1.5, 3))
    column[0].legend()
    column[1].set(xlabel="z", ylim=(-0.2, 1.2))
axes[0, 0].set_ylabel("value")
axes[1, 0].set_ylabel("derivative")
plt.show()

# %% [markdown]
# - **sigmoid** and **tanh** *saturate*: far from zero their derivative is nearly 0, and no gradient comes
#   back. Sigmoid's is 1/4 at best, and its values are all positive (*not zero-centered*).
# - **ReLU** is the hinge: derivative 1 or 0 exactly. It does not saturate on the right; on the left it is off.
# - **leaky ReLU** keeps a small derivative on the left; **GELU** and **SiLU** are smooth versions of ReLU
#   that dip below zero.
#
# ## In plain Keras
#
# One word, `activation="relu"`, in the hidden layer.


# %%
from keras.optimizers import SGD, Adam


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
right = model.evaluate(points, arm, verbose=0, return_dict=True)["accuracy"]
print("more than two thirds right:", right > 2 / 3)

# %% [markdown]
# ## The experiment: one change at a time
#
# The tutorial's comparison, taken apart. Linear against ReLU, always with the *same* optimizer:
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
# - **The optimizer alone** (linear, left to middle): the linear network comes to rest, and stays near
#   one half. With SGD at 1.0 it ends at the same place: no linear network has a lower *loss*.
# - **The activation alone** (left figure): at this low rate SGD has hardly begun after 500 steps, with
#   either activation. The tutorial's SGD run says nothing about activations.
# - **The activation, with any optimizer at a rate that suits it** (middle and right): everything.
#
# So the nonlinearity was what counted, and the tutorial's numbers could not tell. What does the hidden layer
# do with the points? A network with *two* units in its last hidden layer lets us look inside.


# %%
def build_narrow():
    inner = [layers.Dense(32, "tanh", name="wide"), layers.Dense(2, "tanh", name="two")]
    return keras.Sequential([keras.Input((2,)), *inner, layers.Dense(3, name="logits")])


one_run = {
    "epochs": 600,
    "batch_size": 300,
    "evaluate_every": 600,
    "seeds": [1],
    "record": ["model"],
}
untangled = dl.train_runs({"Adam": Adam(0.02)}, dl.Task(data, build_narrow, loss), **one_run)
narrow = untangled.models["Adam", 1]
inside = narrow.layers[1](narrow.layers[0](points)).numpy()
figure, axes = dl.new_axes("The spiral, untangled (one training)", "", "", columns=2)
for ax, places, title in zip(
    axes, (points, inside), ("what comes in", "in the two hidden units"), strict=True
):
    for number in range(3):
        ax.plot(*places[arm == number].T, ".", color=dl.PALETTE[number], markersize=4)
    ax.set(title=title, xlabel="first", ylabel="second")
    dl.mark_varying(ax, "details differ by machine")
plt.show()

# %% [markdown]
# The last layer is linear: it can only draw straight borders, and on the left none would do. The hidden layers have
# **moved the points** until straight borders suffice. That is what a network's depth is for.
#
# ## Ten layers deep: what gets through, forward and back
#
# With ten hidden layers two questions arise. Forward: do different digits still look different at the end? We measure the **spread**
# of a unit's values over the digits. Backward: how large is the gradient that arrives in each layer? Five fresh
# networks for each activation, from Keras's start.

# %%
numbers = dl.digits()


def build_deep(activation="sigmoid"):
    hidden = [layers.Dense(32, activation, name=f"hidden_{i}") for i in range(1, 11)]
    return keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10, name="logits")])


def both_ways(activation, seed):
    """The spread of the values over the digits, and the RMS of the gradient, in ten layers."""
    keras.utils.set_random_seed(seed)
    model, values, spreads = build_deep(activation), numbers.x_val, []
    for layer in model.layers[:-1]:
        values = layer(values).numpy()
        spreads.append(np.sqrt(values.var(axis=0).mean()))
    gradients = dl.trace_gradients(model, numbers.x_val, numbers.y_val, loss)
    return spreads, list(gradients.values())[:-1]


# %%
compared = ["sigmoid", "tanh", "relu", "gelu", "silu"]
traced = {name: np.array([both_ways(name, seed) for seed in range(5)]) for name in compared}
_, axes = dl.new_axes("Ten hidden layers before training", "layer", "", yscale="log", columns=2)
for index, (name, each) in enumerate(traced.items()):
    for ax, way in zip(axes, (0, 1), strict=True):
        dl.plot_band(ax, np.arange(1, 11), each[:, way], name, **dl.method_style(name, index))
axes[0].set_ylabel("spread over the digits")
axes[1].set_ylabel("RMS of the gradient")
dl.legend_beside(axes[1])
plt.show()
at_end = {name: np.median(each[:, 0, -1]) for name, each in traced.items()}
lost = {name: np.median(each[:, 1, -1] / each[:, 1, 0]) for name, each in traced.items()}

# %% [markdown]
# **Sigmoid loses both.** Backward, each layer divides the gradient by more than 4 (its derivative is 1/4 at best). Forward it is as bad,
# and this is less known: after ten layers all digits give nearly the same values, different in the seventh
# decimal. The last layer has nothing to tell them apart by. tanh keeps half of what its first layer has; ReLU, GELU and SiLU lie between. Does it matter for training? Four of them with SGD and with Adam, each at the better of two rates:

# %%
rates = {f"SGD {r:g}": SGD(r) for r in (0.1, 0.3)} | {f"Adam {r:g}": Adam(r) for r in (0.003, 0.01)}
deep = {}
for name in ("sigmoid", "tanh", "relu", "gelu"):
    deep_task = dl.Task(numbers, lambda name=name: build_deep(name), loss, metrics=["accuracy"])
    trained = dl.train_runs(rates, deep_task, epochs=6, batch_size=64, evaluate_every=6)
    deep[name] = np.median(trained.final("val_accuracy"), axis=1).reshape(2, 2).max(axis=1)
rows = [[name, f"{sgd:.0%}", f"{adam:.0%}"] for name, (sgd, adam) in deep.items()]
dl.Table(
    ["activation", "SGD", "Adam"],
    rows,
    "Validation digits right after 6 epochs, better of 2 rates, median of 5",
)

# %% [markdown]
# With SGD only tanh gets through in six epochs. The ReLU family has hardly begun: from this start a layer of ReLU leaves 0.7 of the
# spread, one of GELU half. (After 24 epochs at SGD 0.1 ReLU gets to 77 %, GELU still 10 %.) Adam divides a gradient by its own size
# (lesson 09), so small gradients hold it up far less, and it gets them going, **but for sigmoid**. There the first layers' gradients, about
# 1e-8, are below even the 1e-7 that Adam adds to the divisor (`epsilon`). With an `epsilon` of 1e-12 and 12 epochs it gets
# to 19 %, no further: the lost spread is the other half of the trouble. (The longer trainings were measured on five other seeds and
# are not run here.) So
# "ReLU lets the gradient through" is only half of the truth: it does, *from a start that suits it*, and that is lesson 04.
#
# ## Change one thing: dead ReLUs
#
# A ReLU whose input is negative for *every* row gives 0 and gets no gradient: it is **dead**. Tutorials name two
# causes: a rate that is too high and a bad start. We count, among 128 hidden units.


# %%
def build_wide(bias=0.0):
    start = keras.initializers.Constant(bias)
    hidden = layers.Dense(128, activation="relu", bias_initializer=start, name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, layers.Dense(10, name="logits")])


def dead_units(weights):
    w1, b1, *_ = weights
    return int((numbers.x_train @ w1 + b1 <= 0).all(axis=0).sum())  # off for all rows


def dead_at_start(seed, bias=0.0):
    keras.utils.set_random_seed(seed)
    return dead_units(build_wide(bias).get_weights())


wide_task = dl.Task(numbers, build_wide, loss, metrics=["accuracy"])
settings = {"epochs": 5, "batch_size": 64, "evaluate_every": 5}
wide_rates = {"SGD 0.3": SGD(0.3), "SGD 2.0": SGD(2.0), "Adam 0.01": Adam(0.01)}
wide = dl.train_runs(wide_rates, wide_task, **settings, record=["weights"])
dead = {
    "at the start": np.median([dead_at_start(seed) for seed in range(5)]),
    "bias −1": np.median([dead_at_start(seed, bias=-1.0) for seed in range(5)]),
}
for label in wide:
    dead[label] = np.median(
        [dead_units(kept[-1]) for run, kept in wide.weights.items() if run[0] == label]
    )

# %%
figure, axes = dl.new_axes(
    "ReLUs: the first two bars before training, the others after five epochs", "", "", columns=2
)
axes[0].bar(list(dead), list(dead.values()))
axes[0].set_ylabel("dead units of 128 (median of 5)")
axes[1].bar(list(wide_rates), np.median(wide.final("val_accuracy"), axis=1))
axes[1].set_ylabel("validation accuracy (fraction)")
for ax in axes:
    ax.tick_params(axis="x", rotation=20)
    dl.mark_varying(ax, "chaotic at rate 2")
plt.show()

# %% [markdown]
# - A few units are dead **before** any training: pixels are never negative, so a unit with mostly
#   negative weights stays off. A good rate adds hardly any.
# - The bad start is real: with biases that begin at −1, most units are dead before the first step.
# - At rate 2.0 large steps push nearly all units to the negative side within five epochs. The network does hardly
#   better than guessing. **The remedy for a high rate is a lower rate.**
# - Adam at 0.01 leaves several times more dead units than SGD, and gets as many digits right. Dead units do no
#   harm as long as enough are alive.
#
# Is a dead unit dead for good? In the *first* layer under plain SGD, yes: its inputs, the pixels, never change, and it gets
# no gradient. In a *later* layer the inputs change while the layers before it learn, and momentum or Adam keep moving weights
# for a while without a gradient; there a few units come back to life ("Deeper" counts them).
#
# ## Check the claims
#
# Over five seeds, where chance is at work. Change the lesson and run this again: it says which claims
# still hold.

# %%
low, adam, high = (accuracy[name] for name in optimizers)
with dl.claim("The linear network stays near one half, with every optimizer."):
    assert max(low[0], adam[0], high[0]) < 0.6
with dl.claim("With SGD at 0.001, neither network has begun after 500 steps."):
    assert low[1] < 0.7 and (spiral["SGD 0.001"].final("loss") > 1.0).all()
with dl.claim("With ReLU it learns the spiral, with Adam or with SGD at its own rate."):
    assert min(adam[1], high[1]) > 0.75
with dl.claim("Ten sigmoids lose the gradient, and the spread over the digits."):
    assert lost["sigmoid"] > 1e5 and at_end["sigmoid"] < 1e-4 < 1e-3 < at_end["tanh"]
with dl.claim("tanh lets the gradient through within a factor of ten."):
    assert lost["tanh"] < 10
with dl.claim("Ten layers of sigmoid do not learn in six epochs, with SGD or with Adam."):
    assert max(deep["sigmoid"]) < 0.3
with dl.claim(
    "In six epochs ten layers of tanh learn with either; ReLU and GELU only with Adam, from this start."
):
    assert min(deep["tanh"]) > 0.8
    assert all(deep[name][0] < 0.6 < 0.75 < deep[name][1] for name in ("relu", "gelu"))
with dl.claim("Too high a rate or a bad start kills ReLUs; a good rate adds hardly any."):
    assert dead["SGD 0.3"] - dead["at the start"] < 4 < 90 < min(dead["SGD 2.0"], dead["bias −1"])
with dl.claim("Adam leaves more dead units than SGD, and needs no remedy."):
    assert dead["Adam 0.01"] > 2 * dead["SGD 0.3"]
    assert np.median(wide["Adam 0.01"].final("val_accuracy")) > 0.94
with dl.claim("Twice the hinges, about a quarter of the error."):
    assert all(2.5 < errors[n] / errors[2 * n] < 6 for n in (4, 8, 16))

# %% [markdown]
# ## In practice
#
# - **Hidden layers:** start with ReLU and He's start (lesson 04); it is hard to beat in networks of a few layers. In
#   transformers GELU or SiLU are usual ([Hendrycks and Gimpel, 2016](https://arxiv.org/abs/1606.08415)), and gated units, where
#   one half of a layer's outputs multiplies an activation of the other ([GLU variants, Shazeer,
#   2020](https://arxiv.org/abs/2002.05202): SwiGLU in today's language models). In networks that
#   start well the differences among these are small, beside the step from linear to nonlinear. (Our ten narrow layers did not start well.)
# - **Output layer:** none for logits and for numbers of any sign; `softplus` or `exp` for numbers that must be positive. Sigmoid and
#   softmax belong in the loss (lesson 01). Sigmoid lives on where a *gate* between 0 and 1 is wanted.
# - **Deep networks: residual connections**, `x + f(x)` ([He et al., 2016](https://arxiv.org/abs/1512.03385)): the sum hands a
#   gradient on undiminished, whatever $f$ does. In ten layers of sigmoid:


# %%
def build_residual():
    h = inputs = keras.Input((64,))
    h = layers.Dense(32, name="first")(h)
    for i in range(1, 11):
        h = layers.Add()([h, layers.Dense(32, "sigmoid", name=f"hidden_{i}")(h)])
    return keras.Model(inputs, layers.Dense(10, name="logits")(h))


ratios = []
for seed in range(5):
    keras.utils.set_random_seed(seed)
    gradients = dl.trace_gradients(build_residual(), numbers.x_val, numbers.y_val, loss)
    ratios.append(gradients["hidden_10"] / gradients["hidden_1"])
assert max(ratios) < 10 < lost["sigmoid"], "the gradient gets through, for each of five seeds"
residual_task = dl.Task(numbers, build_residual, loss, metrics=["accuracy"])
rescued = dl.train_runs({"SGD": SGD(0.3)}, residual_task, epochs=6, batch_size=64, evaluate_every=6)
print(
    f"ten sigmoid layers with residual connections, SGD: {np.median(rescued.final('val_accuracy')):.0%}"
)
assert np.median(rescued.final("val_accuracy")) > 0.9

# %% [markdown]
# ## Where Keras surprises you
#
# - `Dense(64)` has **no** activation by default. A forgotten `activation` gives no error, only a
#   network that is linear.
# - The derivative of leaky ReLU on the left is 0.2 in `activation="leaky_relu"`, 0.3 in the layer
#   `LeakyReLU()`, and 0.01 in PyTorch.
# - `"gelu"` is exact; some published networks use an approximation (`approximate=True`).
# - Keras calls SiLU by its other name, too: `"swish"` is the same function.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_03.<name>.hint()`, then `.solution()`.
#
# **1. Compute.** Sigmoid's derivative is at most 1/4. Derivatives alone: what share of a gradient is left, at most, after
# six sigmoid layers?

# %% tags=["stub"]
share = ...
lesson_03.share_left.check(share)


# %% tags=["solution"]
share = 0.25**6  # a quarter of a quarter, six times
lesson_03.share_left.check(share)

# %% [markdown]
# **2. Write** `collapse(stack)`: `stack` is a list of linear layers `(W, b)`, first layer first.
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
# **3. Beat this.** Five evenly spaced hinges fit the sine with a largest error of 0.12. Where would you put *five* hinges to get below
# 0.09? Name their places between −1 and 1; the check finds the best weights. (Try with `hinges` and `fit` above.)

# %% tags=["stub"]
places = [...]
lesson_03.five_hinges.check(places)


# %% tags=["solution"]
# Corners belong where the sine is curved most, around ±0.5; near its ends and its middle it is nearly straight.
places = [-1, -0.6, -0.3, 0.3, 0.6]
lesson_03.five_hinges.check(places)

# %% [markdown]
# **4. Repair.** `build` is to learn the spiral. It has three layers and 100 units in each, and gets half of the points
# right, however long it trains. Repair it.


# %% tags=["stub"]
def build():
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(100),
            layers.Dense(100),
            layers.Dense(3, activation="relu"),
        ]
    )


lesson_03.repair_build.check(build)


# %% tags=["solution"]
def build():
    # Hidden layers need the activation; the logits must not have it.
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(100, "relu"), layers.Dense(100, "relu"), layers.Dense(3)]
    )


lesson_03.repair_build.check(build)

# %% [markdown]
# ## Takeaways
#
# - A hidden unit is a hinge (or a smooth relative of one); a layer adds them up to any curve.
# - Linear layers in a row are one linear layer. The nonlinearity between them makes depth worth something.
# - Look both ways: an activation must let the *differences* between rows through, and the gradient back.
# - Start with ReLU; change one thing at a time, or you will not know what helped.
#
# ## References
#
# - G. Cybenko, [*Approximation by Superpositions of a Sigmoidal Function*](https://doi.org/10.1007/BF02551274), 1989; M. Leshno et
#   al., [*Multilayer feedforward networks with a nonpolynomial activation function can approximate any
#   function*](https://doi.org/10.1016/S0893-6080(05)80131-5), 1993.
# - X. Glorot, A. Bordes, Y. Bengio, [*Deep Sparse Rectifier Neural Networks*](https://proceedings.mlr.press/v15/glorot11a.html), 2011.
# - S. Hochreiter, [*Untersuchungen zu dynamischen neuronalen
#   Netzen*](https://people.idsia.ch/~juergen/SeppHochreiter1991ThesisAdvisorSchmidhuber.pdf), 1991 (vanishing gradients).
# - C. Olah, [*Neural Networks, Manifolds, and Topology*](https://colah.github.io/posts/2014-03-NN-Manifolds-Topology/), 2014 (points
#   moved until straight borders suffice).
#
# **Next:** lesson 04 asks how to choose the first weights.
#
# ## Deeper
#
# **Revived units.** Two hidden layers of 128, Adam at 0.01, eight epochs: how many units of the *second* layer are dead, epoch by
# epoch, and how many came back?


# %%
def build_two():
    two = [layers.Dense(128, activation="relu") for _ in range(2)]
    return keras.Sequential([keras.Input((64,)), *two, layers.Dense(10)])


def second_layer_dead(weights):
    w1, b1, w2, b2, *_ = weights
    return (np.maximum(numbers.x_train @ w1 + b1, 0) @ w2 + b2 <= 0).all(axis=0)


two_task = dl.Task(numbers, build_two, loss)
kept = dl.train_runs(
    {"Adam": Adam(0.01)}, two_task, epochs=8, batch_size=64, record=["weights"]
).weights
revived = []
for snapshots in kept.values():
    dead_then = np.array([second_layer_dead(weights) for weights in snapshots])  # (epochs, units)
    revived.append(int((dead_then[:-1] & ~dead_then[1:]).sum()))
print(
    "units of the second layer came back to life, in every one of five trainings:", min(revived) > 0
)
