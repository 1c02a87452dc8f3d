"""`models --json` lists every model that the providers' documents say can be had, with a path of theirs."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.house import House
from tests.contract import printed

PROVIDERS = ("llmage", "nexus", "pxz", "uniall")
OPEN = frozenset({"current"})  # others are answers' own names, or can be had no more, or are named and not described
PARTLY = frozenset({"unlisted_in_enum", "mentioned_only"})  # offered, where they are, to whoever turns them on

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first is ten times as fast

pytestmark = printed.needed


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], dict[str, Any]]:
    """What the command prints, by provider and id."""
    lines = House(folder=tmp_path_factory.mktemp("house")).asked("models")
    return {(line["provider"], line["model"]): line for line in lines}


@functools.cache
def documented() -> dict[tuple[str, str], dict[str, Any]]:
    """Every id that the documents name, by provider."""
    pages = {name: printed.CONTRACTS / name / "models.yaml" for name in PROVIDERS}
    return {(name, model["id"]): model for name, page in pages.items() for model in read(page)}


def read(page: Path) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = yaml.load(page.read_text("utf-8"), Loader=LOADER)["models"]
    return models


def test_every_model_that_can_be_had_is_listed(listed: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    current = {key for key, model in documented().items() if model["state"] in OPEN}
    assert len(current) == 132
    assert current - listed.keys() == set()


def test_what_is_documented_in_part_is_marked(listed: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    known = documented()
    partly = {key for key in listed if key not in known or known[key]["state"] in PARTLY}
    assert {key for key in partly if not listed[key]["unverified"]} == set()


def test_every_model_has_a_path_of_its_pages(listed: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    known = documented()
    strange = {
        key: line["paths"]
        for key, line in listed.items()
        if not line["unverified"] and not (line["paths"] and all(is_printed(p, known[key]) for p in line["paths"]))
    }
    assert strange == {}


def is_printed(path: str, model: Mapping[str, Any]) -> bool:
    """Whether a model's pages print this path; a name in braces may stand for anything."""
    ways = [re.escape(way["path"].rstrip("/")) for way in model["endpoints"]["submit"]]
    return any(re.fullmatch(re.sub(r"\\\{[^}]*\\\}", r"[^/]+", way), path.rstrip("/")) for way in ways)


def test_what_is_marked_is_off_and_says_why(listed: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    off = {key: line["why"] for key, line in listed.items() if line["unverified"] and line["available"]}
    assert off == {}
    assert all(line["why"] for line in listed.values() if not line["available"])
