# %% [markdown]
# # 15 · When to stop, and which weights to keep?
#
# **About 40 minutes.** You need lessons 06, 07 and 10 (learning rate, momentum, comparing over
# seeds).
#
# After this lesson you can
#
# - see over-fitting in a pair of curves, and say when stopping early helps and when it does not;
# - write the rule of `EarlyStopping` by hand, with all its options, and prove it equal to Keras's;
# - choose a patience that suits the noise of your curve;
# - say why the training loss must not decide, and what stopping does to your validation set.

# %%
import dlcourse as dl

dl.start(seed=0)

import keras
import numpy as np
from keras.callbacks import EarlyStopping, TerminateOnNaN
from keras.optimizers import SGD
from matplotlib import pyplot as plt

lesson_15 = dl.exercises.lesson_15

# %% [markdown]
# ## The problem: a network that learns too much
#
# Labels made by people contain mistakes. Here are 400 handwritten digits, and one label in five
# is wrong. The validation and test digits have correct labels.

# %%
few = dl.digits().with_train_size(400)
random = np.random.default_rng(0)
y_train = few.y_train.copy()
mistakes = random.choice(400, size=80, replace=False)
y_train[mistakes] = (y_train[mistakes] + random.integers(1, 10, size=80)) % 10
parts = few.x_train, y_train, few.x_val, few.y_val, few.x_test, few.y_test
data = dl.Dataset("400 digits, 80 of them mislabeled", *parts, few.class_names)


def build_model():
    hidden = keras.layers.Dense(64, activation="relu", name="hidden")
    logits = keras.layers.Dense(10, name="logits")
    return keras.Sequential([keras.Input((64,)), hidden, logits], name="digit_classifier")


# %%
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
task = dl.Task(data, build_model, loss, metrics=["accuracy"])
optimizer = SGD(learning_rate=0.1, momentum=0.9)
full = dl.compare_patience(
    {"to the end": None}, task, optimizer=optimizer, epochs=45, record=["weights"]
)
full.plot("loss", "val_loss", title="45 epochs on 400 digits", yscale="linear")
full.table("loss", "val_loss", "val_accuracy")

# %% [markdown]
# The training loss falls and falls. The validation loss is lowest between epochs 16 and 28,
# depending on the seed, and climbs from there: the network has begun to learn the wrong labels by
# heart. This is **over-fitting**. There was a better network on the way. How do we notice in time,
# and how do we get it back?
#
# ## Predict before you run
#
# A rule watches the validation loss after each epoch. With `patience=1` it ends the training at
# the first epoch that brings no improvement. Will it stop *before* the epoch with the lowest
# validation loss? Write `"hardly ever"` or `"nearly always"`.

# %% tags=["stub"]
my_prediction = ...
lesson_15.patience_of_one.check(my_prediction)

# %% tags=["solution"]
my_prediction = "nearly always"
lesson_15.patience_of_one.check(my_prediction)

# %% [markdown]
# ## The idea
#
# **Watch data that the network does not train on, stop when it has not improved for a while, and
# take back the best weights.** With the watched value $m_t$ after epoch $t$, an epoch is an
# *improvement* if
#
# $$m_t < m_{\text{best}} - \delta,$$
#
# and the training ends when $p$ epochs in a row were none.
#
# | symbol | Keras | meaning |
# |---|---|---|
# | $m$ | `monitor` | what is watched, by default `"val_loss"` |
# | $\delta$ | `min_delta` | what an improvement must exceed, by default 0 |
# | $p$ | `patience` | epochs without improvement that end the training, by default 0 |
# | | `mode` | `"min"`: lower is better; `"max"`: higher is; `"auto"`, the default: Keras decides |
# | | `baseline` | what an improvement must beat, too, before the count goes back to 0 |
# | | `start_from_epoch` | how many epochs pass before the first is watched |
# | | `restore_best_weights` | take back the best epoch's weights, by default `False` |
#
# ## By hand
#
# First the heart of it: a best value, and a count of the epochs since. Below, epoch 3 is worse and
# epoch 4 sets the count back to 0. Epoch 6 equals the best, which is no improvement. The 0.4 of
# epoch 7 is never seen: that is the price of every finite patience. Then the whole rule.

