"""The one path of every command that makes something: words → model → media → request → job or question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import catalogue, errors, requests
from bot.catalogue import _spec as spec
from bot.commands import cheaper, grammar, options, reading, sources
from bot.commands.declaration import Asking
from bot.commands.sources import Source
from bot.commands.texts import Code, Seconds
from bot.credits import settlement
from bot.replies import Reply, Text, text
from bot.requests import Kind

EXTEND = "extend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a making command was told."""

    prompt: str = ""
    said: Mapping[str, requests.Json]  # options as they were typed
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)  # media by name
    model: str = ""  # "" when none was named
    quality: str = ""  # "" when none was said
    operation: str | None = None
    confirmed: bool = False  # --yes

    @property
    def empty(self) -> bool:
        """Whether nothing was said but the command."""
        return not (self.prompt or self.said or self.sources or self.model or self.quality or self.operation)


def understood(asking: Asking) -> Order:
    """What the line and the form say. Raises Invalid with all that is unknown, lacks its value or came twice."""
    line = reading.line(asking)
    given = reading.said(line)
    prompt = line.prompt
    if "prompt" in given:
        if prompt:
            raise errors.Invalid(errors.Problem(field="prompt", rule="twice", value=given["prompt"], allowed=prompt))
        prompt = str(given.pop("prompt"))
    return replace(ordered(given, prompt=prompt), sources=sources.gathered(line, asking.attachments))


def ordered(given: Mapping[str, requests.Json], *, prompt: str) -> Order:
    """The order that options and words amount to, without any media."""
    said = dict(given)
    quality = str(said.pop("quality", ""))
    return Order(
        prompt=prompt,
        model=str(said.pop("model", "")),
        quality=options.TIER_WORDS.get(quality, quality),
        operation=str(operation) if (operation := said.pop("operation", None)) else None,
        confirmed=said.pop("yes", False) is True,
        said=said,
    )


async def make(asking: Asking, *, kind: Kind, order: Order | None = None, shown: int | None = None) -> Reply:
    """Take an order to its job or its question. Raises Invalid, NotEnough, NotNow; then nothing was spent.

    `shown` is the price on the button that was tapped; None where none was.
    """
    order = extending(order or understood(asking))
    if order.empty:
        return await explained(asking, kind=kind)
    request = await requested(asking, order, kind=kind)
    outcome = asking.studio.submit(request, asked=asking.asked, confirmed=order.confirmed, shown=shown)
    return await cheaper.submitted(asking, request, outcome)


async def requested(asking: Asking, order: Order, *, kind: Kind) -> requests.Request:
    """What an order asks for, its media taken in. Raises Invalid."""
    model, said = chosen(order, kind=kind, preferences=asking.asked.account.preferences.models)
    if order.prompt:
        said["prompt"] = order.prompt
    said = await asking.studio.voices.meant(model, said, asked=asking.asked)
    taken = await sources.taken_in(asking, sources.arranged(order.sources, model))
    return asking.studio.request(kind, model, said, media=taken, operation=order.operation)


def extending(order: Order) -> Order:
    """`--extend 6` is short for `--operation extend --duration 6`."""
    if EXTEND not in order.said:
        return order
    said = {name: value for name, value in order.said.items() if name != EXTEND}
    return replace(order, said={**said, "duration": order.said[EXTEND]}, operation=order.operation or EXTEND)


async def with_first_word(asking: Asking, order: Order, *, names: Sequence[str]) -> Order:
    """The order with the medium that its prompt starts with, where it does: `K7Q2 make it blue`."""
    if not order.prompt or (found := await sources.leading(asking, order.prompt, names=names)) is None:
        return order
    name, source, rest = found
    return replace(order, prompt=rest, sources={**order.sources, name: (*order.sources.get(name, ()), source)})


