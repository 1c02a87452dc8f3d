"""What may be said to commands that make nothing: a job, what to do to it, a kind, a setting, a command."""

from collections.abc import Mapping, Sequence

from bot import errors, jobs
from bot.commands import cards
from bot.commands.admin import ACTS
from bot.commands.declaration import Action, Command
from bot.commands.models import KIND_WORDS
from bot.commands.suggest import models
from bot.commands.suggest.suggestion import Reader, Suggestion, listed, matching
from bot.commands.texts import Code
from bot.replies import Credits, Quoted, Text, When, text
from bot.requests import Kind
from bot.studio import Asked, Offer, Studio

HOME = frozenset({"home", "社区"})  # the setting that is a community
TITLE = 100  # characters of a community's name that a form takes
LATEST = 50  # jobs that are looked through
_ASK_FROM = (10, 30, 60, 100)  # credits from which on people may want to be asked


async def of_job(studio: Studio, asked: Asked, typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """The member's latest jobs, by id or by words of their prompts."""
    latest = await studio.jobs(asked, limit=LATEST)
    found = matching(typed.lstrip("#"), latest, lambda job: (job.id, job.request.prompt, job.request.model))
    return listed(reader.suggestion(job.id, _job(job)) for job in found)


async def of_action(
    studio: Studio, asked: Asked, command: Command, typed: str, *, job: str, reader: Reader
) -> tuple[Suggestion, ...]:
    """What can be done to the job that is named, as its buttons say it; everything where none is."""
    actions = [action for action in command.actions if not action.of_question]
    labels = await _buttons(studio, asked, job)
    if labels is not None:
        actions = [action for action in actions if action.name in labels]
    found = matching(typed, actions, lambda action: (action.name, *action.words))
    return listed(reader.suggestion(each.name, _action(each, labels or {}, reader)) for each in found)


def of_kind(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """The kinds, however they are called."""
    words = {kind: [word for word, meant in KIND_WORDS.items() if meant is kind] for kind in Kind}
    found = matching(typed, Kind, lambda kind: (*words[kind], reader.words(text(f"kinds.{kind}"))))
    return listed(reader.suggestion(kind.value, text(f"kinds.{kind}")) for kind in found)


def of_setting(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """What can be set, with what it is."""
    known: dict[str, Text] = {
        "language": text("suggest.language"),
        "ask": text("suggest.ask"),
        "home": text("suggest.home"),
        **{f"model {kind}": text("suggest.usual", kind=text(f"kinds.{kind}")) for kind in Kind},
    }
    return _known(known, typed, reader)


def of_topic(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """What can be said about credits."""
    topics = ("chart", "history", "give", "donate", "limits", "community")
    return _known({topic: text(f"topic.{topic}") for topic in topics}, typed, reader)


def of_act(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """What who manages a community can do."""
    return _known({act: text(f"act.{act}") for act in ACTS}, typed, reader)


def of_value(setting: str, typed: str, offers: Sequence[Offer], reader: Reader) -> tuple[Suggestion, ...]:
    """What the setting may be."""
    topic, _, rest = setting.strip().partition(" ")
    match topic.casefold():
        case "language" | "语言":
            return _known({word: text(f"language.{word}") for word in ("en", "zh", "auto")}, typed, reader)
        case "ask" | "询问":
            return _ask(typed, reader)
        case "model" | "模型":
            return _models(rest or typed.partition(" ")[0], typed, offers, reader, named=bool(rest))
        case _:
            return ()


def of_home(choices: Sequence[jobs.Community], typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """The communities that may pay in direct messages, and none of them."""
    titles = matching(typed, choices, lambda community: (community.title,))
    listed_ = [reader.suggestion(each.title[:TITLE], each.title[:TITLE]) for each in titles]
    off = _known({"off": text("home.operator")}, typed, reader)
    return listed((*listed_, *off))


def of_data(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """What may be done with all that is kept of a member."""
    return _known({"export": text("button.export"), "erase": text("button.erase_me")}, typed, reader)


def of_platform(platforms: Sequence[str], typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """Where a member is known."""
    named = {each: text(f"platform.{each}") for each in platforms}
    found = matching(typed, named, lambda each: (each, reader.words(named[each])))
    return listed(reader.suggestion(each, named[each]) for each in found)


def of_command(shelf: Mapping[str, Command], typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """The commands with what they do."""
    found = matching(typed.lstrip("/／"), shelf.values(), lambda command: (command.name, *command.words))
    return listed(
        reader.suggestion(each.name, text("help.command", name=Code(f"/{each.name}"), summary=text(each.summary)))
        for each in found
    )


def _job(job: jobs.Job) -> Text:
    return text(
        "suggest.job",
        job=Code(job.id),
        kind=cards.kind_text(job.request.kind),
        state=cards.state_text(job),
        age=When(at=job.created_at),
        prompt=Quoted(words=job.request.prompt, limit=60),
    )


async def _buttons(studio: Studio, asked: Asked, job: str) -> Mapping[str, Text] | None:
    """What the buttons of a job's card say, by action; None where there is no such job."""
    if not (id := job.strip("#.,，。 ").partition("/")[0].upper()):
        return None
    try:
        view = await studio.view(id, asked=asked)
    except errors.NotFound:
        return None
    always = {} if view.outputs else {"show": text("button.show")}
    return {button.action: button.label for button in cards.card(view, with_files=False).buttons} | always


def _action(action: Action, labels: Mapping[str, Text], reader: Reader) -> Text | str:
    chinese = [word for word in action.words if not word.isascii()]
    return labels.get(action.name) or (chinese[0] if reader.language == "zh" and chinese else action.name)


def _ask(typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    own = [int(typed)] if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= 1_000_000 else []
    known = {str(n): text("settings.ask_from", price=Credits(amount=n)) for n in (*own, *_ASK_FROM)}
    return _known({**known, "off": text("settings.ask_never"), "auto": text("settings.ask_usual")}, typed, reader)


def _models(word: str, typed: str, offers: Sequence[Offer], reader: Reader, *, named: bool) -> tuple[Suggestion, ...]:
    """The models of the kind that is named, in the setting or here, and a way back to the usual."""
    kind = KIND_WORDS.get(word.strip().casefold())
    if kind is None:
        found = matching(typed, offers, lambda offer: models.names(offer.model))
        return listed(
            reader.suggestion(f"{offer.model.kind} {offer.model.id}", models.label(offer, offers, reader))
            for offer in found
        )
    before, rest = ("", typed) if named else (f"{kind.value} ", typed.partition(" ")[2].strip())
    of_kind = models.of_kinds((kind,), rest, offers, reader, before=before)
    usual = [reader.suggestion(f"{before}off", text("suggest.forget"))] if "off".startswith(rest.casefold()) else []
    return listed((*usual, *of_kind))


def _known(known: Mapping[str, Text], typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """Fixed words with what they mean; either matches what was typed."""
    found = matching(typed, known, lambda word: (word, reader.words(known[word])))
    return listed(reader.suggestion(word, text("suggest.word", word=word, about=known[word])) for word in found)
