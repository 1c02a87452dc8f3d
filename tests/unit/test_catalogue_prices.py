"""What more costs more: seconds, pictures and finer ones, for every model."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot import catalogue
from bot.catalogue import _spec
from bot.media import Facts, MediaKind

OPERATIONS = [(model, cls) for model in catalogue.MODELS.values() for cls in model.operations]
FINER = ("512", "0.5k", "480p", "540p", "720p", "1k", "1080p", "true-1080p", "2k", "4k", "8k")


def quote(model: catalogue.Model, cls: type[catalogue.Options], **said: Any) -> int:
    media = {name: ["u"] * count for name, count in cls.least().items()}
    facts = {name: [_facts(_spec.MEDIA[name]) for _ in handles] for name, handles in media.items()}
    options = catalogue.prepare(
        model, {"prompt": "x", **said}, media=media, facts=facts, operation=cls.operation, presets=True
    )
    return options.quote(model.rate)


def _facts(kind: MediaKind) -> Facts:
    seconds = None if kind is MediaKind.IMAGE else 5.0
    return Facts(kind=kind, mime="", size_bytes=1, width=1280, height=720, duration_s=seconds)


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
        (model.id, cls.operation): [quote(model, cls, **{option: value}) for value in ends]
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


def rows() -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Ids that differ in their resolution or length alone, with their places in that order and their prices."""
    found: dict[str, list[tuple[int, int]]] = {}
    for model in catalogue.MODELS.values():
        cls = model.operations[0]
        fine = next((tier for tier in reversed(FINER) if re.search(rf"-{tier}(?![\w.])", model.id.lower())), "")
        if fine:
            name = re.sub(rf"-{fine}(?![\w.])", "", model.id.lower())
            found.setdefault(f"{name} by resolution", []).append((FINER.index(fine), quote(model, cls)))
        if length := re.search(r"-(\d+)s$", model.id):
            name = model.id.removesuffix(length[0])
            found.setdefault(f"{name} by length", []).append((int(length[1]), quote(model, cls)))
    yield from found.items()


def test_finer_and_longer_ids_cost_more() -> None:
    found = {name: sorted(row) for name, row in rows() if len(row) > 1}
    assert len(found) > 10
    falling = {name: row for name, row in found.items() if not all(a[1] < b[1] for a, b in itertools.pairwise(row))}
    assert falling == {}


def test_finer_and_better_choices_cost_more() -> None:
    order = {**{tier: FINER.index(tier) for tier in FINER}, "low": 0, "medium": 1, "high": 2}
    found: dict[tuple[str, str, str], list[int]] = {}
    for model, cls in OPERATIONS:
        for option in ("resolution", "quality"):
            listed = _spec.values_of(cls.model_fields[option]) if option in cls.model_fields else ()
            ranked = sorted((v for v in listed if str(v).lower() in order), key=lambda v: order[str(v).lower()])
            if len(ranked) > 1:
                found[model.id, cls.operation, option] = [quote(model, cls, **{option: value}) for value in ranked]
    assert found
    assert {key: row for key, row in found.items() if not all(a < b for a, b in itertools.pairwise(row))} == {}