# %%
rows, best, wait = [], np.inf, 0
for epoch, value in enumerate([0.9, 0.6, 0.7, 0.5, 0.6, 0.5, 0.4], start=1):
    wait = 0 if value < best else wait + 1
    best = min(best, value)
    rows.append([epoch, value, best, wait])
    if wait == 2:
        break
dl.Table(["epoch", "validation loss", "best", "wait"], rows, "patience = 2")


# %%
def early_stopping(
    curve, patience=0, min_delta=0.0, mode="min", baseline=None,
    restore_best_weights=False, start_from_epoch=0,
):  # fmt: skip
    sign = 1 if mode == "min" else -1
    best, best_epoch, wait = None, None, 0
    for epoch, value in enumerate(curve, start=1):
        if epoch <= start_from_epoch:
            continue
        wait += 1
        if best is None or sign * value + min_delta < sign * best:
            best, best_epoch = value, epoch
            if baseline is None or sign * value + min_delta < sign * baseline:
                wait = 0
        elif wait >= patience:
            break
    restored = restore_best_weights and best_epoch is not None
    return epoch, best_epoch if restored else epoch  # epochs trained, epoch whose weights are kept


# %% [markdown]
# ## The same as Keras?
#
# Keras's callback needs no training to show what it does. We hand it a curve, and a stand-in for a
# model, whose "weights" are the number of the epoch.


# %%
class ScriptedModel:
    stop_training = False

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def keras_says(curve, mode="min", **settings):
    model, callback = ScriptedModel(), EarlyStopping("val_loss", mode=mode, **settings)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(curve):  # Keras counts epochs from 0
        model.weights = epochs_trained = epoch + 1
        callback.on_epoch_end(epoch, {"val_loss": value})
        if model.stop_training:
            break
    callback.on_train_end()
    return epochs_trained, model.weights


# %%
script = [0.9, 0.6, 0.7, 0.5, 0.45, 0.5, 0.5, 0.4]
cases = [
    {"patience": 0},
    {"patience": 1},
    {"patience": 2},
    {"patience": 2, "min_delta": 0.08},
    {"patience": 2, "mode": "max"},
    {"patience": 2, "baseline": 0.3},
    {"patience": 1, "start_from_epoch": 3},
    {"patience": 9, "min_delta": 0.08},
]
rows = []
for settings in cases:
    for curve in [script, *random.random((20, 12))]:
        for each in (settings, {**settings, "restore_best_weights": True}):
            assert early_stopping(curve, **each) == keras_says(curve, **each)
    written = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    rows.append([written, *keras_says(script, **settings, restore_best_weights=True)])
columns = ["settings, restore_best_weights=True", "epochs trained", "weights of epoch"]
dl.Table(columns, rows, f"By hand and by Keras: {script}")

# %% [markdown]
# (And on 20 random curves for each setting, with and without `restore_best_weights`.) Look at some
# rows:
#
# - `patience=0` and `patience=1` are the same rule.
# - With `min_delta=0.08` the 0.45 of epoch 5 is no improvement, and epoch 4 is kept instead.
# - The wrong `mode` keeps the worst epoch, the first.
# - With a `baseline` that is never beaten the count is never set back.
# - In the last row patience never ran out, and still the best weights come back. Until late 2023
#   Keras left the last ones then, and many answers on the web still say so.
#
# ## In plain Keras
#
# This is what you write. Ask for the best weights: they are not restored by default.

# %%
model = build_model()
model.compile(SGD(learning_rate=0.1, momentum=0.9), loss, metrics=["accuracy"])
stop = EarlyStopping("val_loss", patience=3, restore_best_weights=True)
validation = data.x_val, data.y_val
settings = {"epochs": 45, "validation_data": validation, "callbacks": [stop], "verbose": 0}
losses = model.fit(data.x_train, data.y_train, **settings).history["val_loss"]
print(f"history: {len(losses)} epochs, the last with a validation loss of {losses[-1]:.2f}")
print(f"model: epoch {stop.best_epoch + 1}, {model.evaluate(*validation, verbose=0)[0]:.2f}")

