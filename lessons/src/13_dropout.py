# %% [markdown]
# # 13 · Why does removing units help?
#
# **About 40 minutes.** You need lesson 09 (Adam). Lesson 12 fights the same problem by other means.
#
# After this lesson you can
#
# - write dropout by hand, and say what it does in training and what in inference;
# - find a rate by a sweep over seeds, and tell when none is better than 0;
# - say in which sense one network with dropout is an ensemble of many, and check it;
# - name the places where dropout does harm.

# %%
import dlcourse as dl

dl.start(seed=0)

import itertools
import math
from dataclasses import replace

import keras
import numpy as np
from keras.layers import Dense, Dropout
from keras.optimizers import Adam
from matplotlib import pyplot as plt

lesson_13 = dl.exercises.lesson_13

# %% [markdown]
# ## The problem: mistakes, learned by heart
#
# Labels are often wrong: people get tired when they sort images. We take 200 handwritten digits,
# give 40 of them the label of another digit, and train a network with two hidden layers. All
# validation labels are right.
#
# `compare_dropout_rates` trains this network from the same weights on the same batches, and varies
# the rate of its `Dropout` layers alone. Of its three rates we look at the first one now: at rate 0
# these layers do nothing.


# %%
def build_model():
    hidden_1, hidden_2 = Dense(128, activation="relu"), Dense(128, activation="relu")
    layers = [hidden_1, Dropout(0.5), hidden_2, Dropout(0.5), Dense(10)]
    return keras.Sequential([keras.Input((64,)), *layers])


def mislabel(data, wrong, seed=0):
    random = np.random.default_rng(seed)
    rows = random.permutation(len(data.y_train))[:wrong]
    labels = data.y_train.copy()
    labels[rows] = (labels[rows] + random.integers(1, 10, wrong)) % 10
    return replace(data, y_train=labels)


few = dl.digits().with_train_size(200)
data = mislabel(few, wrong=40)

# %%
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
task = dl.Task(data, build_model, loss, metrics=["accuracy"])
settings = {"epochs": 25, "batch_size": 50, "evaluate_every": 5}
optimizer, rates = Adam(0.006), [0, 0.5, 0.75]
runs = dl.compare_dropout_rates(rates, task, optimizer=optimizer, record=["weights"], **settings)
runs["rate 0"].plot("loss", "val_loss", title="200 digits, 40 labeled wrong, no dropout")
runs["rate 0"].table("accuracy", "val_accuracy")

# %% [markdown]
# The network learns nearly every training label, the wrong ones included. Its training loss goes on
# toward 0, while the validation loss **rises** from the first measurement on.
#
# ## Predict before you run
#
# Let half of the hidden units be missing in each training step. We will try it on these digits, on
# the same 200 with their right labels, and on 1,280 with right labels. Where does the validation
# accuracy gain most? Write `"wrong labels"`, `"few digits"` or `"many digits"`.

# %% tags=["stub"]
my_prediction = ...
lesson_13.who_gains.check(my_prediction)

# %% tags=["solution"]
my_prediction = "wrong labels"
lesson_13.who_gains.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **In each training step remove every unit with probability `rate`, and scale up what is left, so
# that the mean stays the same. In inference keep everything.**
#
# $$m_i \sim \text{Bernoulli}(1 - p) \qquad\qquad y_i = \frac{m_i\, x_i}{1 - p}
# \qquad\qquad \mathbb{E}[y_i] = \frac{(1 - p)\, x_i}{1 - p} = x_i$$
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $p$ | `rate` | the fraction that is **dropped** |
# | $x$ | the layer's input | outputs of the layer before, shape (rows, units) |
# | $m$ | drawn by the layer | the mask: 0 or 1 for each unit of **each row** |
# | | `training` | true in `fit`, false in `evaluate` and `predict` |
#
# The paper (Srivastava et al., 2014) writes $p$ for the fraction *kept*, and scales the weights
# *down* in inference. Scaling up in training, as Keras does, gives the same mean, and inference
# needs no change at all.
#
# ## By hand


