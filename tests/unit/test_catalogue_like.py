"""A new id of a family that is known: whatever it is like, it asks for the same under its own name."""

import json
from collections.abc import Iterator

import pytest

from bot import catalogue
from bot.requests import Wire
from tests.acceptance import combining

NEW = "an-id-of-tomorrow"
MODELS = {model.id: model for model in catalogue.everything()}


@pytest.fixture(autouse=True)
def _shelf_as_it_was() -> Iterator[None]:
    before = catalogue.everything()
    yield
    catalogue.arrange(before)


def wires(model: catalogue.Model) -> dict[tuple[str, int], Wire]:
    """What each step of each operation sends for the least that can be said."""
    found: dict[tuple[str, int], Wire] = {}
    for cls in model.operations:
        case = combining.least_of(model, cls)
        for number, step in enumerate(case.prepare().steps(model.id)):
            media = {name: case.media.get(name, ("sample",)) for name in (*step.media, *step.feeds)}
            facts = {name: [combining.facts_of(name, source) for source in given] for name, given in media.items()}
            options = catalogue.prepare(
                catalogue.find(step.model), step.said, media=media, operation=step.operation, facts=facts
            )
            found[cls.operation, number] = options.wire(step.model)
    return found


def renamed(wire: Wire, old: str) -> str:
    """A request as text, with the new id in place of the old one."""
    said = json.dumps([wire.path, wire.poll_path, dict(wire.body)], default=repr, sort_keys=True)
    return said.replace(json.dumps(old)[1:-1], NEW)


@pytest.mark.parametrize("id", MODELS)
def test_a_new_id_asks_for_the_same_under_its_own_name(id: str) -> None:
    known = MODELS[id]
    text = f'[models."{NEW}"]\nlike = "{id}"\non = true'
    catalogue.arrange(catalogue.Changes(text, name="atelier.toml").applied(catalogue.everything()))
    new = catalogue.find(NEW)
    assert (new.provider, new.kind, new.like) == (known.provider, known.kind, id)
    assert {name: renamed(wire, NEW) for name, wire in wires(new).items()} == {
        name: renamed(wire, id) for name, wire in wires(known).items()
    }
    assert [new.operation(cls.operation) for cls in known.operations] == list(known.operations)
