# %% [markdown]
# # 17 · What earned its place?
#
# **About 50 minutes.** You need lessons 01 to 16; this one puts their pieces together.
#
# After this lesson you can
#
# - build a training recipe step by step, and say what each step brought;
# - run an ablation: remove one piece at a time, over seeds, and tell what earned its place;
# - keep the test set untouched until every choice is made, and use it once;
# - recognize eight classic faults by what a run recorded, and let `diagnose` name them.

# %%
import dlcourse as dl

dl.start(seed=0)

import textwrap
import warnings
from dataclasses import replace

import keras
import numpy as np
from keras import layers, regularizers
from keras.callbacks import EarlyStopping
from keras.optimizers import SGD, Adam, schedules
from matplotlib import pyplot as plt

lesson_17 = dl.exercises.lesson_17

# %% [markdown]
# ## The problem: 200 labels
#
# Labels cost money. Of the real handwritten digits we keep 200 for training, with pixels from 0 to
# 16 as they were scanned. The first attempt is a network as many tutorials build it: sigmoid
# units, tiny random weights, `SGD()` at its default rate.

# %%
few = dl.digits().with_train_size(200)
scanned = replace(few, x_train=16 * few.x_train, x_val=16 * few.x_val, x_test=16 * few.x_test)
print(scanned)


def recipe(scale=True, start="he_normal", activation="relu", l2=0.001, rate=0.3):
    def dense(units, activation=None):
        kernel = keras.initializers.RandomNormal(stddev=0.01) if start == "tiny" else start
        penalty = regularizers.L2(l2) if l2 else None
        return layers.Dense(
            units, activation, kernel_initializer=kernel, kernel_regularizer=penalty
        )

    def build():
        hidden, logits = dense(128, activation), dense(10)
        before = [layers.Rescaling(1 / 16, name="scale")] if scale else []
        between = [layers.Dropout(rate, name="dropout")] if rate else []
        return keras.Sequential([keras.Input((64,)), *before, hidden, *between, logits])

    return build


# %%
bare = {"l2": 0, "rate": 0}
plain = recipe(scale=False, start="tiny", activation="sigmoid", **bare)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
task = dl.Task(scanned, recipe(), loss, metrics=["accuracy"])
length = {"epochs": 12, "batch_size": 25}  # 8 steps an epoch, 96 in all
first = dl.train_runs({"first attempt": dl.Method(SGD(), model=plain)}, task, **length)
first.plot("val_accuracy", title="200 digits: the first attempt")
first.table("loss", "val_loss", "val_accuracy")

# %% [markdown]
# It learns, slowly, and is far from what lesson 10 reached with 1,280 digits.
#
# ## Predict before you run
#
# We shall add scaled inputs, He initialization, ReLU, a tuned rate, a schedule, a penalty, dropout
# and early stopping. Then we remove them one by one from the finished recipe. Removing which costs
# most validation accuracy? `"the tuned rate"`, `"dropout"`, `"the schedule"` or `"the penalty"`?

# %% tags=["stub"]
my_prediction = ...
lesson_17.costs_most.check(my_prediction)

# %% tags=["solution"]
my_prediction = "the tuned rate"
lesson_17.costs_most.check(my_prediction)

# %% [markdown]
# ## Building up, step by step
#
# First the pieces that any training needs: inputs of size 1 (lesson 11 showed what larger ones
# do), ReLU with He's initial weights (lessons 03 and 04), and a rate that was searched for
# (lessons 06 and 10). The sweep runs with the other pieces in place.

# %%
rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
basic = recipe(**bare)
fitted = dl.Task(scanned, basic, loss)
sweep = dl.sweep_learning_rate({"Adam": Adam()}, fitted, rates, seeds=range(3), **length)
assert not sweep.at_the_edge()
print(sweep.table())

tuned = sweep.best_rates()["Adam"]
steps = {
    "+ scaled inputs": dl.Method(SGD(), model=recipe(start="tiny", activation="sigmoid", **bare)),
    "+ He and ReLU": dl.Method(SGD(), model=basic),
    "+ Adam, tuned rate": dl.Method(Adam(tuned), model=basic),
}
ladder = dl.train_runs(steps, task, **length)
ladder.plot("val_accuracy", title="Step by step, five seeds")
ladder.table("loss", "val_loss", "val_accuracy")

