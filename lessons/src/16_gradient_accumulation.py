# %% [markdown]
# # 16 · How do I train a large batch in little memory?
#
# **About 40 minutes.** You need lessons 02 (the tape), 05 (batches), 11 (schedules), 13 (dropout)
# and 14 (batch normalization).
#
# After this lesson you can
#
# - say what a batch costs in memory, and which part of it smaller batches save;
# - accumulate gradients by hand, and prove it equal to the large batch and to Keras;
# - avoid the traps: a sum for a mean, a small last batch, a schedule that runs too fast;
# - choose a learning rate for a larger batch, and say how far the two well-known rules carry.

# %%
import dlcourse as dl

dl.start(seed=0)

import itertools
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras.layers import BatchNormalization, Dense, Dropout, LayerNormalization
from keras.optimizers import SGD, Adam, schedules
from matplotlib import pyplot as plt

lesson_16 = dl.exercises.lesson_16

# %% [markdown]
# ## The problem: every row waits in memory
#
# The backward pass needs what the forward pass computed (lesson 02): for each row, the output of
# each layer. So these *activations* stay in memory until the gradient is done. Here is a network
# with eight hidden layers of 256 units. `measure_activations` traces one training step and adds up
# the tensors that its backward pass reads from its forward pass.

# %%
data = dl.digits()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def deep_network():
    hidden = [Dense(256, activation="tanh", name=f"hidden_{depth}") for depth in range(8)]
    return keras.Sequential([keras.Input((64,)), *hidden, Dense(10, name="logits")], name="deep")


deep_task = dl.Task(data, deep_network, loss)
batch_sizes = [256, 1024, 4096, 16384]
activations = np.array([dl.measure_activations(deep_task, rows) for rows in batch_sizes])
weights = 4 * deep_network().count_params()  # 4 bytes each

# %%
per_row = 4 * (64 + 8 * 256 + 10)  # inputs, hidden layers, and the 10 errors of the loss
assert np.allclose(activations, per_row * np.array(batch_sizes), rtol=0.001)
print(f"{per_row} bytes per row: {activations[-1] / 1e6:.3g} MB for 16384 rows", end="; ")
print(f"the weights take {weights / 1e6:.2g} MB")

labels = ("rows in the batch", "memory (MB)")
figure, ax = dl.new_axes("What one training step keeps", *labels, xscale="log", yscale="log")
lines = {"activations": activations / 1e6, "weights": np.full(4, weights / 1e6)}
for index, (label, megabytes) in enumerate(lines.items()):
    ax.plot(batch_sizes, megabytes, label=label, **dl.method_style(label, index))
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# The count by hand agrees with the traced step. **Weights cost the same whatever the batch;
# activations grow with every row.** A real step needs more for moments at a time, but it is this
# line that fills a graphics card. The network fits, the batch does not.
#
# ## The idea
#
# **Gradients may be added up. Take the batch in pieces, add their gradients, and step once.** The
# mean over all rows is the mean of the pieces' means, if the pieces are equally large:
#
# $$g = \frac{1}{k} \sum_{j=1}^{k} g_j \qquad\qquad g_j = \frac{1}{n}\sum_{i \in \text{piece } j} \nabla\ell_i(w)$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $k$ | `gradient_accumulation_steps` | micro-batches behind one update |
# | $n$ | `batch_size` of `fit` | rows in a *micro-batch* |
# | $k\,n$ | | rows behind one update |
# | $g_j$ | | mean gradient of one micro-batch, all at the same weights $w$ |
#
# The activations of a piece are gone before the next one comes. What is new in memory is one
# running sum, as large as the weights.
#
# ## By hand
#
# First the example of lesson 05: $y = 2x$, a model $w\,x$ with $w = 1$. Then a real network with
# the tape: `k` forward and backward passes, one sum, one division.

# %%
x = np.array([1.0, 2.0, 3.0, 4.0])
by_row = 2 * x * (1.0 * x - 2 * x)
pieces = by_row.reshape(2, 2).mean(axis=1)
print(f"rows {by_row}, large batch {by_row.mean()}")
print(f"two micro-batches {pieces}: mean {pieces.mean()}, sum {pieces.sum()}")


# %%
def build_model(*between):
    hidden = Dense(32, activation="tanh", name="hidden")
    layers = [keras.Input((64,)), hidden, *between, Dense(10, name="logits")]
    return keras.Sequential(layers, name="digit_classifier")


