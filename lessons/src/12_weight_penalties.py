# %% [markdown]
# # 12 · What do L1 and L2 do to the weights?
#
# **About 45 minutes.** You need lesson 05 (gradient descent), lesson 06 (the learning rate) and
# lesson 09 (Adam).
#
# After this lesson you can
#
# - see over-fitting in two curves, and choose the strength of a penalty by a sweep;
# - write L1 and L2 with their gradients, and prove them equal to Keras's;
# - explain why L1 wants exact zeros, why SGD never gets there, and which step does;
# - say when L2 is not weight decay, and why `val_loss` misleads you about penalties.

# %%
import dlcourse as dl

dl.start(seed=0)

from functools import partial

import keras
import numpy as np
from keras.optimizers import SGD, Adam, AdamW
from keras.regularizers import L1, L1L2, L2
from matplotlib import pyplot as plt
from sklearn.linear_model import Lasso

lesson_12 = dl.exercises.lesson_12

# %% [markdown]
# ## The problem: learning patients by heart
#
# 100 real patients, ten measurements each; the network shall predict how their diabetes advances.
# The target is standardized: a mean squared error (MSE) of 1 is about what always answering the
# mean gives. The rate falls along a cosine (lesson 11). The penalty stays empty for now.


# %%
def build_model(penalty=None, constraint=None):
    on_kernel = {"kernel_regularizer": penalty, "kernel_constraint": constraint}
    hidden = keras.layers.Dense(64, activation="tanh", name="hidden", **on_kernel)
    score = keras.layers.Dense(1, name="score", **on_kernel)
    return keras.Sequential([keras.Input((10,)), hidden, score], name="diabetes")


everyone = dl.diabetes()
few = everyone.x_train[:100], everyone.y_train[:100]
data = dl.Dataset("100 patients", *few, everyone.x_val, everyone.y_val)
task = dl.Task(data, build_model, keras.losses.MeanSquaredError())

# %%
rate = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=600)
training = {"epochs": 600, "batch_size": 100}
more = {"evaluate_every": 50, "record": ["weights"]}
plain = dl.compare_penalties({"no penalty": None}, task, optimizer=SGD(rate), **training, **more)
plain.plot("loss", "val_loss", title="704 weights, 100 patients, 600 full-batch steps")

# %% [markdown]
# The training loss falls to the end. The validation loss is lowest at its first measurement, after
# 50 steps, and then only **rises**: the network learns what is true of these 100 patients alone.
# That is over-fitting. It can do so because its weights may grow as large as it takes. So let large
# weights cost something.
#
# ## Predict before you run
#
# SGD trains the network under L1, and another under L2. Which training ends with weights that
# are **exactly** zero? Write `"L1 only"`, `"L2 only"`, `"both"` or `"neither"`.

# %% tags=["stub"]
my_prediction = ...
lesson_12.which_is_zero.check(my_prediction)

# %% tags=["solution"]
my_prediction = "neither"
lesson_12.which_is_zero.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Minimize the loss on the data plus a price for the size of the weights.**
#
# $$\text{objective}(w) = \text{data loss}(w) + \lambda \sum_i w_i^2 \quad\text{(L2)} \qquad
# \text{or} \qquad \dots + \lambda \sum_i |w_i| \quad\text{(L1)}$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $\lambda$ | `L2(l2=…)`, `L1(l1=…)` | strength: the price of size |
# | $\sum w^2$, $\sum \lvert w\rvert$ | `kernel_regularizer=` | over a layer's kernel; its bias is free |
# | $2\lambda w$ | gradient of L2 | pulls large weights hard, small ones hardly |
# | $\lambda\,\text{sign}(w)$ | gradient of L1 | pulls every weight equally; 0 at $w = 0$ |
#
# Most books write $\frac12\lambda\sum w^2$ so that the gradient is $\lambda w$. **Keras has no ½**: the
# same number pulls twice as hard. `L1L2(l1, l2)` is the sum of both, known as the elastic net.
#
# ## By hand