# %%
def dropout(x, rate, random, training):
    mask = random.random(x.shape) >= rate  # one draw for every unit of every row
    return x * mask / (1 - rate) if training else x


x = np.arange(1, 11, dtype="float32").reshape(5, 2)
print(dropout(x, 0.2, np.random.default_rng(0), training=True))

# %% [markdown]
# Each value is 0 or 1.25 times what it was. One mask changes a lot. The *mean* over many masks is
# the input, within the four standard errors that chance is allowed here.

# %%
random = np.random.default_rng(0)
many = np.array([dropout(x, 0.2, random, training=True) for _ in range(10_000)])
standard_error = x * np.sqrt(0.2 / 0.8 / 10_000)
assert (abs(many.mean(axis=0) - x) < 4 * standard_error).all()
assert np.array_equal(dropout(x, 0.2, random, training=False), x)
print(many.mean(axis=0).round(1))

# %% [markdown]
# ## The same as Keras?
#
# First the same ten numbers, in both modes. A mask can be read off the output. Given Keras's mask, our
# rule must give Keras's numbers. A second layer with the same seed draws the same mask.

# %%
layer = Dropout(rate=0.2, seed=1)
in_training = layer(x, training=True).numpy()
print(in_training)
assert np.allclose(in_training, x * (in_training != 0) / (1 - 0.2))
assert np.array_equal(layer(x, training=False), x)
assert np.array_equal(Dropout(rate=0.2, seed=1)(x, training=True), in_training)

# %% [markdown]
# Masks are random, so "the same" must mean: the same *distribution*. If every unit is dropped by
# itself, the number of dropped units among 5 has a binomial distribution. We draw 20,000 rows.

# %%
ones = np.ones((20_000, 5), dtype="float32")
drawn = {"by hand": dropout(ones, 0.2, random, True), "Keras": layer(ones, training=True).numpy()}
binomial = np.array([math.comb(5, k) * 0.2**k * 0.8 ** (5 - k) for k in range(6)])
standard_error = np.sqrt(binomial * (1 - binomial) / 20_000)
_, ax = dl.new_axes(
    "How many of 5 units are dropped? 20,000 rows, rate 0.2", "units dropped", "share of rows"
)
for place, (label, values) in zip((-0.2, 0.2), drawn.items(), strict=True):
    shares = np.bincount((values == 0).sum(axis=1), minlength=6) / 20_000
    ax.bar(np.arange(6) + place, shares, width=0.4, label=label)
    assert (abs(shares - binomial) < 4 * standard_error).all()
ax.plot(binomial, "o", color="black", label="binomial distribution")
ax.legend()
plt.show()

# %% [markdown]
# The same rule, the same distribution. The masks themselves depend on the seed. They also differ
# between TensorFlow with and without XLA (`jit_compile`), so this course trains dropout without it.
#
# ## In plain Keras
#
# The layers in the model are all it takes. `fit` trains with masks; `evaluate`, `predict` and a plain
# call of the model work without. The labels are right here, so that masks are the only noise.

# %%
keras.utils.set_random_seed(0)
model = build_model()
model.compile(optimizer, loss, jit_compile=False)
rows, validation = (few.x_train, few.y_train), (few.x_val, few.y_val)
masks = model.fit(*rows, batch_size=50, epochs=8, verbose=0).history["loss"][-1]
without, fresh = (float(loss(y, model(x))) for x, y in (rows, validation))
print(f"training loss {masks:.1f} with masks, {without:.1f} without; validation loss {fresh:.1f}")
assert masks > 1.2 * fresh > fresh > without