def gradient(model, x, y):
    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=True))
    return tape.gradient(value, model.trainable_weights)


def accumulated_gradient(model, x, y, k):
    total = [tf.zeros_like(w) for w in model.trainable_weights]
    for micro_x, micro_y in zip(np.split(x, k), np.split(y, k), strict=True):
        pairs = zip(total, gradient(model, micro_x, micro_y), strict=True)
        total = [g + more for g, more in pairs]
    return [g / k for g in total]


# %% [markdown]
# ## The same as Keras, in plain Keras
#
# Five updates with 256 digits behind each, in three ways: `fit` with the large batch, `fit` with
# micro-batches of 64 and one more argument for the optimizer, and our own loop.

# %%
model = build_model()
start = model.get_weights()


def weights_after_epoch(optimizer, batch_size):
    model.set_weights(start)
    model.compile(optimizer, loss)
    model.fit(data.x_train, data.y_train, batch_size=batch_size, shuffle=False, verbose=0)
    return model.get_weights()


def by_hand(optimizer):
    model.set_weights(start)
    for x, y in zip(np.split(data.x_train, 5), np.split(data.y_train, 5), strict=True):
        optimizer.apply(accumulated_gradient(model, x, y, k=4), model.trainable_weights)
    return model.get_weights()


# %%
for name, kind in {"Momentum": partial(SGD, momentum=0.9), "Adam": Adam}.items():
    large = weights_after_epoch(kind(0.01), batch_size=256)
    micro = weights_after_epoch(kind(0.01, gradient_accumulation_steps=4), batch_size=64)
    for ours, theirs, target in zip(by_hand(kind(0.01)), micro, large, strict=True):
        assert np.allclose(ours, target, rtol=0, atol=1e-6)
        assert np.allclose(theirs, target, rtol=0, atol=1e-6)
    print(f"{name}: all three agree to 1e-6 in every weight")

# %% [markdown]
# **Not an approximation: the same step, up to rounding.** Momentum and Adam come after the mean is
# taken, so they never learn how the batch was cut.
#
# ## Predict before you run
#
# A cosine schedule should end after 100 updates, so you write `decay_steps=100`. Then you set
# `gradient_accumulation_steps=4`. When does it end? Write `"after 25 updates"`,
# `"after 100 updates"` or `"after 400 updates"`.

# %% tags=["stub"]
my_prediction = ...
lesson_16.when_it_ends.check(my_prediction)

# %% tags=["solution"]
my_prediction = "after 25 updates"
lesson_16.when_it_ends.check(my_prediction)

# %% [markdown]
# ## The experiment: a whole training, cut in pieces
#
# Ten epochs of 5 updates, always 256 digits behind each, as 1, 4 and 16 micro-batches.
# `compare_accumulation` sets `gradient_accumulation_steps` and the batch size, nothing else.

# %%
task = dl.Task(data, build_model, loss, metrics=["accuracy"])
settings = {"batch_size": 256, "epochs": 10}
runs = dl.compare_accumulation([1, 4, 16], task, optimizer=SGD(0.5), **settings, record=["weights"])
runs.plot("val_loss", title="256 digits behind every update")

# %%
kept = activations[:0:-1] / 1e6  # of 16384 rows in 1, 4 and 16 pieces, from above
figure, axes = dl.new_axes("What accumulation saves, and what it costs", "", "", columns=2)
axes[0].bar(["1", "4", "16"], kept)
axes[0].set(xlabel="micro-batches", ylabel="activations (MB), deep network")
axes[1].bar(["1", "4", "16"], 1e3 * np.median(runs.seconds, axis=1) / 50)
axes[1].set(xlabel="micro-batches", ylabel="time per update (ms), digits")
dl.mark_varying(axes[1], "timed on this machine")
plt.show()

# %% [markdown]
# ## How to read it
#
# - The three curves are one: the same training from each seed.
# - **Activations fall with 1 / k, time rises.** The arithmetic is the same, but each micro-batch
#   pays the fixed price of a call (lesson 05). The right heights are your machine's. A whole process
#   shrinks less than its activations: it holds much besides them.
# - So take the *largest* micro-batch that fits, and only as many of them as you need.
#
# ## Mean or sum?
#
# Many loops forget the division by `k`. What they step with is `k` times too long.