# %%
def l2_penalty(w, l2):
    return l2 * np.sum(w**2), 2 * l2 * w  # the penalty and its gradient


def l1_penalty(w, l1):
    return l1 * np.sum(np.abs(w)), l1 * np.sign(w)


w = np.array([3.0, 0.1, 0.0, -2.0])
dl.Table(
    ["", "penalty", *(f"gradient at {x:g}" for x in w)],
    [["L2(0.1)", *np.hstack(l2_penalty(w, 0.1))], ["L1(0.1)", *np.hstack(l1_penalty(w, 0.1))]],
    "How hard each weight is pulled toward zero",
)

# %% [markdown]
# L2 hardly touches the weight of 0.1; L1 pulls it as hard as the weight of 3.
#
# ## The same as Keras?
#
# Values against `keras.regularizers`, gradients against TensorFlow's `GradientTape`: on scalars,
# vectors and matrices, with zeros, tiny and large weights in them. The strengths are those of a
# Keras tutorial.


# %%
import tensorflow as tf


def l1l2_penalty(w, l1, l2):
    (value_1, gradient_1), (value_2, gradient_2) = l1_penalty(w, l1), l2_penalty(w, l2)
    return value_1 + value_2, gradient_1 + gradient_2


rng = np.random.default_rng(0)
samples = [x * rng.normal(size=size) for x in (1e-4, 1, 100) for size in [(), 5, (10, 64)]]
samples.append(np.array([0.0, -1.0, 0.0, 2.0]))
for rule, keras_penalty in [
    (l2_penalty, L2(l2=0.001)),
    (l1_penalty, L1(l1=0.001)),
    (l1l2_penalty, L1L2(l1=0.001, l2=0.01)),
]:
    for sample in samples:
        variable = tf.Variable(sample, dtype="float32")
        with tf.GradientTape() as tape:
            value = keras_penalty(variable)
        by_hand, gradient = rule(sample, **keras_penalty.get_config())
        assert np.isclose(by_hand, value, rtol=1e-5)
        assert np.allclose(gradient, tape.gradient(value, variable), rtol=1e-5)
print(f"Three penalties and their gradients are Keras's, on {len(samples)} arrays each.")

# %% [markdown]
# ## What it looks like: circle and diamond
#
# Keep two measurements, body mass index and blood pressure, and the loss is a real bowl over two
# weights. Now allow only a *budget* of 0.3: for L2 the length of $w$ (a circle), for L1 the sum of
# sizes (a diamond). Where on the boundary is the loss lowest? We try 36,000 points on each. To see
# whether the answer is luck, we then ask the same of 300 random bowls, each with its minimum at a
# distance of 2, and a budget of 1.

# %%
x, y = everyone.x_train[:, 2:4].astype(float), everyone.y_train[:, 0].astype(float)
A, b = x.T @ x / len(x), x.T @ y / len(x)
bowl = dl.Landscape(
    "MSE of two weights",
    function=lambda w: (y**2).mean() - 2 * w @ b + (w @ A * w).sum(-1),
    gradient=lambda w: 2 * (w @ A - b),
    domain=((-0.4, 0.8), (-0.4, 0.6)),
    minima=(tuple(np.linalg.solve(A, b)),),
)

# %%
SIZES = {"L2": lambda w: np.sqrt((w**2).sum(-1)), "L1": lambda w: np.abs(w).sum(-1)}


def boundary(size, budget, points):
    angles = np.linspace(0, 2 * np.pi, points + 1)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=-1).round(12)
    return budget * directions / size(directions)[:, None]


figure, axes = dl.new_axes("The lowest loss on a budget of 0.3", "w[0]", "w[1]", columns=2)
best = {}
for ax, (name, size) in zip(axes, SIZES.items(), strict=True):
    points = boundary(size, 0.3, points=36_000)
    best[name] = points[bowl.function(points).argmin()]
    bowl.plot(ax=ax)
    ax.plot(*points.T, color="#0072B2", label=f"{name} budget")
    where = ", ".join(f"{x:.3g}" for x in best[name])
    ax.plot(*best[name], "o", color="#D55E00", label=f"lowest: ({where})")
    ax.set_aspect("equal")
    ax.legend()
