# %% [markdown]
# # 04 · Why can't all weights start at zero?
#
# **About 40 minutes.** You need lessons 02 (backpropagation) and 03 (activations).
#
# After this lesson you can
#
# - say which starts training can never leave, and prove it with the gradients;
# - compute how a layer changes the size of a signal, and compare with what you measure;
# - tell LeCun's, Glorot's (Xavier's) and He's rule apart, and test where each one matters;
# - say what orthogonal kernels and batch normalization do for a deep network.

# %%
import dlcourse as dl

dl.start(seed=0)

from dataclasses import replace

import keras
import numpy as np
from keras import initializers
from keras.initializers import GlorotNormal, HeNormal, LecunNormal, RandomNormal
from keras.layers import Activation, BatchNormalization, Dense
from keras.optimizers import SGD
from matplotlib import pyplot as plt

lesson_04 = dl.exercises.lesson_04

# %% [markdown]
# ## The problem: a start that goes nowhere
#
# Training has to start somewhere. Zero looks natural: no weight is preferred. Or let all weights be
# 0.1, small and equal. Or take random numbers. We try all three on real digits, shifted and scaled
# to mean 0 and mean square 1.

# %%
raw = dl.digits()
center, scale = raw.x_train.mean(), raw.x_train.std()
data = replace(raw, x_train=(raw.x_train - center) / scale, x_val=(raw.x_val - center) / scale)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build_model():
    hidden = Dense(32, activation="tanh", name="hidden")
    return keras.Sequential([keras.Input((64,)), hidden, Dense(10, name="logits")])


task = dl.Task(data, build_model, loss, metrics=["accuracy"])

# %%
starts = {
    "zeros": initializers.Zeros(),
    "all 0.1": initializers.Constant(0.1),
    "random (Glorot)": GlorotNormal(),
}
runs = dl.compare_initializers(starts, task, optimizer=SGD(0.1), epochs=5, record=["model"])
runs.plot("val_accuracy", title="One network, three starts")

# %% [markdown]
# From zeros the network guesses, however long it trains. From 0.1 it learns very little. The random
# start is nearly done after five epochs.
#
# ## Predict before you run
#
# The network that started at 0.1 has 32 hidden units. After training, how many **different** ones
# are there? Write `"1"`, `"about 16"` or `"32"`.

# %% tags=["stub"]
my_prediction = ...
lesson_04.different_units.check(my_prediction)

# %% tags=["solution"]
my_prediction = "1"
lesson_04.different_units.check(my_prediction)

# %% [markdown]
# ## The idea, first part: equal weights stay equal
#
# **Two units with the same weights compute the same value, get the same gradient, take the same
# step, and still have the same weights.** Lesson 02's formulas say it. For unit $j$ with outgoing
# weights $W_{2,j}$:
#
# $$\frac{\partial L}{\partial W_{1,j}} = X^\top \big[\, (p - y)\, W_{2,j}^\top \; f'(z_j) \,\big]$$
#
# Nothing in it depends on $j$ if $W_{1,j}$ and $W_{2,j}$ do not. And if $W_2$ is zero, so is the whole
# gradient of $W_1$; if $W_1$ is zero, so are all hidden values $h = \tanh(0)$, and with them the
# gradient $h^\top (p - y)$ of $W_2$. With both at zero only the last bias ever moves. (One of them
# alone does no such harm: try it.) By hand, with two examples and three units:

# %%
X, errors = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.5, -0.5], [-0.2, 0.2]])
for name, value in {"zeros": 0.0, "all 0.1": 0.1}.items():
    W1, W2 = np.full((2, 3), value), np.full((3, 2), value) * [1, 2]
    hidden = np.tanh(X @ W1)
    print(f"{name}: gradient of W1, one column for each unit")
    print((X.T @ (errors @ W2.T * (1 - hidden**2))).round(4) + 0.0)
    print("gradient of W2, one row for each unit")
    print((hidden.T @ errors).round(4) + 0.0)


# %%
def trained_kernels(label):
    return [runs.models[label, seed].layers[0].kernel.numpy() for seed in runs.seeds]


unlike = [int((np.ptp(kernel, axis=1) > 0.001).any()) for kernel in trained_kernels("all 0.1")]
print("seeds in which a unit of the network from 0.1 differs from another:", sum(unlike))
print("kernels that moved from zero:", sum(kernel.any() for kernel in trained_kernels("zeros")))
lesson_04.different_units.compare("1" if sum(unlike) == 0 else "about 16")