# %% [markdown]
# The history ends with the last epoch, three epochs past the best. The model you hold is the
# other one: evaluate it.
#
# ## The experiment: what does patience cost, and what does it bring?
#
# Real callbacks with three patiences, five seeds each, then a check. Stopping changes nothing
# *before* the stop, so the curves of the full training tell, without any further training, what
# every patience would have done. `replay_early_stopping` runs the rule above on recorded curves.
# Does it agree with the real callbacks, weight for weight? If it does, we can replay with every
# patience we like, and look afterwards what each epoch's weights make of the test digits.

# %%
best = {"restore_best_weights": True}
stops = {f"patience {p}": EarlyStopping(patience=p, **best) for p in (1, 5, 10)}
runs = dl.compare_patience(stops, task, optimizer=optimizer, epochs=45, record=["model"])

# %%
watched = full.history["val_loss"][0]  # 5 seeds, 45 epochs
for (label, seed), model in runs.models.items():
    replay = dl.replay_early_stopping(watched[seed], patience=stops[label].patience, **best)
    assert replay.epochs_run == runs[label].epochs_run[0, seed]
    recorded = full.weights["to the end", seed][replay.kept_epoch - 1]
    assert all(map(np.array_equal, recorded, model.get_weights()))
print(f"{len(runs.models)} trainings: the same epochs and the same weights, bit by bit.")


# %%
def right_answers(weights, x, y):
    w1, b1, w2, b2 = weights
    return np.argmax(np.maximum(x @ w1 + b1, 0) @ w2 + b2, axis=1) == y


def in_each_epoch(runs, x, y):  # shape: seeds, epochs, digits
    return np.array([[right_answers(each, x, y) for each in run] for run in runs.weights.values()])


# %%
on_test = in_each_epoch(full, data.x_test, data.y_test).mean(axis=-1)
patiences = list(range(1, 31))
replays = [dl.replay_early_stopping(watched, patience=p, **best) for p in patiences]
_, (left, right) = dl.new_axes("What patience costs and brings", "patience", "", columns=2)
dl.plot_band(left, patiences, np.transpose([each.epochs_run for each in replays]), "stopped")
dl.plot_band(
    right, patiences, np.transpose([each.kept(on_test) for each in replays]), "best weights"
)
right.axhline(np.median(on_test[:, -1]), color="black", linestyle="--", label="to the end")
left.set(ylabel="epochs trained", ylim=(0, 47))
right.set(ylabel="test accuracy (fraction)", ylim=(0.7, 0.95))
left.legend(loc="lower right")
right.legend(loc="center right")
plt.show()

# %%
rows = []
for patience, keep_best in [(1, 1), (2, 1), (5, 1), (10, 1), (10, 0), (60, 1), (60, 0)]:
    stop = dl.replay_early_stopping(
        watched, patience=patience, restore_best_weights=bool(keep_best)
    )
    results = dl.format_median(stop.epochs_run), dl.format_median(stop.kept(on_test))
    rows.append([patience, "best" if keep_best else "last", *results])
dl.Table(["patience", "weights", "epochs", "test accuracy"], rows, "Median [min, max] of 5 seeds")

# %% [markdown]
# ## How to read it
#
# - **Every patience beats training to the end**, from every seed; even the hastiest.
# - Patience 5 needs about half of the 45 epochs. More patience sees more epochs, so the *validation
#   loss* that it keeps is never higher. The test accuracy does not follow: its median falls.
# - **The weights matter as much as the stop**: patience 10 with the *last* weights throws away more
#   than half of the gain.
# - Patience 60 never runs out here. With the best weights the result is still good; the last row is
#   what you get without early stopping.
#
# And patience 1, which you made a prediction about?

# %%
best_epoch = watched.argmin(axis=1) + 1
too_soon = dl.replay_early_stopping(watched, patience=1).epochs_run < best_epoch
lesson_15.patience_of_one.compare("nearly always" if too_soon.sum() >= 4 else "hardly ever")

# %% [markdown]
# ## Patience is for noise
#
# A batch of 32 pulls the weights a little in its own direction, so the curve jitters, and one step
# up means nothing. Train on all 400 digits at once (with rate 0.3, since an epoch is now a single
# step), and the curve is smooth.

