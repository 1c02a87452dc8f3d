"""docs/models.md: every model with its options, inputs and price, read off the catalogue."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic.fields import FieldInfo

from bot import catalogue
from bot.catalogue import _spec
from bot.requests import Json, Kind

HEAD = """# Models

Generated from the catalogue by `make docs`; don't edit it. A * marks what has to be said. Prices are in credits, 1 for
about 1 US cent of the operator's cost. What is set aside at the start is the most it can cost; the rest comes back.
"""

MEANINGS: Mapping[str, str] = {
    "prompt": "the words: what to make, sing or say",
    "system": "how to answer: in which role, tone or form",
    "ratio": "the shape, width to height",
    "resolution": "how fine",
    "size": "width and height in pixels, instead of shape and resolution",
    "quality": "how much care the model takes",
    "format": "the kind of file",
    "count": "how many",
    "duration": "seconds of the result; of the new part when extending",
    "frames": "frames of the result; longer than the seconds said, they count",
    "seed": "the same number gives much the same result; -1 is any",
    "negative": "what should not be in it",
    "sound": "whether it has sound",
    "music": "whether it has background music",
    "soundtrack": "auto, or origin to keep a clip's own sound",
    "guidance": "how closely to follow the words",
    "shots": "what happens shot by shot, in place of a prompt",
    "shot_type": "how shots are cut",
    "elements": "ids of elements made with the provider, or the objects that the page takes",
    "mode": "animate: the picture moves like the clip; replace: it takes somebody's place there",
    "expand": "let the provider elaborate on the words",
    "watermark": "whether it has a watermark",
    "upsample": "whether it is made finer at the end",
    "loop": "whether the end flows into the beginning",
    "stylize": "how much of the model's own taste, 0 to 1000",
    "chaos": "how different the pictures of a sheet are, 0 to 100",
    "version": "the version of the model",
    "weight": "how much of the picture stays, 1 to 100",
    "resemblance": "how close it stays to the picture, 1 to 100",
    "detail": "how much detail is added, 1 to 100",
    "state": "a note of the caller's own that goes along and comes back",
    "camera_fixed": "whether the camera stands still",
    "last_frame": "whether the last frame is given too",
    "off_peak": "whether it may wait until the provider is less busy",
    "draft": "whether it is only a draft",
    "service_tier": "the provider's own tier, passed on",
    "expires_after": "seconds until the provider gives a task up",
    "lyrics": "the words to sing, in lines",
    "polish": "let the provider improve the lyrics",
    "instrumental": "no singing",
    "voice": "the id of a voice",
    "speed": "how fast, 1 is normal",
    "volume": "how loud, 1 is normal",
    "pitch": "how high, in half tones; 0 is normal",
    "emotion": "the mood of the voice",
    "language": "a hint for texts of several languages",
    "pronunciation": "how words are spoken: `word/(w)(er)(d)`, several times if need be",
    "blend": "several voices mixed, each with its part: `Wise_Woman:60`, several times if need be",
    "sample_rate": "samples a second",
    "bitrate": "bits a second of an MP3",
    "channel": "1 for mono, 2 for stereo",
    "subtitles": "try to make subtitles too",
    "style": "how it looks; of a talking picture: scene, mood, camera",
    "speech": "the model that speaks the text",
    "name": "what a new voice is called",
    "description": "a note about a new voice, for lists",
    "preview": "what the sample of a new voice says",
    "denoise": "take noise out of a recording first",
    "normalize": "even out a recording's loudness first",
    "accuracy": "how closely the words must match the recording, 0 to 1",
}
"""What each option means; the docs can't be written while one lacks a meaning."""

KINDS = {
    Kind.IMAGE: "Pictures",
    Kind.VIDEO: "Videos",
    Kind.MUSIC: "Music",
    Kind.SPEECH: "Speech",
    Kind.VOICE: "Voices",
    Kind.AVATAR: "Talking pictures",
    Kind.CHAT: "Answers",
}
MANY = 20  # values up to which a list stands in its cell; a longer one is written out below the table


def models_markdown() -> str:
    """The text of docs/models.md."""
    return (
        "\n".join([HEAD, *_overview(), *(line for kind in Kind for line in _kind(kind)), *_glossary()]).rstrip() + "\n"
    )


def _overview() -> Iterator[str]:
    yield from _table("model", "name", "makes", "credits", "per", "quality", "typical")
    for model in catalogue.MODELS.values():
        unit = model.operations[0].unit
        cells = (f"`{model.id}`", model.title, model.kind, model.rate.words(), unit, model.tier or "—")
        yield _row(*cells, f"{model.typical_s:g} s")
    yield ""


def _kind(kind: Kind) -> Iterator[str]:
    """The models of a kind; those that differ in nothing but name and price share a section."""
    groups: dict[tuple[type[_spec.Options], ...], list[_spec.Model]] = {}
    for model in catalogue.MODELS.values():
        if model.kind is kind:
            groups.setdefault(model.operations, []).append(model)
    if groups:
        yield f"## {KINDS[kind]}\n"
    for operations, models in groups.items():
        yield from _section(operations, models)


