"""docs/models.md: every model of every provider with its price, and every option, read off the catalogue."""

from collections.abc import Iterable, Iterator, Mapping

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import docs_provider
from bot.requests import Kind

HEAD = """# Models

Generated from the catalogue by `make docs`; don't edit it. Prices are in credits, 1 for about 1 US cent of the
operator's cost. What is set aside at the start is the most it can cost; the rest comes back. What is marked as off is
documented in part only, and turned on in `atelier.toml` by whoever has tried it.
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


def pages() -> dict[str, str]:
    """docs/models.md, and a page for each provider, by their paths."""
    providers = dict.fromkeys(model.provider for model in catalogue.MODELS.values())
    return {
        "docs/models.md": models_markdown(),
        **{f"docs/models/{name}.md": docs_provider.provider_markdown(name) for name in providers},
    }


def models_markdown() -> str:
    """The text of docs/models.md."""
    providers = dict.fromkeys(model.provider for model in catalogue.MODELS.values())
    links = ", ".join(f"[{name}](models/{name}.md)" for name in providers)
    kinds = [kind for kind in Kind if any(model.kind is kind for model in catalogue.MODELS.values())]
    here = ", ".join(f"[{docs_provider.KINDS[kind]}](#{_anchor(kind)})" for kind in kinds)
    lines = [HEAD, f"Options, inputs and pages: {links}.\n", f"Here: {here}, [Options](#options).\n"]
    lines.extend(line for kind in kinds for line in _kind(kind, tuple(providers)))
    return "\n".join([*lines, *_glossary()]).rstrip() + "\n"


def _anchor(kind: Kind) -> str:
    return docs_provider.KINDS[kind].lower().replace(" ", "-")


def _kind(kind: Kind, providers: Iterable[str]) -> Iterator[str]:
    """A table of the models of one kind, family by family."""
    yield f"## {docs_provider.KINDS[kind]}\n"
    yield from docs_provider.table("family", "provider", "model", "credits", "per", "quality", "usually")
    for provider in providers:
        for section in docs_provider.sections(provider):
            if section.kind is kind:
                yield from _rows(section)
    yield ""


def _rows(section: docs_provider.Section) -> Iterator[str]:
    """One row for each model, the family named once."""
    first = section.models[0]
    family = f"[{section.title}](models/{first.provider}.md#{section.anchor})"
    for model in section.models:
        off = " (off)" if model.unverified else ""
        yield docs_provider.table_row(
            family if model is first else "",
            model.provider if model is first else "",
            f"`{model.id}`{off}",
            model.rate.words(),
            model.operations[0].unit,
            model.tier or "—",
            f"{model.typical_s:g} s",
        )


def _glossary() -> Iterator[str]:
    yield "## Options\n"
    yield "The same name means the same everywhere. The names on the right are understood too.\n"
    yield from docs_provider.table("option", "meaning", "also")
    for name in _names():
        also = {alias for alias, own in _spec.ALIASES.items() if own == name}
        yield docs_provider.table_row(f"`{name}`", MEANINGS[name], ", ".join(f"`{alias}`" for alias in sorted(also)))


def _names() -> list[str]:
    """Every option of every model, in the order of their meanings."""
    found = {name for model in catalogue.MODELS.values() for name in model.option_names()}
    return sorted(found, key=list(MEANINGS).index)