# %%
def first_step(optimizer, factor):
    model.set_weights(start)
    g = accumulated_gradient(model, data.x_train[:256], data.y_train[:256], k=4)
    optimizer.apply([factor * each for each in g], model.trainable_weights)
    return np.linalg.norm(model.get_weights()[0] - start[0])


# %%
sgd_ratio = first_step(SGD(0.5), factor=4) / first_step(SGD(0.5), factor=1)
adam_ratio = first_step(Adam(0.01), factor=4) / first_step(Adam(0.01), factor=1)
print(f"step with the sum / step with the mean: SGD {sgd_ratio:.2f}, Adam {adam_ratio:.2f}")
assert np.isclose(sgd_ratio, 4, rtol=1e-3) and np.isclose(adam_ratio, 1, rtol=0.01)

# %% [markdown]
# For SGD the sum is a learning rate that is `k` times higher, and it will look like a discovery:
# "accumulation trains faster". **Adam hides the mistake**, since it divides by the gradient's size.
# Gradient clipping would notice, though, since its threshold is a length. Keras takes the mean.
#
# ## The small last batch
#
# Now 100 rows in micro-batches of 32: the last one has 4. Dividing by `k` gives each of these 4
# rows eight times the weight of any other.
#
# Keras divides by `k`. It also keeps counting across epochs: with 1,280 rows in micro-batches of 48
# `fit` makes 27 of them, the last with 32 rows, and 27 is no multiple of 4.


# %%
def difference(gradients, target):
    a, b = (np.concatenate([np.ravel(g) for g in each]) for each in (gradients, target))
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def two_divisions(seed):
    keras.utils.set_random_seed(seed)
    model, x, y = build_model(), data.x_train[:100], data.y_train[:100]
    parts = [slice(start, start + 32) for start in range(0, 100, 32)]
    by_part = [gradient(model, x[part], y[part]) for part in parts]
    rows = [len(x[part]) for part in parts]
    by_k = [sum(g) / len(rows) for g in zip(*by_part, strict=True)]
    pairs = [zip(rows, g, strict=True) for g in zip(*by_part, strict=True)]
    by_rows = [sum(n * g for n, g in each) / 100 for each in pairs]
    target = gradient(model, x, y)
    return difference(by_k, target), difference(by_rows, target)


# %%
off = np.array([two_divisions(seed) for seed in range(5)])
print(f"divided by k: {np.median(off[:, 0]):.0%} off; weighted by rows: below 1e-6")
assert off[:, 0].min() > 0.1 and off[:, 1].max() < 1e-6
optimizer = SGD(0.1, gradient_accumulation_steps=4)
weights_after_epoch(optimizer, batch_size=48)
waiting = [v for v in optimizer.variables if "gradient_accumulator" in v.name]
print(f"after 27 micro-batches: {int(optimizer.iterations)} updates, and a sum that waits")
assert int(optimizer.iterations) == 6 and all(np.any(v) for v in waiting)

# %% [markdown]
# Three micro-batches wait. In the next epoch a fourth would complete them; after the last epoch
# they are lost. **Choose rows, micro-batch and `k` so that an epoch is a whole number of updates**
# (`compare_accumulation` insists on it), or drop the remainder.
#
# ## When does the counter advance?
#
# Eight micro-batches for one weight that starts at 0, `k = 4`, and a rate that halves at each step
# it counts.

# %%
halving = schedules.ExponentialDecay(1.0, decay_steps=1, decay_rate=0.5)
optimizer, weight = SGD(halving, gradient_accumulation_steps=4), keras.Variable([0.0])
rows = []
for micro_batch in range(1, 9):
    rate = float(optimizer.learning_rate)
    optimizer.apply([tf.ones(1)], [weight])
    rows.append([micro_batch, rate, float(weight[0]), int(optimizer.iterations)])
dl.Table(["micro-batch", "rate", "weight", "iterations"], rows, "Gradients of 1, four to an update")

# %% [markdown]
# `iterations` counts **updates**, so Adam's bias correction is right. The schedule counts **every
# micro-batch**: the first update, which should use the rate 1, uses 0.125. Back to the prediction,
# and to a remedy: a schedule that asks another one, once per update.


