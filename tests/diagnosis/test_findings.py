from __future__ import annotations

import re

import pytest

from dlcourse.diagnosis import Finding, Findings

LONG = "at learning rate 10 the loss was thrown up to 645 and ended at 2.30; guessing scores 2.30."
HIGH = Finding("rate too high", "SGD <10>", (0, 2), 3, False, LONG, "a lower learning rate.")
DEAD = Finding("dead ReLUs", "Adam", (0, 1, 2), 3, True, "63 of 64 are 0.", "a warm-up.")
FOUND = Findings(("SGD <10>", "Adam", "AdamW"), (0, 1, 2), (HIGH, DEAD), ("schedules",))


def test_finding_says_how_sure_it_is_and_where():
    assert (HIGH.sureness, HIGH.where) == ("suspected", "seeds 0, 2")
    assert (DEAD.sureness, DEAD.where) == ("certain", "all 3 seeds")
    alone = Finding("diverged", "SGD", (4,), 1, True, "NaN.", "less.")
    assert alone.where == "seed 4"


def test_terminal():
    assert repr(FOUND) == "\n".join(
        [
            "2 findings in 9 runs (SGD <10>, Adam, AdamW).",
            "",
            "SGD <10>: rate too high (suspected; seeds 0, 2)",
            "  Evidence: at learning rate 10 the loss was thrown up to 645 and ended at 2.30;",
            "    guessing scores 2.30.",
            "  Try: a lower learning rate.",
            "",
            "Adam: dead ReLUs (certain; all 3 seeds)",
            "  Evidence: 63 of 64 are 0.",
            "  Try: a warm-up.",
            "",
            "Not examined: schedules.",
        ]
    )


def test_jupyter():
    html = FOUND._repr_html_()
    assert html.count("<tr>") == 3
    assert '<th scope="col" style="text-align: left">evidence</th>' in html
    assert "SGD &lt;10&gt;" in html
    assert "SGD <10>" not in html
    assert "63 of 64 are 0." in html
    assert "Not examined: schedules." in html


def test_nothing_found():
    nothing = Findings(("a < b",), (0,), ())
    assert not nothing
    assert repr(nothing) == "Nothing found in 1 run (a < b)."
    assert nothing._repr_html_() == "<p>Nothing found in 1 run (a &lt; b).</p>"


def test_table_leaves_the_numbers_out():
    table = FOUND.table()
    assert table.columns == ("method", "finding", "how sure", "seen in")
    assert table.rows[1] == ("Adam", "dead ReLUs", "certain", "all 3 seeds")
    assert not re.search("645|63", repr(table))


def test_collection():
    assert len(FOUND) == 2
    assert [*FOUND] == [HIGH, DEAD]
    assert FOUND.names == ("rate too high", "dead ReLUs")
    assert FOUND["Adam"].names == ("dead ReLUs",)
    assert not FOUND["AdamW"]
    with pytest.raises(ValueError, match="`label` must be one of 'SGD <10>', 'Adam', 'AdamW'"):
        FOUND["SGD"]
