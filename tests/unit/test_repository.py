"""The repository itself: locks that can be trusted, dependencies that are declared, docs that name real targets."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]

PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.+!]+)( ; [\w .<>=!'()]+)? \\")
LOCK_LINE = re.compile(rf"{PIN.pattern}|    --hash=sha256:[0-9a-f]{{64}}( \\)?|    # (via ?|  )[\w .()\[\]-]*")


def pins(lock: str) -> dict[str, str]:
    """Name to version, as pinned in the lock file `lock`."""
    matches = map(PIN.fullmatch, (ROOT / lock).read_text("utf-8").splitlines())
    return {match["name"]: match["version"] for match in matches if match}


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Path and content of every text file that git tracks."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=30
    )
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data:
            yield name, data.decode("utf-8")


def imported(*packages: str) -> set[str]:
    """The top-level names that the Python files under `packages` import."""
    names: set[str] = set()
    for path in (path for package in packages for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            match node:
                case ast.Import():
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                case ast.ImportFrom(module=str(module), level=0):
                    names.add(module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"bot", "adapters", "storage", "tests"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_names_versions_and_hashes_only(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []


@pytest.mark.parametrize(("lock", "needed"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEV)])
def test_a_lock_fits_the_declared_dependencies(lock: str, needed: list[Requirement]) -> None:
    locked = pins(lock)
    unmet = [str(each) for each in needed if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0"))]
    assert unmet == []


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize(
    ("packages", "declared"),
    [(("bot", "adapters", "storage"), RUNTIME), (("tests",), RUNTIME + DEV)],
    ids=["shipped", "tests"],
)
def test_every_imported_library_is_declared(packages: tuple[str, ...], declared: list[Requirement]) -> None:
    names = {canonicalize_name(each.name) for each in declared}
    owners = metadata.packages_distributions()
    undeclared = {
        module
        for module in imported(*packages)
        if not names & {canonicalize_name(owner) for owner in owners.get(module, [])}
    }
    assert undeclared == set()


def test_no_file_holds_a_conflict_marker() -> None:
    marker = re.compile(r"^(<{7}|>{7}|\|{7})( |$)", re.MULTILINE)
    assert [name for name, text in tracked_texts() if marker.search(text)] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operating.md"])
def test_make_targets_that_the_docs_name_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = re.findall(r"```.*?```|`[^`\n]+`", (ROOT / page).read_text("utf-8"), re.DOTALL)
    named = {target for snippet in code for target in re.findall(r"\bmake ([a-z]+)", snippet)}
    assert named <= targets
    assert named
