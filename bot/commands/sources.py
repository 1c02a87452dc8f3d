"""Media for making: where they are named (flags, attachments, a first word), and how they come in."""

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import errors, media
from bot.catalogue import _spec as spec
from bot.commands import grammar
from bot.commands.declaration import Asking, Given
from bot.media import MediaKind, MediaTrouble

SINGULAR = {MediaKind.IMAGE: "image", MediaKind.VIDEO: "video", MediaKind.AUDIO: "audio"}
"""The option under which one medium of a kind is given."""

CLIPS = frozenset({"video", "videos"})
SOUNDS = frozenset({"audio", "audios"})
"""The options under which clips and recordings are given."""

_MANY = {"image": "images", "video": "videos", "audio": "audios"}
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)  # of any scheme: taking it in says which are no good
_ID = re.compile(r"[0-9A-Za-z]{4,8}(/\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One medium as it was named."""

    words: str  # a URL, a path, a job's id; only a name where there is trouble
    kept: bool = False  # whether the adapter put it there itself
    name: str = ""  # what the member calls a kept file; "": as its path says
    url: str | None = None  # where a provider may fetch a kept file itself; None: nowhere
    url_until: datetime | None = None  # when that URL expires; None: never
    trouble: MediaTrouble | None = None  # why the adapter could not get it; None when it could
    ref: media.MediaRef | None = None  # once it came in


def gathered(line: grammar.Line, attachments: Sequence[Given]) -> Mapping[str, tuple[Source, ...]]:
    """Everything named by flags, then everything attached, by option."""
    found: dict[str, tuple[Source, ...]] = {}
    for name, source in (*_named(line), *_attached(attachments)):
        found[name] = (*found.get(name, ()), source)
    return found


def arranged(sources: Mapping[str, tuple[Source, ...]], model: spec.Model) -> Mapping[str, tuple[Source, ...]]:
    """Several pictures given as `image` are `images`, where the model takes those."""
    takes = {name for operation in model.operations for name in operation.media_fields()}
    placed: dict[str, tuple[Source, ...]] = {}
    for name, given in sources.items():
        many = _MANY.get(name, "")
        place = many if many in takes and (len(given) > 1 or name not in takes or many in sources) else name
        placed[place] = (*placed.get(place, ()), *given)
    return placed


async def taken_in(
    asking: Asking, sources: Mapping[str, tuple[Source, ...]]
) -> Mapping[str, tuple[media.MediaRef, ...]]:
    """All media, checked and kept. Raises Invalid with everything that is wrong with any of them."""
    taken: dict[str, tuple[media.MediaRef, ...]] = {}
    problems: list[errors.Problem] = []
    for name, source in ((name, source) for name, given in sources.items() for source in given):
        try:
            ref = source.ref or await _taken(asking, source, kind=spec.MEDIA[name])
            taken[name] = (*taken.get(name, ()), ref)
        except errors.Invalid as invalid:
            problems.extend(replace(p, field=name) for p in invalid.problems)
    if problems:
        raise errors.Invalid(*problems)
    return taken


async def leading(asking: Asking, prompt: str, *, names: Sequence[str]) -> tuple[str, Source, str] | None:
    """The medium that a prompt starts with: its option, itself and the words after it; None when it starts with words.

    Raises Invalid when the first word names a medium that is no good.
    """
    word, rest = _first(prompt)
    if not await _names_a_medium(asking, word):
        return None
    source = Source(words=word)
    wrong: list[errors.Invalid] = []
    for name in _guessed(word, names):
        try:
            return name, replace(source, ref=await _taken(asking, source, kind=spec.MEDIA[name])), rest
        except errors.Invalid as invalid:
            if any(p.allowed != MediaTrouble.WRONG_KIND for p in invalid.problems):
                raise
            wrong.append(invalid)
    raise wrong[0]  # what it was taken for first is what it was meant to be


async def _taken(asking: Asking, source: Source, *, kind: MediaKind) -> media.MediaRef:
    if source.trouble is not None:
        raise errors.Invalid(
            errors.Problem(field=str(kind), rule="media", value=source.words, allowed=str(source.trouble))
        )
    asked = replace(asking.asked, local=True) if source.kept else asking.asked
    try:
        ref = await asking.studio.intake(source.words, kind=kind, asked=asked)
    except errors.Invalid as invalid:
        raise errors.Invalid(*(replace(p, value=source.name or p.value) for p in invalid.problems)) from None
    kept_at = {"url": source.url or ref.url, "url_until": source.url_until}
    return ref.model_copy(update=kept_at | {"name": source.name or ref.name})


def _named(line: grammar.Line) -> Iterator[tuple[str, Source]]:
    return ((f.name, Source(words=str(f.value))) for f in line.flags if f.name in spec.MEDIA)


def _attached(attachments: Sequence[Given]) -> Iterator[tuple[str, Source]]:
    return ((_medium(given), attached(given)) for given in sorted(attachments, key=_number))


def attached(given: Given) -> Source:
    """A file that came along, as a source."""
    return Source(
        words=given.source,
        kept=given.kept,
        name=given.name,
        url=given.url,
        url_until=given.url_until,
        trouble=given.trouble,
    )


def _medium(given: Given) -> str:
    """The option that a file is for: `image2` is one more `image`."""
    named = given.field.rstrip("0123456789")
    return named if named in spec.MEDIA else SINGULAR[given.kind]


def _number(given: Given) -> int:
    """`image2` comes after `image`, in whichever order a platform lists them."""
    digits = given.field[len(given.field.rstrip("0123456789")) :]
    return int(digits or 0)


def _first(prompt: str) -> tuple[str, str]:
    """The first word, or the first quoted words (a path with spaces), and what follows."""
    quoted, after = grammar.leading_quote(prompt)
    if quoted:
        return quoted, after.lstrip()
    word, _, after = prompt.lstrip().partition(" ")
    return word, grammar.unquote(after.strip())


async def _names_a_medium(asking: Asking, word: str) -> bool:
    if _URL.fullmatch(word):
        return True
    if asking.asked.local and _is_path(word):
        return True
    if not _ID.fullmatch(word) or not (word.isupper() or any(c.isdigit() for c in word)):
        return False
    try:
        await asking.studio.view(word.partition("/")[0], asked=asking.asked)
    except errors.NotFound:
        return False
    return True


def _is_path(word: str) -> bool:
    return word.startswith(("/", "./", "../", "~/")) or _type(word) in media.INPUT_MB


def _guessed(word: str, names: Sequence[str]) -> Sequence[str]:
    """The options to try, the one its ending speaks for first."""
    return sorted(names, key=lambda name: spec.MEDIA[name] != _type(word))


def _type(word: str) -> str:
    return (mimetypes.guess_type(word.partition("?")[0])[0] or "").partition("/")[0]