# %%
class PerUpdate(schedules.LearningRateSchedule):
    def __init__(self, schedule, accumulation_steps):
        self.schedule, self.accumulation_steps = schedule, accumulation_steps

    def __call__(self, step):
        return self.schedule(step // self.accumulation_steps)


# %%
cosine = schedules.CosineDecay(0.5, decay_steps=100)
optimizer, weight, path = SGD(cosine, gradient_accumulation_steps=4), keras.Variable([0.0]), []
for _ in range(400):
    optimizer.apply([tf.ones(1)], [weight])
    path.append(float(weight[0]))
updates = np.count_nonzero(np.diff(path))
lesson_16.when_it_ends.compare(f"after {updates} updates")

# %%
cosine = schedules.CosineDecay(0.5, decay_steps=50)
plain = dl.compare_accumulation([1, 4], task, optimizer=SGD(cosine), **settings)
fixed = dl.compare_accumulation([4], task, optimizer=SGD(PerUpdate(cosine, 4)), **settings)
rates = {
    "large batch": plain.steps["learning_rate"][0, 0, :50],
    "k = 4": plain.steps["learning_rate"][1, 0, 3::4],
    "k = 4, PerUpdate": fixed.steps["learning_rate"][0, 0, 3::4],
}
figure, ax = dl.new_axes("A cosine for 50 updates, as used", "step (update)", "learning rate")
for index, (label, used) in enumerate(rates.items()):
    ax.plot(np.arange(50), used, label=label, **dl.method_style(label, index))
dl.legend_beside(ax)
plt.show()

large, fast = plain.final("loss")
for label, values in zip(rates, [large, fast, fixed.final("loss")], strict=True):
    print(f"{label}: training loss {np.median(values):.3g}")

# %% [markdown]
# After 12 updates the rate is zero and training is over; nothing in the loss curve says why. With
# `PerUpdate` the run is the large batch's again. Multiplying `decay_steps` by `k` is nearly as good:
# its rates are ahead by less than one update.
#
# ## Change one thing: layers that look at the batch
#
# The equality needs one thing: a row's loss must not depend on the rows beside it, nor on luck. We
# compare the large batch's gradient with the accumulated one, and with itself, drawn again.

# %%
between = {
    "layer normalization": lambda: [LayerNormalization(name="normalize")],
    "batch normalization": lambda: [BatchNormalization(momentum=0.9, name="normalize")],
    "dropout 0.5": lambda: [Dropout(0.5, name="dropout")],
}
x, y = data.x_train[:256], data.y_train[:256]
rows, apart = [], {}
for name, layers in between.items():
    values = []
    for seed in range(5):
        keras.utils.set_random_seed(seed)
        network = build_model(*layers())
        target = gradient(network, x, y)
        pieces = [accumulated_gradient(network, x, y, k) for k in (2, 4)]
        values.append([difference(g, target) for g in (*pieces, gradient(network, x, y))])
    apart[name] = np.median(values, axis=0)
    rows.append([name, *(f"{v:.1%}" for v in apart[name])])
columns = ["network", "2 × 128", "4 × 64", "the large batch again"]
dl.Table(columns, rows, "How far from the large batch's gradient? Median of 5 networks")

# %% [markdown]
# - **Dropout** is about as far from the large batch as the large batch is from itself. A mask
#   belongs to one row, so cutting the batch draws other masks of the same kind. Equality is gone,
#   and nothing is lost.
# - **Batch normalization** repeats exactly, and differs systematically: each piece is normalized by
#   its own mean and variance, noisier ones. The large batch's statistics cannot be had without all
#   its rows. The moving averages are also updated `k` times per update.
# - **Layer normalization** looks at one row only, and keeps the equality.
#
# ## Which learning rate for a larger batch?
#
# A batch that is $k$ times larger takes $k$ times fewer steps per epoch, with less noise in each.
# Two rules say how to raise the rate: **linear**, $k\,\eta$ (Goyal et al., 2017), and **square
# root**, $\sqrt{k}\,\eta$ (Krizhevsky, 2014). We hold the number of rows seen still: ten epochs. By
# now we know that it does not matter how the batch is made, so these are plain large batches.

# %%
rules = {"same rate": lambda k: 1, "square root": lambda k: k**0.5, "linear": lambda k: k}


def scaled(kind, base):
    methods = {"16 rows": dl.Method(kind(base), batch_size=16)}
    for k, (name, factor) in itertools.product((4, 16), rules.items()):
        optimizer = kind(float(base * factor(k)))
        methods[f"{name}, {16 * k} rows"] = dl.Method(optimizer, batch_size=16 * k)
    small, *large = dl.train_runs(methods, task, epochs=10, evaluate_every=10).final("loss")
    columns = zip(rules, large[:3], large[3:], strict=True)
    return {name: np.array([small, *losses]) for name, *losses in columns}


results = {"SGD from rate 0.03": scaled(SGD, 0.03), "Adam from 0.001": scaled(Adam, 0.001)}

# %%
figure, axes = dl.new_axes("Ten epochs at three batch sizes", "rows", "training loss", columns=2)
for ax, (title, losses) in zip(axes, results.items(), strict=True):
    ax.set(title=title, yscale="log")
    ax.set_xscale("log", base=2)
    ax.set_xticks([16, 64, 256], ["16", "64", "256"])
    for index, (name, values) in enumerate(losses.items()):
        dl.plot_band(ax, [16, 64, 256], values.T, name, **dl.method_style(name, index))
dl.legend_beside(axes[1])
plt.show()

# %% [markdown]
# - **SGD with small steps: the linear rule holds.** Sixteen times the rows, a sixteenth of the
#   steps, and the loss is the same within 2 % from every seed. Small steps add up: the sum of the
#   rates is what counts. With the square root the loss ends more than three times as high.
# - **Adam: the truth lies between.** At 256 rows the linear rule ends at less than half the small
#   batch's loss, the square root at more than twice. (Theory gives Adam the square root where noise
#   rules the steps, with its betas and epsilon adapted too, which we did not do: Malladi et al., 2022.)
# - With the same rate a larger batch learns far less in the same ten epochs.
#
# So far the rates were small. Now two starts that are ten times higher, again with 16 times the rate
# for 16 times the rows. **Warm-up** (lesson 11) lets it rise from a tenth over two epochs.


# %%
def linear_rule(kind, base):
    rate = 16 * base
    rising = schedules.PolynomialDecay(rate / 10, decay_steps=10, end_learning_rate=rate)
    methods = {"16 rows": dl.Method(kind(base), batch_size=16)}
    methods |= {"linear": dl.Method(kind(rate)), "warm-up": dl.Method(kind(rising))}
    return dl.train_runs(methods, task, batch_size=256, epochs=10, evaluate_every=10).final("loss")


starts = {"SGD from 0.3": (SGD, 0.3), "Adam from 0.01": (Adam, 0.01)}
limits = {name: linear_rule(*start) for name, start in starts.items()}


# %%
def in_words(values, small):
    if np.median(values) > np.log(10):
        return "worse than guessing"
    return "lower" if np.median(values) < np.median(small) else "higher"


rows = [[name, *(in_words(v, values[0]) for v in values[1:])] for name, values in limits.items()]
dl.Table(["start", "256 rows, 16 × rate", "with warm-up"], rows, "Training loss against 16 rows")

# %% [markdown]
# - **The rule ends at the stability limit.** SGD from 0.3 would need 4.8. Curvature sets a highest
#   rate (lesson 06), and a larger batch does not move it.
# - **Warm-up is no cure for that limit**: at 4.8 it rescues nothing. For Adam at 0.16 it decides:
#   with it the loss ends below the small batch's, without it above, from each of the five seeds.
# - So there is a size past which a larger batch only costs more epochs. Where it lies differs by
#   task (Shallue et al., 2019). **Take a rule as a first guess, and sweep the rate again.**
#
# ## Check the claims

# %%
for seed in runs.seeds:
    ends = [runs.weights[label, seed][-1] for label in runs.labels]
    for other in ends[1:]:
        assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(ends[0], other, strict=True))
