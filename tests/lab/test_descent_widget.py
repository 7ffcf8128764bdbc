"""The descent widget: its landscapes, noise, paths, map and code against Python and Keras."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from v8 import evaluate

import dlcourse as dl
from dlcourse.lab.landscape_plans import plans_for
from dlcourse.lab.optimizer_rules import RULES, to_optimizer, to_rule

SGD = keras.optimizers.SGD
OWN = dl.Landscape(
    "hills",
    lambda w: np.sin(w[..., 0]) * np.cos(2 * w[..., 1]),
    lambda w: np.stack(
        [
            np.cos(w[..., 0]) * np.cos(2 * w[..., 1]),
            -2 * np.sin(w[..., 0]) * np.sin(2 * w[..., 1]),
        ],
        axis=-1,
    ),
    ((-2, 2), (-1, 1.5)),
)
SLOPE = dl.Landscape("cube", lambda w: w[..., 0] ** 3, lambda w: 3 * w**2, ((-2, 1),))
LANDSCAPES = [
    *(dl.bumpy(), dl.parabola(), dl.parabola(7.5), dl.ravine(), dl.ravine(3, angle=37)),
    *(dl.rosenbrock(), dl.beale(), dl.saddle(), OWN, SLOPE),
]


def chosen_plan(landscape):
    widget = dl.lab.descent(landscape, [SGD(0.01)], steps=5)
    kind = widget.settings["landscape"]
    (plan,) = (plan for plan in widget.data["landscapes"] if plan["kind"] == kind)
    return plan


@pytest.mark.parametrize("landscape", LANDSCAPES, ids=lambda each: each.name)
def test_landscape_equals_pythons(landscape):
    low, high = np.transpose(landscape.domain)
    w = np.random.default_rng(0).uniform(low, high, (200, landscape.dimensions))
    values, gradients = evaluate(
        """{
            const landscape = descent_landscapes.createLandscape(plan);
            const gradients = points.map((w) => {
                const into = w.map(() => 0);
                landscape.gradient(w, into);
                return into;
            });
            return [points.map(landscape.value), gradients];
        }""",
        plan=chosen_plan(landscape),
        points=w.tolist(),
    )
    own = landscape in (OWN, SLOPE)  # known by samples, of 32 bits
    np.testing.assert_allclose(
        values, landscape.function(w), rtol=1e-12, atol=1e-5 if own else 1e-9
    )
    np.testing.assert_allclose(
        gradients, landscape.gradient(w), rtol=1e-12, atol=1e-5 if own else 1e-9
    )


def test_a_path_ends_where_the_samples_end():
    path = evaluate(
        """descent_path.descend(
            descent_landscapes.createLandscape(plan),
            { rule: "SGD", learning_rate: 0.5 },
            { start: [-1, 0], steps: 20, noise: new Float64Array(21) },
        )""",
        plan=chosen_plan(SLOPE),
    )
    assert path["diverged"]
    assert path["points"] == [[-1]]


def test_noise_equals_pythons():
    for seed, batch in [(0, 1), (5, 16)]:
        ours = evaluate(
            """descent_path.gradientNoise(
                { seed, steps: 50, dimensions: 2, noise: 1.5, batchSize: batch })""",
            seed=seed,
            batch=batch,
        )
        theirs = dl.lab.gradient_noise(1.5, batch_size=batch, steps=50, dimensions=2, seed=seed)
        np.testing.assert_allclose(ours, theirs.ravel(), rtol=0, atol=1e-13)
        assert abs(theirs.std() - 1.5 / np.sqrt(batch)) < 0.2 / np.sqrt(batch)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(("rate", "momentum"), [(0.02, 0.0), (0.05, 0.9), (0.1, 0.3)])
def test_shrinkage_is_what_a_long_path_shows(rate, momentum, nesterov):
    """The distance after many steps, measured on Keras's own steps."""
    optimizer = SGD(rate, momentum=momentum, nesterov=nesterov)
    path = dl.descend(optimizer, on=dl.ravine(10), start=(1.0, 1.0), steps=200)
    lengths = np.hypot(*path.points.T)
    factor = evaluate(
        "descent_convergence.shrinkage(rate, momentum, [1, 10], nesterov)",
        rate=rate,
        momentum=momentum,
        nesterov=nesterov,
    )
    first, last = (lengths[at : at + 40].max() for at in (40, 120))
    assert abs((last / first) ** (1 / 80) - factor) < 0.01