# %% [markdown]
# Thirty-two equal units are one unit, and no amount of training makes them differ. This
# **symmetry** is broken by random numbers. Biases may start at zero, as in Keras, because different
# kernels already make the units different.
#
# ## The idea, second part: how large?
#
# **Each layer multiplies the size of the signal by some factor; ten layers multiply ten of them, so
# each must be near 1.** A unit adds up $n$ inputs, each times a random weight with mean 0 and variance
# $\sigma^2$. Variances of independent terms add up. With $q$ for the mean square:
#
# $$q_z = n\,\sigma^2\, q_{\text{in}} \qquad\qquad q_{\text{out}} = \text{mean of } f(z)^2,
# \quad z \sim N(0, q_z)$$
#
# Going back, a gradient passes the same kernel the other way, from $m$ outputs, and gets the factor
# $m\,\sigma^2 \cdot \text{mean of } f'(z)^2$. Three famous rules make a factor 1:
#
# | rule | $\sigma^2$ | keeps | made for |
# |---|---|---|---|
# | LeCun, `LecunNormal` | $1/n$ | the signal, if $f$ is nearly a line | tanh, SELU |
# | Glorot (Xavier), `GlorotNormal` | $2/(n+m)$ | a compromise: signal and gradient | tanh |
# | He, `HeNormal` | $2/n$ | the signal, if $f$ cuts half of it off | ReLU |
#
# Keras calls $n$ and $m$ `fan_in` and `fan_out`. Each rule comes as `...Normal` and `...Uniform`.
#
# ## By hand, and the same as Keras?
#
# A uniform number from $-a$ to $a$ has variance $a^2/3$, so $a = \sqrt{3\sigma^2}$. Keras's normal
# ones are *truncated*: nothing beyond two standard deviations. That would cut the variance to
# 77 %, so Keras draws from a wider one first.

# %%
n, m = 1000, 500
by_hand = {"lecun": 1 / n, "glorot": 2 / (n + m), "he": 2 / n}
rows = []
for rule, variance in by_hand.items():
    normal, uniform = (
        np.array(keras.initializers.get(f"{rule}_{kind}")((n, m))) for kind in ("normal", "uniform")
    )
    assert np.allclose([normal.var(), uniform.var()], variance, rtol=0.01)
    assert 0.999 < np.abs(uniform).max() / np.sqrt(3 * variance) <= 1.000001
    rows.append([rule, 1000 * variance, 1000 * normal.var(), 1000 * uniform.var()])
columns = ["rule", "by hand", "..._normal", "..._uniform"]
dl.Table(columns, rows, "1,000 times the variance of a kernel of 1,000 by 500")

# %% [markdown]
# ## The signal, layer by layer
#
# Ten hidden layers with tanh. `trace_signal` sends one batch forward and the gradient back,
# before any training. First a start that a tutorial uses for all layers: N(0, 0.01²).


# %%
def deep(activation, initializer, units=128, hidden_layers=10):
    def build():
        layers = [keras.Input((64,))]
        for depth in range(1, hidden_layers + 1):
            own = initializer.clone()  # with one object for all, all layers draw the same numbers
            layers.append(Dense(units, activation, kernel_initializer=own, name=f"hidden_{depth}"))
        layers.append(Dense(10, kernel_initializer=initializer.clone(), name="logits"))
        return keras.Sequential(layers)

    return build


x, y = data.x_train[:256], data.y_train[:256]
dl.trace_signal(deep("tanh", RandomNormal(stddev=0.01))(), x, y, loss).table()

# %% [markdown]
# The size is the root mean square. It shrinks by $\sqrt{128} \cdot 0.01 = 0.113$ a layer, just as theory
# says, and the gradient does the same on its way back. The first layer gets one of about 10⁻¹³:
# nothing will ever move it. For one or two layers this start is harmless, which is why the tutorial
# got away with it.


# %%
def traces_of(activation, initializer, x=x):
    return [dl.trace_signal(deep(activation, initializer)(), x, y, loss) for _ in range(5)]


def median_after(layer, traces, quantity="size"):
    return np.median([getattr(trace, quantity)[layer - 1] for trace in traces])


def plot_signals(activation, starts):
    traced = {label: traces_of(activation, start) for label, start in starts.items()}
    _, axes = dl.new_axes(f"Ten layers with {activation}", "layer", "", yscale="log", columns=2)
    for color, (label, traces) in zip(dl.PALETTE, traced.items(), strict=False):
        for ax, kind in zip(axes, ("size", "gradient_size"), strict=True):
            theory = getattr(traces[0], kind.replace("size", "theory"))
            dl.plot_band(ax, range(1, 12), [getattr(t, kind) for t in traces], label, color=color)
            ax.plot(range(1, 12), theory, "o", color=color, markersize=4, label=f"{label}: theory")
    axes[0].set_ylabel("size of the outputs")
    axes[1].set_ylabel("size of the gradient there")
    dl.legend_beside(axes[1])
    plt.show()
    return traced