# %% [markdown]
# The loss that `fit` reports is that of a network with half of its units missing (and a mean over the
# epoch, while the weights change). **With dropout, a training loss above the validation loss is
# normal.** In this course every loss is measured in
# inference mode, so both can be compared.
#
# ## The experiment: how much to drop?
#
# Now look at all three rates: same digits, same wrong labels, same five seeds. Which labels has each
# network learned? Its weights are recorded, so we can ask it by hand. Below, `drop` is what stands
# at the place of the dropout layers: in inference, nothing.

# %%
runs.plot("val_loss", title="200 digits, 40 of them labeled wrong")


# %%
def outputs(weights, x, drop=lambda hidden: hidden):  # of all three layers
    w1, b1, w2, b2, w3, b3 = weights
    hidden_1 = drop(np.maximum(x @ w1 + b1, 0))
    hidden_2 = drop(np.maximum(hidden_1 @ w2 + b2, 0))
    return hidden_1, hidden_2, hidden_2 @ w3 + b3


def share_right(weights, x, y, **settings):
    return (outputs(weights, x, **settings)[-1].argmax(axis=1) == y).mean()


trained = {label: [runs.weights[label, seed][-1] for seed in range(5)] for label in runs}
accuracy_of = {label: runs[label].final("val_accuracy")[0] for label in runs}
by_hand = [share_right(weights, data.x_val, data.y_val) for weights in trained["rate 0.5"]]
assert np.allclose(by_hand, accuracy_of["rate 0.5"]), "the same answers as Keras"
wrong = data.y_train != few.y_train
ask = data.x_train[wrong], data.y_train[wrong]
heart = {label: [share_right(weights, *ask) for weights in trained[label]] for label in runs}
rows = [
    [label, dl.format_median(accuracy_of[label]), dl.format_median(heart[label])] for label in runs
]
columns = ["trained at", "validation accuracy", "wrong labels learned (fraction)"]
dl.Table(columns, rows, "After 25 epochs: median [min, max] over 5 seeds")

# %% [markdown]
# ## How to read it
#
# - **Without dropout the network learns nearly every wrong label by heart.** At rate 0.5 it learns
#   about one in five, and the validation accuracy rises from 0.79 to 0.88. A label that contradicts
#   all similar digits takes special units to remember, and no unit can be relied on.
# - **At 0.75 next to no wrong label is learned, but the right ones are learned slowly, too**: its
#   loss was still on the way down, so 25 epochs are too short for it. Higher rates need more epochs.
#   (Try 0.95, which leaves some 6 of 128 units in each layer. What does the network answer then?)
#
# ## Change one thing: right labels, few and many

# %%
few_task, many_task = (
    dl.Task(d, build_model, loss, metrics=["accuracy"]) for d in (few, dl.digits())
)
at_the_end = {**settings, "evaluate_every": 25}
few_runs = dl.compare_dropout_rates([0, 0.5], few_task, optimizer=optimizer, **at_the_end)
large = {"epochs": 10, "batch_size": 256, "evaluate_every": 5}
many_runs = dl.compare_dropout_rates([0, 0.5], many_task, optimizer=optimizer, **large)
many_runs.plot("val_loss", title="1,280 digits, all labels right")


# %%
def gain(runs, epoch, key):  # of rate 0.5 over rate 0, one number a seed
    without, half = runs[["rate 0", "rate 0.5"]].history[key][..., runs.epochs == epoch][..., 0]
    return half - without


looks = {
    "wrong labels": [(runs, 25)],
    "few digits": [(few_runs, 25)],
    "many digits": [(many_runs, 5), (many_runs, 10)],
}
rows = [
    [label, look[1], *(dl.format_median(gain(*look, key)) for key in ("val_accuracy", "val_loss"))]
    for label, its_looks in looks.items()
    for look in its_looks
]
at_best = {
    label: max(np.median(gain(*look, "val_accuracy")) for look in its_looks)
    for label, its_looks in looks.items()
}
dl.Table(["training set", "epoch", "accuracy", "loss"], rows, "What rate 0.5 adds, in validation")

