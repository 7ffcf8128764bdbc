"""The package as it is published: its names, its dependencies, its wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import dlcourse

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
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


@pytest.mark.parametrize("name", dlcourse.__all__)
def test_public_name_resolves_to_a_documented_object(name):
    value = getattr(dlcourse, name)
    assert getattr(value, "__name__", name) == name
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
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    run(sys.executable, "-m", "pip", "wheel", *options, folder, cwd=folder)
    return next(folder.glob("dlcourse-*.whl"))


def test_wheel_works_in_an_empty_environment(wheel, tmp_path):
    empty = tmp_path / "env"
    venv.create(empty, with_pip=False)
    python = Path(sysconfig.get_path("scripts", "venv", {"base": str(empty)})) / "python"
    options = ["--quiet", "--no-deps", "--no-index"]
    run(sys.executable, "-m", "pip", "--python", empty, "install", *options, wheel, cwd=tmp_path)
    script = "import dlcourse; print(dlcourse.__version__, dlcourse.__file__)"
    version, file = run(python, "-c", script, cwd=tmp_path).split(maxsplit=1)
    assert version == dlcourse.__version__
    assert Path(file).is_relative_to(tmp_path)

    # With the dependencies at hand (those of the environment that runs the tests), names load.
    site = Path(file).parents[1]
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    script = "from dlcourse import Table; print(Table.__module__)"
    assert run(python, "-c", script, cwd=tmp_path) == "dlcourse.tables\n"
    assert files(site / "dlcourse") == files(ROOT / "dlcourse")


def files(folder: Path) -> set[Path]:
    paths = folder.rglob("*.*")
    return {path.relative_to(folder) for path in paths if path.parent.name != "__pycache__"}
