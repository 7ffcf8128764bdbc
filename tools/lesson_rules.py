"""Rules that nbval does not enforce, for a built notebook.

`OUTPUT_RULES` close nbval's holes: what it skips, and what would make it compare nothing or
something that differs by machine. `FORM_RULES` hold a lesson to the shape all lessons share.
Each rule is a function of the notebook that yields one line per breach.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from statistics import median

import nbformat
from lesson_source import first_line, tags
from nbformat import NotebookNode

from dlcourse.course.claims import BROKEN

COMPARED_SHARE = 0.5  # of the code cells; the rest define rules or set up
MAX_KILOBYTES = 300
# Of what stands before "Deeper"; a cell that measures and draws takes a dozen lines.
CELLS = range(25, 51)
MAX_CODE_LINES = 25
MAX_MEDIAN_CODE_LINES = 11
MAX_DIGITS = 4
SECTIONS = ("exercise", "takeaways", "references")  # the ends of all lessons, as headings

UNSTABLE_TEXT = {
    "a memory address": r"\b0x[0-9a-fA-F]{6,}",
    "an absolute path": r"(?<![\w.:/<])(/(home|Users|root|tmp|usr|var|opt|mnt|private)/|[A-Z]:\\)",
    "a carriage return": r"\r",
    "a progress bar": r"\d+%\||[█━]{3}|\b\d+/\d+ [\[━]|\bit/s\b",
    "a running time of Keras": r"(?<![a-z])[mµn]?s/(step|epoch)\b",
    "an automatic name": r"\b(sequential|functional|dense|dropout|batch_normalization)_\d+\b",
}
SHOWN_AS_LAST_LINE = ("check", "compare", "hint", "solution", "table")
NBVAL_MARKER = r"\b(NBVAL|PYTEST_VALIDATE)_[A-Z]+"


def broken_rules(notebook: NotebookNode) -> list[str]:
    """All breaches of all rules."""
    return [breach for rule in OUTPUT_RULES + FORM_RULES for breach in rule(notebook)]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def headings(notebook: NotebookNode) -> list[str]:
    """Headings of the notebook, as written: "## Takeaways"."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"^#+ .*$", prose, re.MULTILINE)


def format_is_current(notebook: NotebookNode) -> Iterator[str]:
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        yield f"the format must be 4.5. Received: {notebook.nbformat}.{notebook.nbformat_minor}"
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"not a valid notebook: {error.message}"


def every_cell_was_run_in_order(notebook: NotebookNode) -> Iterator[str]:
    """nbval passes a cell without an execution count, whatever it prints."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts must be 1 to {len(counts)}, in order. Received: {counts}"


def outputs_are_stored(notebook: NotebookNode) -> Iterator[str]:
    cells = code_cells(notebook)
    share = sum(bool(cell.outputs) for cell in cells) / max(len(cells), 1)
    if share < COMPARED_SHARE:
        yield f"{share:.0%} of the code cells have an output; at least {COMPARED_SHARE:.0%} must"


def errors_are_expected(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        raised = any(output.output_type == "error" for output in cell.outputs)
        if raised != ("raises-exception" in tags(cell)):
            what = "raises without the tag raises-exception" if raised else "no longer raises"
            yield f"`{first_line(cell)}` {what}"


def nothing_is_written_to_stderr(notebook: NotebookNode) -> Iterator[str]:
    for cell, output in _outputs(notebook):
        if output.get("name") == "stderr":
            yield f"`{first_line(cell)}` writes to stderr: {output.text.strip()[:60]!r}"


def text_is_the_same_everywhere(notebook: NotebookNode) -> Iterator[str]:
    for cell, output in _outputs(notebook):
        for what, pattern in UNSTABLE_TEXT.items():
            found = re.search(pattern, "\n".join(_texts(output)))
            if found:
                yield f"`{first_line(cell)}` shows {what}: {found.group()!r}"


def numbers_are_short(notebook: NotebookNode) -> Iterator[str]:
    """Digits beyond the first few differ by machine, and nobody reads them."""
    for cell, output in _outputs(notebook):
        for number in re.findall(r"(?<![\w.])\d+\.\d+(?!\.?\d)", "\n".join(_texts(output))):
            if len(number.replace(".", "").lstrip("0")) > MAX_DIGITS:
                yield f"`{first_line(cell)}` shows more than {MAX_DIGITS} digits: {number}"


def every_picture_is_described(notebook: NotebookNode) -> Iterator[str]:
    """nbval skips pictures; what it compares is the digest in text/plain."""
    for cell, output in _outputs(notebook):
        if "image/png" not in output.get("data", {}):
            continue
        described = output.data.get("text/plain", "")
        if not described or described.startswith("<"):
            yield f"the figure of `{first_line(cell)}` has no digest. Received: {described!r}"
        if not output.metadata.get("image/png", {}).get("alt"):
            yield f"the figure of `{first_line(cell)}` has no alt text"


def no_cell_is_exempt(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        exempt = [tag for tag in tags(cell) if tag.startswith("nbval")]
        exempt += [found.group() for found in re.finditer(NBVAL_MARKER, cell.source)]
        if exempt:
            yield f"`{first_line(cell)}` is exempt from comparison: {', '.join(exempt)}"


def every_verdict_is_shown(notebook: NotebookNode) -> Iterator[str]:
    """Jupyter shows the value of a cell's last line only: a verdict above it would be lost."""
    for cell in code_cells(notebook):
        for statement in ast.parse(cell.source).body[:-1]:
            call = getattr(statement, "value", None) if isinstance(statement, ast.Expr) else None
            name = getattr(getattr(call, "func", None), "attr", "")
            if name in SHOWN_AS_LAST_LINE:
                yield f"`{ast.unparse(statement)}` is not the last line, so its value is not shown"