# %%
whole = {"epochs": 45, "batch_size": 400}
smooth = dl.compare_patience({"full batch": None}, task, optimizer=SGD(0.3, momentum=0.9), **whole)
curves = {"batches of 32": watched, "full batch": smooth.history["val_loss"][0]}
_, ax = dl.new_axes("Where patience=1 stops (seed 0, an illustration)", "epoch", "validation loss")
for index, (label, curve) in enumerate(curves.items()):
    style = dl.method_style(label, index)
    stop = int(dl.replay_early_stopping(curve[0], patience=1).epochs_run)
    ax.plot(full.epochs, curve[0], label=label, color=style["color"])
    ax.plot(stop, curve[0, stop - 1], style["marker"], color=style["color"], label=f"stop, {label}")
ax.legend()
plt.show()

# %%
rows = [
    ["lowest validation loss", *(dl.format_median(c.argmin(axis=1) + 1) for c in curves.values())]
]
for patience, min_delta, start in [(1, 0, 0), (5, 0, 0), (5, 0.02, 0), (1, 0, 15)]:
    rule = {"patience": patience, "min_delta": min_delta, "start_from_epoch": start}
    stop = [dl.replay_early_stopping(curve, **rule).epochs_run for curve in curves.values()]
    written = ", ".join(f"{name}={value}" for name, value in rule.items() if value)
    rows.append([f"stop: {written}", *map(dl.format_median, stop)])
dl.Table(["epoch", *curves], rows, "Median [min, max] of 5 seeds")

# %% [markdown]
# On the smooth curve patience 1 stops one epoch after the minimum, from every seed; on the noisy
# one it stops after a few epochs, by chance. So look at your curve: **patience should outlast its
# longest unlucky stretch.** `min_delta` makes the rule *less* patient, since small gains no longer
# count; `start_from_epoch` helps where only the start is noisy.
#
# ## Change one thing: the wrong thing to watch
#
# What if the *training* loss decides? It is the one quantity that over-fitting improves.

# %%
blind = dl.replay_early_stopping(full.history["loss"][0], patience=10, **best)
print("epochs trained:", blind.epochs_run.tolist(), "kept:", blind.kept_epoch.tolist())
print("test accuracy:", dl.format_median(blind.kept(on_test)))

# %% [markdown]
# It never stops, and the "best" weights are those that know the wrong labels best.
#
# Yet a well-known tutorial does just this, as does the example in Keras's own documentation: five
# rows of the numbers 0 to 99, as they are, batches of one row, `EarlyStopping("loss", patience=3)`.
# And there the training *does* stop, after 4 of 10 epochs. The tutorial's losses are 8e17, 4e35,
# inf. Let us run it, and then with `TerminateOnNaN`.

# %%
numbers = np.arange(100).reshape(5, 20)


def fit_example(callback):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10)])
    model.compile(SGD(), loss="mse")
    settings = {"epochs": 10, "batch_size": 1, "callbacks": [callback], "verbose": 0}
    return model.fit(numbers, np.zeros(5), **settings).history["loss"]


print([f"{value:.0e}" for value in fit_example(EarlyStopping("loss", patience=3))])
print(f"after {len(fit_example(TerminateOnNaN()))} epochs")

# %% [markdown]
# Nothing was learned here. The largest row gives a curvature of 2/10 · Σx² = 32,000, so descent
# converges below 2 / 32,000 = 0.00006 (lesson 06), and the default rate is 0.01. The loss grows
# until it overflows, and a loss that only grows does not improve: **the callback put a broken
# training to rest, and nobody noticed that it was broken.** `TerminateOnNaN` says so, and acts at
# the batch in which it happens.
#
# Once each column is scaled, there is nothing to stop. From five seeds (Keras spreads the one
# target over the ten outputs in silence; here we say so):

# %%
scaled = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)


def ten_outputs():
    return keras.Sequential([keras.Input((20,)), keras.layers.Dense(10)])


example, on_loss = {}, {"on the loss": EarlyStopping("loss", patience=3)}
for name, x in {"0 to 99": numbers, "scaled": scaled}.items():
    rows = dl.Task(
        dl.Dataset(name, x, np.zeros((5, 10))), ten_outputs, keras.losses.MeanSquaredError()
    )
    example[name] = dl.compare_patience(on_loss, rows, optimizer=SGD(), epochs=10, batch_size=1)
    trained, diverged = example[name].epochs_run[0].tolist(), example[name].diverged.sum()
    print(f"{name}: {trained} epochs trained, {diverged} of 5 diverged")