# %% [markdown]
# Look at the first line: **scaling the inputs made everything worse!** Its accuracy is that of guessing.
# Smaller inputs make smaller gradients, so the default rate is now far too low. A ladder
# judges each piece in the company of the pieces below it, and its order decides the verdict.
#
# Now the pieces that are said to help a network *generalize*: a schedule (lesson 11), a penalty
# (12), dropout (13) and early stopping (15). With them the recipe is complete.
#
# ## The idea: judge a piece by its absence
#
# **An ablation removes one piece at a time from the complete recipe and holds everything else
# still.** For seed $s$, with the same batches:
#
# $$d_s = \text{accuracy of the complete recipe} - \text{accuracy without the piece}$$
#
# | symbol | in code | meaning |
# |---|---|---|
# | $s$ | `seeds=range(6)` | six repetitions |
# | $d_s$ | `differences` | what the piece brought in repetition $s$ |
#
# ## By hand: an interval that assumes nothing
#
# Each $d_s$ lies above or below the true median like a tossed coin. The lowest and the highest of
# six enclose the median unless the coin fell on one side six times. The chance of that is
# $2 / 2^6 = 3\,\%$, so the interval holds in 97 %.


# %%
def interval(differences):
    return min(differences), max(differences)


def verdict(differences):
    low, high = interval(differences)
    return "earned its place" if low > 0 else "harmed" if high < 0 else "no clear difference"


tosses = np.random.default_rng(0).normal(0.5, 1.0, size=(10_000, 6))
inside = np.mean([low <= 0.5 <= high for low, high in map(interval, tosses)])
assert abs(inside - (1 - 2 / 64)) < 0.005
print(f"The median lies inside in {inside:.0%} of 10,000 trials.")
print(verdict([2, 1, 3, 1, 2, 4]), "/", verdict([2, 1, 3, -1, 2, 4]))

# %% [markdown]
# ## The experiment: remove one piece at a time

# %%
cosine = schedules.CosineDecay(tuned, decay_steps=96)
stop = EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)
complete = dl.Method(Adam(cosine), model=recipe(), callbacks=[stop])

without = {
    "scaled inputs": replace(complete, model=recipe(scale=False)),
    "He (tiny weights instead)": replace(complete, model=recipe(start="tiny")),
    "ReLU (sigmoid instead)": replace(complete, model=recipe(activation="sigmoid")),
    "the tuned rate": replace(complete, optimizer=Adam(schedules.CosineDecay(0.001, 96))),
    "He (Glorot instead)": replace(complete, model=recipe(start="glorot_uniform")),
    "the schedule": replace(complete, optimizer=Adam(tuned)),
    "the penalty": replace(complete, model=recipe(l2=0)),
    "dropout": replace(complete, model=recipe(rate=0)),
    "early stopping": replace(complete, callbacks=()),
}
lean = {"lean": dl.Method(Adam(tuned), model=basic)}
methods = {"complete": complete, **without}
runs = dl.train_runs(methods, task, seeds=range(6), **length)
lean_runs = dl.train_runs(lean, task, seeds=range(6), record=["model"], **length)


# %%
def accuracy(label):
    return runs[label].final("val_accuracy")[0]


differences = {piece: accuracy("complete") - accuracy(piece) for piece in without}
_, ax = dl.new_axes(
    "What each piece brought: six seeds, 97 % interval", "validation accuracy gained (fraction)", ""
)
for row, (piece, values) in enumerate(differences.items()):
    ax.plot(values, np.full(6, row), "o", alpha=0.4, color="C0", label=piece)
    ax.plot(interval(values), [row, row], color="C1", linewidth=3, label="97 % interval")
ax.axvline(0, color="0.5", linestyle=":", label="no gain")
ax.set_yticks(range(len(without)), without)
ax.invert_yaxis()
plt.show()

# %%
rows = [
    [piece, *(f"{258 * x:+.2g}" for x in (np.median(d), *interval(d))), verdict(d)]
    for piece, d in differences.items()
]
columns = ["piece", "median", "from", "to", "verdict"]
dl.Table(columns, rows, "Digits gained, of 258: median of six seeds and its 97 % interval")