# %%
tanh = plot_signals(
    "tanh",
    {"0.01": RandomNormal(stddev=0.01), "0.5": RandomNormal(stddev=0.5), "Glorot": GlorotNormal()},
)

# %% [markdown]
# Dots are theory, lines five random starts. With 0.01 both signals die. With 0.5 the outputs look
# healthy, at nearly 1; that is the trap. The units are saturated, most of them near -1 or 1, and the
# gradient *grows* by the same factor in each layer on its way back, more than a hundredfold in all.
# Glorot's rule keeps both within a small factor. (Layer 11 is the output.)
#
# ## Change one thing: ReLU

# %%
relu = plot_signals("relu", {"Glorot": GlorotNormal(), "He": HeNormal()})

# %% [markdown]
# ReLU cuts off half of the signal: the mean of $f(z)^2$ is $q_z/2$. So with Glorot's $\sigma^2 = 1/n$
# each layer halves the mean square. He's rule has the 2 that makes up for it. By hand, for ten
# layers:


# %%
measured = [median_after(10, relu[start]) for start in ("Glorot", "He")]
first = np.sqrt(64 * 2 / (64 + 128) / 2)  # the first layer has 64 inputs and 128 units
theory = [first * np.sqrt(1 / 2) ** 9, 1.0]
rows = list(zip(["Glorot", "He"], theory, measured, strict=True))
dl.Table(["start", "by hand", "measured"], rows, "Size after ten layers with ReLU (median of 5)")

# %% [markdown]
# ## The experiment: does it matter for training?
#
# "He for ReLU, Xavier for tanh, LeCun for SELU" is the rule of thumb. SELU is a ReLU-like curve
# whose two constants are chosen so that LeCun's start keeps mean 0 and variance 1 by itself
# (Klambauer et al., 2017). We train eight hidden layers with each activation from a start with
# $\sigma^2 = 1/n$ and from He's $2/n$, at three learning rates, from five seeds. (In square layers
# Glorot's and LeCun's rule are the same.)

# %%
pairs = {
    "relu": {"Glorot": GlorotNormal(), "He": HeNormal()},
    "tanh": {"Glorot": GlorotNormal(), "He": HeNormal()},
    "selu": {"LeCun": LecunNormal(), "He": HeNormal()},
}
rates, final = [0.01, 0.03, 0.1], {}
for activation, pair in pairs.items():
    for label, initializer in pair.items():
        deep_task = dl.Task(data, deep(activation, initializer, units=32, hidden_layers=8), loss)
        sweep = dl.sweep_learning_rate({"SGD": SGD()}, deep_task, rates, epochs=3, monitor="loss")
        final[activation, label] = sweep.final[0]  # (rates, seeds)

# %%
_, axes = dl.new_axes("Three epochs of SGD", "learning rate", "training loss", columns=3)
for ax, (activation, pair) in zip(axes, pairs.items(), strict=True):
    for color, label in zip(dl.PALETTE, pair, strict=False):
        dl.plot_band(ax, rates, final[activation, label].T, label, color=color, marker="o")
    ax.set(title=activation, xscale="log", ylim=(0, 2.5))
    ax.legend(ax.lines, [f"{label} (median, min–max of 5)" for label in pair])
    dl.mark_varying(ax, "details differ by machine")
plt.show()

# %% [markdown]
# - **ReLU: the rule holds.** He's start is ahead at every rate, with every seed. Glorot's hardly moves
#   at the smallest.
# - **tanh: the rule does not hold here.** He's larger start learns *faster* at every rate. Glorot's
#   derivation takes tanh for a line of slope 1; a real tanh is flatter, and the signal shrinks from
#   layer to layer. A somewhat larger start makes up for that. PyTorch's advice for tanh is
#   $\sigma^2 = (5/3)^2/n$, which is larger than He's.
# - **SELU: LeCun's start stands the largest rate**, at which He's diverges with every seed. At the
#   smallest rate He's start is ahead.
#
# So a rule of thumb is a good first try, and the sizes of the signal tell you more. Does SELU really
# find back to mean 0 and deviation 1?

