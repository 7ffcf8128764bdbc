"""The notebook that students get, made from the worked one without running the lesson twice.

Both notebooks show the same cells but for the exercises, so they share those cells' outputs. What
is the student's own is run apart, in a kernel that runs nothing else than what it needs: the stubs,
and the verdicts on predictions, which nobody has made yet.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from copy import deepcopy

from lesson_source import STUDENT, tags, visible
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

Outputs = dict[str, list[NotebookNode]]
"""Outputs of a lesson's cells, by the cells' ids."""

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda, *COMPREHENSIONS)
"""What keeps names to itself."""


def own_cells(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The code to run for a student's own outputs: stubs, verdicts, and what they are made from."""
    own, needed = [], set()
    for cell in reversed(visible(cells, STUDENT)):
        if cell.cell_type != "code":
            continue
        prediction = compared_prediction(cell)
        if prediction:
            source = f"{prediction}.compare({prediction}.options[0])"
            cell = new_code_cell(source, id=cell.id)
        defined = defined_names(cell.source)
        if prediction or "stub" in tags(cell) or needed & defined:
            own.append(deepcopy(cell))
            needed = (needed | used_names(cell.source)) - defined
    return own[::-1]


def student_outputs(cells: list[NotebookNode], solution: Outputs, own: Outputs) -> Outputs:
    """The outputs of the student's cells: the worked notebook's, and the student's own."""
    outputs = {}
    for cell in visible(cells, STUDENT):
        if cell.cell_type != "code":
            continue
        if "stub" in tags(cell):
            outputs[cell.id] = own[cell.id]
        elif compared_prediction(cell):
            outputs[cell.id] = [*solution[cell.id][:-1], *own[cell.id]]
        else:
            outputs[cell.id] = solution[cell.id]
    return outputs


def own_outputs(cells: list[NotebookNode], student: Outputs) -> Outputs:
    """Of a student's notebook, the outputs that are not the worked notebook's."""
    own = {}
    for cell in visible(cells, STUDENT):
        if "stub" in tags(cell):
            own[cell.id] = student.get(cell.id, [])
        elif cell.cell_type == "code" and compared_prediction(cell):
            own[cell.id] = student.get(cell.id, [])[-1:]
    return own


def outputs_of(notebook: NotebookNode) -> Outputs:
    """The notebook's outputs without execution counts, in which the two notebooks differ."""
    outputs = {cell.id: deepcopy(cell.outputs) for cell in notebook.cells if "outputs" in cell}
    for output in (output for each in outputs.values() for output in each):
        output.pop("execution_count", None)
    return outputs


def fill_in(notebook: NotebookNode, outputs: Outputs) -> None:
    """Gives each cell its outputs, as if the notebook had been run from top to bottom."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count, cell.outputs = count, deepcopy(outputs[cell.id])
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def compared_prediction(cell: NotebookNode) -> str:
    """The prediction that a cell ends by comparing, as in `lesson_07.faster`; or nothing."""
    match ast.parse(cell.source).body:
        case [*_, ast.Expr(ast.Call(ast.Attribute(prediction, "compare")))]:
            return ast.unparse(prediction)
    return ""


def defined_names(source: str) -> set[str]:
    """The names that a cell's code defines for the cells below."""
    names, nodes = set(), [ast.parse(source)]
    while nodes:
        match node := nodes.pop():
            case ast.FunctionDef(name) | ast.ClassDef(name):
                names.add(name)
            case ast.alias(name, asname):
                names.add(asname or name.partition(".")[0])
            case ast.Name(name, ast.Store()):
                names.add(name)
        if not isinstance(node, SCOPES):
            nodes.extend(ast.iter_child_nodes(node))
    return names


def used_names(source: str) -> set[str]:
    """The names that a cell's code takes from outside, in its functions too."""

    def names(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from names(child)

    # From Python 3.12 on, a comprehension's own names are in the module's table, too.
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.comprehension)]
    targets = [node for loop in loops for node in ast.walk(loop.target)]
    own = {node.id for node in targets if isinstance(node, ast.Name)}
    return set(names(symtable.symtable(source, "cell", "exec"))) - own