# %% [markdown]
# ## How to read it
#
# - **Scaled inputs, weights that do not start tiny, ReLU and above all the tuned rate earned their
#   place.** Their intervals lie above zero. On the ladder scaling did harm; in good company it brings
#   some digits.
# - **For the schedule, the penalty, dropout and early stopping there is no clear difference.** These
#   are the pieces that tutorials praise most. On other data they may be what saves you. Nor is there
#   one between He's start and Glorot's, which is Keras's default.
# - The rate was tuned without the four pieces of the second kind. Tuned together with one of them,
#   another rate may suit it better.
# - What six seeds vary is initial weights, batches and dropout masks. The 200 digits and the
#   258 validation digits stay the same, so the verdict is about *these* data.

# %%
costs = {piece: np.median(d) for piece, d in differences.items()}
asked = ("the tuned rate", "dropout", "the schedule", "the penalty")
lesson_17.costs_most.compare(max(asked, key=costs.get))

# %% [markdown]
# ## Change one thing: 200 other digits
#
# The *lean* recipe drops the schedule, the penalty, dropout and early stopping all at once. Does that
# cost anything, also with another 200 training digits, which no choice above has seen?

# %%
more = dl.digits().with_train_size(400)  # the first 200 of them are the ones from above
x, y = more.x_train[200:], more.y_train[200:]
assert np.array_equal(more.x_train[:200], few.x_train)
again = replace(task, data=replace(scanned, x_train=16 * x, y_train=y))
both = {"complete": complete, **lean}
repeated = dl.train_runs(both, again, seeds=range(6), **length).final("val_accuracy")
gains = {
    "first 200 digits": accuracy("complete") - lean_runs.final("val_accuracy")[0],
    "other 200 digits": repeated[0] - repeated[1],
}
for draw, gain in gains.items():
    print(f"{draw}, the complete recipe against the lean one: {verdict(gain)}")

# %% [markdown]
# ## Check the claims

# %%
for piece, gain in differences.items():
    needed = piece in [*without][:4]  # inputs, weights that are not tiny, ReLU, rate
    assert verdict(gain) == ("earned its place" if needed else "no clear difference"), piece
assert {verdict(gain) for gain in gains.values()} == {"no clear difference"}
medians = np.median(ladder.final("val_accuracy"), axis=1)
assert medians[0] < 0.15 < np.median(first.final("val_accuracy")), "scaling alone made it worse"
assert medians[2] > 0.9, "and in the right company it did not"
print("All claims hold over 5 or 6 seeds.")

# %% [markdown]
# ## Test once
#
# Where two recipes do not differ, take the simpler one. Every choice was made on validation digits;
# only now do we open the test set, for the lean recipe, once.

# %%
answers = [model(scanned.x_test).numpy() for model in lean_runs.models.values()]
scores = [np.mean(logits.argmax(axis=1) == scanned.y_test) for logits in answers]
print(f"test accuracy of the lean recipe: median {np.median(scores):.1%} of six seeds")
validated = np.median(lean_runs.final("val_accuracy"))
print(f"its validation accuracy: {validated:.1%}")
assert np.median(scores) < validated

# %% [markdown]
# The test score is lower. Validation digits served to choose the rate and the pieces, so their
# score flatters a little; and 259 other digits are other digits. The number to report is the first.
#
# ## In plain Keras
#
# This is what is left of eight pieces: four, of which one is a number.

# %%
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Rescaling(1 / 16),
        layers.Dense(128, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(10, kernel_initializer="he_normal"),
    ]
)
model.compile(Adam(tuned), loss, metrics=["accuracy"])
history = model.fit(scanned.x_train, scanned.y_train, batch_size=25, epochs=12, verbose=0)
print(f"training accuracy: {history.history['accuracy'][-1]:.2f}")

# %% [markdown]
# ## A gallery of failures
#
# Now eight trainings, one on the patients of lesson 05 and seven on *all* 1,280 digits, each with one
# fault that is easily made and raises no error. `network` is healthy; every fault is in the line that names it.


# %%
def network(*between, inputs=64, outputs=10, ends=()):
    def build():
        hidden = layers.Dense(64, "relu", kernel_initializer="he_normal", name="hidden")
        last = layers.Dense(outputs, name="logits")
        between_them, after = [make() for make in between], [make() for make in ends]
        return keras.Sequential([keras.Input((inputs,)), hidden, *between_them, last, *after])

    return build


class BatchOnly(layers.BatchNormalization):
    def call(self, x, training=None, mask=None):
        return super().call(x, training=True, mask=mask)  # at inference, too


