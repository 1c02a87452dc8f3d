"""Cheaper ways: who may not spend as much, or is asked first, is offered what would nearly do, to start at a tap."""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot import errors, jobs, requests, studio
from bot.catalogue import _spec as spec
from bot.commands import buttons, cards, following, trouble
from bot.commands.declaration import Asking
from bot.commands.texts import Seconds
from bot.engine import wiring
from bot.replies import Button, Reply, Text, text

Outcome: TypeAlias = studio.Accepted | studio.Question

LESS: Final = ("count", "duration", "resolution", "quality")
"""Options that may be made smaller, those that change the result least first."""

TRIED: Final = 60  # values of one option
_BUTTONS: Final = 3  # where there are too few credits
_BESIDE: Final = 2  # beside the question whether to start
_WORTH: Final = 2  # what is named beside a question costs this many times less: little is saved by less


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The same request but for one thing."""

    model: spec.Model
    options: dict[str, requests.Json]
    price: int  # credits
    label: Text


async def submitted(asking: Asking, request: requests.Request, outcome: Awaitable[Outcome]) -> Reply:
    """What became of a request: its job, the question before it, or why there are too few credits and what would do."""
    try:
        found = await outcome
    except errors.NotEnough as short:
        if not asking.asked.interactive:
            raise
        return await _instead(asking, request, short)
    if isinstance(found, studio.Accepted) or found.instead is not None:
        return cards.answered(found)
    return cards.question(found, cheaper=await _beside(asking, found))


def ways(request: requests.Request, *, most: int, percent: int) -> tuple[Way, ...]:
    """What would cost `most` credits or less at so many percent: one thing smaller each, then another model."""
    try:
        found = [*_smaller(request, most, percent), *_elsewhere(request, most, percent)]
    except errors.Invalid:  # its model or rules have changed since
        found = []
    return tuple(found[:_BUTTONS])


async def _instead(asking: Asking, request: requests.Request, short: errors.NotEnough) -> Reply:
    refusal = trouble.reply(short, command=asking.command)
    percent = asking.studio.percent(asking.asked)
    offered = await _offered(asking, request, ways(request, most=short.have_credits, percent=percent))
    offers = [cards.offered(draft) for draft, _ in offered]
    starts = tuple(buttons.button("start", draft.id, label) for draft, label in offered)
    return replace(refusal, buttons=starts, facts={**refusal.facts, **({"offers": offers} if offers else {})})


async def _beside(asking: Asking, question: studio.Question) -> tuple[Button, ...]:
    """Up to two ways that cost half of it or less, a part of a credit forgiven."""
    draft = question.draft
    found = ways(draft.request, most=-(-draft.price // _WORTH), percent=draft.percent)
    offered = await _offered(asking, draft.request, found[:_BESIDE])
    return tuple(buttons.button("start", each.id, label) for each, label in offered)


async def _offered(
    asking: Asking, request: requests.Request, found: Sequence[Way]
) -> tuple[tuple[jobs.Draft, Text], ...]:
    """A question for each that can be had right now, with its button's label."""
    made = [(way, _request(asking, request, way)) for way in found]
    try:
        drafts = await asking.studio.offer([each for _, each in made], asked=asking.asked)
    except errors.MemberError:  # none of them can be had right now
        return ()
    labels = {each.model_dump_json(): way.label for way, each in made}
    return tuple((draft, labels[draft.request.model_dump_json()]) for draft in drafts)


def _request(asking: Asking, request: requests.Request, way: Way) -> requests.Request:
    return asking.studio.request(request.kind, way.model, way.options, media=request.media, operation=request.operation)


def _smaller(request: requests.Request, most: int, percent: int) -> Iterator[Way]:
    """For each option the dearest value that is cheap enough."""
    options, model = wiring.options_of(request), wiring.model_of(request)
    for name in LESS:
        priced = [
            Way(model=model, options=changed, price=price, label=_label(request, name, value, price))
            for value in _less(options, name)
            for changed in ({**request.options, name: value},)
            if (price := _cost(request, changed, model=model, percent=percent)) is not None
        ]
        fitting = [way for way in priced if way.price <= most]
        if fitting:
            yield max(fitting, key=lambda way: way.price)


def _cost(
    request: requests.Request, options: dict[str, requests.Json], *, model: spec.Model, percent: int
) -> int | None:
    return following.cost(request.model_copy(update={"options": options}), model, percent=percent)


def _less(options: spec.Options, name: str) -> list[requests.Json]:
    """The values that the option may have instead; smaller ones where it is a number, the largest first."""
    info, value = type(options).model_fields.get(name), getattr(options, name, None)
    if info is None:
        return []
    listed = [each for each in spec.values_of(info) if each != value]
    if not isinstance(value, int):
        return listed[:TRIED]
    numbers = [each for each in listed if isinstance(each, int)] or range(value - 1, 0, -1)
    return [number for number in numbers if number < value][:TRIED]


def _elsewhere(request: requests.Request, most: int, percent: int) -> Iterator[Way]:
    found = following.other(request, price=most, percent=percent)
    if found is None or found.price > most:
        return
    label = text("button.other", model=found.model.title, price=found.price)
    if found.model.tier == "quick" and wiring.model_of(request).tier != "quick":
        label = text("button.quick", price=found.price)
    yield Way(model=found.model, options=dict(request.options), price=found.price, label=label)


def _label(request: requests.Request, name: str, value: requests.Json, price: int) -> Text:
    if name == "count":
        kind, kinds = text(f"kind.{request.kind}"), text(f"kinds.{request.kind}")
        return text("button.fewer", n=value, kind=kind, kinds=kinds, price=price)
    if name == "duration":
        return text("button.shorter", length=Seconds(float(str(value))), price=price)
    return text("button.lower" if name == "quality" else "button.smaller", value=value, price=price)
