"""/settings: language, from which price on to ask, the model that is always meant, and whose pool pays."""

from bot import catalogue, errors, jobs
from bot.commands import homes, menus
from bot.commands.declaration import Action, Asking, Command
from bot.commands.models import kind_of
from bot.commands.texts import Code
from bot.replies import Credits, Reply, Text, text
from bot.requests import Kind

NEVER = 0  # ask_above of those who never want to be asked
_LANGUAGES = {"en": "en", "english": "en", "英文": "en", "英语": "en", "zh": "zh", "chinese": "zh", "中文": "zh"}
_TOPICS = {
    "language": "language",
    "语言": "language",
    "ask": "ask",
    "询问": "ask",
    "model": "model",
    "模型": "model",
    "home": "home",
    "社区": "home",
}
_OFF = frozenset({"off", "no", "never", "none", "关", "关闭", "不用"})
_AUTO = frozenset({"auto", "default", "自动", "默认"})


async def settings(asking: Asking) -> Reply:
    """Show the settings, or change one."""
    topic, *words = asking.text.split() or [""]
    if not topic:
        return _sheet(asking, asking.asked.account)
    match _TOPICS.get(topic.lower()):
        case "language":
            return await _language(asking, words)
        case "ask":
            return await _ask(asking, words)
        case "model":
            return await _model(asking, words)
        case "home":
            return await homes.chosen(asking, words)
        case _:
            raise _choice("settings", topic, "language, ask, model, home")


async def _language(asking: Asking, words: list[str]) -> Reply:
    word = _only(words, field="language", allowed="en, zh, auto").lower()
    language = None if word in _AUTO else _LANGUAGES.get(word)
    if language is None and word not in _AUTO:
        raise _choice("language", word, "en, zh, auto")
    return _sheet(asking, await asking.studio.prefer(asking.asked, language=language))


async def _ask(asking: Asking, words: list[str]) -> Reply:
    word = _only(words, field="ask", allowed="30, off, auto").lower()
    if word in _AUTO:
        return _sheet(asking, await asking.studio.prefer(asking.asked, ask_above=None))
    if word in _OFF:
        return _sheet(asking, await asking.studio.prefer(asking.asked, ask_above=NEVER))
    if not word.isdecimal() or not 1 <= int(word) <= 1_000_000:
        raise _choice("ask", word, "1–1000000, off, auto")
    return _sheet(asking, await asking.studio.prefer(asking.asked, ask_above=int(word)))


async def _model(asking: Asking, words: list[str]) -> Reply:
    if len(words) != 2:
        raise errors.MemberError("error.settings_model", example=_how(asking, "model image", "NanoBanana2-1K"))
    kind, named = kind_of(words[0]), words[1]
    models = dict(asking.asked.account.preferences.models)
    models.pop(kind.value, None)
    if named.lower() not in _OFF | _AUTO:
        models[kind.value] = catalogue.find(named, kind=kind).id
    return _sheet(asking, await asking.studio.prefer(asking.asked, models=models))


def _sheet(asking: Asking, account: jobs.Account) -> Reply:
    """All settings as they are, with how to change them."""
    preferences, usual = account.preferences, asking.studio.asks_from(asking.asked)
    other = "en" if preferences.language == "zh" else "zh"
    lines = (
        text("settings.language", value=_language_text(preferences.language), how=_how(asking, "language", other)),
        text("settings.ask", value=_ask_text(preferences.ask_above, usual=usual), how=_how(asking, "ask", "30")),
        *(_model_line(asking, Kind(kind), model) for kind, model in preferences.models.items()),
        text("settings.models", how=_how(asking, "model image", catalogue.pick(Kind.IMAGE, "good").id)),
        *(() if asking.asked.local else (homes.line(asking),)),  # no community comes to this machine
    )
    facts = {
        "language": preferences.language,
        "ask_above": preferences.ask_above,
        "models": dict(preferences.models),
    }
    return Reply(lines=lines, private=True, facts={"settings": facts})


def _language_text(language: str | None) -> Text:
    return text(f"language.{language}") if language in set(_LANGUAGES.values()) else text("language.auto")


def _ask_text(ask_above: int | None, *, usual: int | None) -> Text:
    if ask_above is not None:
        return _asked_from(ask_above)
    return text("settings.ask_usually", value=_asked_from(usual or NEVER))


def _asked_from(price: int) -> Text:
    return text("settings.ask_from", price=Credits(amount=price)) if price else text("settings.ask_never")


def _model_line(asking: Asking, kind: Kind, model: str) -> Text:
    how = _how(asking, f"model {kind}", "off")
    return text("settings.model", kind=text(f"kinds.{kind}"), model=Code(model), how=how)


def _how(asking: Asking, setting: str, value: str) -> Code:
    """The line that sets it."""
    return Code(menus.written(asking, "settings", setting=setting, value=value))


def _only(words: list[str], *, field: str, allowed: str) -> str:
    if len(words) != 1:
        raise _choice(field, " ".join(words), allowed)
    return words[0]


def _choice(field: str, value: str, allowed: str) -> errors.Invalid:
    rule = "choice" if value else "no_word"
    return errors.Invalid(errors.Problem(field=field, rule=rule, value=value, allowed=allowed))


COMMAND = Command(
    name="settings",
    words=("设置",),
    rank=10,
    fields=("setting", "value"),
    summary="summary.settings",
    examples=("example.settings", "example.settings_language", "example.settings_ask", "example.settings_home"),
    actions=(Action(name="home", of_question=True, deed=homes.settled),),
    handler=settings,
)
