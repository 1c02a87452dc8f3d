"""What can be made of a result: each way with the model it takes, its price, and its button.

Whatever a button says follows from the job alone, not from who presses it: everybody in a community reads the same one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot import catalogue, errors, jobs, media, requests
from bot.catalogue import _spec as spec
from bot.commands import pressing, sources
from bot.credits import settlement
from bot.engine import wiring
from bot.media import MediaKind
from bot.replies import Button, text
from bot.requests import Kind

_PICTURES = frozenset({"image", "images"})
ONE_PICTURE = {"image": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One thing that can be made of a medium, but for the words."""

    kind: Kind
    model: str  # its id
    operation: str | None = None  # None where the medium tells
    said: Mapping[str, requests.Json] = field(default_factory=dict)  # options, the words among them where they stay

    def price(self, medium: MediaKind, facts: media.Facts | None = None, *, percent: int) -> int:
        """Credits that are set aside for it. Raises Invalid when it can't be made of such a medium."""
        model, options = self._prepared(medium, facts)
        return settlement.price(options, rate=model.rate, percent=percent)

    def check(self, medium: MediaKind) -> None:
        """Raises Invalid when it can't be made of such a medium."""
        self._prepared(medium, None)

    def _prepared(self, medium: MediaKind, facts: media.Facts | None) -> tuple[spec.Model, spec.Options]:
        model, name = catalogue.find(self.model, kind=self.kind), sources.SINGULAR[medium]
        options = catalogue.prepare(
            model,
            {"prompt": "…", **self.said},
            media={name: (name,)},
            operation=self.operation,
            facts={name: (facts,)} if facts else {},
            presets=True,
        )
        return model, options


Planned: TypeAlias = Callable[[requests.Request | None, MediaKind], Plan | None]
"""What is made of a medium: a result of a request, or a file of which nothing is known. None where nothing can be."""