# %%
rows, selu = [], [traces_of("selu", LecunNormal()), traces_of("selu", LecunNormal(), 5 * x)]
selu.append(traces_of("selu", HeNormal()))
for layer in (1, 5, 10):
    numbers = [
        median_after(layer, traces, quantity)
        for traces in selu
        for quantity in ("mean", "deviation")
    ]
    rows.append([layer, *np.round(numbers, 2)])
starts = ("LeCun", "LeCun, inputs × 5", "He")
columns = ["layer", *(title for start in starts for title in (f"{start}: mean", "deviation"))]
dl.Table(columns, rows, "Ten layers with SELU: outputs (medians of 5)")

# %% [markdown]
# With LeCun's start it stays near mean 0 and deviation 1, and finds back to it even from inputs that
# are five times too large. From He's start it does not.
#
# ## Orthogonal kernels: every direction keeps its length
#
# LeCun's rule keeps the size *on average over kernels*. A given kernel stretches some directions and
# shrinks others, and fifty in a row do so fifty times. An orthogonal kernel, $W^\top W = I$, keeps
# every length exactly (Saxe et al., 2014). By hand: the QR decomposition of a random matrix. We
# send one vector through fifty linear layers.


# %%
def orthogonal(random, n):
    Q, R = np.linalg.qr(random.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))  # else not all rotations were equally likely


def lengths(draw, seed, layers=50):
    random = np.random.default_rng(seed)
    signal, result = np.ones(64) / 8, []  # length 1
    for _ in range(layers):
        signal = signal @ draw(random, 64)
        result.append(np.linalg.norm(signal))
    return result


keras_kernel = np.array(initializers.Orthogonal()((64, 64)))
assert np.allclose(keras_kernel.T @ keras_kernel, np.eye(64), atol=1e-5)

# %%
draws = {
    "LeCun": lambda random, n: random.standard_normal((n, n)) / np.sqrt(n),
    "orthogonal": orthogonal,
}
wander = {label: [lengths(draw, seed) for seed in range(5)] for label, draw in draws.items()}
_, ax = dl.new_axes("One vector through fifty linear layers", "layer", "length", yscale="log")
for color, (label, curves) in zip(dl.PALETTE, wander.items(), strict=False):
    dl.plot_band(ax, range(1, 51), curves, label, color=color)
dl.legend_beside(ax)
plt.show()

# %% [markdown]
# Orthogonal kernels keep the length at 1, all the way. With LeCun's it wanders: after fifty layers the
# five networks lie far apart.
#
# ## What batch normalization changes
#
# Lesson 14 is about a layer that shifts and scales each unit to mean 0 and deviation 1 over the
# batch. Then the kernel's size no longer changes the signal: whatever it multiplies, the next layer
# divides by. Kernels from N(0, σ²), σ a hundredfold apart:


# %%
def normalized(activation, initializer):
    layers = [keras.Input((64,))]
    for depth in range(1, 11):
        start = initializer.clone()
        layers.append(Dense(128, use_bias=False, kernel_initializer=start))
        layers.append(BatchNormalization())
        layers.append(Activation(activation, name=f"hidden_{depth}"))
    return keras.Sequential([*layers, Dense(10, name="logits")])


rows = []
for sigma in (0.03, 3.0):
    start = RandomNormal(stddev=sigma)
    traces = [dl.trace_signal(normalized("tanh", start), x, y, loss) for _ in range(5)]
    after = np.median([trace.size[trace.layers.index("hidden_10")] for trace in traces])
    rows.append([f"{sigma:g}", median_after(10, traces_of("tanh", start)), after])
columns = ["σ", "without", "with batch normalization"]
dl.Table(columns, rows, "Size after ten layers with tanh (medians of 5)")

# %% [markdown]
# The same size after ten layers, from kernels a hundredfold apart. For *training* the start still
# matters: ten times the kernel gets a tenth of the gradient (lesson 14), so at the same rate, and
# measured by its size, it changes a hundred times more slowly.
#
# ## Where Keras surprises you
#
# - `Dense` starts from `"glorot_uniform"`, whatever its activation. With ReLU in a deep network, say
#   `kernel_initializer="he_normal"` yourself.
# - `RandomNormal()` has a standard deviation of 0.05, for every layer width.
# - **An initializer object draws the same numbers each time it is called.** Give one object to two
#   layers of the same shape, and they start equal. A name such as `"he_normal"` makes a new object
#   for each layer, and so does `.clone()`, as in `deep` above.

# %%
shared = HeNormal()
twins = keras.Sequential([keras.Input((8,)), *(Dense(8, kernel_initializer=shared) for _ in "ab")])
first, second = (layer.kernel.numpy() for layer in twins.layers)
print("two layers with one initializer object start equal:", np.array_equal(first, second))

