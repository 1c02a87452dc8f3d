"""The simulator's families: found by discovery, and refused at import when a file can't be played."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator import families, uniall

FILE = """
from bot.simulator.families import Door, Family
FAMILY = Family(name={name!r}, ids=({id!r},), doors=(Door(path="/v1/x", answer=lambda report: {{}}),),
                judge=lambda draft: "x", makes=lambda submit, inputs: None, length_s=(1.0, 2.0))
"""


@pytest.fixture
def package(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """An empty package of families that can be imported under its folder's name."""
    folder = tmp_path / f"families_{request.node.name}"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_shared.py").write_text("raise RuntimeError('what begins with an underscore is nobody\\'s family')")
    sys.path.insert(0, str(tmp_path))
    yield folder
    sys.path.remove(str(tmp_path))


def test_a_file_is_all_it_takes(package: Path) -> None:
    (package / "b.py").write_text(FILE.format(name="second", id="b-1"))
    (package / "a.py").write_text(FILE.format(name="first", id="a-1"))
    assert [family.name for family in families.discover(package.name)] == ["first", "second"]


def test_a_file_without_a_family_is_an_error(package: Path) -> None:
    (package / "a.py").write_text("family = 1")
    with pytest.raises(families.Misplayed, match="a declares no FAMILY"):
        families.discover(package.name)


def test_two_files_may_not_share_a_name(package: Path) -> None:
    (package / "a.py").write_text(FILE.format(name="first", id="a-1"))
    (package / "b.py").write_text(FILE.format(name="first", id="b-1"))
    with pytest.raises(families.Misplayed, match="there is a family first already"):
        families.discover(package.name)


def test_two_families_may_not_share_a_model_on_one_route(package: Path) -> None:
    (package / "a.py").write_text(FILE.format(name="first", id="a-1"))
    (package / "b.py").write_text(FILE.format(name="second", id="a-1"))
    with pytest.raises(families.Misplayed, match="a-1 on /v1/x belongs to first already"):
        families.discover(package.name)


def test_uniall_is_played_by_its_files() -> None:
    folder = Path(uniall.__file__).with_name("families")
    files = sorted(path.stem for path in folder.glob("[!_]*.py"))
    assert len(uniall.PROVIDER.families) == len(files) >= 6
