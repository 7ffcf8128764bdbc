"""Plants bugs, one at a time, in a copy of the repository, and tells which the tests do not find.

  python tools/mutate.py dlcourse/training [tests ...] --sample 100 --seed 0

The tests are those that mirror the folder, unless others are named. Keras is imported once; each
mutant gets a fork of that process. A survivor is a missing test, or code that changes nothing.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PLUGINS = ["-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:playwright"]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__")
SECONDS = 900  # a mutant that takes longer hangs, and counts as found
PAIRS = "Lt LtE, Gt GtE, Eq NotEq, Is IsNot, In NotIn, And Or, Add Sub, Mult Div, BitOr BitAnd"
SWAPS = dict(pair.split() for pair in PAIRS.split(", "))
SWAPS |= {new: old for old, new in SWAPS.items()}
SWAPS |= {"FloorDiv": "Div", "Mod": "Mult", "Pow": "Mult"}


def changes(node: ast.AST) -> Iterator[tuple[str, object, str]]:
    """What can be changed at a node: (field, new value, kind of bug)."""
    match node:
        case ast.Compare(ops=[op]) if type(op).__name__ in SWAPS:
            yield "ops", [getattr(ast, SWAPS[type(op).__name__])()], "comparison"
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op):
            if type(op).__name__ in SWAPS:
                yield "op", getattr(ast, SWAPS[type(op).__name__])(), "operator"
        case ast.Constant(value=bool(value)):
            yield "value", not value, "constant"
        case ast.Constant(value=int(value) | float(value)):
            yield "value", value + 1, "constant"
        case ast.If(test=test) | ast.IfExp(test=test):
            yield "test", ast.UnaryOp(ast.Not(), test), "condition inverted"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "operand", ast.UnaryOp(ast.Not(), operand), "not dropped"
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                yield "keywords", [k for k in keywords if k is not keyword], "argument dropped"
        case ast.Return(value=ast.expr()):
            yield "value", ast.Constant(None), "returns None"
        case ast.Expr(value=ast.Call()):
            yield "value", ast.Constant(None), "call dropped"


def mutants(file: Path) -> Iterator[tuple[Path, int, str, str]]:
    """Each mutant of a file: (file, line, kind of bug, source)."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for field, value, kind in changes(node):
            original = getattr(node, field)
            setattr(node, field, value)
            yield file, node.lineno, kind, ast.unparse(tree)
            setattr(node, field, original)


def tests_pass(tests: list[str], copy: str) -> bool:
    """Runs the tests in a fork that works in the copy; nothing that it starts outlives it."""
    if (child := os.fork()) == 0:
        import pytest

        os.setpgrp()
        signal.alarm(SECONDS)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = sys.path[0] = copy
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(pytest.main(["-x", *PLUGINS, "--override-ini=addopts=", *tests]))
    status = os.waitpid(child, 0)[1]
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return status == 0


def load_libraries() -> None:
    """Loads what tests need of others' code; of ours nothing, or no mutant would be loaded."""
    from dlcourse.environment import PINS, UNATTENDED_PINS

    os.environ.update({**PINS, **UNATTENDED_PINS})
    import keras  # noqa: F401

    for name in [name for name in sys.modules if name.partition(".")[0] == "dlcourse"]:
        del sys.modules[name]


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tests = options.tests or [str(Path("tests", *options.target.parts[1:]))]
    files = sorted(options.target.rglob("*.py")) or [options.target]
    found = [mutant for file in files for mutant in mutants(file)]
    chosen = random.Random(options.seed).sample(found, min(options.sample, len(found)))
    load_libraries()
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(".", f"{folder}/copy", ignore=NOT_COPIED)
        if not tests_pass(tests, copy):
            parser.exit(2, "The tests fail without a mutant.\n")
        for file, line, kind, source in chosen:
            Path(copy, file).write_text(source, encoding="utf-8")
            survived = tests_pass(tests, copy)
            shutil.copy2(file, Path(copy, file))
            survivors += survived
            print(f"{'SURVIVED' if survived else 'killed'} {file}:{line} {kind}")
            before = ast.unparse(ast.parse(file.read_text(encoding="utf-8"))).splitlines()
            diff = difflib.unified_diff(before, source.splitlines(), n=0, lineterm="")
            print("\n".join(list(diff)[3:]), flush=True)
    print(f"{len(chosen)} of {len(found)} mutants, {survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