assert np.allclose(kept[0] / kept, [1, 4, 16], rtol=0.001), "1/k of the activations"
assert updates == 25 and np.allclose(fixed.final("loss"), large, rtol=1e-4)
assert (fast > 2 * large).all(), "the schedule was over too soon"
of_layer, of_batch, of_dropout = apart.values()
assert max(of_layer) < 1e-5, "layer normalization keeps the equality"
assert of_batch[2] == 0 and 0.01 < of_batch[0] < of_batch[1] - 0.005, "batch normalization does not"
assert np.allclose(of_dropout[:2], of_dropout[2], rtol=0.3), "dropout: as large as by chance"
sgd, adam = results.values()
assert np.allclose(sgd["linear"][1:], sgd["linear"][0], rtol=0.02), "linear keeps SGD's loss"
assert (sgd["square root"][2] > 3 * sgd["linear"][0]).all(), "the square root does not"
assert (adam["linear"][2] < 0.5 * adam["linear"][0]).all(), "linear overshoots for Adam"
assert (adam["square root"][2] > 2 * adam["linear"][0]).all(), "the square root falls behind"
assert all((losses["same rate"][2] > 2.5 * losses["linear"][0]).all() for losses in (sgd, adam))

beyond, small_adam = limits.values()
assert np.median(beyond[1:], axis=1).min() > np.log(10), "no cure beyond the limit"
assert (small_adam[2] < small_adam[0]).all() and (small_adam[0] < small_adam[1]).all()
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `iterations` counts updates, a schedule counts micro-batches. `fit`, callbacks, `history` and
#   `steps_per_epoch` know micro-batches only.
# - The sum is divided by `k` whatever the pieces' sizes, and it crosses the end of an epoch.
# - With clipping (`clipnorm`, `global_clipnorm`) Keras clips the *mean*, once per update. A loop of
#   your own that clips each piece does something else.
# - The sum is one more number per weight, as momentum is: the weights of a very large model, not
#   its activations, may be what does not fit. Accumulation does not help there.
# - `use_ema=True` averages the weights at every micro-batch, not at every update, so this average is
#   not the large batch's.
# - `batch_size` of `fit` is the micro-batch. Raise `k`, and each update has more rows.
#
# ## Exercises
#
# **1.** Batches of 32 ran well at `learning_rate=0.05`. Now you set
# `gradient_accumulation_steps=8` and keep `batch_size=32`. Which rate does the linear rule give?