# %% [markdown]
# ## Change another thing: correct labels
#
# Back to the digits, with all 400 labels right.

# %%
clean_task = dl.Task(few, build_model, loss, metrics=["accuracy"])
clean = dl.compare_patience(
    {"correct": None}, clean_task, optimizer=optimizer, epochs=45, record=["weights"]
)
clean_on_test = in_each_epoch(clean, few.x_test, few.y_test).mean(axis=-1)
stop = dl.replay_early_stopping(clean.history["val_loss"][0], patience=5, **best)
ends = {"patience 5": (stop.epochs_run, stop.kept(clean_on_test))}
ends["to the end"] = np.full(5, 45), clean_on_test[:, -1]
rows = [[label, *map(dl.format_median, each)] for label, each in ends.items()]
dl.Table(["correct labels", "epochs", "test accuracy"], rows, "Median [min, max] of 5 seeds")

# %% [markdown]
# Here the training loss goes to zero, and that does no harm. **Early stopping saves
# accuracy only where training on would lose some**; here it saves epochs, and nothing else.
#
# ## The validation set is spent
#
# The epoch was chosen *because* its validation value was the best, luck included. Other digits need
# not agree. How large is that luck? We take the 517 validation and test digits, split them at
# random 100 times into a validation set of some size and fresh digits, stop by the accuracy on
# the one and look at the other.


# %%
pool = np.concatenate([data.x_val, data.x_test]), np.concatenate([data.y_val, data.y_test])
right = in_each_epoch(full, *pool)


def too_high_by(size, splits=100):
    random, gaps = np.random.default_rng(0), []
    for _ in range(splits):
        parts = np.split(random.permutation(517), [size])
        seen, fresh = (right[..., part].mean(axis=-1) for part in parts)  # 5 seeds, 45 epochs
        stop = dl.replay_early_stopping(seen, mode="max", patience=10, restore_best_weights=True)
        gaps.append(stop.kept(seen) - stop.kept(fresh))
    return 100 * np.mean(gaps, axis=0)


luck = {size: too_high_by(size) for size in (25, 50, 100, 250)}
rows = [[size, *(f"{x:.1f}" for x in np.quantile(gap, [0.5, 0, 1]))] for size, gap in luck.items()]
columns = ["validation digits", "median of 5 seeds", "min", "max"]
dl.Table(columns, rows, "By how many points of accuracy the chosen epoch looks too good")

# %% [markdown]
# The accuracy that chose the epoch is too good to be true, from every seed, and the fewer the
# digits the more so. **Report the test set, looked at once.** In this lesson we looked at it for
# every patience, to study the method; in your work the patience, too, is chosen on validation data.
#
# ## Check the claims
#
# The seeds vary the initial weights and the batches; the 400 digits and their wrong labels are one
# draw.

# %%
accuracy = {p: each.kept(on_test) for p, each in zip(patiences, replays, strict=True)}
end, middle = on_test[:, -1], {p: np.median(values) for p, values in accuracy.items()}
assert all((values > end).all() for values in accuracy.values()), "every patience beats the end"
assert middle[5] >= max(middle.values()), "more than 5 brings no higher accuracy"
assert middle[30] < middle[10] - 0.01, "but a lower one"
kept_loss = np.array([each.kept(watched) for each in replays])
assert (np.diff(kept_loss, axis=0) <= 0).all(), "the validation loss kept is never higher"
assert np.median(replays[4].epochs_run) < 25
last = np.median(dl.replay_early_stopping(watched, patience=10).kept(on_test))
assert last < (middle[10] + np.median(end)) / 2, "the last weights lose more than half the gain"
assert too_soon.all(), "patience 1 stops before the best epoch on the noisy curve"
one_later = dl.replay_early_stopping(curves["full batch"], patience=1).epochs_run
assert (one_later == curves["full batch"].argmin(axis=1) + 2).all(), "right after it on the smooth"
assert (blind.epochs_run == 45).all() and (blind.kept(on_test) < accuracy[5]).all()
assert (example["0 to 99"].epochs_run == 4).all() and example["0 to 99"].diverged.all()
assert (np.diff(example["scaled"].history["loss"]) < 0).all(), "scaled, the loss falls all the way"
gained = ends["patience 5"][1] - ends["to the end"][1]
assert abs(np.median(gained)) < 0.02, "with correct labels there is nothing to gain"
assert all(gap.min() > 0 for gap in luck.values()), "what chose the epoch looks too good"
assert (
    (luck[25] > luck[50]).all() and (luck[50] > luck[100]).all() and (luck[100] > luck[250]).all()
)
print("All claims hold over 5 seeds.")

