"""Each rule must fail on a notebook that breaks it, and on that one only."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from lesson_rules import FORM_RULES, OUTPUT_RULES, broken_rules
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def lesson() -> NotebookNode:
    """A notebook of 26 cells that breaks no rule."""
    figure = new_output(
        "display_data",
        data={"image/png": "AA==", "text/plain": 'plot "Loss"'},
        metadata={"image/png": {"alt": 'plot "Loss"'}},
    )
    error = new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
    cells = [
        new_markdown_cell("# Does it work?\n\n12 minutes"),
        new_code_cell("import dlcourse as dl\n\ndl.start(seed=0)"),
        new_code_cell("plot()", outputs=[figure]),
        new_code_cell("fail()", outputs=[error], metadata={"tags": ["raises-exception"]}),
        new_code_cell("assert better\nprint(3)", outputs=[printed("loss 0.123, step 10000\n")]),
    ]
    cells += [new_markdown_cell(f"Text {number}.") for number in range(18)]
    cells += [new_markdown_cell(f"## {name}") for name in ("Exercises", "Takeaways", "References")]
    code = [cell for cell in cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
    return new_notebook(cells=cells)


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


GOOD = lesson()


def test_a_good_lesson_breaks_no_rule():
    assert broken_rules(GOOD) == []


def printing(text: str) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells[4].outputs.append(printed(text))


def showing(**data: str) -> Callable[[NotebookNode], None]:
    output = new_output("display_data", data={kind.replace("_", "/"): data[kind] for kind in data})
    return lambda notebook: notebook.cells[4].outputs.append(output)


def writing(source: str, cell: int = 4) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells[cell].update(source=source)


def clear(notebook: NotebookNode) -> None:
    for cell in notebook.cells[1:5]:
        cell.update(execution_count=None, outputs=[])


def lengthen(notebook: NotebookNode) -> None:
    for cell in notebook.cells[2:4]:
        cell.source = "\n".join(["x = 1"] * 24)


BREACHES: list[tuple[Callable[[NotebookNode], None], str]] = [
    (lambda notebook: notebook.update(nbformat_minor=4), "the format must be 4.5. Received: 4.4"),
    (lambda notebook: notebook.cells[2].update(execution_count="2"), "not a valid notebook"),
    (lambda notebook: notebook.cells[2].update(execution_count=5), "Received: [1, 5, 3, 4]"),
    (lambda notebook: notebook.cells.pop(1), "execution counts must be 1 to 3, in order"),
    (clear, "Received: [None, None, None, None]"),
    (clear, "0% of the code cells have an output; at least 50% must"),
    (lambda notebook: notebook.cells[3].outputs.clear(), "`fail()` no longer raises"),
    (
        lambda notebook: notebook.cells[3].metadata.clear(),
        "`fail()` raises without the tag raises-exception",
    ),
    (
        lambda notebook: notebook.cells[4].outputs.append(printed("oh", "stderr")),
        "writes to stderr: 'oh'",
    ),
    (printing("<object at 0x7f3a5c0012f0>"), "shows a memory address: '0x7f3a5c0012f0'"),
    (printing("saved in /home/ada/x.npz"), "shows an absolute path: '/home/'"),
    (showing(text_html="<b>C:\\Users\\ada</b>"), "shows an absolute path"),
    (printing("1\r2"), "shows a carriage return"),
    (printing("1875/1875 ━━━━━━━━ 3s"), "shows a progress bar"),
    (printing(" 40%|████      | 2/5"), "shows a progress bar"),
    (printing("3s 2ms/step"), "shows a running time of Keras: 'ms/step'"),
    (showing(text_plain="<Dense name=dense_3>"), "shows an automatic name: 'dense_3'"),
    (printing("loss 0.00123456"), "shows more than 4 digits: 0.00123456"),
    (printing("12345.6 s"), "shows more than 4 digits: 12345.6"),
    (
        lambda notebook: notebook.cells[2].outputs[0].data.update({"text/plain": "<Figure size"}),
        "the figure of `plot()` has no digest",
    ),
    (
        lambda notebook: notebook.cells[2].outputs[0].data.pop("text/plain"),
        "the figure of `plot()` has no digest",
    ),
    (
        lambda notebook: notebook.cells[2].outputs[0].metadata.clear(),
        "the figure of `plot()` has no alt text",
    ),
    (writing("# NBVAL_SKIP\nassert x"), "is exempt from comparison: NBVAL_SKIP"),
    (writing("assert x  # NBVAL_IGNORE_OUTPUT"), "is exempt from comparison"),
    (
        lambda notebook: notebook.cells[4].metadata.update(tags=["nbval-skip"]),
        "is exempt from comparison: nbval-skip",
    ),
    (writing("assert x\nmine.check(3)\nx"), "`mine.check(3)` is not the last line"),
    (writing("# It works\n\n12 minutes", cell=0), "must start with `# A question?`"),
    (writing("# Does it work?", cell=0), "must say how many minutes"),
    (lambda notebook: notebook.cells.pop(24), "no heading names the section takeaways"),
    (
        lambda notebook: notebook.cells.append(notebook.cells.pop(23)),
        "the section takeaways comes too early",
    ),
    (writing("import dlcourse", cell=1), "the first code cell must call dl.start"),
    (writing("print(3)"), "no cell asserts a claim"),
    (printing("No longer true: Adam wins."), "says: No longer true: Adam wins."),
    (printing("Can no longer be told: a (KeyError: 'b')"), "says: Can no longer be told: a"),
    (lambda notebook: notebook.cells.__delitem__(slice(6, 8)), "25 to 50 cells. Received: 24"),
    (
        lambda notebook: notebook.cells.extend(new_markdown_cell("Text.") for _ in range(25)),
        "25 to 50 cells. Received: 51",
    ),
    (writing("\n".join(["x = 1"] * 26), cell=2), "`x = 1` has 26 lines; at most 25"),
    (lengthen, "lines; at most 11"),
    (lambda notebook: notebook.cells[2].outputs[0].data.update({"image/png": "A" * 310_000}), "kB"),
]


def test_what_stands_in_deeper_is_not_counted():
    notebook = deepcopy(GOOD)
    notebook.cells.append(new_markdown_cell("Text.\n\n## Deeper"))
    notebook.cells.extend(new_markdown_cell("More.") for _ in range(30))
    assert broken_rules(notebook) == []


@pytest.mark.parametrize(("change", "message"), BREACHES)
def test_a_breach_is_named(change: Callable[[NotebookNode], None], message: str):
    notebook = deepcopy(GOOD)
    change(notebook)
    assert any(message in breach for breach in broken_rules(notebook))


@pytest.mark.parametrize("rule", OUTPUT_RULES + FORM_RULES)
def test_each_rule_is_broken_by_one_of_the_breaches(rule):
    notebooks = [deepcopy(GOOD) for _ in BREACHES]
    for notebook, (change, _) in zip(notebooks, BREACHES, strict=True):
        change(notebook)
    assert any(list(rule(notebook)) for notebook in notebooks)


@pytest.mark.parametrize(
    "text",
    [
        "version 3.15.0",
        "step 10000, 1,797 images, 12.3 %, 1.25e-05, 0.6561",
        "train/validation/test, 2/5 of the steps, https://keras.io/tmp",
    ],
)
def test_harmless_text_breaks_no_rule(text: str):
    notebook = deepcopy(GOOD)
    printing(text)(notebook)
    assert broken_rules(notebook) == []