data = dl.digits()
mixed = replace(data, y_train=np.random.default_rng(0).permutation(data.y_train))
unscaled = replace(data, x_train=16 * data.x_train, x_val=16 * data.x_val)
late = schedules.PiecewiseConstantDecay([2000], [0.3, 0.03])  # 5 epochs have 200 steps
twice = network(ends=[layers.Softmax, layers.Softmax])
chances = keras.losses.SparseCategoricalCrossentropy()  # expects probabilities

# %%
healthy = dl.Task(data, network(), loss, metrics=["accuracy"])
patients = dl.Task(dl.diabetes(), network(inputs=10, outputs=1), keras.losses.MeanSquaredError())
gallery = {
    "NaN": (SGD(2.0), patients),
    "dead ReLUs": (SGD(0.2), replace(healthy, data=unscaled)),
    "rate too high": (SGD(3.0), healthy),
    "rate too low": (SGD(0.001), healthy),
    "labels shuffled without their rows": (SGD(0.3), replace(healthy, data=mixed)),
    "batch normalization by the batch": (SGD(0.3), replace(healthy, model=network(BatchOnly))),
    "softmax twice": (SGD(0.3), replace(healthy, model=twice, loss=chances)),
    "schedule of too many steps": (SGD(late), healthy),
    "none": (SGD(0.3), healthy),
}


def train_faulty(fault):
    optimizer, its_task = gallery[fault]
    return dl.train_runs({fault: optimizer}, its_task, epochs=5, record=["loss", "model"])


recorded = {fault: train_faulty(fault) for fault in gallery}

# %%
_, ax = dl.new_axes(
    "Seven faults and a healthy run: median of five seeds", "epoch", "training loss"
)
for index, fault in enumerate(list(recorded)[1:]):  # of the NaN there is nothing to draw
    curve = np.median(recorded[fault].history["loss"][0], axis=0)
    ax.plot(range(1, 6), curve, label=fault, **dl.method_style(fault, index))
dl.mark_varying(ax, "chaotic: details differ between machines")
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Which is which? Two faulty curves are as good as the healthy one (under which one of them lies), and
# four hardly move. A curve is not enough. `diagnose` also reads the losses of single steps and the rates that were used, counts
# dead units, compares labels of neighbors, and shows the models some rows. Its findings are
# **certain** if it read the fault off directly, and **suspected** if only curves speak for it.


# %%
findings = {fault: dl.diagnose(its_runs) for fault, its_runs in recorded.items()}
rows = [[fault, each.name, each.sureness] for fault, found in findings.items() for each in found]
dl.Table(["what was done", "what diagnose finds", "how sure"], rows, "Five seeds each")

# %% [markdown]
# Every fault is named, and nothing is said of the healthy run. Two runs have a second finding:
# they are cause and effect, for a rate that is too high is what kills the units. Each finding comes
# with the numbers it was read from, and with what to try.

# %%
print(findings["labels shuffled without their rows"])
print(findings["softmax twice"]["softmax twice"])

# %% [markdown]
# ### How much is in the curves alone?
#
# Without the models, the losses of the steps, the methods and the task:


# %%
def curves_alone(its_runs):
    rates_used = {"learning_rate": its_runs.steps["learning_rate"]}
    return dl.diagnose(replace(its_runs, steps=rates_used, models={}, task=None, methods={}))


chaotic = ("dead ReLUs", "rate too high")  # their curves differ between machines
stable = {fault: its_runs for fault, its_runs in recorded.items() if fault not in chaotic}
named = {fault: curves_alone(its_runs).names for fault, its_runs in stable.items()}
print("named: ", *(fault for fault, names in named.items() if names), sep="\n  ")
print("nothing found: ", *(fault for fault, names in named.items() if not names), sep="\n  ")

# %% [markdown]
# The healthy run rightly has no finding; the other four were missed. **No finding is no proof of
# health**, and recording a little more (`record=["loss", "model"]`) is cheap.
#
# Shuffled labels and softmax twice look alike in part: the loss stays high and falls a little. Their
# accuracies tell them apart, and the model settles it. Of softmax twice we can even compute the
# floor. The best the first softmax can give is 1 for the right class and 0 for the others:

# %%
best = np.exp([1.0] + [0.0] * 9)
best /= best.sum()
by_hand = -np.log(best[0])
assert np.isclose(by_hand, float(chances(np.array([0]), best[None])))
assert (recorded["softmax twice"].history["loss"] > by_hand).all()
print(f"The lowest loss of softmax twice with 10 classes is log(1 + 9/e) = {by_hand:.3f}.")

