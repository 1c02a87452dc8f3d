"""What more costs more: seconds, pictures and finer ones, better models; for every model of every provider."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot import catalogue
from bot.catalogue import _spec
from bot.requests import Kind
from tests.acceptance import combining

OPERATIONS = [(way, cls) for model in catalogue.everything() for way in combining.ways(model) for cls in way.operations]
FINER = ("512", "0.5k", "480p", "540p", "720p", "768p", "1k", "1080p", "true-1080p", "2k", "1440p", "4k", "8k")
BETTER = {"low": 0, "small": 0, "standard": 0, "medium": 1, "hd": 2, "high": 2, "large": 2}  # other words for it
TIERS = {
    # what an id says of the care taken, against the same id without that word
    "mini": -2,
    "schnell": -2,
    "fast": -1,
    "flash": -1,
    "turbo": -1,
    "lite": -1,
    "dev": -1,
    "std": 0,
    "standard": 0,
    "plus": 1,
    "pro": 1,
    "quality": 1,
    "max": 1,
}
SANE: Mapping[Kind, tuple[int, int]] = {
    # credits of the least that can be asked of a model, from the plainest to the finest there is
    Kind.IMAGE: (1, 40),
    Kind.VIDEO: (4, 700),
    Kind.MUSIC: (5, 60),
    Kind.SPEECH: (1, 5),
    Kind.AVATAR: (5, 120),
    Kind.CHAT: (1, 20),
}
MOST = 1500  # credits of the least of any kind


def quote(model: catalogue.Model, cls: type[catalogue.Options], **said: Any) -> int:
    case = combining.least_of(model, cls)
    return replace(case, said={**case.said, **said}).prepare().quote(model.rate)


def numbers(cls: type[catalogue.Options], name: str) -> Sequence[int]:
    """The least and the most that may be said; () where there is no choice."""
    if (info := cls.model_fields.get(name)) is None or name in cls.measured():
        return ()
    listed, bounds = _spec.values_of(info), _spec.bounds_of(info)
    ends = (min(listed), max(listed)) if listed else (int(bounds.low or 0), int(bounds.high or 0))
    return ends if ends[0] < ends[1] else ()


@pytest.mark.parametrize("option", ["duration", "count"])
def test_more_costs_more(option: str) -> None:
    found = {
        (model.id, model.route, cls.operation): [quote(model, cls, **{option: value}) for value in ends]
        for model, cls in OPERATIONS
        if (ends := numbers(cls, option)) and option not in MEASURED.get(model.id, ())
    }
    assert len(found) > 10
    assert {key: prices for key, prices in found.items() if prices[0] >= prices[1]} == {}


MEASURED = {
    # what is said there does not count, where the source was measured
    "happy-horse-edit-720p": ("duration",),
    "happy-horse-edit-1080p": ("duration",),
}


def rows(place: Callable[[catalogue.Model], tuple[str, int] | None]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Ids that differ in one thing alone, with their places in its order and their prices; dearer ones come later."""
    found: dict[str, list[tuple[int, int]]] = {}
    for model in catalogue.everything():
        if placed := place(model):
            operation = model.operations[0]
            name = f"{model.provider} {placed[0]} {operation.operation}"
            found.setdefault(name, []).append((placed[1], quote(model, operation)))
    yield from ((name, sorted(row)) for name, row in found.items() if len({rank for rank, _ in row}) > 1)


def by_resolution(model: catalogue.Model) -> tuple[str, int] | None:
    id = model.id.lower()
    fine = next((tier for tier in reversed(FINER) if re.search(rf"-{tier}(?![\w.])", id)), "")
    return (re.sub(rf"-{fine}(?![\w.])", "", id), FINER.index(fine)) if fine else None


def by_length(model: catalogue.Model) -> tuple[str, int] | None:
    found = re.search(r"-(\d+)s$", model.id)
    return (model.id.removesuffix(found[0]), int(found[1])) if found else None


def by_tier(model: catalogue.Model) -> tuple[str, int] | None:
    words = re.split(r"[-_]", model.id.lower())
    return " ".join(word for word in words if word not in TIERS), sum(TIERS.get(word, 0) for word in words)


def by_sound(model: catalogue.Model) -> tuple[str, int] | None:
    found = re.search(r"-(silent|audio)(?!\w)", model.id)
    return (model.id.replace(found[0], ""), ("silent", "audio").index(found[1])) if found else None


@pytest.mark.parametrize("place", [by_resolution, by_length, by_tier, by_sound])
def test_finer_longer_and_better_ids_cost_more(place: Callable[[catalogue.Model], tuple[str, int] | None]) -> None:
    found = dict(rows(place))
    assert found
    falling = {
        name: row
        for name, row in found.items()
        if not all(a[1] < b[1] for a, b in itertools.combinations(row, 2) if a[0] < b[0])
    }
    assert falling == {}


def test_finer_and_better_choices_cost_more() -> None:
    order = {**{tier: FINER.index(tier) for tier in FINER}, **BETTER}
    found: dict[tuple[str, str, str, str], list[int]] = {}
    for model, cls in OPERATIONS:
        for option in ("resolution", "quality"):
            listed = _spec.values_of(cls.model_fields[option]) if option in cls.model_fields else ()
            ranked = sorted((v for v in listed if str(v).lower() in order), key=lambda v: order[str(v).lower()])
            if len(ranked) > 1:
                prices = [quote(model, cls, **{option: value}) for value in ranked]
                found[model.id, model.route, cls.operation, option] = prices
    assert found
    assert {key: row for key, row in found.items() if not all(a < b for a, b in itertools.pairwise(row))} == {}


def test_the_largest_size_never_costs_less_than_the_smallest() -> None:
    """Between them a provider's own table decides, which need not go by pixels."""
    found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for model, cls in OPERATIONS:
        listed = _spec.values_of(cls.model_fields["size"]) if "size" in cls.model_fields else ()
        sizes = [(value, re.fullmatch(r"(\d{3,})\D(\d{3,})", str(value))) for value in listed]
        if row := sorted((int(m[1]) * int(m[2]), quote(model, cls, size=value)) for value, m in sizes if m):
            found[model.id, model.route, cls.operation] = [row[0], row[-1]]
    assert found
    assert {key: row for key, row in found.items() if row[0][1] > row[1][1]} == {}


def test_every_model_has_a_sane_price() -> None:
    found = {(m.id, m.route, cls.operation): (quote(m, cls), SANE.get(m.kind, (1, MOST))) for m, cls in OPERATIONS}
    assert {key: price for key, (price, (low, high)) in found.items() if not low <= price <= high} == {}


def test_what_is_picked_costs_what_its_quality_promises() -> None:
    """Each provider alone: quick is never dearer than good, nor good than best."""
    for provider in {model.provider for model in catalogue.everything()}:
        for kind in Kind:
            able = [m for m in catalogue.everything() if (m.provider, m.kind) == (provider, kind)]
            tiered = [m for tier in catalogue.QUALITIES for m in able if m.tier == tier]
            prices = [quote(model, model.operations[0]) for model in tiered]
            assert prices == sorted(prices), (provider, kind, [model.id for model in tiered])