def title_is_a_question(notebook: NotebookNode) -> Iterator[str]:
    opening = notebook.cells[0] if notebook.cells else nbformat.v4.new_markdown_cell()
    if not (opening.cell_type == "markdown" and re.match(r"# .*\?$", opening.source, re.MULTILINE)):
        yield f"the first cell must start with `# A question?`. Received: `{first_line(opening)}`"
    elif not re.search(r"\d+ min", opening.source):
        yield "the first cell must say how many minutes the lesson takes"


def sections_are_in_order(notebook: NotebookNode) -> Iterator[str]:
    found = [heading.lower() for heading in headings(notebook)]
    last = 0
    for section in SECTIONS:
        place = next((i for i, heading in enumerate(found) if section in heading), None)
        if place is None:
            yield f"no heading names the section {section}"
        elif place < last:
            yield f"the section {section} comes too early; the order is {', '.join(SECTIONS)}"
        else:
            last = place


def set_up_comes_first(notebook: NotebookNode) -> Iterator[str]:
    first = next(iter(code_cells(notebook)), nbformat.v4.new_code_cell())
    if "dl.start(" not in first.source:
        yield f"the first code cell must call dl.start. Received: `{first_line(first)}`"


def claims_are_asserted(notebook: NotebookNode) -> Iterator[str]:
    claim = r"^assert |^with dl\.claim\("
    if not any(re.search(claim, cell.source, re.MULTILINE) for cell in code_cells(notebook)):
        yield "no cell asserts a claim"


def claims_hold(notebook: NotebookNode) -> Iterator[str]:
    """A broken claim only prints, so that a learner's lesson goes on; ours stops here."""
    for cell, output in _outputs(notebook):
        for line in output.get("text", "").splitlines():
            if line.startswith(BROKEN):
                yield f"`{first_line(cell)}` says: {line}"


def cells_are_few_and_short(notebook: NotebookNode) -> Iterator[str]:
    # The sentences that explain a solution are not counted: a lesson is as long without them.
    first_reading = _before_deeper(notebook)
    count = sum("solution" not in tags(c) or c.cell_type == "code" for c in first_reading)
    if count not in CELLS:
        yield f"a lesson has {CELLS[0]} to {CELLS[-1]} cells. Received: {count}"
    for cell in code_cells(notebook):
        if (length := _code_lines(cell)) > MAX_CODE_LINES:
            yield f"`{first_line(cell)}` has {length} lines; at most {MAX_CODE_LINES}"
    lengths = [_code_lines(cell) for cell in first_reading if cell.cell_type == "code"]
    if lengths and median(lengths) > MAX_MEDIAN_CODE_LINES:
        yield f"the median code cell has {median(lengths)} lines; at most {MAX_MEDIAN_CODE_LINES}"


def _before_deeper(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells of a first reading; the one that begins "Deeper" is not among them."""
    return list(
        itertools.takewhile(
            lambda cell: cell.cell_type == "code" or "\n## Deeper" not in f"\n{cell.source}",
            notebook.cells,
        )
    )


def _code_lines(cell: NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def file_is_small(notebook: NotebookNode) -> Iterator[str]:
    kilobytes = len(nbformat.writes(notebook).encode()) / 1000
    if kilobytes > MAX_KILOBYTES:
        yield f"the notebook has {kilobytes:.0f} kB; at most {MAX_KILOBYTES}"


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    """Each output, after the cell that shows it."""
    return ((cell, output) for cell in code_cells(notebook) for output in cell.outputs)


def _texts(output: NotebookNode) -> list[str]:
    """Everything a reader sees of an output, except pictures."""
    data = [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return [*data, output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]


OUTPUT_RULES = (
    format_is_current,
    every_cell_was_run_in_order,
    outputs_are_stored,
    errors_are_expected,
    nothing_is_written_to_stderr,
    text_is_the_same_everywhere,
    numbers_are_short,
    every_picture_is_described,
    no_cell_is_exempt,
    every_verdict_is_shown,
    claims_hold,
)
FORM_RULES = (
    title_is_a_question,
    sections_are_in_order,
    set_up_comes_first,
    claims_are_asserted,
    cells_are_few_and_short,
    file_is_small,
)
