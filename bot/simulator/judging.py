"""Judging a draft, in the order a person would look: model, route, content type, and then the family's own rules."""

import dataclasses
from collections.abc import Sequence

from bot.simulator import drafts, refusals
from bot.simulator.families import Door, Family
from bot.simulator.providers import Provider
from bot.simulator.submits import Submit


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A draft that may be taken."""

    draft: drafts.Draft
    family: Family
    door: Door
    operation: str


def named(provider: Provider, route: str, draft: drafts.Draft, in_path: str, past: Sequence[Submit]) -> drafts.Draft:
    """The draft with the model it asks for, if it says one; `in_path` is what the route names."""
    sent = draft.body.get("model")
    alone = [family.ids[0] for family, door in provider.at(route) if door.model_in == "nowhere"]
    model = in_path or (sent if isinstance(sent, str) else "")
    return dataclasses.replace(draft, model=alone[0] if alone else model, past=past)


def judge(provider: Provider, route: str, draft: drafts.Draft) -> Verdict:
    """Who takes a draft, and as what; raises Refused when a page forbids it."""
    family, door = _offered(provider, route, draft)
    if draft.content_type not in door.content_types:
        wanted = " or ".join(door.content_types)
        raise refusals.Refused(f"Content-Type must be {wanted} on {draft.path}.", param="Content-Type")
    typed = draft.typed(family.numbers)
    return Verdict(draft=typed, family=family, door=door, operation=family.judge(typed))


def _offered(provider: Provider, route: str, draft: drafts.Draft) -> tuple[Family, Door]:
    if not draft.model:
        _complain_of_no_model(draft.body.get("model"))
    for family, door in provider.at(route):
        if draft.model in family.ids:
            return family, door
    family_elsewhere = provider.family(draft.model)
    if family_elsewhere is None:
        message = f"The model `{draft.model}` does not exist or is not enabled for this key."
        raise refusals.Refused(message, param="model", code="model_not_found")
    message = f"`{draft.model}` is not offered on {draft.path}; use {family_elsewhere.doors[0].path}."
    raise refusals.Refused(message, param="model", code="wrong_endpoint")


def _complain_of_no_model(sent: object) -> None:
    if sent is None or sent == "":
        raise refusals.Refused("`model` is required.", param="model", missing=True)
    raise refusals.Refused("`model` must be a string.", param="model")