async def explained(asking: Asking, *, kind: Kind) -> Reply:
    """What a bare command is answered: what it does, an example to copy, what it costs and how long it takes."""
    model = picked(kind, quality="good", preferences=asking.asked.account.preferences.models)
    offers = await asking.studio.offers(kind)
    typical_s = next((o.typical_s for o in offers if o.model.id == model.id), model.typical_s)
    line = text(
        "explain.line",
        summary=text(asking.command.summary),
        example=Code(text(asking.command.examples[0])),
        rate=rate_text(model, percent=asking.studio.percent(asking.asked)),
        took=Seconds(typical_s),
    )
    name = asking.command.name
    missing = {"field": "prompt", "rule": "missing", "value": None, "allowed": ""}
    return Reply(lines=(line,), private=True, kind="ask", asks=f"/{name}", facts={"command": name, "error": missing})


def rate_text(model: spec.Model, *, percent: int) -> Text:
    """What a model costs: 5 per picture; where that has many cases, from where to where and what decides."""
    unit, rate = text(unit_key(model)), settlement.rate(model.rate, percent=percent)
    if (span := rate.span()) is None:
        return text("rate.line", rate=rate.words(), unit=unit)
    one, other = text(f"decides.{span.one}"), text(f"decides.{span.other}")
    return text("rate.span", low=span.least, high=span.most, unit=unit, one=one, other=other)


def unit_key(model: spec.Model) -> str:
    """The message for what its price counts."""
    return f"rate.{model.operations[0].unit.replace(' ', '_')}"


def chosen(order: Order, *, kind: Kind, preferences: Mapping[str, str]) -> tuple[spec.Model, dict[str, requests.Json]]:
    """The model, and the options it is told: a named model, a preferred one, or the one --quality picks."""
    said = {name: _typed(name, value) for name, value in order.said.items()}
    if order.model:
        model = catalogue.find(order.model, kind=kind)
    else:
        media = {name: len(given) for name, given in order.sources.items()}
        model = picked(kind, quality=order.quality, preferences=preferences, media=media, operation=order.operation)
    if order.quality and (order.model or order.quality not in options.TIERS):
        said["quality"] = _own_quality(order, model)
    nowhere = [name for name in said if name in options.not_yet()]
    if nowhere:
        allowed = ", ".join(model.option_names())
        raise errors.Invalid(
            *(errors.Problem(field=n, rule="not_for", value=said[n], allowed=allowed) for n in nowhere)
        )
    return model, said


def picked(
    kind: Kind,
    *,
    quality: str,
    preferences: Mapping[str, str],
    media: Mapping[str, int] | None = None,
    operation: str | None = None,
) -> spec.Model:
    """The model for somebody who names none, who gives so many of each medium."""
    if quality in options.TIERS and not (quality == "good" and kind.value in preferences):
        return catalogue.pick(kind, quality, media=media, operation=operation)
    if (preferred := _preferred(kind, preferences)) is not None:
        return preferred
    return catalogue.pick(kind, "good", media=media, operation=operation)


def _preferred(kind: Kind, preferences: Mapping[str, str]) -> spec.Model | None:
    """What the member always means; None where that may have left the catalogue since, or can't be had now."""
    try:
        found = catalogue.find(preferences[kind.value], kind=kind)
    except (KeyError, errors.Invalid):
        return None
    return found if catalogue.is_open(found) else None


def _own_quality(order: Order, model: spec.Model) -> str:
    """A model's own word for quick, good or best, where it has the option."""
    own = [str(v) for v in model.choices("quality") if v != "auto"]
    if "quality" not in model.option_names() and not order.model:
        raise errors.Invalid(
            errors.Problem(field="quality", rule="choice", value=order.quality, allowed=", ".join(options.TIERS))
        )
    if order.quality in own or order.quality not in options.TIERS or not own:
        return order.quality
    return {"quick": own[0], "good": own[len(own) // 2], "best": own[-1]}[order.quality]


def _typed(name: str, value: requests.Json) -> requests.Json:
    return grammar.plain(value) if isinstance(value, str) and not options.is_prose(name) else value