def test_where_the_map_says_never_the_path_grows():
    factors = evaluate(
        "[0.19, 0.21].map((rate) => descent_convergence.shrinkage(rate, 0, [1, 10]))"
    )
    assert factors[0] < 1 < factors[1]
    assert evaluate("String(descent_convergence.stepsToATenth(1.01))") == "Infinity"
    assert evaluate("descent_convergence.stepsToATenth(0.1)") == pytest.approx(1)


@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("name", RULES)
def test_the_copied_code_walks_the_same_path(name, batch_size, capsys):
    rule = {"rule": name, **evaluate("engine_optimizers.defaults(name)", name=name)}
    rule["learning_rate"] = 0.01
    widget = dl.lab.descent(
        dl.ravine(20, angle=30), [to_optimizer(rule)], steps=30, batch_size=batch_size, seed=3
    )
    last, code = evaluate(
        """{
            const landscape = descent_landscapes.createLandscape(plan);
            const { steps, noise, batch_size, seed } = settings;
            const drawn = descent_path.gradientNoise({
                seed, steps: steps + 1, dimensions: 2, noise, batchSize: batch_size });
            const walk = { ...settings, noise: drawn };
            const path = descent_path.descend(landscape, settings.rules[0], walk);
            return [path.points.at(-1), descent_code.kerasCode(landscape, settings)];
        }""",
        plan=plans_for(widget.landscape)[0],
        settings=widget.settings,
    )
    space: dict = {}
    exec(code, space)
    np.testing.assert_allclose(space["w"].numpy(), last, rtol=1e-4, atol=1e-5)
    assert "[" in capsys.readouterr().out


def test_rules_are_those_of_the_engine():
    theirs = evaluate(
        """Object.fromEntries(Object.entries(engine_optimizers.OPTIMIZERS).map(
            ([name, rule]) => [name, Object.keys(rule.hyperparameters)]))"""
    )
    assert {name: list(chosen) for name, (_, _, chosen) in RULES.items()} == theirs


@pytest.mark.parametrize("name", RULES)
def test_a_rule_and_its_optimizer_are_each_others(name):
    rule = {"rule": name, **dict.fromkeys(RULES[name][2], 0.3)}
    assert to_rule("optimizer", to_optimizer(rule)) == rule


@pytest.mark.parametrize(
    ("optimizer", "named"),
    [
        (keras.optimizers.Nadam(), "`optimizer`"),
        (keras.optimizers.Adam(clipnorm=1.0), "`optimizer.clipnorm`"),
        (keras.optimizers.RMSprop(momentum=0.5), "`optimizer.momentum`"),
        (SGD(keras.optimizers.schedules.CosineDecay(0.1, 5)), "`optimizer.learning_rate`"),
        ("adam", "`optimizer`"),
    ],
)
def test_what_the_lab_cannot_do_is_refused(optimizer, named):
    with pytest.raises(ValueError, match=re.escape(named)):
        to_rule("optimizer", optimizer)


@pytest.mark.parametrize(
    "bad",
    [
        {"landscape": "ravine"},
        {"optimizers": []},
        {"optimizers": [SGD()] * 5},
        {"steps": 4},
        {"steps": 401},
        {"goal": "low"},
        {"batch_size": 0},
        {"noise": -1},
        {"seed": 0.5},
        {"start": (1, 2, 3)},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_arguments_are_named(bad):
    with pytest.raises(ValueError, match=f"`{next(iter(bad))}` must be"):
        dl.lab.descent(**bad)


def test_text_and_picture_stand_in_for_the_widget():
    widget = dl.lab.descent(dl.ravine(20), [SGD(0.05)], steps=40, goal=0.1)
    assert repr(widget) == (
        "Descent on ravine, condition 20, from w = (-4, 1.5), 40 steps; goal: below 0.1.\n"
        "SGD (learning_rate 0.05): f 30.5 → 0.132."
    )
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == repr(widget)
    assert data["image/png"].startswith("iVBOR")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_path_that_diverges_is_said_to():
    widget = dl.lab.descent(dl.rosenbrock(), [SGD(0.1)], steps=30)
    assert "SGD (learning_rate 0.1): diverged at step" in repr(widget)


def test_keras_checks_what_is_shown():
    widget = dl.lab.descent(dl.ravine(20), [SGD(0.05)], steps=40)
    points = dl.descend(SGD(0.05), on=dl.ravine(20), start=(-4, 1.5), steps=40).points
    thread = widget.in_thread(lambda: widget._compare([points.tolist()]))
    thread.join()
    assert re.search(r"the same paths.*: SGD \de-0[6-9]|: SGD 0e\+00", widget.answer)
    assert not widget.busy
    widget.in_thread(lambda: widget._compare([(points + 0.1).tolist()])).join()
    assert "other paths" in widget.answer