scores_of_ten = np.eye(10, dtype="float32")[:1]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    repaired = loss(
        np.array([0]), keras.activations.softmax(keras.ops.convert_to_tensor(scores_of_ten))
    )
assert np.isclose(float(repaired), float(loss(np.array([0]), scores_of_ten)))
print(textwrap.fill(str(caught[-1].message), 88))

# %%
expected = ["diverged", "dead ReLUs", "rate too high", "rate too low", "labels shuffled"]
expected += ["batch normalization mode", "softmax twice", "schedule never acted"]
for fault, name in zip(gallery, expected, strict=False):
    seen_in = {each.name: len(each.seeds) for each in findings[fault]}
    assert seen_in[name] >= 4, "in at least four of five runs"
assert not findings["none"] and not named["none"]
print("Eight faults of eight are named, and none in the healthy runs.")
print(dl.diagnose(runs)["early stopping"].table())

# %% [markdown]
# That last finding is about our own ablation, and it is right: without early stopping every run was
# the same run, for with `patience=5` it never acted. It brought nothing because it was never asked.
#
# ## Where Keras surprises you
#
# - The classic softmax-twice fault is a `Dense(10, activation="softmax")` under a loss with
#   `from_logits=True`. On TensorFlow, Keras 3 notices: it takes the logits from before the softmax,
#   and warns, as you saw above. It does not notice a softmax that is followed by another layer.
# - `BatchNormalization()(x, training=True)` inside a functional model does not last: `fit` and
#   `predict` say themselves what the mode is. It takes a layer of one's own, like `BatchOnly`.
# - `BatchNormalization` in the wrong mode leaves no trace in losses that are measured on all rows
#   at once. Try your model on a single row.

#
# ## Exercises
#
# **1.** Ten classes. The loss is 1.49 on training rows and 1.51 on validation rows, both flat; the
# accuracies are 0.98 and 0.96. Which fault: `"softmax twice"`, `"rate too low"`,
# `"labels shuffled"`, `"under-fitting"` or `"over-fitting"`?

# %% tags=["stub"]
fault = ...
lesson_17.name_the_fault.check(fault)

# %% [markdown] tags=["solution"]
# The answers are right, and the loss is just above log(1 + 9 / e) = 1.46.

# %% tags=["solution"]
fault = "softmax twice"
lesson_17.name_the_fault.check(fault)

# %% [markdown]
# **2.** Three classes, softmax twice, every answer right and sure. How low is the loss?

# %% tags=["stub"]
lowest_loss = ...
lesson_17.lowest_loss.check(lowest_loss)

# %% [markdown] tags=["solution"]
# softmax([1, 0, 0]) gives the right class e / (e + 2).

# %% tags=["solution"]
lowest_loss = np.log(1 + 2 / np.e)
lesson_17.lowest_loss.check(lowest_loss)

# %% [markdown]
# **3.** Write `earned(full, without)`: accuracies of six seeds each, with and without a piece. Does
# the 97 % interval of the paired differences lie above zero?


# %% tags=["stub"]
def earned(full, without): ...


lesson_17.earned.check(earned)

# %% [markdown] tags=["solution"]
# Pair first: the interval begins at the lowest difference.


# %% tags=["solution"]
def earned(full, without):
    return bool(min(np.asarray(full) - np.asarray(without)) > 0)


lesson_17.earned.check(earned)

# %% [markdown]
# ## Takeaways
#
# - Get the basics right first: inputs of size 1, initial weights that are not tiny, ReLU, a rate from a
#   sweep. That is where the accuracy came from.
# - Judge a piece by removing it, over seeds, in pairs, with an interval. "No clear difference" is a
#   result, and a reason to leave the piece out.
# - Choose on validation rows. Open the test set once, and report that number.
# - When a training disappoints, look at what it recorded before you change anything.
#
# ## References
#
# - Z. Lipton, J. Steinhardt, *Troubling Trends in Machine Learning Scholarship*, 2018.
# - X. Bouthillier et al., *Accounting for Variance in Machine Learning Benchmarks*, 2021.
# - A. Karpathy, *A Recipe for Training Neural Networks*, 2019.
# - E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits* (the data), 1998.
#
# **This was the last lesson.** What is next is your own data: a `Task` is three lines (lesson 10).
