"""Trouble in words: every error of a command becomes a Reply here, and nowhere else."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot import errors, media
from bot.catalogue import _spec as spec
from bot.commands import allowed, options
from bot.commands.declaration import Command
from bot.commands.texts import Code, Listed
from bot.media import MediaKind
from bot.replies import Credits, Quoted, Reply, Text, When, text

_log = structlog.get_logger(__name__)

_OF_MODELS = frozenset({"choice", "range", "not_for"})  # rules that differ from model to model


def reply(error: Exception, *, command: Command | None = None, local: bool = False) -> Reply:
    """What the member is told: what happened, which value, what to do. A fault is logged under the reference shown.

    `local` is who sits at this machine, and reads which file or disk it was; others are not told of its insides.
    """
    match error:
        case errors.Invalid():
            return _invalid(error, command)
        case errors.MemberError():
            return _error(Text(key=error.key, params=_shown(error.params)), {"key": error.key, **_plain(error.params)})
        case _:
            return _fault(error, command, local=local)


def problem_text(problem: errors.Problem, *, command: Command | None = None, model: str = "") -> Text:
    """One broken rule as one sentence that names the value and the cure, and the model where it is a model's rule."""
    match problem.rule:
        case "media":
            return text(f"media.{problem.allowed}", value=_value(problem), kind=_medium(problem), most=_most(problem))
        case "missing" if problem.field == "prompt":
            return _no_prompt(command)
        case "missing" if problem.field in spec.MEDIA:
            return text("problem.missing_media", name=Code(options.flag(problem.field)), kind=_medium(problem))
        case "unknown" if problem.field == "model" and problem.allowed:
            return text("problem.unknown_model", value=_value(problem), allowed=allowed.shown(problem.allowed))
        case "not_for" if problem.field == "model":
            return text("problem.other_model", value=_value(problem), allowed=allowed.shown(problem.allowed))
        case rule:
            of_model = "_of" if model and rule in _OF_MODELS else ""
            key = f"problem.{rule}{of_model}" if problem.allowed else f"problem.{rule}{of_model}_bare"
            listed = allowed.shown(problem.allowed)
            return text(key, name=Code(_named(problem)), value=_value(problem), allowed=listed, model=Code(model))


def _invalid(error: errors.Invalid, command: Command | None) -> Reply:
    problems = list(dict.fromkeys(error.problems))
    facts = [{"field": p.field, "rule": p.rule, "value": _json(p.value), "allowed": p.allowed} for p in problems]
    return Reply(
        lines=tuple(problem_text(p, command=command, model=error.model) for p in problems),
        private=True,
        kind="error",
        facts={"error": facts[0], "errors": facts} if facts else {},
    )


def _fault(error: Exception, command: Command | None, *, local: bool) -> Reply:
    reference = secrets.token_hex(3)
    _log.error("command failed", reference=reference, command=command.name if command else None, exc_info=error)
    line = text("error.fault", reference=Code(reference))
    if isinstance(error, errors.StorageFault | errors.OperatorError):
        line = text("error.storage", reference=Code(reference))
        if local:
            line = text("error.storage_here", words=Quoted(words=str(error), limit=400), reference=Code(reference))
    return _error(line, {"key": line.key, "reference": reference})


def _error(line: Text, facts: Mapping[str, object]) -> Reply:
    return Reply(lines=(line,), private=True, kind="error", facts={"error": dict(facts)})


def _no_prompt(command: Command | None) -> Text:
    if command is None or command.kind is None:
        return text("problem.missing_bare", name=Code("prompt"))
    return text("problem.missing_prompt", example=Code(text(command.examples[0])))


def _medium(problem: errors.Problem) -> Text:
    return text(f"medium.{spec.MEDIA.get(problem.field, problem.field)}")


def _most(problem: errors.Problem) -> Text:
    kind = spec.MEDIA.get(problem.field) or MediaKind(problem.field)
    return text(f"most.{kind}", mb=media.INPUT_MB[kind], megapixels=media.INPUT_MEGAPIXELS)


def _named(problem: errors.Problem) -> str:
    return options.flag(problem.field) if problem.rule == "no_value" else problem.field


def _value(problem: errors.Problem) -> Quoted:
    return Quoted(words=str(problem.value), limit=80)


def _shown(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as they are read: ids to copy, reasons and media in words, names quoted."""
    return {name: _param(name, value) for name, value in params.items()}


def _param(name: str, value: object) -> object:
    match name:
        case "job" | "draft" | "word" | "near":
            return Code(str(value))
        case "why":
            return text(f"why.{value}")
        case "what":
            return text(f"option.{value}")
        case "running" if isinstance(value, tuple):
            return Listed(tuple(Code(each) for each in value))
        case "platform":
            return text(f"platform.{value}")
        case "rights" if isinstance(value, tuple):
            return Listed(tuple(text(f"right.{word}") for word in value))
        case "example" if isinstance(value, str):
            return Code(value)
        case "reason":
            return Quoted(words=str(value), limit=200)
        case "kind":
            return text(f"kinds.{value}")
        case "kinds" if isinstance(value, tuple):
            return Listed(tuple(text(f"kinds.{each}") for each in value))
        case "model" | "models" | "channels" if isinstance(value, tuple):
            return Listed(tuple(Code(str(each)) for each in value))
        case "price" | "most" if isinstance(value, int):
            return Credits(amount=value)
        case "need" if isinstance(value, int):
            return Credits(amount=value)
        case "at" if isinstance(value, datetime):
            return When(at=value)
        case _:
            return value


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters for machine readers, without what is only there to be read."""
    return {name: _json(value) for name, value in params.items() if not isinstance(value, Code | Text)}


def _json(value: object) -> object:
    match value:
        case tuple():
            return [_json(each) for each in value]
        case datetime():
            return value.isoformat()
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
