"""What is picked for people who name no model: always one that can be had, and that takes what is given."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import catalogue
from bot.catalogue import _choosing
from bot.catalogue._heard import Given
from bot.errors import Invalid, Problem
from bot.requests import Kind
from tests import factories
from tests.desk import Desk, desk, house
from tests.fakes import SetClock

__all__ = ["desk", "house"]

PROVIDERS = sorted({model.provider for model in catalogue.everything()})
KEYED = [keys for count in range(1, len(PROVIDERS) + 1) for keys in itertools.combinations(PROVIDERS, count)]
GIVEN: tuple[dict[str, int], ...] = (
    {},
    {"image": 1},
    {"images": 2},
    {"image": 1, "last": 1},
    {"video": 1},
    {"image": 1, "audio": 1},
)


@pytest.fixture(autouse=True)
def _shelf_as_it_was() -> Iterator[None]:
    before = catalogue.everything()
    yield
    catalogue.arrange(before)


def takes(model: catalogue.Model, media: dict[str, int]) -> bool:
    given = [Given(said=name, name=name, handles=("x",) * count) for name, count in media.items()]
    return any(not _choosing.fit(model, cls, given).misfits for cls in model.operations)


@pytest.mark.parametrize("keys", KEYED, ids=" ".join)
def test_whatever_keys_there_are_what_is_picked_can_be_had(keys: tuple[str, ...]) -> None:
    catalogue.change(None, providers=keys)
    for kind, quality, media in itertools.product(Kind, catalogue.QUALITIES, GIVEN):
        able = [m for m in catalogue.MODELS.values() if m.kind is kind and catalogue.is_open(m)]
        if not able:
            continue
        picked = catalogue.pick(kind, quality, media=media)
        assert (picked.kind, picked.off, picked.provider in keys) == (kind, False, True)
        assert takes(picked, media) or not any(takes(model, media) for model in able), (kind, quality, media)


def test_every_provider_has_a_model_of_each_quality_that_it_may_be_asked_for() -> None:
    """One alone is picked for all three; where there are more, people should be able to say which."""
    for provider, kind in itertools.product(PROVIDERS, Kind):
        able = [m for m in catalogue.MODELS.values() if (m.provider, m.kind, m.off) == (provider, kind, False)]
        tiers = {model.tier for model in able} - {""}
        assert not able or tiers, (provider, kind)
        assert len({m.rate.words() for m in able}) < 3 or len(tiers) >= 2, (provider, kind, tiers)


def test_what_is_picked_needs_nobody_s_leave() -> None:
    tiered = [model for model in catalogue.everything() if model.tier]
    assert [model.id for model in tiered if model.gated or model.unverified] == []


def test_the_operation_that_is_named_is_one_of_what_is_picked() -> None:
    for operation in ("edit", "extend"):
        picked = catalogue.pick(Kind.VIDEO, "best", media={"video": 1}, operation=operation)
        assert picked.operation(operation) is not None


def test_what_can_not_be_had_is_picked_for_nobody() -> None:
    first = catalogue.pick(Kind.IMAGE)
    catalogue.close([first.id])
    assert not catalogue.is_open(first)
    assert catalogue.pick(Kind.IMAGE) != first
    catalogue.close(model.id for model in catalogue.MODELS.values())
    assert catalogue.pick(Kind.IMAGE) == first  # none can be had: then the refusal names the usual one
    catalogue.close([])
    assert catalogue.pick(Kind.IMAGE) == first


def test_a_kind_without_models_is_said_so() -> None:
    catalogue.arrange(model for model in catalogue.everything() if model.kind is not Kind.MUSIC)
    with pytest.raises(Invalid) as invalid:
        catalogue.pick(Kind.MUSIC)
    assert invalid.value.problems == (Problem(field="model", rule="missing"),)


async def test_a_preferred_model_that_can_not_be_had_gives_way(desk: Desk) -> None:
    person = factories.person(user=factories.ANNA)
    await desk.say("/settings model image gpt-image-2", person=person)
    assert (await desk.made("/image a fox")).request.model == "gpt-image-2"
    catalogue.close(["gpt-image-2"])
    assert (await desk.made("/image a fox")).request.model == catalogue.pick(Kind.IMAGE).id


async def test_what_the_provider_lists_is_what_is_picked(desk: Desk, clock: SetClock) -> None:
    usual = catalogue.pick(Kind.IMAGE)
    studio = desk.house.studio
    studio.list_models("uniall", frozenset(id for id in catalogue.MODELS if id != usual.id))
    assert usual.id in studio.closed()
    catalogue.close(studio.closed())
    assert (await desk.made("/image a fox")).request.model != usual.id
    refused = await desk.read(f"/image a fox --model {usual.id}")
    assert refused == [
        f"{usual.title} can't be used right now: its provider doesn't offer it to this bot. /models shows what can."
    ]
    hidden = replace(usual, hidden=True)
    catalogue.arrange(hidden if model.id == usual.id else model for model in catalogue.everything())
    assert usual.id not in {offer.model.id for offer in await studio.offers()}