def _section(operations: tuple[type[_spec.Options], ...], models: list[_spec.Model]) -> Iterator[str]:
    yield f"### {', '.join(model.title for model in models)}\n"
    for model in models:
        yield f"- `{model.id}`: {_facts(model)}"
    yield ""
    for operation in operations:
        yield from _operation(operation, provider=models[0].provider)
    yield from _long_lists(operations)


def _facts(model: _spec.Model) -> str:
    parts = [f"{model.rate.words()} per {model.operations[0].unit}"]
    if model.aliases:
        parts.append("also " + ", ".join(f"`{alias}`" for alias in model.aliases))
    if model.fixed:
        parts.append("its id settles " + ", ".join(f"{name} {value}" for name, value in model.fixed.items()))
    if model.tier:
        parts.append(f"picked for quality {model.tier}")
    if model.gated:
        parts.append("only for accounts that the provider opened it for")
    if model.unverified:
        parts.append("documented in part only: off until you turn it on in `atelier.toml`")
    if model.pressed:
        parts.append("its results keep the provider's own buttons, to be pressed")
    if len(model.routes) > 1:
        parts.append("routes: " + ", ".join(model.routes))
    return "; ".join(parts)


def _operation(operation: type[_spec.Options], *, provider: str) -> Iterator[str]:
    yield f"**{operation.operation}**: {_first_line(operation)} ({provider}, page {operation.page})\n"
    if operation.counts:
        yield f"Counted: {operation.counts}\n"
    if inputs := [_input(operation, name) for name in operation.media_fields()]:
        yield f"Takes {', '.join(inputs)}.\n"
    yield from _table("option", "values", "default")
    for name, info in _options(operation).items():
        star = "*" if info.is_required() else ""
        yield _row(f"`{name}`{star}", _values(info), _default(operation, name, info))
    yield ""


def _options(operation: type[_spec.Options]) -> dict[str, FieldInfo]:
    """What is said and neither given nor measured."""
    left_out = {*_spec.MEDIA, *operation.measured()}
    return {name: info for name, info in operation.model_fields.items() if name not in left_out}


def _long_lists(operations: Iterable[type[_spec.Options]]) -> Iterator[str]:
    """Lists too long for a cell, each once."""
    found = {
        f"`{name}`: {', '.join(map(str, listed))}.\n": None
        for operation in operations
        for name, info in _options(operation).items()
        if len(listed := _spec.values_of(info)) > MANY
    }
    yield from found


def _glossary() -> Iterator[str]:
    yield "## Options\n"
    yield "The same name means the same everywhere. The names on the right are understood too.\n"
    yield from _table("option", "meaning", "also")
    for name in _names():
        also = {alias for alias, own in _spec.ALIASES.items() if own == name}
        yield _row(f"`{name}`", MEANINGS[name], ", ".join(f"`{alias}`" for alias in sorted(also)))


def _names() -> list[str]:
    """Every option of every model, in the order of their meanings."""
    found = {name for model in catalogue.MODELS.values() for name in model.option_names()}
    return sorted(found, key=list(MEANINGS).index)


def _first_line(operation: type[_spec.Options]) -> str:
    return (operation.__doc__ or "").partition("\n")[0]


def _input(operation: type[_spec.Options], name: str) -> str:
    info = operation.model_fields[name]
    bounds = _spec.bounds_of(info)
    count = ""
    if name.endswith("s"):
        low = bounds.shortest or 0
        count = f" ({low} or more)" if bounds.longest is None else f" ({low} to {bounds.longest})"
    filed = name in operation.uploads | operation.encodes
    ways = "as a file" if name in operation.only_files else "as a file or a URL" if filed else "as a URL"
    return f"`{name}`{'*' if info.is_required() else ''}{count} {ways}"


def _values(info: FieldInfo) -> str:
    listed = _spec.values_of(info)
    bounds = _spec.bounds_of(info)
    if _spec.is_switch(info):
        return "yes, no"
    if len(listed) > MANY:
        return f"one of {len(listed)}, see below"
    shown = ", ".join(map(str, listed))
    reach = bounds.words() or (bounds.length_words("characters") if bounds.longest else "")
    if not shown:
        return reach or "text"
    return shown if not _spec.is_open(info) else f"{shown} or another{f', {reach}' if reach else ''}"


def _default(operation: type[_spec.Options], name: str, info: FieldInfo) -> str:
    preset: Json = operation.presets.get(name)
    if preset is not None:
        return f"commands say {preset}"
    default = None if info.is_required() else info.default
    return "—" if default in (None, "") else str(default)


def _table(*names: str) -> Iterable[str]:
    return (_row(*names), _row(*("---" for _ in names)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