plt.show()

# %%
rng, corners = np.random.default_rng(1), dict.fromkeys(SIZES, 0)
for stretch, center in zip(rng.normal(size=(300, 2, 2)), rng.normal(size=(300, 2)), strict=True):
    center *= 2 / np.linalg.norm(center)
    for name, size in SIZES.items():
        points = boundary(size, 1.0, points=3_600)
        losses = (((points - center) @ stretch) ** 2).sum(-1)
        corners[name] += (points[losses.argmin()] == 0).any() / 300
print(*(f"{name}: {share:.0%} of the best points have a zero." for name, share in corners.items()))

# %% [markdown]
# The circle's best point has both weights; the diamond's is a **corner**, where the second weight is
# exactly zero. On 300 random bowls the diamond's best point is a corner in 64 %, the circle's has
# a zero in none.
#
# ## Why: the pull near zero
#
# One weight, whose data loss $(w - a)^2$ wants it at $a$. Where does the penalized optimum lie? We
# search a fine grid, with λ = 1.


# %%
def soft_threshold(w, threshold):
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


wanted, grid = np.linspace(-2, 2, 41)[:, None], np.linspace(-2, 2, 4001)
figure, ax = dl.new_axes("Where one weight ends, λ = 1", "a: what the data want", "optimal w")
ax.plot(wanted, wanted, color="0.5", linestyle=":", label="no penalty")
for name, cost, closed_form in [
    ("L2", grid**2, wanted / 2),
    ("L1", np.abs(grid), soft_threshold(wanted, 0.5)),
]:
    optimum = grid[((grid - wanted) ** 2 + cost).argmin(axis=1)]
    assert np.allclose(optimum, closed_form[:, 0], atol=2e-3)
    ax.plot(wanted, optimum, marker="o", markevery=4, label=name)
ax.legend()
plt.show()

# %% [markdown]
# **L2 scales every weight down, to $a/(1+\lambda)$, and makes none zero.** Its pull $2\lambda w$ fades as
# the weight shrinks. **L1 takes off the same amount from all, and what is smaller becomes zero**:
# its pull stays λ, so a weight on which the data pull less than λ cannot leave zero. This function
# is called the *soft threshold*.
#
# ## The experiment: how strong?
#
# Four strengths a factor of ten apart, five seeds each, the same network and steps as above.

# %%
strengths = [0.001, 0.01, 0.1, 1.0]
sweep = dl.sweep_penalty({"L2": L2, "L1": L1}, task, strengths, optimizer=SGD(rate), **training)
sweep.plot("loss", "val_loss", title="Loss on the data, without the penalty")
sweep.table()

# %% [markdown]
# ## How to read it
#
# - **Too weak** (0.001): almost the over-fitted network from above.
# - **About right** (0.1): the training loss is *higher*, 0.46 or 0.47, and the validation loss far
#   lower: 0.50, where no penalty ends at 0.76. That exchange is what a penalty is for. Every seed
#   ends at nearly the same loss. Between the best L1 and the best L2 there is no real difference.
# - **Too strong** (1): both losses rise, and not even the training rows are learned. L1 presses all
#   704 weights below 0.01, so that every patient gets nearly the same answer.
# - **The weights**: L2 makes them all smaller. L1 at 0.1 leaves 700 of 704 below 0.01, so four do
#   nearly all the work. Yet **not one is exactly zero**, under either penalty.
#
# ## Why Keras's `val_loss` cannot choose the strength
#
# In plain Keras a penalty is one argument. A tutorial writes the `Dense(16)` below. Its comment says
# λ = 0.01, its code says otherwise, so we ask the layer. What `fit` and `evaluate` report contains the penalty,
# which says nothing about the patients and grows with λ. Here it is recorded apart: which strength
# would Keras's number have chosen?