# %%
lesson_13.who_gains.compare(max(at_best, key=at_best.get))

# %% [markdown]
# - **Wrong labels gain by far the most.**
# - **Few digits with right labels gain little, and late.** After 25 epochs nothing is clear. (After 75,
#   which we ran once, the loss was lower from all five seeds, and the accuracy up by 0.8 points in the
#   median.)
# - **Many digits gain nothing: dropout slows them down.** After five epochs the loss is higher on every
#   seed; after ten most of that is gone. (Try 0.75: it is still far behind.)
#
# So "dropout helps when data are few" is too simple. It helps most where there is noise to learn by
# heart, and it takes time.
#
# ## One network, many networks
#
# Each mask leaves another, thinner network. With $n$ units there are $2^n$ of them, and they share
# their weights. Is the inference pass their average? For one hidden layer there is an exact answer
# (Baldi and Sadowski, 2013), and with 10 units we can list all 1,024 networks.


# %%
def softmax(logits):
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exp / exp.sum(axis=-1, keepdims=True)


hidden, weights = random.random(10), random.standard_normal((10, 3))
masks = np.array(list(itertools.product([0, 1], repeat=10)))  # equally likely at rate 0.5
each = (masks * hidden / 0.5) @ weights  # the logits of each network, shape (1024, 3)
geometric = np.exp(np.log(softmax(each)).mean(axis=0))
rows = [
    ["inference pass", *softmax(hidden @ weights)],
    ["geometric mean, normalized", *geometric / geometric.sum()],
    ["arithmetic mean", *softmax(each).mean(axis=0)],
]
assert np.allclose(rows[0][1:], rows[1][1:])
dl.Table(["probabilities", "class 0", "class 1", "class 2"], rows, "All 1,024 masks of 10 units")

# %% [markdown]
# **The inference pass is the geometric mean of all thinned networks**, because the mean of their
# logits is exactly its logits. The usual, arithmetic mean of the probabilities is more cautious.
#
# With two hidden layers this is an approximation. How good is it? We give each validation digit 50
# times to the networks trained at rate 0.5, in training mode. Each copy meets its own mask.

# %%
counts, labels = np.arange(1, 51), data.y_val
copies = np.repeat(data.x_val, 50, axis=0)
half = {"drop": lambda hidden: dropout(hidden, 0.5, random, training=True)}
answers = [outputs(weights, copies, **half)[-1] for weights in trained["rate 0.5"]]
averages = softmax(np.array(answers)).reshape(5, 258, 50, 10).cumsum(axis=2) / counts[:, None]
accuracy = (averages.argmax(axis=3) == labels[:, None]).mean(axis=1)  # one row a seed
log_loss = -np.log(averages[:, np.arange(258), :, labels]).mean(axis=0)

title, ylabel = "How many masks make an inference pass?", "validation accuracy (fraction)"
_, ax = dl.new_axes(title, "masks averaged", ylabel, xscale="log")
dl.plot_band(ax, counts, accuracy, "masks averaged")
one_pass = np.tile(accuracy_of["rate 0.5"][:, None], 50)
dl.plot_band(ax, counts, one_pass, "one inference pass", linestyle="--")
dl.legend_beside(ax)
plt.show()

# %%
plain = [softmax(outputs(weights, data.x_val)[-1]) for weights in trained["rate 0"]]
together = np.mean(plain, axis=0)
five_plain = (together.argmax(axis=1) == labels).mean()
compared = {
    "one mask": accuracy[:, 0],
    "50 masks averaged": accuracy[:, 49],
    "one inference pass": accuracy_of["rate 0.5"],
    "one network trained at rate 0": accuracy_of["rate 0"],
    "five of these averaged": five_plain,
}
rows = [[label, dl.format_median(values)] for label, values in compared.items()]
dl.Table(["who answers", "validation accuracy"], rows, "Median [min, max] over 5 seeds")

