"""From what a member said and gave to a validated request."""

from collections.abc import Mapping, Sequence

from bot import catalogue, errors, media, ports, requests
from bot.catalogue import _spec
from bot.engine import wiring
from bot.jobs import Output
from bot.requests import Kind


def request_of(
    kind: Kind,
    model: _spec.Model,
    said: Mapping[str, requests.Json],
    *,
    given: Mapping[str, Sequence[media.MediaRef]],
    operation: str | None,
) -> requests.Request:
    """A validated request. Raises Invalid with everything that is wrong with it."""
    handles = {name: [f"{name}:{n}" for n in range(len(refs))] for name, refs in given.items() if refs}
    facts = wiring.facts_of(given)
    options = catalogue.prepare(model, said, media=handles, operation=operation, facts=facts, presets=True)
    return requests.Request(
        kind=kind,
        provider=model.provider,
        model=model.id,
        operation=options.operation,
        options=options.said(),
        media=_as_taken(options, given),
    )


def earlier(outputs: Sequence[Output], number: int, *, kind: media.MediaKind, source: str) -> media.MediaRef:
    """One result of an earlier job as an input. Raises Invalid."""
    fitting = [output for output in outputs if output.facts.kind is kind]
    if not 1 <= number <= len(fitting):
        trouble = media.MediaTrouble.WRONG_KIND if outputs and not fitting else media.MediaTrouble.NOT_FOUND
        raise errors.Invalid(errors.Problem(field=kind, rule="media", value=source, allowed=trouble))
    output = fitting[number - 1]
    return media.MediaRef(path=output.path, facts=output.facts, name=source)


def _as_taken(
    options: _spec.Options, given: Mapping[str, Sequence[media.MediaRef]]
) -> dict[str, tuple[media.MediaRef, ...]]:
    """The media under the names by which the operation took them: one picture given as `images` may be its `image`."""
    by_handle = {f"{name}:{n}": ref for name, refs in given.items() for n, ref in enumerate(refs)}
    taken: dict[str, tuple[media.MediaRef, ...]] = {}
    for name in type(options).media_fields():
        value = getattr(options, name)
        handles = (value,) if isinstance(value, str) else tuple(value or ())
        if handles:
            taken[name] = tuple(by_handle[handle] for handle in handles)
    return taken


def swept(request: requests.Request, *, files: ports.Files) -> tuple[errors.Problem, ...]:
    """Media that are no longer kept: a job of long ago can't be repeated as it was."""
    return tuple(
        errors.Problem(field=name, rule="media", value=ref.name or name, allowed=media.MediaTrouble.EXPIRED)
        for name, refs in request.media.items()
        for ref in refs
        if ref.path is not None and not files.absolute(ref.path).is_file()
    )