# %%
keras.utils.set_random_seed(0)
hidden = keras.layers.Dense(16, activation="tanh", kernel_regularizer=L2(0.001))  # λ = 0.01 (!)
model = keras.Sequential([keras.Input((10,)), hidden, keras.layers.Dense(1)])
model.compile(SGD(0.1), "mse")
model.fit(data.x_train, data.y_train, epochs=5, verbose=0)
data_loss = np.mean((data.y_val - model(data.x_val).numpy()) ** 2)
penalty = 0.001 * np.sum(hidden.kernel.numpy() ** 2)
assert np.isclose(model.evaluate(data.x_val, data.y_val, verbose=0), data_loss + penalty)
print("val_loss is data loss plus penalty. λ, from the layer:", hidden.kernel_regularizer.l2)

# %%
on_data = sweep.medians("val_loss")  # (L2 and L1, strengths)
reported = np.median(sweep.final["val_loss"] + sweep.final["penalty"], axis=-1)
columns = [strengths, reported[0], on_data[0], reported[1], on_data[1]]
dl.Table(
    ["strength λ", "L2, as reported", "L2, on the data", "L1, as reported", "L1, on the data"],
    np.transpose(columns).tolist(),
    "Validation loss with the penalty and without it: medians of 5 seeds",
)

# %% [markdown]
# For L1 the reported number chooses 0.01; on the data 0.1 is better. Losses that contain different
# penalties are not comparable.
#
# ## SGD never says zero
#
# Back to the bowl of two weights, now with L1 as a penalty in the loss. Its strength is chosen
# such that the optimum is the diamond's corner from above. SGD adds L1's gradient. The *proximal
# step* leaves L1 out of the gradient, takes the data's step, and then applies the soft threshold.


# %%
def sgd_l1(w, g, state, learning_rate, l1):
    return w - learning_rate * (g + l1 * np.sign(w))


def proximal(w, g, state, learning_rate, l1):
    return soft_threshold(w - learning_rate * g, learning_rate * l1)


strength = -bowl.gradient(best["L1"])[0]  # at the corner the data pull on w[0] as hard as λ
walk = {"on": bowl, "start": (0.5, 0.4), "steps": 60, "learning_rate": 0.1, "l1": strength}
bouncing, stopping = dl.descend(sgd_l1, **walk).points, dl.descend(proximal, **walk).points
figure, ax = dl.new_axes("The weight that should be zero", "step", "w[1]")
ax.plot(bouncing[:, 1], label="SGD with L1")
ax.plot(stopping[:, 1], label="proximal step")
ax.legend()
plt.show()

for rate_now in (0.1, 0.01, 0.001):  # from the corner, so that all have arrived
    near = walk | {"start": tuple(best["L1"]), "learning_rate": rate_now}
    thrown = np.abs(dl.descend(sgd_l1, **near).points[:, 1]).max()
    print(f"rate {rate_now}: thrown back as far as {thrown:.2g}")
    assert thrown < 2 * rate_now * strength

# %% [markdown]
# SGD comes close, jumps over zero, is thrown back, and so on for ever: L1's pull does not fade. How
# far it is thrown is the rate times the two pulls, of the data and of λ. **That is why SGD's
# weights under L1 are small and not zero**: in the network the rate falls along a cosine, and the
# jumps fall with it.
#
# The proximal step stops *at* zero, where the threshold holds the weight. And it ends in the
# diamond's corner: **a budget and a strength are two ways to say the same.**
#
# With all ten measurements this rule solves a problem known as the *lasso*. scikit-learn solves it
# in another way (it halves the MSE, so its `alpha` is λ/2). Do both find the same zeros?

# %%
x10, w = everyone.x_train.astype(float), np.zeros(10)
for _ in range(3000):
    w = proximal(w, 2 * x10.T @ (x10 @ w - y) / len(y), {}, learning_rate=0.1, l1=0.2)
