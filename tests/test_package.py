"""The package as it is published: its names, its dependencies, its wheel."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import dlcourse

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
NOTEBOOKS = [
    path.relative_to(ROOT)
    for folder in ("lessons", "lessons/solutions")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
]
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = {
    requirement.name: requirement
    for line in LOCK.splitlines()
    if "==" in line
    for requirement in [Requirement(line.removesuffix("\\"))]
}


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_loads_no_heavy_library():
    script = "import sys, dlcourse; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = set(run(sys.executable, "-c", script, cwd=ROOT).split())
    assert "dlcourse" in loaded
    heavy = {"IPython", "keras", "matplotlib", "numpy", "pandas", "sklearn", "tensorflow", "tqdm"}
    assert not loaded & heavy


def test_all_comparisons_share_one_set_of_defaults():
    common = {"seeds": range(5), "batch_size": 32, "evaluate_every": 1, "record": ()}
    trains = [
        name for name in dlcourse.__all__ if name.startswith(("compare_", "sweep_", "train_"))
    ]
    assert len(trains) > 8
    for name in trains:
        parameters = inspect.signature(getattr(dlcourse, name)).parameters
        defaults = {key: parameters[key].default for key in common if key in parameters}
        needed = {key for key in defaults if defaults[key] is inspect.Parameter.empty}
        assert needed <= {"batch_size"} and "seeds" in defaults
        assert all(defaults[key] == common[key] for key in defaults.keys() - needed), name


@pytest.mark.parametrize("name", dlcourse.__all__)
def test_public_name_resolves_to_a_documented_object(name):
    value = getattr(dlcourse, name)
    assert getattr(value, "__name__", name).removeprefix("dlcourse.") == name
    assert value.__doc__
    assert name in dir(dlcourse)


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'dlcourse' has no attribute 'sigmoidal'"):
        _ = dlcourse.sigmoidal


@pytest.mark.parametrize("wanted", WANTED)
def test_lock_fulfils_each_dependency(wanted):
    requirement = Requirement(wanted)
    assert requirement.name in LOCKED, "run `make lock`"
    (pin,) = LOCKED[requirement.name].specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version), "run `make lock`"


def test_lock_has_exact_pins_with_hashes_and_nothing_else():
    entry = r"[a-z0-9._-]+==[^\s;]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(rf"(?:#.*\n)*(?:{entry})+", LOCK)
    assert "://" not in LOCK
    assert "torch" not in LOCKED


def test_conda_environment_follows_project_and_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, installed = environment["dependencies"]
    assert (python, pip) == (f"python {PROJECT['requires-python']}", "pip")
    names = sorted(Requirement(wanted).name for wanted in WANTED)
    assert installed == {"pip": ["--editable .", *(str(LOCKED[name]) for name in names)]}


def test_supported_pythons_are_the_ones_tested():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    tested = set(workflow["jobs"]["test"]["strategy"]["matrix"]["python"])
    versions = {f"3.{minor}" for minor in range(40)}
    assert tested == set(SpecifierSet(PROJECT["requires-python"]).filter(versions))
    stated = {line.split(" :: ")[-1] for line in PROJECT["classifiers"] if "Python ::" in line}
    assert tested == stated


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: setuptools leaves its work beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "dlcourse", folder / "dlcourse")
    for notebook in NOTEBOOKS:
        (folder / notebook).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / notebook, folder / notebook)
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    run(sys.executable, "-m", "pip", "wheel", *options, folder, cwd=folder)
    return next(folder.glob("dlcourse-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The scripts of an empty environment with the wheel, and the dependencies at hand."""
    empty = tmp_path_factory.mktemp("installed") / "env"
    venv.create(empty, with_pip=False)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(empty)}))
    options = ["--quiet", "--no-deps", "--no-index"]
    run(sys.executable, "-m", "pip", "--python", empty, "install", *options, wheel, cwd=empty)
    return scripts


def test_wheel_works_in_an_empty_environment(installed, tmp_path):
    script = "import dlcourse; print(dlcourse.__version__, dlcourse.__file__)"
    version, file = run(installed / "python", "-c", script, cwd=tmp_path).split(maxsplit=1)
    assert version == dlcourse.__version__
    assert Path(file).is_relative_to(installed.parent)
    lessons = run(installed / "dlcourse", "list", cwd=tmp_path)
    assert lessons == run(sys.executable, "-m", "dlcourse", "list", cwd=ROOT)


def test_wheel_holds_the_package_and_the_lessons(wheel):
    names = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    shipped = {path for path in names if path.parts[0] == "dlcourse"}
    lessons = {Path("dlcourse", notebook) for notebook in NOTEBOOKS}
    assert len(lessons) >= 14
    package = {Path("dlcourse", path) for path in files(ROOT / "dlcourse")}
    assert shipped == package | lessons


@pytest.fixture
def with_dependencies(installed):
    """The same, with those of the environment that runs the tests."""
    paths = {"base": str(installed.parent), "platbase": str(installed.parent)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return installed


def test_wheel_gives_names_and_an_assignment(with_dependencies, tmp_path):
    script = "from dlcourse import Table; print(Table.__module__)"
    assert (
        run(with_dependencies / "python", "-c", script, cwd=tmp_path) == "dlcourse.display.tables\n"
    )
    run(with_dependencies / "dlcourse", "assignment", "new", "final", cwd=tmp_path)
    built = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert built == {"final/final.py", "final/student/final.ipynb", "final/key/final.ipynb"}
    untouched = ["student/final.ipynb", "--assignment", "."]
    command = [with_dependencies / "dlcourse", "assignment", "grade", *untouched]
    graded = run(*command, cwd=tmp_path / "final")
    assert graded.startswith("student: 0 of 25 points, and 8 to be given by hand\n")


def test_wheel_opens_a_copy_of_the_lessons(with_dependencies, tmp_path, monkeypatch):
    (tmp_path / "jupyterlab.py").write_text("import sys; print(*sys.argv[1:])")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    own = tmp_path / "dlcourse-lessons" / "07_momentum.ipynb"
    for _ in range(2):
        opened = run(with_dependencies / "dlcourse", "lab", "7", cwd=tmp_path)
        assert opened.split()[-1] == str(own)
        assert {path.relative_to(own.parent) for path in own.parent.rglob("*.ipynb")} == {
            notebook.relative_to("lessons") for notebook in NOTEBOOKS
        }
        if own.read_bytes() == (ROOT / "lessons/07_momentum.ipynb").read_bytes():
            own.write_text("my own")
    assert own.read_text() == "my own"


def files(folder: Path) -> set[Path]:
    paths = folder.rglob("*.*")
    return {path.relative_to(folder) for path in paths if path.parent.name != "__pycache__"}
