"""/voices: voices of one's own, from a description or from a recording, beside those that everybody has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from bot import catalogue, errors, requests, studio
from bot.catalogue import _spec as spec
from bot.commands import buttons, deeds, grammar, making, menus, naming, sources
from bot.commands.declaration import Action, Asking, Command
from bot.commands.making import Order
from bot.commands.texts import Bold, Code, Listed
from bot.credits import settlement
from bot.replies import Button, Reply, Text, text
from bot.requests import Kind
from bot.voices import Speaker, Voice

LISTED = 6  # voices of one's own with buttons, the newest
TONGUES = 8  # languages of which everybody's voices are named
EACH = 6  # of these, so many of each
SAMPLES = 5  # of these, so many that can be heard
NAME = 30  # characters of a name that is made of a description

DESIGN, CLONE = "design", "clone"  # the operations that make a voice
_TONGUES = {"en": "english", "zh": "chinese"}  # our languages, as providers call them
_DELETE = frozenset({"delete", "remove", "删除"})


async def voices(asking: Asking) -> Reply:
    """List voices, have one made, or delete one."""
    order = making.understood(asking)
    if order.empty:
        return await _list(asking)
    first, _, rest = order.prompt.partition(" ")
    own = await asking.studio.voices.own(asking.asked)
    if first.lower() in _DELETE and (voice := _called(rest, own)) is not None:
        return await delete(replace(asking, text=""), voice.job)
    return await making.make(asking, kind=Kind.VOICE, order=_completed(asking, order, own))


async def design(asking: Asking, subject: str) -> Reply:
    """A voice from a description: asked for, or as it was said."""
    order = making.understood(asking)
    words = " ".join(part for part in ("" if subject == _NEW else subject, order.prompt) if part)
    if not words:
        return deeds.ask(asking, "ask.design", line=f"/{COMMAND.name}")
    own = await asking.studio.voices.own(asking.asked)
    return await making.make(asking, kind=Kind.VOICE, order=_completed(asking, replace(order, prompt=words), own))


async def clone(asking: Asking, subject: str) -> Reply:
    """How a voice is copied."""
    _check_cloning(asking)
    return deeds.ask(asking, "ask.clone", line=f"/{COMMAND.name}")


async def speak(asking: Asking, subject: str) -> Reply:
    """Say something with a voice of one's own."""
    voice = await asking.studio.voices.made_by(naming.job_of(subject), asked=asking.asked)
    order = making.understood(asking)
    if not order.prompt:
        return deeds.ask(asking, "ask.speak", line=" ".join(("speak", voice.job, *asking.text.split())))
    order = replace(order, said={"voice": voice.id, **order.said})
    return await making.make(asking, kind=Kind.SPEECH, order=order)


async def delete(asking: Asking, subject: str) -> Reply:
    """Ask whether a voice may go: it does not come back."""
    voice = await asking.studio.voices.made_by(naming.job_of(subject), asked=asking.asked)
    if making.understood(asking).confirmed:
        return await erase(asking, subject)
    sure = buttons.button("erase", voice.job, text("button.erase", name=voice.name))
    return Reply(lines=(text("voices.sure", name=Bold(voice.name)),), buttons=(sure,), private=True)


async def erase(asking: Asking, subject: str) -> Reply:
    """Let nobody speak with it any more."""
    voice = await asking.studio.voices.delete(naming.job_of(subject), asked=asking.asked)
    return Reply(lines=(text("voices.deleted", name=Bold(voice.name)),), private=True, facts={"voice": voice.name})


# --- having one made


def _completed(asking: Asking, order: Order, own: Sequence[Voice]) -> Order:
    """The order with what a newcomer leaves out: the model, a name, and what the sample says."""
    recorded = bool(order.sources.keys() & sources.SOUNDS)
    model = catalogue.find(order.model, kind=Kind.VOICE) if order.model else _maker(CLONE if recorded else DESIGN)
    said = dict(order.said)
    if cloning := model.operation(CLONE) is not None:
        _check_cloning(asking)
    if not said.get("name"):
        said["name"] = studio.free(_name(asking, order, recorded=recorded), (voice.name for voice in own))
    if cloning:
        return replace(order, model=model.id, said=said, prompt=order.prompt or _sample(asking))
    return replace(order, model=model.id, said={"preview": _sample(asking), **said})


def _sample(asking: Asking) -> str:
    """What a new voice says first, in the member's language."""
    return deeds.default_prompt(text("voices.sample_words"), language=asking.asked.language)


def _maker(operation: str) -> spec.Model:
    able = [m for m in catalogue.MODELS.values() if m.kind is Kind.VOICE and m.operation(operation) is not None]
    found = next((model for model in able if catalogue.is_open(model)), next(iter(able), None))
    return found if found is not None else catalogue.pick(Kind.VOICE)


def _check_cloning(asking: Asking) -> None:
    if asking.studio.voices.is_barred(_maker(CLONE)):
        raise errors.NotNow("error.cloning_off", example=Code(text("example.voices_design")))


