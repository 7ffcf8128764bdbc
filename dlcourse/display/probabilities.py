"""The picture of one answer: an image beside a bar chart of its class probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_labels, listed, real_numbers
from dlcourse.display.style import new_axes


def plot_class_probabilities(
    image: ArrayLike,
    probabilities: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    title: str = "What does the network answer?",
) -> None:
    """Draw one image beside a horizontal bar for each class's probability, and show the figure.

    It shows how sure a classifier is, and of what. A dotted line marks 1 / classes: the answer of
    a network that knows nothing.

    Args:
        image: brightness, or ink, of each pixel; shape (height, width). Large values are dark.
        probabilities: what the network answers, shape (classes,); numbers >= 0 that add up to 1.
            Logits must go through `keras.ops.softmax` first.
        class_names: the names of the classes. Defaults to "0", "1", "2", ...
        title: what the figure shows.

    Raises:
        ValueError: an argument is of the wrong shape, or the probabilities are none.

    Example:
        >>> import numpy as np
        >>> from dlcourse import plot_class_probabilities
        >>> plot_class_probabilities(np.eye(8), [0.25, 0.75], ["zero", "one"])
    """
    image = real_numbers("image", image)
    probabilities = real_numbers("probabilities", probabilities)
    expect(isinstance(title, str), "title", "a string", title)
    expect(image.size > 0 and np.isfinite(image).all(), "image", "finite numbers", image)
    expect(image.ndim == 2, "image", "an array of shape (height, width)", image.shape)
    _expect_probabilities(probabilities)
    names = [str(place) for place in range(len(probabilities))]
    if class_names is not None:
        listing = listed("class_names", class_names, "a list of names")
        names = [*expect_labels("class_names", map(str, listing))]
    matching = len(names) == len(probabilities)
    expect(matching, "class_names", f"{len(probabilities)} names, one for each class", names)
    _, (left, right) = new_axes(title, "", "", columns=2)
    _draw_image(left, image)
    _draw_bars(right, probabilities, names)
    plt.show()


def _draw_image(ax: Axes, image: np.ndarray) -> None:
    ax.imshow(image, cmap="gray_r")
    ax.set_axis_off()


def _draw_bars(ax: Axes, probabilities: np.ndarray, names: list[str]) -> None:
    ax.barh(names, probabilities)
    chance = 1 / len(names)
    ax.axvline(chance, color="0.4", linestyle=":", label=f"1 / {len(names)}")
    ax.set(xlabel="probability", ylabel="class", xlim=(0, 1))
    ax.invert_yaxis()  # the first class on top
    ax.legend(loc="lower right")


def _expect_probabilities(probabilities: np.ndarray) -> None:
    expected = "a list of numbers >= 0 that add up to 1"
    ok = probabilities.ndim == 1 and probabilities.size > 1 and (probabilities >= 0).all()
    ok = ok and abs(float(probabilities.sum()) - 1) < 1e-3
    expect(ok, "probabilities", f"{expected} (softmax turns logits into them)", probabilities)
