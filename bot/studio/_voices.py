"""Voices: whose they are, what they are called, and who may speak with which."""

import difflib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

from bot import errors, requests
from bot.catalogue import _spec
from bot.engine import wiring
from bot.engine.world import World
from bot.errors import Problem
from bot.requests import Json, Kind
from bot.studio._values import Asked
from bot.voices import Speaker, Voice

VOICE, BLEND = "voice", "blend"
"""The options that name voices: one, or several with their parts."""

CLONE = "clone"
"""The operation that copies somebody's voice: off until the operator allows it."""

_TONGUES: Mapping[str, str] = {"en": "english", "zh": "chinese"}  # our languages, as providers call them
ALIKE = 1000  # voices of one member that may be called alike
_NEAR = 3  # how many names a misspelt one is answered with


class Voices:
    """Lists, finds, guards and deletes voices."""

    def __init__(self, world: World, *, cloning: bool) -> None:
        self._world = world
        self._cloning = cloning
        self._listed: Mapping[str, Mapping[str, Speaker]] = {}  # by provider and id; absent: nobody has listed them yet

    # --- what there is

    def list_speakers(self, provider: str, speakers: Sequence[Speaker]) -> None:
        """What a provider's own list says can be spoken with."""
        self._listed = {**self._listed, provider: {speaker.id: speaker for speaker in speakers}}

    def public(self, model: _spec.Model | None = None) -> tuple[Speaker, ...]:
        """The voices that everybody may speak with, in one model or in any."""
        lists = [found for name, found in self._listed.items() if model is None or name == model.provider]
        open_ = [speaker for found in lists for speaker in found.values() if not speaker.private]
        return tuple(speaker for speaker in open_ if model is None or _fits(speaker, model))

    async def own(self, asked: Asked) -> tuple[Voice, ...]:
        """The member's voices, newest first."""
        async with self._world.store.reading() as rows:
            return tuple(await rows.voices.of(*asked.account.ids))

    def is_barred(self, model: _spec.Model) -> bool:
        """Whether it copies voices and the operator has not allowed that."""
        return not self._cloning and any(cls.operation == CLONE for cls in model.operations)

    # --- what is meant

    async def meant(self, model: _spec.Model, said: Mapping[str, Json], *, asked: Asked) -> dict[str, Json]:
        """The options with voices by their ids; a name of the member's own counts before any other.

        Where none is said and the provider does not list the one that commands say, it is one that it lists.
        """
        found = dict(said)
        if VOICE not in model.option_names():
            return found
        own = [voice for voice in await self.own(asked) if voice.provider == model.provider]
        if isinstance(word := found.get(VOICE), str):
            found[VOICE] = self._id(word, own, model)
        if parts := found.get(BLEND):
            given = [parts] if isinstance(parts, str) else parts
            found[BLEND] = [each for part in given for each in self._parts(part, own, model)]
        if VOICE not in found and (usual := self._usual(model, language=asked.language)):
            found[VOICE] = usual
        return found

    def _parts(self, part: Json, own: Sequence[Voice], model: _spec.Model) -> Iterator[Json]:
        if not isinstance(part, str):
            yield part
            return
        for one in part.replace("，", ",").split(","):
            word, colon, weight = one.strip().rpartition(":")
            yield f"{self._id(word, own, model)}:{weight}" if colon else one

    def _id(self, word: str, own: Sequence[Voice], model: _spec.Model) -> str:
        wanted = _bare(word)
        mine = next((v.id for v in own if wanted in {_bare(v.name), _bare(v.id), _bare(v.job)}), None)
        theirs = (s.id for s in self.public(model) if wanted in {_bare(s.id), _bare(s.name)})
        return mine or next(theirs, word.strip())

    def _usual(self, model: _spec.Model, *, language: str) -> str | None:
        presets = {cls.presets[VOICE] for cls in model.operations if VOICE in cls.presets}
        public = self.public(model)
        if not public or presets & {speaker.id for speaker in public}:
            return None
        return next((s.id for s in public if _speaks(s, language)), public[0].id)

    # --- who may

    async def check(self, request: requests.Request, *, asked: Asked) -> None:
        """Raises Invalid for a voice that is unknown, gone, somebody else's or no good for the model, and for a new
        voice that is called like one the member has."""
        if problems := [problem async for problem in self._problems(request, asked)]:
            raise errors.Invalid(*problems)

    async def _problems(self, request: requests.Request, asked: Asked) -> AsyncIterator[Problem]:
        if request.kind is Kind.VOICE:
            name = str(request.options.get("name") or "")
            taken = [voice.name for voice in await self.own(asked)]
            if _bare(name) in map(_bare, taken):
                yield Problem(field="name", rule="name_taken", value=name, allowed=free(name, taken))
            return
        for field, id in _named(request.options):
            if (problem := await self._problem(field, id, request, asked)) is not None:
                yield problem

    async def _problem(self, field: str, id: str, request: requests.Request, asked: Asked) -> Problem | None:
        async with self._world.store.reading() as rows:
            voice = await rows.voices.get(request.provider, id)
        if voice is not None and voice.account not in asked.account.ids:
            return Problem(field=field, rule="voice_foreign", value=id)
        if voice is not None:
            return None if voice.deleted_at is None else Problem(field=field, rule="voice_deleted", value=voice.name)
        listed = self._listed.get(request.provider)
        if not listed:
            return None  # nobody knows: the provider will say
        speaker = listed.get(id)
        if speaker is None:
            near = self._nearest(id, [voice.name for voice in await self.own(asked)], request.provider)
            return Problem(field=field, rule="voice_unknown", value=id, allowed=", ".join(near))
        if speaker.private and not asked.local:  # made for the operator's key, and not by a member of ours
            return Problem(field=field, rule="voice_foreign", value=id)
        if not all(speaker.fits(step.model) for step in wiring.steps_of(request) if VOICE in step.said):
            return Problem(field=field, rule="voice_model", value=id, allowed=", ".join(sorted(speaker.models)))
        return None

    def _nearest(self, word: str, own: Sequence[str], provider: str) -> Sequence[str]:
        """The names most like a word, or some where none is like it."""
        public = [speaker.id for speaker in self._listed.get(provider, {}).values() if not speaker.private]
        names = {_bare(name): name for name in (*public, *own)}
        found = difflib.get_close_matches(_bare(word), names, n=_NEAR, cutoff=0.5)
        return [names[name] for name in found] or [*own, *public][:_NEAR]

    # --- the end

    async def delete(self, job_id: str, *, asked: Asked) -> Voice:
        """Let nobody speak with a voice of the member's any more. Raises NotFound."""
        async with self._world.store.transaction(awaited=True) as rows:
            voice = await rows.voices.made_by(job_id.upper())
            if voice is None or voice.account not in asked.account.ids:
                raise errors.NotFound("error.no_such_voice", voice=job_id)
            await rows.voices.delete(voice.provider, voice.id, at=self._world.clock.now())
            return voice

    async def made_by(self, job_id: str, *, asked: Asked) -> Voice:
        """The member's voice that a job made. Raises NotFound."""
        async with self._world.store.reading() as rows:
            voice = await rows.voices.made_by(job_id.upper())
        if voice is None or voice.account not in asked.account.ids or voice.deleted_at is not None:
            raise errors.NotFound("error.no_such_voice", voice=job_id)
        return voice


def free(name: str, taken: Iterable[str]) -> str:
    """The name, or with the first number behind it that makes it new."""
    known = set(map(_bare, taken))
    return next((each for each in (name, *(f"{name} {n}" for n in range(2, ALIKE))) if _bare(each) not in known), name)


def _named(options: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Every voice that a request names, with the option that names it."""
    if isinstance(one := options.get(VOICE), str):
        yield VOICE, one
    parts: Iterable[Json] = options.get(BLEND) or ()
    yield from ((BLEND, str(part).rpartition(":")[0]) for part in parts)


def _fits(speaker: Speaker, model: _spec.Model) -> bool:
    """Only models that speak themselves are listed with their voices: a talking picture is spoken for by another."""
    return model.kind is not Kind.SPEECH or speaker.fits(model.id)


def _speaks(speaker: Speaker, language: str) -> bool:
    return speaker.language.casefold().startswith(_TONGUES.get(language, language))


def _bare(word: str) -> str:
    return " ".join(word.split()).casefold()
