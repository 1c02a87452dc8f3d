"""From a request to the exact wires of its steps: media lent or uploaded, measured facts filled in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import catalogue, errors, jobs, media, ports, requests
from bot.catalogue import _spec
from bot.media import MediaKind
from bot.requests import Kind

RESULTS: Mapping[Kind, MediaKind] = {
    Kind.IMAGE: MediaKind.IMAGE,
    Kind.VIDEO: MediaKind.VIDEO,
    Kind.MUSIC: MediaKind.AUDIO,
    Kind.SPEECH: MediaKind.AUDIO,
    Kind.VOICE: MediaKind.AUDIO,
    Kind.AVATAR: MediaKind.VIDEO,
    Kind.CHAT: MediaKind.TEXT,
}


def options_of(request: requests.Request) -> _spec.Options:
    """The request's options as its family understands them, with media as opaque handles."""
    handles = {name: [f"{name}:{n}" for n in range(len(refs))] for name, refs in request.media.items()}
    return catalogue.prepare(
        model_of(request),
        request.options,
        media=handles,
        operation=request.operation,
        facts=facts_of(request.media),
    )


def waits(request: requests.Request) -> timedelta:
    """How long it may wait at its provider before it begins; none where the catalogue no longer knows."""
    try:
        return timedelta(seconds=options_of(request).waits_s())
    except errors.Invalid:
        return timedelta()


def model_of(request: requests.Request) -> _spec.Model:
    """The request's model; raises Invalid when the catalogue no longer has it."""
    return catalogue.find(request.model, provider=request.provider)


def facts_of(given: Mapping[str, Sequence[media.MediaRef]]) -> dict[str, tuple[media.Facts, ...]]:
    """What was measured, by media name; nothing for media that were not."""
    return {
        name: tuple(ref.facts for ref in refs if ref.facts is not None)
        for name, refs in given.items()
        if refs and all(ref.facts is not None for ref in refs)
    }


def values_of(
    operation: type[_spec.Options],
    given: Mapping[str, Sequence[media.MediaRef]],
    *,
    files: ports.Files,
    now: datetime,
) -> dict[str, list[str]]:
    """What goes into the wire for each medium: an upload where the page takes those, else a URL.

    One file is uploaded where that is possible, which needs nobody to reach us; several get URLs, since such pages
    document a multipart with one file only. What a page takes as files alone, or within its JSON, goes along whatever
    its number. A URL is one of ours that lasts as long as a provider's queue, else the public one that came with the
    file while that lives. Raises NotNow when a provider that wants URLs can't be given one: before anything is spent.
    """
    refs = [ref for given_refs in given.values() for ref in given_refs]
    kept = all(ref.path is not None for ref in refs)
    uploadable = set(given) <= operation.uploads | operation.encodes and kept
    along = set(given) <= operation.only_files | operation.encodes
    if uploadable and (along or len(refs) == 1):
        return _uploads(given, files=files)
    urls = {name: [files.lend(ref) or ref.address(now) for ref in given_refs] for name, given_refs in given.items()}
    lacking = [name for name, lent in urls.items() if None in lent]
    if lacking and uploadable:
        return _uploads(given, files=files)
    if lacking:
        raise errors.NotNow("error.no_way_to_lend", what=lacking[0])
    return {name: [url for url in lent if url is not None] for name, lent in urls.items()}


def _uploads(given: Mapping[str, Sequence[media.MediaRef]], *, files: ports.Files) -> dict[str, list[str]]:
    return {name: [_upload(ref, files=files) for ref in refs] for name, refs in given.items()}


def _upload(ref: media.MediaRef, *, files: ports.Files) -> str:
    if ref.path is None:
        raise errors.Fault("a medium without a kept copy can't be uploaded")
    return f"{_spec.UPLOAD}{files.absolute(ref.path)}"


def wire_of(
    step: _spec.Step,
    request: requests.Request,
    *,
    fed: Mapping[str, tuple[str, media.Facts]],
    files: ports.Files,
    now: datetime,
) -> requests.Wire:
    """The exact request of one step; `fed` are the media that earlier steps made: their URL and facts."""
    model = catalogue.find(step.model, provider=request.provider)
    operation = model.operation(step.operation)
    if operation is None:
        raise errors.Fault(f"{step.model} has no operation {step.operation}")
    given = {name: request.media[name] for name in step.media if name in request.media}
    values = values_of(operation, given, files=files, now=now) | {name: [url] for name, (url, _) in fed.items()}
    facts = facts_of(given) | {name: (measured,) for name, (_, measured) in fed.items()}
    options = catalogue.prepare(model, step.said, media=values, operation=step.operation, facts=facts)
    return options.wire(step.model)


def steps_of(request: requests.Request) -> tuple[_spec.Step, ...]:
    """The calls it takes; raises Invalid when the catalogue no longer has its like."""
    return options_of(request).steps(request.model)


def makes(request: requests.Request, number: int) -> media.MediaKind:
    """What comes out of one of its steps."""
    try:
        return steps_of(request)[number].kind
    except (errors.Invalid, IndexError):
        return RESULTS[request.kind]


def shown(request: requests.Request, outputs: Sequence[jobs.Output]) -> tuple[jobs.Output, ...]:
    """The outputs that are the job's result, in order.

    Models leave the catalogue and rules change; what was made before stays the member's. Then its kind tells.
    """
    try:
        numbers = {number for number, step in enumerate(steps_of(request)) if step.shown}
    except errors.Invalid:
        return tuple(output for output in outputs if output.facts.kind is RESULTS[request.kind])
    return tuple(output for output in outputs if output.step in numbers)