def varied(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A picture like this one: in the same model where it takes pictures, with the same words and settings."""
    if medium is not MediaKind.IMAGE or request is None or not request.prompt:
        return None
    said = {name: value for name, value in request.options.items() if name != "count"}
    return _fitting(Plan(kind=Kind.IMAGE, model=_painter(request).id, said=said), medium)


def edited(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A picture changed in the same model where it takes pictures, or a clip changed."""
    return _of_clip(request, "edit") if medium is MediaKind.VIDEO else painted(request, medium)


def painted(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A new picture from this one and new words."""
    return Plan(kind=Kind.IMAGE, model=_painter(request).id) if medium is MediaKind.IMAGE else None


def animated(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A clip that begins with this picture."""
    return (
        Plan(kind=Kind.VIDEO, model=catalogue.pick(Kind.VIDEO, media=ONE_PICTURE).id)
        if medium is MediaKind.IMAGE
        else None
    )


def speaking(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A picture that says something."""
    model = catalogue.pick(Kind.AVATAR, media=ONE_PICTURE)
    return Plan(kind=Kind.AVATAR, model=model.id) if medium is MediaKind.IMAGE and catalogue.is_open(model) else None


def extended(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A clip that goes on."""
    return _of_clip(request, "extend") if medium is MediaKind.VIDEO else None


def upscaled(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """The same picture larger."""
    return _able(Kind.IMAGE, "upscale") if medium is MediaKind.IMAGE else None


def described(request: requests.Request | None, medium: MediaKind) -> Plan | None:
    """A picture in words."""
    return _able(Kind.CHAT, "describe") if medium is MediaKind.IMAGE else None


WAYS: Mapping[str, Planned] = {
    "vary": varied,
    "edit": edited,
    "animate": animated,
    "extend": extended,
    "reference": painted,
    "upscale": upscaled,
    "describe": described,
}
"""Every way by its action, in the order of buttons."""

WANTED: Mapping[str, tuple[MediaKind, ...]] = {
    **dict.fromkeys(WAYS, (MediaKind.IMAGE,)),
    "edit": (MediaKind.IMAGE, MediaKind.VIDEO),
    "extend": (MediaKind.VIDEO,),
}
"""What each way begins with."""

WORDLESS = frozenset({"upscale", "describe"})
"""Ways that need no words, and are there where a model is that can do it."""

_FOLLOWED = frozenset({Kind.IMAGE, Kind.VIDEO})  # kinds whose results get these buttons


def buttons(job: jobs.Job, outputs: Sequence[jobs.Output], *, percent: int) -> tuple[Button, ...]:
    """What can be made of a job's first result, each with its price where so many percent are charged."""
    if job.request.kind is Kind.CHAT and outputs:
        return _further(job, percent=percent)
    if job.request.kind not in _FOLLOWED or not outputs:
        return ()
    facts = outputs[0].facts
    pressed = pressing.buttons(job, outputs, percent=percent)
    plans = ((action, planned(job.request, facts.kind)) for action, planned in WAYS.items())
    priced = ((action, cost_of(plan, facts, percent=percent)) for action, plan in plans)
    return pressed + tuple(
        Button(action=action, subject=job.id, label=text(f"button.{action}", price=price))
        for action, price in priced
        if price is not None
    )


def is_there(action: str) -> bool:
    """Whether a model can be had for it; what needs words is always there."""
    return action not in WORDLESS or WAYS[action](None, WANTED[action][0]) is not None


def _further(job: jobs.Job, *, percent: int) -> tuple[Button, ...]:
    """Ask on, where its model can be told what was said before; the price is of the same question."""
    model = catalogue.MODELS.get(job.request.model)
    if model is None or not catalogue.is_open(model) or "system" not in model.option_names():
        return ()
    if (price := cost(job.request, model, percent=percent)) is None:
        return ()
    return (Button(action="further", subject=job.id, label=text("button.further", price=price)),)


def cost_of(plan: Plan | None, facts: media.Facts | None, *, percent: int) -> int | None:
    """What it costs to make of a picture, or of what these facts tell; None when it can't be made."""
    try:
        return plan.price(facts.kind if facts else MediaKind.IMAGE, facts, percent=percent) if plan else None
    except errors.Invalid:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another model for the same request."""

    model: spec.Model
    price: int


def other(request: requests.Request, *, price: int, percent: int) -> Other | None:
    """The model that takes just this request and is nearest in price, cheaper ones first; None without any."""
    alike = [m for m in catalogue.MODELS.values() if m.kind is request.kind and m.id != request.model]
    others = [m for m in alike if catalogue.is_open(m) and not m.gated]
    costs = ((m, cost(request, m, percent=percent)) for m in others)
    found = [Other(model=m, price=price_there) for m, price_there in costs if price_there is not None]
    return min(found, key=lambda o: (o.price > price, abs(price - o.price)), default=None)


def cost(request: requests.Request, model: spec.Model, *, percent: int) -> int | None:
    """Credits that are set aside for the request in this model; None where it does not take it."""
    handles = {name: [f"{name}:{n}" for n in range(len(refs))] for name, refs in request.media.items()}
    try:
        options = catalogue.prepare(
            model,
            request.options,
            media=handles,
            operation=request.operation,
            facts=wiring.facts_of(request.media),
            presets=True,
        )
    except errors.Invalid:
        return None
    return settlement.price(options, rate=model.rate, percent=percent)


def _painter(request: requests.Request | None) -> spec.Model:
    """The request's own model where it makes pictures from pictures, else the one for people who name none."""
    own = catalogue.MODELS.get(request.model) if request else None
    if own is None or own.kind is not Kind.IMAGE:
        return catalogue.pick(Kind.IMAGE, media=ONE_PICTURE)
    return own if any(map(_repaints, own.operations)) else catalogue.pick(Kind.IMAGE, media=ONE_PICTURE)


def _repaints(operation: type[spec.Options]) -> bool:
    """Whether it makes a picture from a picture and words: what only makes one larger does not."""
    pictures = _PICTURES & set(operation.media_fields())
    return bool(pictures) and operation.needs() <= _PICTURES and operation.model_fields["prompt"].is_required()


def _of_clip(request: requests.Request | None, operation: str) -> Plan | None:
    """A clip's own model where it can do that, else the first one that can."""
    able = [m for m in catalogue.MODELS.values() if m.kind is Kind.VIDEO and m.operation(operation) is not None]
    own = request.model if request else ""
    ranked = sorted(able, key=lambda model: (model.id != own, not catalogue.is_open(model), model.gated))
    return Plan(kind=Kind.VIDEO, model=ranked[0].id, operation=operation) if ranked else None


def _able(kind: Kind, operation: str) -> Plan | None:
    """The first model that can be had and do it."""
    models = (m for m in catalogue.MODELS.values() if m.kind is kind and catalogue.is_open(m) and not m.gated)
    found = next((model for model in models if model.operation(operation) is not None), None)
    return Plan(kind=kind, model=found.id, operation=operation) if found else None


def _fitting(plan: Plan, medium: MediaKind) -> Plan:
    """The plan without the settings that its model does not take."""
    for _ in range(len(plan.said)):
        try:
            plan.check(medium)
            return plan
        except errors.Invalid as invalid:
            wrong = {problem.field for problem in invalid.problems} - {"prompt"}
            plan = replace(plan, said={name: value for name, value in plan.said.items() if name not in wrong})
    return plan