def _name(asking: Asking, order: Order, *, recorded: bool) -> str:
    """What a voice is called whose maker gave it no name: after its description, or after its recording's file."""
    if not recorded and order.prompt:
        words = " ".join(order.prompt.split())
        return words if len(words) <= NAME else (words[:NAME].rpartition(" ")[0] or words[:NAME]).rstrip(",.;:，。、 ")
    named = next((s.name for found in order.sources.values() for s in found if s.name), "")
    stem = PurePath(named).stem[:NAME].strip()
    return stem or deeds.default_prompt(text("voices.unnamed"), language=asking.asked.language)


def _called(word: str, own: Sequence[Voice]) -> Voice | None:
    wanted = grammar.unquote(word).strip().casefold()
    return next((voice for voice in own if wanted in {voice.name.casefold(), voice.job.casefold()}), None)


# --- the list


async def _list(asking: Asking) -> Reply:
    own = await asking.studio.voices.own(asking.asked)
    public = asking.studio.voices.public()
    lines = [text("voices.yours"), *map(_own_line, own)] if own else [text("voices.none")]
    lines += _public_lines(public, asking.asked.language)
    lines.append(_hint(asking, own, public))
    facts = {"voices": [_facts(voice) for voice in own], "public": [speaker.id for speaker in public]}
    return Reply(lines=tuple(lines), buttons=tuple(_buttons(asking, own)), private=True, facts=facts)


def _own_line(voice: Voice) -> Text:
    made = text(f"voices.{voice.source}" if voice.source == CLONE else f"voices.{DESIGN}")
    line = text("voices.own", name=Bold(voice.name), made=made, job=Code(voice.job))
    return text("voices.own_noted", line=line, note=voice.description) if voice.description else line


def _public_lines(public: Sequence[Speaker], language: str) -> Iterator[Text]:
    """Everybody's voices by language, the reader's own first; of the rest of many only how many there are."""
    tongues: dict[str, list[Speaker]] = {}
    for speaker in public:
        tongues.setdefault(speaker.language, []).append(speaker)
    own = _TONGUES.get(language, language)
    ranked = sorted(tongues.items(), key=lambda found: (not found[0].casefold().startswith(own), -len(found[1])))
    if ranked:
        yield text("voices.public")
    for tongue, found in ranked[:TONGUES]:
        named = Listed(tuple(Code(speaker.id) for speaker in found[:EACH]))
        line = text("voices.tongue", language=tongue or text("voices.any"), voices=named)
        more = len(found) - EACH
        yield text("voices.more", line=line, n=more) if more > 0 else line
    heard = [speaker for _, found in ranked for speaker in found if speaker.sample]
    yield from (text("voices.sample", name=Code(speaker.id), link=speaker.sample) for speaker in heard[:SAMPLES])


def _hint(asking: Asking, own: Sequence[Voice], public: Sequence[Speaker]) -> Text:
    named = own[0].name if own else public[0].id if public else "Wise_Woman"
    if asking.form:
        hello = deeds.default_prompt(text("voices.hello"), language=asking.asked.language)
        return text("voices.hint", how=Code(menus.written(asking, "speech", prompt=hello, voice=named)))
    quoted = grammar.quote(named) if " " in named else named
    return text("voices.hint", how=Code(text("voices.say", hello=text("voices.hello"), voice=quoted)))


def _buttons(asking: Asking, own: Sequence[Voice]) -> Iterator[Button]:
    yield buttons.button("design", _NEW, text("button.design", price=_price(asking, DESIGN)))
    if not asking.studio.voices.is_barred(_maker(CLONE)):
        yield buttons.button("clone", _NEW, text("button.clone", price=_price(asking, CLONE)))
    for voice in own[:LISTED]:
        yield buttons.button("show", voice.job, text("button.hear", name=voice.name))
        yield buttons.button("delete", voice.job, text("button.delete", name=voice.name))


def _price(asking: Asking, operation: str) -> int:
    """What a voice costs whose sample says what we let it say."""
    model, sample = _maker(operation), _sample(asking)
    (cls,) = model.operations
    said: dict[str, requests.Json] = {name: sample for name in ("prompt", "preview") if name in cls.model_fields}
    media = {name: (name,) for name in cls.media_fields()}
    prepared = catalogue.prepare(model, said, media=media)
    return settlement.price(prepared, rate=model.rate, percent=asking.studio.percent(asking.asked))


def _facts(voice: Voice) -> Mapping[str, requests.Json]:
    return {"name": voice.name, "voice": voice.id, "job": voice.job, "made": voice.source, "language": voice.language}


_NEW = "new"  # the subject of a button that is about no voice yet

COMMAND = Command(
    name="voices",
    words=("音色",),
    rank=5,
    kind=Kind.VOICE,
    makes=(Kind.VOICE,),
    media=("audio",),
    summary="summary.voices",
    examples=("example.voices_design", "example.voices_clone", "example.voices"),
    actions=(
        Action(name="design", words=("设计",), asks="ask.design", deed=design),
        Action(name="clone", words=("克隆",), deed=clone),
        Action(name="speak", words=("说",), asks="ask.speak", deed=speak),
        Action(name="delete", words=("删除",), deed=delete),
        Action(name="erase", deed=erase),
    ),
    handler=voices,
)