# %% [markdown]
# ## Where Keras surprises you
#
# - `EarlyStopping()` alone has `patience=0` and keeps the *last* weights. You rarely want either.
# - The sign of `min_delta` is ignored, and a gain that is too small does not move the best value:
#   small gains can add up to one. With `min_delta` the restored weights need not be the lowest.
# - NaN is never an improvement, except in the first epoch watched: then it stays the best for ever,
#   and its weights are what is "restored".
# - `mode="auto"` knows losses and the compiled metrics, and a misspelled `monitor` is an error. With
#   `mode="min"` or `"max"` Keras only warns, and nothing ever stops. In this course it is an error.
# - `stopped_epoch` and `best_epoch` count from 0. The optimizer's state is not taken back.
# - What `fit` calls `loss` is a mean over the epoch *while the weights change*; what it calls
#   `val_loss` belongs to the weights at the end. Only these can be restored.
#
# ## Exercises
#
# **1.** The validation losses are 0.90, 0.70, 0.60, 0.62, 0.61, 0.58, 0.63, 0.60, 0.59, 0.50, and
# `patience=3`. How many epochs are trained?

# %% tags=["stub"]
epochs_trained = ...
lesson_15.epochs_trained.check(epochs_trained)

# %% [markdown] tags=["solution"]
# Epochs 4 and 5 bring no improvement, epoch 6 does; 7, 8 and 9 are three in a row.

# %% tags=["solution"]
epochs_trained = 9
lesson_15.epochs_trained.check(epochs_trained)

# %% [markdown]
# **2.** Write the rule for a score that should *rise*, such as an accuracy, with the best weights
# restored: `stop_on_score(scores, patience, min_delta)` returns the number of epochs trained and the
# epoch that is kept, counted from 1.


# %% tags=["stub"]
def stop_on_score(scores, patience, min_delta): ...


lesson_15.stop_on_score.check(stop_on_score)

# %% [markdown] tags=["solution"]
# Two signs change: a score improves if it is *above* the best by *more* than `min_delta`.


# %% tags=["solution"]
def stop_on_score(scores, patience, min_delta):
    best, kept, wait = float("-inf"), 0, 0
    for epoch, score in enumerate(scores, start=1):
        wait += 1
        if score - min_delta > best:
            best, kept, wait = score, epoch, 0
        elif wait >= patience:
            break
    return epoch, kept


lesson_15.stop_on_score.check(stop_on_score)

# %% [markdown]
# **3.** You kept the epoch with the best validation accuracy. Which number do you report?
# `"best validation accuracy"`, `"validation accuracy of the last epoch"`,
# `"test accuracy of the kept weights"` or `"best test accuracy of all epochs"`?

# %% tags=["stub"]
what_to_report = ...
lesson_15.what_to_report.check(what_to_report)

# %% [markdown] tags=["solution"]
# Only the test digits had no part in the choice, as long as they choose nothing either.

# %% tags=["solution"]
what_to_report = "test accuracy of the kept weights"
lesson_15.what_to_report.check(what_to_report)

# %% [markdown]
# ## Takeaways
#
# - Watch validation data, be patient enough for the noise, and restore the best weights.
# - Stopping saves accuracy where training on would lose some, and epochs everywhere else.
# - The training loss cannot see over-fitting. If it stops your training, look why: it may be broken.
# - The validation value that chose the epoch is too good. Report the test set.
#
# ## References
#
# - L. Prechelt, *Early Stopping — But When?*, 1998.
# - N. Morgan, H. Bourlard, *Generalization and Parameter Estimation in Feedforward Nets: Some
#   Experiments*, 1990.
# - C. Zhang et al., *Understanding deep learning requires rethinking generalization*, 2017 (networks
#   learn wrong labels by heart).
#
# **Next:** lesson 16 trains a large batch in little memory.