# %% [markdown]
# ## Check the claims
#
# Over five seeds; if one of these ever stops being true, the course's tests fail.

# %%
val_accuracy = runs.final("val_accuracy")
assert (val_accuracy[0] < 0.15).all() and (val_accuracy[2] > 0.9).all(), "zeros never learn"
assert sum(unlike) == 0 and not np.any(trained_kernels("zeros")), "symmetry is never broken"
ends = [median_after(layer, tanh["0.5"], "gradient_size") for layer in (1, 10)]
assert ends[0] > 100 * ends[1], "a start that is too large makes the gradient explode"
assert np.allclose(measured, theory, rtol=0.3), "theory predicts the sizes"
assert (final["relu", "He"] < final["relu", "Glorot"]).all(), "ReLU: He, at all rates and seeds"
middle = {pair: np.median(losses, axis=1) for pair, losses in final.items()}
assert (middle["tanh", "He"] < middle["tanh", "Glorot"]).all(), "tanh: not Glorot, at any rate"
assert middle["selu", "He"][0] < middle["selu", "LeCun"][0], "SELU: He, at the smallest rate"
mean, deviation = (median_after(10, selu[1], quantity) for quantity in ("mean", "deviation"))
assert abs(mean) < 0.2 and abs(deviation - 1) < 0.3, "SELU finds back"
assert not (final["selu", "He"][2] < 10).any() and (final["selu", "LeCun"] < 1).all()  # or NaN
assert np.allclose(wander["orthogonal"], 1) and np.ptp(np.array(wander["LeCun"])[:, -1]) > 0.5
assert rows[0][1] < 1e-3 and abs(rows[0][2] / rows[1][2] - 1) < 0.1, "normalized sizes agree"
print("All claims hold.")

# %% [markdown]
# ## Exercises
#
# Each `check` answers on the spot. Stuck? Try `lesson_04.<name>.hint()`, then `.solution()`.
#
# **1.** A layer with ReLU has 200 inputs and 50 units. Which standard deviation does He's rule give
# its kernel?

# %% tags=["stub"]
he_deviation = ...
lesson_04.he_deviation.check(he_deviation)

# %% [markdown] tags=["solution"]
# The variance is 2 / fan_in = 0.01; the standard deviation is its root.

# %% tags=["solution"]
he_deviation = np.sqrt(2 / 200)
lesson_04.he_deviation.check(he_deviation)

# %% [markdown]
# **2.** Twelve square layers with ReLU start from Glorot's rule. By which factor is the signal's size
# (root mean square) smaller after them?

# %% tags=["stub"]
shrinks_by = ...
lesson_04.shrinks_by.check(shrinks_by)

# %% [markdown] tags=["solution"]
# The mean square halves in each layer, so the size is divided by √2 each time.

# %% tags=["solution"]
shrinks_by = np.sqrt(2) ** 12
lesson_04.shrinks_by.check(shrinks_by)

# %% [markdown]
# **3.** Write `he_uniform(fan_in, fan_out, random)`: a kernel of shape (fan_in, fan_out), uniform, with
# He's variance. `random` is a NumPy generator.


# %% tags=["stub"]
def he_uniform(fan_in, fan_out, random): ...


lesson_04.he_uniform.check(he_uniform)

# %% [markdown] tags=["solution"]
# A uniform number from -a to a has the variance a² / 3. Set that to 2 / fan_in.


# %% tags=["solution"]
def he_uniform(fan_in, fan_out, random):
    limit = np.sqrt(6 / fan_in)
    return random.uniform(-limit, limit, size=(fan_in, fan_out))


lesson_04.he_uniform.check(he_uniform)

# %% [markdown]
# ## Takeaways
#
# - Equal units stay equal. Random kernels break the symmetry; zero biases do no harm.
# - A layer multiplies the mean square of the signal by n σ² times what the activation keeps. Over
#   ten layers a small fault becomes a huge one, forward and back.
# - ReLU needs He's rule. For tanh and SELU look at the signal, and at more than one learning rate.
# - Saturated units look healthy from the front; only the gradient shows it.
#
# ## References
#
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*,
#   2010. Y. LeCun et al., *Efficient BackProp*, 1998.
# - K. He et al., *Delving Deep into Rectifiers*, 2015. G. Klambauer et al., *Self-Normalizing Neural
#   Networks*, 2017.
# - A. Saxe, J. McClelland, S. Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep
#   linear neural networks*, 2014.
# - S. Schoenholz et al., *Deep Information Propagation*, 2017 (the theory for any activation).
#
# **Next:** lesson 05 asks how much data one step needs.