lasso = Lasso(alpha=0.1, fit_intercept=False, tol=1e-10).fit(x10, y)
assert (bouncing[:, 1] != 0).all() and np.allclose(stopping[-1], best["L1"], atol=1e-6)
assert np.allclose(w, lasso.coef_, atol=1e-6) and ((w == 0) == (lasso.coef_ == 0)).all()
print(f"{(w == 0).sum()} of 10 weights are exactly zero, the same ones as scikit-learn's.")

# %% [markdown]
# ## Side by side in the network
#
# Keras applies a `kernel_constraint` after each step. A soft threshold as constraint therefore
# *is* the proximal step, for plain SGD at a constant rate.


# %%
class SoftThreshold(keras.constraints.Constraint):
    def __init__(self, threshold):
        self.threshold = threshold

    def __call__(self, w):
        return keras.ops.sign(w) * keras.ops.relu(keras.ops.abs(w) - self.threshold)


# %%

thresholded = partial(build_model, None, SoftThreshold(0.1 * 0.1))  # learning rate × λ
threshold = dl.Method(SGD(0.1), model=thresholded)
at_the_end = {**training, "evaluate_every": 600, "record": ["weights"]}
threshold = dl.train_runs({"soft threshold": threshold}, task, **at_the_end)
elastic = {"L1L2(0.1, 0.1)": L1L2(0.1, 0.1)}
elastic = dl.compare_penalties(elastic, task, optimizer=SGD(rate), **at_the_end)


# %%
def kernels(runs, label):  # of each seed, at the end
    ends = [runs.weights[label, seed][-1] for seed in runs.seeds]
    return [[array for array in weights if array.ndim == 2] for weights in ends]


keys = ["val_loss", "weight_norm", "near_zeros", "zeros"]
measured = {
    f"{name}(0.1)": [sweep.final[key][i, 2] for key in keys] for i, name in enumerate(SIZES)
}
for runs in (elastic, threshold, plain):
    for label in runs.labels:
        sizes = dl.measure_weights(kernels(runs, label))
        measured[label] = [runs.final("val_loss")[0], *(sizes[key] for key in keys[1:])]
dl.Table(
    ["", "validation MSE", "norm", "weights below 0.01", "weights = 0"],
    [[label, *np.median(values, axis=1)] for label, values in measured.items()],
    "704 weights after 600 steps: medians of 5 seeds",
)

# %%
zeros = [bool(measured[label][-1].any()) for label in ("L1(0.1)", "L2(0.1)")]
found = {(False, False): "neither", (True, False): "L1 only", (False, True): "L2 only"}
lesson_12.which_is_zero.compare(found.get(tuple(zeros), "both"))

# %% [markdown]
# The soft threshold predicts as well as L1 in the loss, and its zeros are zeros: 699 of 704. What
# is left is one hidden unit of 64 with four inputs, and it predicts the validation patients better
# than the whole network does without a penalty. L1L2 pulls with both at once; with 0.1 for each
# that is already a little too strong here.
#
# ## Is L2 weight decay?
#
# Decoupled *weight decay* shrinks each weight by a fixed share per step, apart from the gradient.
# Under plain SGD that is L2: both take $2\eta\lambda w$ off. With `weight_decay=2 * λ`, and biases
# excluded, the trained networks must be equal.

# %%
decay = SGD(rate, weight_decay=2 * 0.1)
decay.exclude_from_weight_decay(var_names=["bias"])
decayed = dl.train_runs({"decay": decay}, task, **at_the_end)
norms = dl.measure_weights(kernels(decayed, "decay"))["weight_norm"]
assert np.allclose(decayed.final("val_loss")[0], measured["L2(0.1)"][0], rtol=1e-3)
assert np.allclose(norms, measured["L2(0.1)"][1], rtol=1e-3)
print("Under SGD, weight_decay=0.2 ends where L2(0.1) does, for each of 5 seeds.")