# %% [markdown]
# - One mask alone answers far worse. From some 30 masks on the average is as accurate as one
#   inference pass, to within 0.03, at 30 times the price. That is why inference uses no masks.
# - The two are not the same: the average is more cautious, and its loss is higher on every seed.
# - **The ensemble does not explain the gain.** Five networks trained without dropout, averaged, are
#   a true ensemble, and stay at 0.80: all five learned the same wrong labels. What helps happens in
#   training.
#
# ## What becomes of units that rely on each other?
#
# The paper's reason for dropout is *co-adaptation*: units that only work in company. Two
# measurements on the trained networks, in inference mode. First we remove a share of the hidden
# units, the same ones for all digits. Then we ask how similar two units are: the correlation of
# their outputs over the validation digits, without sign, averaged over all pairs.


# %%
def accuracy_without(weights, share):  # 10 draws of the units that are missing
    def remove(hidden):
        return hidden * (random.random(hidden.shape[1]) >= share)

    return np.mean([share_right(weights, data.x_val, data.y_val, drop=remove) for _ in range(10)])


shares, left = [0, 0.25, 0.5, 0.75], {}
_, ax = dl.new_axes("Trained networks lose units", "share of hidden units removed", ylabel)
for label in ("rate 0", "rate 0.5"):
    each_seed = [
        [accuracy_without(weights, share) for share in shares] for weights in trained[label]
    ]
    left[label] = np.array(each_seed)
    dl.plot_band(ax, shares, left[label], f"trained at {label}", marker="o")
dl.legend_beside(ax)
plt.show()


# %%
def similarity(weights, depth):
    hidden = outputs(weights, data.x_val)[depth]
    alive = hidden[:, hidden.std(axis=0) > 0]
    return np.abs(np.corrcoef(alive.T))[np.triu_indices(alive.shape[1], k=1)].mean()


alike = {
    label: [[similarity(weights, depth) for weights in trained[label]] for depth in (0, 1)]
    for label in left
}
rows = [[label, *map(dl.format_median, alike[label])] for label in left]
columns = ["trained at", "first hidden layer", "second hidden layer"]
dl.Table(columns, rows, "Mean correlation of two units, without sign")

# %% [markdown]
# - Without half of its units the plain network loses about 0.3 of its accuracy, the one trained with
#   dropout about 0.1. Its units do rely less on each other. But this is what it practiced.
# - The units of the first layer are a little less alike, on every seed. In the second layer there
#   is next to no difference. The popular sentence "dropout makes units independent" is more than
#   these numbers say.
#
# ## Where not to put it
#
# A mask at rate 0.5 leaves half of the units on average. How far from half can a single mask be? The
# number of units that it leaves has a binomial distribution, too.

# %%
rows = []
for units in (8, 32, 128):
    ways = [math.comb(units, kept) / 2**units for kept in range(units + 1)]
    low, high = np.searchsorted(np.cumsum(ways), [0.01, 0.99])
    rows.append([units, f"{low} to {high}", f"{low / units:.0%} to {high / units:.0%}"])
columns = ["hidden units", "units left", "as a share"]
dl.Table(columns, rows, "What 98 of 100 masks leave at rate 0.5")

# %% [markdown]
# Of 128 units about half are left each time. **Of 8 it may be one, or all but one**: each row meets
# quite another network, and 8 units have none to spare. A network with 8 hidden units underfits the
# 1,280 digits at rate 0.5: on every seed its training and its validation accuracy end below those at
# rate 0. (The course's tests train these networks, so that you need not wait for them here.)
#
# Other places, by source:
#
# - **After the last layer.** A dropped logit is 0, and no layer follows that could make up for it.
# - **Directly before `BatchNormalization`** (lesson 14). Masks raise the variance in training only, so
#   the statistics that it keeps for inference are too large (Li et al., 2019).
# - **On single pixels of a convolution's output.** Neighbors tell the same, so little is hidden:
#   drop whole channels (Tompson et al., 2015).
# - **Between the time steps of a recurrent layer**, with a new mask at each step: what the layer
#   remembers fades (Zaremba et al., 2014). Keras's `recurrent_dropout` keeps one mask for all steps
#   (Gal and Ghahramani, 2016).
#
# ## Relatives
#
# Keras has three more kinds. We give each numbers from N(0, 1) of shape (rows, steps, channels), at
# rate 0.5, in training mode.

