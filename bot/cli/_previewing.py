"""The exact requests that a command would cause, with price and warnings; nothing is sent.

Pure: what goes in is what was asked and the providers' addresses, what comes out is what is printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _wording
from bot.cli._asking import Asked
from bot.errors import Invalid, Problem
from bot.media import Facts
from bot.requests import Encoded, Json, Wire

CHAT = "chat"  # the name of the way through a chat, wherever there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One HTTP request as it would leave."""

    model: str
    operation: str
    url: str
    wire: Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Everything one command would cause."""

    provider: str
    sent: tuple[Sent, ...]  # in order, one at least
    price_credits: int  # what would be set aside: the most it may cost
    warnings: tuple[str, ...]  # what could not be checked here


def preview_of(asked: Asked, *, base_urls: Mapping[str, str]) -> Preview:
    """Judge what was asked as a command would, but with nothing filled in that the page requires. Raises Invalid."""
    if asked.provider not in {None, *base_urls}:
        known = ", ".join(base_urls)
        raise Invalid(Problem(field="provider", rule="choice", value=asked.provider, allowed=known))
    model = _by_route(catalogue.find(asked.model, provider=asked.provider), asked)
    options = catalogue.prepare(model, asked.said, media=asked.media, operation=asked.operation)
    steps = options.steps(model.id)
    base = base_urls[model.provider]
    return Preview(
        provider=model.provider,
        sent=tuple(_sent(step, options, asked=model, base=base) for step in steps),
        price_credits=options.quote(model.rate),
        warnings=tuple(_warnings(model, options, steps)),
    )


def _by_route(model: _spec.Model, asked: Asked) -> _spec.Model:
    """The model, reached by one of its ways. Raises Invalid."""
    route = asked.route or (CHAT if asked.chat and CHAT in model.routes else None)
    if route is None:
        return model
    if route not in model.routes:
        raise Invalid(Problem(field="route", rule="choice", value=route, allowed=", ".join(model.routes)))
    return replace(model, route=route, operations=model.routes[route])


def _sent(step: _spec.Step, options: _spec.Options, *, asked: _spec.Model, base: str) -> Sent:
    model = asked if step.model == asked.id else catalogue.find(step.model, provider=asked.provider)
    media = {name: _handles(options, name) for name in step.media}
    fed = {name: [f"<the {name} that request {number + 1} makes>"] for name, number in step.feeds.items()}
    facts = {name: (_unmade(name, step.fed_s),) for name in step.feeds}
    said = catalogue.prepare(model, step.said, media=media | fed, operation=step.operation, facts=facts)
    wire = said.wire(model.id)
    return Sent(model=model.id, operation=step.operation, url=f"{base.rstrip('/')}{wire.path}", wire=wire)


def _handles(options: _spec.Options, name: str) -> Sequence[str]:
    value = getattr(options, name)
    return (value,) if isinstance(value, str) else tuple(value)


def _unmade(name: str, seconds: float | None) -> Facts:
    return Facts(kind=_spec.MEDIA[name], mime="", size_bytes=0, duration_s=seconds)


def _warnings(model: _spec.Model, options: _spec.Options, steps: Sequence[_spec.Step]) -> list[str]:
    warnings = []
    if any(getattr(options, name) for name in options.media_fields()):
        warnings.append("The media were not opened: what they are, their size and their length are not checked.")
    for name, medium in options.measured().items():
        if getattr(options, name) is None:
            warnings.append(f"How long the {medium} is was not said: the price is a guess, a command measures it.")
    for number, step in enumerate(steps, start=1):
        if step.feeds:
            warnings.append(
                f"The length that request {number} says is the longest it can be; the real one is measured."
            )
    if model.gated:
        warnings.append(f"{model.id} works only when the provider has opened it for your account.")
    return warnings


# --- as JSON ---------------------------------------------------------------------------------------------------


def answer(ask: Callable[[], Asked], *, base_urls: Mapping[str, str]) -> dict[str, Json]:
    """What `--json` and `--batch` print: the preview, or the error."""
    try:
        return as_json(preview_of(ask(), base_urls=base_urls))
    except Invalid as invalid:
        return as_error(invalid)


def as_json(preview: Preview) -> dict[str, Json]:
    """A preview, its first request on top, further ones under `then`."""
    first, *further = (_request(sent, preview.provider) for sent in preview.sent)
    shown: dict[str, Json] = {**first, "price_credits": preview.price_credits}
    if further:
        shown["then"] = further
    if preview.warnings:
        shown["warnings"] = list(preview.warnings)
    return shown


def _request(sent: Sent, provider: str) -> dict[str, Json]:
    wire = sent.wire
    head = {"provider": provider, "model": sent.model, "operation": sent.operation}
    head |= {"method": wire.method, "url": sent.url, "content_type": wire.content_type}
    if not (wire.uploads or wire.form):
        return {**head, "body": shown(wire.body)}
    return {**head, "fields": dict(wire.body), "files": _files(wire)}


def shown(body: Json) -> Json:
    """A body as it is printed: a file that goes along as base64 is named, not read."""
    match body:
        case Encoded(path=path, prefix=prefix):
            return f"{prefix}<base64 of {path}>"
        case Mapping():
            return {name: shown(value) for name, value in body.items()}
        case list() | tuple():
            return [shown(value) for value in body]
        case _:
            return body


def _files(wire: Wire) -> dict[str, Json]:
    """Part → path, or paths where the part repeats."""
    parts: dict[str, list[str]] = {}
    for upload in wire.uploads:
        parts.setdefault(upload.part, []).append(upload.path)
    return {part: paths[0] if len(paths) == 1 else paths for part, paths in parts.items()}


def as_error(invalid: Invalid) -> dict[str, Json]:
    """The first problem, and the others under `more`."""
    first, *further = (_problem(problem) for problem in invalid.problems)
    return {"error": {**first, "more": further} if further else first}


def _problem(problem: Problem) -> dict[str, Json]:
    message = _wording.sentence(problem)
    return {"field": problem.field, "value": problem.value, "message": message, "allowed": problem.allowed}