# %% tags=["stub"]
raised_rate = ...
lesson_16.raised_rate.check(raised_rate)

# %% [markdown] tags=["solution"]
# Eight times the rows behind an update, eight times the rate: once, since Keras takes the mean.

# %% tags=["solution"]
raised_rate = 0.05 * 8
lesson_16.raised_rate.check(raised_rate)

# %% [markdown]
# **2.** Write `combine(gradients, rows)`: the large batch's gradient, from a list of the
# micro-batches' mean gradients and a list of their numbers of rows.


# %% tags=["stub"]
def combine(gradients, rows): ...


lesson_16.combine.check(combine)

# %% [markdown] tags=["solution"]
# A mean times its rows is a sum over rows; sums may be added, and are divided once.


# %% tags=["solution"]
def combine(gradients, rows):
    return sum(n * g for n, g in zip(rows, gradients, strict=True)) / sum(rows)


lesson_16.combine.check(combine)

# %% [markdown]
# **3.** Write the rule that Keras's `SGD` follows. It is called once per micro-batch, and returns
# the weights, changed or not. `state` starts empty.


# %% tags=["stub"]
def accumulating_sgd(w, g, state, learning_rate, gradient_accumulation_steps): ...


lesson_16.accumulating_sgd.check(accumulating_sgd)

# %% [markdown] tags=["solution"]
# Add first, then look whether the cycle is complete; clear only after an update.


# %% tags=["solution"]
def accumulating_sgd(w, g, state, learning_rate, gradient_accumulation_steps):
    state["sum"] = state.get("sum", 0.0) + g
    state["count"] = state.get("count", 0) + 1
    if state["count"] < gradient_accumulation_steps:
        return w
    step = learning_rate * state["sum"] / gradient_accumulation_steps
    state["sum"], state["count"] = 0.0, 0
    return w - step


lesson_16.accumulating_sgd.check(accumulating_sgd)

# %% [markdown]
# ## Takeaways
#
# - Activations grow with the rows in memory at once. Accumulation cuts them by `k` and costs time.
# - Mean of equal pieces = large batch, to rounding, for every optimizer. Divide by rows if the
#   pieces differ.
# - Keras's schedules count micro-batches: stretch them by `k`.
# - Batch normalization sees the pieces; layer normalization and dropout do not mind.
# - A larger batch bears a larger rate, up to a limit. The rules are first guesses: sweep again.
#
# ## References
#
# - P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017 (linear
#   rule, warm-up).
# - A. Krizhevsky, *One weird trick for parallelizing convolutional neural networks*, 2014 (square
#   root).
# - S. Malladi et al., *On the SDEs and Scaling Rules for Adaptive Gradient Algorithms*, 2022.
# - C. Shallue et al., *Measuring the Effects of Data Parallelism on Neural Network Training*, 2019.
#
# **Next:** lesson 17 puts everything together and asks of each piece what it earned.
