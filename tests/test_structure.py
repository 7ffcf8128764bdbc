"""The folders show the architecture: imports point downward only, without circles."""

from __future__ import annotations

import ast
import graphlib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dlcourse"
# From the bottom to the top; what stands together does not import each other.
FLOORS = [
    ["checks"],
    ["keras_internals", "display", "data"],
    ["experiment", "environment"],
    ["results"],
    ["training"],
    ["diagnosis"],
    ["compare"],
    ["landscapes", "conformance"],
    ["lab"],
    ["exercises"],
    ["course"],
    ["assignment"],
    ["cli"],
    ["__main__"],
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
LONGEST = 250  # lines of a module
MOST_AT_THE_TOP = 8  # modules beside the folders


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Return every module of the package by its name; samples are cells, not modules."""
    paths = [path for path in package.rglob("*.py") if "sample" not in path.parts]
    return {_name(path, package): path for path in sorted(paths)}


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(files: dict[str, Path]) -> dict[str, set[str]]:
    """Return which modules each module imports, wherever the import stands."""
    found = defaultdict(set)
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found[name] |= {each for each in _imported(node, files) if each != name}
    return dict(found)


def _imported(node: ast.AST, files: dict[str, Path]) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & files.keys()
    if isinstance(node, ast.ImportFrom) and node.module:
        assert node.level == 0, "imports are absolute"
        inner = {f"{node.module}.{alias.name}" for alias in node.names} & files.keys()
        plain = any(f"{node.module}.{alias.name}" not in files for alias in node.names)
        return inner | ({node.module} & files.keys() if plain else set())
    return set()


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the names along a circle, or none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def folder(name: str) -> str:
    """Return a module's folder, or a plain module's own name."""
    return name.split(".")[1] if "." in name else ""


FILES = modules()
IMPORTS = imports(FILES)


def test_no_circle_among_files():
    assert circle(IMPORTS) == []


def test_no_circle_among_folders():
    between = defaultdict(set)
    for name, others in IMPORTS.items():
        between[folder(name)] |= {folder(other) for other in others} - {folder(name)}
    assert circle(between) == []


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downward(name):
    own = folder(name)
    if not own:
        return
    for other in IMPORTS.get(name, ()):
        beneath = folder(other)
        if beneath and beneath != own:
            assert FLOOR[beneath] < FLOOR[own], f"{name} imports {other}, which is not below it"


def test_few_modules_at_the_top():
    plain = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert len(plain) <= MOST_AT_THE_TOP
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert plain | folders <= FLOOR.keys(), "each has its place"


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_short(name):
    lines = FILES[name].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{name} has {lines} lines"


def test_tests_mirror_the_package():
    tested = {
        path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")
    }
    beside = ("tools", "lessons", "site", "browser")  # of the repository, not of the package
    for path in tested - {Path()}:
        if path.parts[0] not in beside:
            assert (PACKAGE / path).is_dir(), f"tests/{path} mirrors no folder"


def test_names_of_test_files_are_unique():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_what_is_wrong_would_be_found(tmp_path):
    package = tmp_path / "dlcourse"
    (package / "results").mkdir(parents=True)
    texts = {
        "__init__.py": "",
        "results/__init__.py": "",
        "results/one.py": "from dlcourse.results import two",
        "results/two.py": "if TYPE_CHECKING:\n    from dlcourse.results.one import name",
        "checks.py": "def f():\n    import dlcourse.results.two",
    }
    for name, text in texts.items():
        (package / name).write_text(text)
    found = imports(modules(package))
    assert set(circle(found)) == {"dlcourse.results.one", "dlcourse.results.two"}
    assert found["dlcourse.checks"] == {"dlcourse.results.two"}
