"""What import-linter can't say about the house: who reads the environment, and that every module has a layer."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for package in ("bot", "adapters", "storage") for path in sorted((ROOT / package).rglob("*.py"))]
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def environment_lines(source: str) -> Iterator[int]:
    """The lines of `source` that read or change the process's environment."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=attr) if attr in ENVIRONMENT:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names) if ENVIRONMENT & {name.name for name in names}:
                yield node.lineno
            case ast.Import(names=names) if any(name.name == "os" and name.asname for name in names):
                yield node.lineno  # under another name we would lose sight of it


def is_settings(path: Path) -> bool:
    return path.relative_to(ROOT).parts[:2] in {("bot", "settings.py"), ("bot", "settings")}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import os\nos.environ['KEY']", [2]),
        ("import os\nos.getenv('KEY')", [2]),
        ("from os import environ", [1]),
        ("import os as system", [1]),
        ("import os\nos.replace('a', 'b')", []),
        ("environ = {}\nenviron['KEY']", []),
    ],
)
def test_uses_of_the_environment_are_seen(source: str, lines: list[int]) -> None:
    assert list(environment_lines(source)) == lines


def test_only_settings_read_the_environment() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        if not is_settings(path)
        for line in environment_lines(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_module_of_the_core_has_a_layer() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {contract["id"]: contract for contract in pyproject["tool"]["importlinter"]["contracts"]}
    layered = {name for layer in contracts["layers"]["layers"] for name in re.findall(r"bot\.(\w+)", layer)}
    modules = {
        path.stem for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert modules - {"__init__"} <= layered
