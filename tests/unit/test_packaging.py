"""The wheel holds exactly the four folders, under one import name."""

import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("config", "notifications", "states", "workflow")


def files_of_the_tree() -> set[str]:
    """What git tracks or would add below the four folders, as paths relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *FLOORS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return {name for name in listed.split("\0") if name and (ROOT / name).exists()}


def copy_of_the_tree(target: Path) -> Path:
    """A clean source tree, so that leftovers of earlier builds cannot hide a missing file."""
    for name in (*files_of_the_tree(), "pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a freshly built wheel."""
    source = copy_of_the_tree(tmp_path_factory.mktemp("source"))
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", out, source], check=True)
    (built,) = out.glob("*.whl")
    with ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_exactly_the_tree(wheel: set[str]) -> None:
    assert {name for name in wheel if ".dist-info/" not in name} == {f"vorgang/{name}" for name in files_of_the_tree()}


@pytest.mark.parametrize("floor", FLOORS)
def test_each_floor_is_typed(wheel: set[str], floor: str) -> None:
    assert f"vorgang/{floor}/py.typed" in wheel


def test_nothing_is_installed_beside_vorgang(wheel: set[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"vorgang"}


def test_vorgang_is_a_namespace(wheel: set[str]) -> None:
    assert "vorgang/__init__.py" not in wheel