# %%
normal = random.standard_normal((2_000, 10, 16)).astype("float32")
rows = []
for kind in ("Dropout", "SpatialDropout1D", "GaussianDropout", "AlphaDropout"):
    output = getattr(keras.layers, kind)(0.5, seed=0)(normal, training=True).numpy()
    numbers = output.var(), (output == 0).mean(), (output == 0).all(axis=1).mean()
    rows.append([kind, *(f"{number:.1f}" for number in numbers)])
columns = ["layer", "variance (was 1)", "share of zeros", "share of channels that are all zero"]
dl.Table(columns, rows, "What four layers make of numbers from N(0, 1) at rate 0.5")

# %% [markdown]
# `SpatialDropout1D` (and 2D, 3D) is for convolutions. `GaussianDropout` has the mean and the variance of
# `Dropout`, without zeros. `AlphaDropout` belongs to SELU networks, which need mean 0 and variance 1
# (Klambauer et al., 2017). The first two are `Dropout` with another shape of mask or noise; use the
# last one only with `activation="selu"`.
#
# ## Check the claims
#
# The rate was chosen on validation digits, so the test digits have the last word, once.

# %%
curves, losses = runs["rate 0"], {each: np.median(runs[each].final("val_loss")) for each in runs}
assert (curves.final("val_loss") > 1.05 * curves.best("val_loss")).all(), "it rises"
assert (np.diff(np.median(curves.history["val_loss"][0], axis=0)) > 0).all(), "all the way"
assert min(heart["rate 0"]) > 0.9 > 0.4 > max(heart["rate 0.5"] + heart["rate 0.75"])
assert (accuracy_of["rate 0.5"] > accuracy_of["rate 0"] + 0.03).all()
assert min(losses, key=losses.get) == "rate 0.5"
assert (np.diff(np.median(runs["rate 0.75"].history["val_loss"], axis=1)) < 0).all(), "still falls"
early = gain(few_runs, 25, "val_loss")
assert early.min() < 0 < early.max() and abs(at_best["few digits"]) < 0.01, "few digits: not clear"
slow = many_runs.history["val_loss"][..., 0]
assert (slow[0] < slow[1]).all(), "many digits: slower on every seed"
end = np.median(many_runs.final("val_loss"), axis=1)
assert abs(end[1] - end[0]) < 0.03, "and then 0.5 catches up"
assert (abs(accuracy - one_pass)[:, 29:] < 0.03).all(), "30 masks and more"
assert (accuracy[:, 0] < accuracy_of["rate 0.5"] - 0.03).all(), "one mask"
assert (log_loss[:, 49] > runs["rate 0.5"].final("val_loss")).all()
assert five_plain < min(max(accuracy_of["rate 0"]) + 0.03, min(accuracy_of["rate 0.5"]) - 0.03)
lost = {label: values[:, 0] - values[:, 2] for label, values in left.items()}
assert (lost["rate 0"] > 1.5 * lost["rate 0.5"]).all()
assert max(alike["rate 0.5"][0]) < min(alike["rate 0"][0]), "the first layer"
first, second = np.median(alike["rate 0"], axis=1) - np.median(alike["rate 0.5"], axis=1)
assert abs(second) < 0.4 * first, "the second layer"
print("All claims hold over 5 seeds.")