# %% [markdown]
# Lesson 09 showed on random gradients that Adam breaks this. Here are real ones. In the digits'
# images the border pixels are rarely inked, so their weights have *quiet* gradients; three pixels
# are always blank, and their weights have no gradient from the data at all.


# %%
def build_linear(penalty=None):
    logits = keras.layers.Dense(10, kernel_regularizer=penalty, name="logits")
    return keras.Sequential([keras.Input((64,)), logits], name="digit_classifier")


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
images = dl.digits()
contest = {
    "Adam": Adam(0.01),
    "Adam with L2(0.001)": dl.Method(Adam(0.01), model=partial(build_linear, L2(0.001))),
    "AdamW with decay 1": AdamW(0.01, weight_decay=1.0),
}
settings = {"epochs": 10, "batch_size": 64, "evaluate_every": 10, "record": ["weights"]}
adam_runs = dl.train_runs(contest, dl.Task(images, build_linear, loss), **settings)

# %%
ink, left = images.x_train.std(axis=0), {}
for label in contest:  # mean size of each pixel's ten weights, median of the seeds
    left[label] = np.median([np.abs(k).mean(axis=1) for (k,) in kernels(adam_runs, label)], axis=0)
figure, ax = dl.new_axes("What is left of a pixel's weights", "std of the pixel", "size / Adam's")
for label in list(contest)[1:]:
    ax.plot(ink, left[label] / left["Adam"], "o", label=label)
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Each dot is one of 64 pixels. **AdamW shrinks all weights by about the same share. L2 wipes out
# the weights of pixels that rarely vary, and hardly touches the others**: Adam divides the
# penalty's gradient, too, by the root of the average squared gradient. For a blank pixel that
# root is the penalty's own size, so even the strength λ cancels, and the weight walks to zero at
# the full learning rate. (Under AdamW, blank pixels keep $0.99^{200} = 0.13$: no data push them back.)
# This is neither bad nor good in itself, but it is not weight decay.
#
# ## Check the claims
#
# Medians over five seeds.

# %%
first, last = np.median(plain.history["val_loss"][0], axis=0)[[0, -1]]
assert last > 1.3 * first, "without a penalty the network over-fits"
assert (np.diff(plain.history["val_loss"][0]) > -1e-4).all(), "the validation loss never falls"
assert corners["L1"] > 0.5 and corners["L2"] < 0.02, "corners are where L1 ends, not L2"
assert sweep.best_strengths() == {"L2": 0.1, "L1": 0.1} and not sweep.at_the_edge()
assert (on_data[:, 2] < 0.8 * last).all(), "a good strength predicts far better"
loss = sweep.medians("loss")
assert (loss[:, 3] > 1.5 * loss[:, 2]).all(), "too strong: not even the training rows are learned"
assert reported[1].argmin() == 1, "Keras's val_loss chooses another strength for L1"
assert sweep.final["zeros"].max() == 0 and measured["soft threshold"][-1].min() > 600
ends = {label: np.median(values[0]) for label, values in measured.items()}
assert abs(ends["soft threshold"] - ends["L1(0.1)"]) < 0.01, "its zeros cost nothing"
assert max(ends["soft threshold"], ends["L1L2(0.1, 0.1)"]) < 0.8 * ends["no penalty"]
assert ends["L1L2(0.1, 0.1)"] > ends["L1(0.1)"] + 0.02, "both at once are too strong"
units = [np.any(score, axis=1).sum() for _, score in kernels(threshold, "soft threshold")]
inputs = [np.any(hidden, axis=1).sum() for hidden, _ in kernels(threshold, "soft threshold")]
assert np.median(units) == 1 and np.median(inputs) == 4, "one hidden unit with four inputs"
quiet, loud = (ink > 0) & (ink < 0.05), ink > 0.25
for label, limits in {"Adam with L2(0.001)": (0, 0.2), "AdamW with decay 1": (0.8, 1.2)}.items():
    share = left[label] / left["Adam"]
    assert limits[0] < np.median(share[quiet]) / np.median(share[loud]) < limits[1]
    assert label.startswith("AdamW") or share[ink == 0].max() < 0.001, (
        "blank pixels' weights vanish"
    )
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - Keras's L2 is $\lambda\sum w^2$. The `weight_decay=λ` of PyTorch's `SGD` and `Adam` adds $\lambda w$ to
#   the gradient, which is Keras's `L2(λ / 2)`, biases included. So the `weight_decay=1e-5` of a
#   PyTorch exercise is `L2(5e-6)`. (PyTorch's `AdamW` decouples the decay, as Keras's does.)
# - `L1()` and `L2()` default to a strength of 0.01, and so do the strings `"l1"` and `"l2"`.
#   `L1L2()` defaults to 0 and 0: it penalizes nothing.
# - `kernel_regularizer` is for weights, `bias_regularizer` for biases; `activity_regularizer`
#   penalizes the layer's *output*, averaged over the batch.
# - A penalty does not depend on the number of rows. With the *mean* as data loss, the same λ weighs
#   the same on 100 rows and on 100,000. With a sum it would not.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_12.<name>.hint()`, then `.solution()`.
#
# **1.** A layer has `kernel_regularizer=L2(0.01)`, the kernel `[[1, -2], [3, 0]]` and the bias
# `[5, 5]`. What is its penalty?