# %%
right = {
    label: np.array([share_right(weights, data.x_test, data.y_test) for weights in trained[label]])
    for label in ("rate 0", "rate 0.5")
}
assert (right["rate 0.5"] > right["rate 0"]).all()
print({label: f"{np.median(each):.2f} of the test digits" for label, each in right.items()})

# %% [markdown]
# ## Where Keras surprises you
#
# - `rate` is the fraction **dropped**. In the paper, and in old TensorFlow code, it is the fraction kept.
# - `Dropout(1.0)` raises no error. All its outputs are 0 in training, and nothing is learned.
# - `trainable = False` does not switch dropout off: it has no weights to freeze. `training` does.
# - A `seed` belongs to the layer. Two layers with the same seed draw the same masks: a hidden bond.
#
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_13.<name>.hint()`, then `.solution()`.
#
# **1.** A unit's output is 3 and `rate=0.2`. What does `Dropout` make of it in training if it is
# kept?

# %% tags=["stub"]
kept_value = ...
lesson_13.kept_value.check(kept_value)

# %% [markdown] tags=["solution"]
# Four times in five it is kept, and the mean must stay 3.

# %% tags=["solution"]
kept_value = 3 / (1 - 0.2)
lesson_13.kept_value.check(kept_value)

# %% [markdown]
# **2.** After an epoch with `Dropout(0.5)`, `fit` prints `loss` 0.61 and `val_loss` 0.42. Why is `loss`
# the higher one? `"measured with masks"`, `"underfitting"`, `"validation rows leaked"` or
# `"bad seed"`?

# %% tags=["stub"]
two_losses = ...
lesson_13.two_losses.check(two_losses)

# %% [markdown] tags=["solution"]
# `fit` takes its loss in training mode, with half of the units missing.

# %% tags=["solution"]
two_losses = "measured with masks"
lesson_13.two_losses.check(two_losses)

# %% [markdown]
# **3.** Write `spatial_dropout` for `x` of shape (rows, steps, channels): in training each row drops
# each of its channels with probability `rate`, over all steps at once. `random` is a NumPy
# generator.


# %% tags=["stub"]
def spatial_dropout(x, rate, random, training): ...


lesson_13.spatial_dropout.check(spatial_dropout)

# %% [markdown] tags=["solution"]
# The mask needs one number for each row and channel; NumPy repeats an axis of length 1.


# %% tags=["solution"]
def spatial_dropout(x, rate, random, training):
    rows, _, channels = x.shape
    keep = random.random((rows, 1, channels)) >= rate
    return x * keep / (1 - rate) if training else x


lesson_13.spatial_dropout.check(spatial_dropout)

# %% [markdown]
# ## Takeaways
#
# - In training each unit of each row is 0 with probability `rate`, else divided by `1 - rate`. In
#   inference nothing happens.
# - Dropout keeps a network from learning noise by heart. Without noise it gains little, and late.
#   It costs epochs. Sweep the rate, with 0 in the sweep.
# - One inference pass stands for the average of many masks. The gain itself is made in training.
# - Keep it out of tiny networks, and away from the last layer's output.
#
# ## References
#
# - G. Hinton et al., *Improving neural networks by preventing co-adaptation of feature detectors*,
#   2012.
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, 2014.
# - P. Baldi, P. Sadowski, *Understanding Dropout*, 2013.
# - W. Zaremba, I. Sutskever, O. Vinyals, *Recurrent Neural Network Regularization*, 2014.
# - J. Tompson et al., *Efficient Object Localization Using Convolutional Networks*, 2015.
# - Y. Gal, Z. Ghahramani, *A Theoretically Grounded Application of Dropout in Recurrent Neural
#   Networks*, 2016.
# - G. Klambauer et al., *Self-Normalizing Neural Networks*, 2017.
# - X. Li et al., *Understanding the Disharmony between Dropout and Batch Normalization by Variance
#   Shift*, 2019.
#
# **Next:** lesson 14, batch normalization, which also does one thing in training and another in
# inference.