# %% tags=["stub"]
penalty_value = ...
lesson_12.penalty_value.check(penalty_value)

# %% [markdown] tags=["solution"]
# λ Σ w² over the kernel alone: no ½, no bias.

# %% tags=["solution"]
penalty_value = 0.01 * (1**2 + 2**2 + 3**2 + 0**2)
lesson_12.penalty_value.check(penalty_value)

# %% [markdown]
# **2.** Write the gradient of Keras's `L1L2(l1, l2)`, without calling the functions above.


# %% tags=["stub"]
def l1l2_gradient(w, l1, l2): ...


lesson_12.l1l2_gradient.check(l1l2_gradient)


# %% tags=["solution"]
def l1l2_gradient(w, l1, l2):
    return l1 * np.sign(w) + 2 * l2 * w


lesson_12.l1l2_gradient.check(l1l2_gradient)

# %% [markdown]
# **3.** Keras reports `val_loss` 0.60 for λ = 0, 0.64 for λ = 0.01, where the penalty is 0.12, and
# 0.95 for λ = 0.1, where it is 0.39. Which strength predicts best: `"0"`, `"0.01"`, `"0.1"` or
# `"cannot tell"`?

# %% tags=["stub"]
which_strength = ...
lesson_12.which_strength.check(which_strength)

# %% [markdown] tags=["solution"]
# On the data: 0.60, 0.64 − 0.12 = 0.52, and 0.95 − 0.39 = 0.56.

# %% tags=["solution"]
which_strength = "0.01"
lesson_12.which_strength.check(which_strength)

# %% [markdown]
# ## Takeaways
#
# - L2 scales weights down; L1 takes the same amount off all, and what is smaller becomes zero.
# - Gradient steps never reach that zero. The soft threshold after each step does.
# - Choose λ by the validation loss *on the data*; Keras's `val_loss` contains the penalty.
# - L2 is weight decay under plain SGD only. Under Adam use AdamW if you mean decay.
#
# ## References
#
# - A. Hoerl, R. Kennard, *Ridge Regression: Biased Estimation for Nonorthogonal Problems*, 1970.
# - R. Tibshirani, *Regression Shrinkage and Selection via the Lasso*, 1996.
# - I. Daubechies, M. Defrise, C. De Mol, *An Iterative Thresholding Algorithm for Linear Inverse
#   Problems with a Sparsity Constraint* (the proximal step), 2004.
# - H. Zou, T. Hastie, *Regularization and Variable Selection via the Elastic Net*, 2005.
# - I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019.
# - B. Efron et al., *Least Angle Regression* (the diabetes data), 2004.
#
# **Next:** lesson 13 fights over-fitting by removing units at random.
