"""What Discord asks of application commands; https://docs.discord.com/developers/interactions/application-commands."""

import unicodedata
from collections import Counter

from tests.discord_server.refusals import Json, Problems

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
OPTIONS, CHOICES, CHARACTERS, DESCRIPTION, CHOICE = 25, 25, 8000, 100, 100
SUBCOMMANDS = (1, 2)
LOCALES = frozenset(
    """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN
    ja zh-TW ko
    """.split()  # noqa: SIM905  # one word each reads better
)
LETTERS = ("L", "N", "M")  # Unicode's letters and numbers; marks for Devanagari and Thai


def check(commands: list[Json], problems: Problems) -> None:
    """Everything about a whole list of commands, as one overwrite sends it."""
    for kind, most in MOST.items():
        if sum(one.get("type", CHAT_INPUT) == kind for one in commands) > most:
            message = f"Maximum number of application commands reached ({most})"
            problems.add("", "APPLICATION_COMMAND_TOO_MANY", message)
    seen = Counter((one.get("type", CHAT_INPUT), one.get("name")) for one in commands)
    for index, command in enumerate(commands):
        if seen[command.get("type", CHAT_INPUT), command.get("name")] > 1:
            problems.add(str(index), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        _check_command(command, str(index), problems)


def check_choices(choices: list[Json], problems: Problems, *, path: str) -> None:
    """The choices of an option or of an autocomplete answer."""
    if len(choices) > CHOICES:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        for key in ("name", "value"):
            text = choice.get(key)
            if isinstance(text, str) and not 1 <= len(text) <= CHOICE:
                problems.add(f"{path}.{index}.{key}", "BASE_TYPE_BAD_LENGTH", f"Must be 1 to {CHOICE} in length.")
        _check_locales(choice, f"{path}.{index}", problems)


def _check_command(command: Json, path: str, problems: Problems) -> None:
    chat = command.get("type", CHAT_INPUT) == CHAT_INPUT
    _check_names(command, path, problems, strict=chat)
    description = command.get("description") or ""
    if chat and not 1 <= len(description) <= DESCRIPTION:
        problems.add(f"{path}.description", "BASE_TYPE_BAD_LENGTH", f"Must be 1 to {DESCRIPTION} in length.")
    if not chat and description:
        problems.add(f"{path}.description", "APPLICATION_COMMAND_DESCRIPTION", "Context menus have no description")
    if not chat and command.get("options"):
        problems.add(f"{path}.options", "APPLICATION_COMMAND_OPTIONS", "Context menus have no options")
    if _characters(command) > CHARACTERS:
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({CHARACTERS})")
    _check_options(command.get("options") or [], f"{path}.options", problems)


def _check_options(options: list[Json], path: str, problems: Problems) -> None:
    if len(options) > OPTIONS:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {OPTIONS} or fewer in length.")
    optional = False
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            problems.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not (option.get("required") or option.get("type") in SUBCOMMANDS)
        _check_option(option, here, problems)
    for name in _taken_twice(options):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", f"Option name {name} is taken twice")
    if len({option.get("type") in SUBCOMMANDS for option in options}) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_option(option: Json, path: str, problems: Problems) -> None:
    _check_names(option, path, problems, strict=True)
    if not 1 <= len(option.get("description") or "") <= DESCRIPTION:
        problems.add(f"{path}.description", "BASE_TYPE_BAD_LENGTH", f"Must be 1 to {DESCRIPTION} in length.")
    choices = option.get("choices") or []
    check_choices(choices, problems, path=f"{path}.choices")
    if choices and option.get("autocomplete"):
        message = "autocomplete may not be set to true if choices are present"
        problems.add(path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message)
    if len({one.get("name") for one in choices}) < len(choices):
        problems.add(f"{path}.choices", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", "Choice names must be unique")
    if option.get("type") in SUBCOMMANDS:
        _check_options(option.get("options") or [], f"{path}.options", problems)


def _taken_twice(options: list[Json]) -> list[str]:
    """Names used twice, among the plain ones and within every locale; a missing one falls back to the plain name."""
    found: list[str] = []
    locales = {locale for option in options for locale in option.get("name_localizations") or ()}
    for locale in [None, *sorted(locales)]:
        names = [str((option.get("name_localizations") or {}).get(locale, option.get("name"))) for option in options]
        found += [name for name, times in Counter(names).items() if times > 1]
    return found


def _check_names(one: Json, path: str, problems: Problems, *, strict: bool) -> None:
    names = {"name": one.get("name") or ""}
    names |= {f"name_localizations.{at}": name for at, name in (one.get("name_localizations") or {}).items()}
    for key, name in names.items():
        if not (is_name(name) if strict else 1 <= len(name) <= 32):
            message = "Command name is invalid: letters, numbers, - and _ in lower case, at most 32"
            problems.add(f"{path}.{key}", "APPLICATION_COMMAND_INVALID_NAME", message)
    _check_locales(one, path, problems)


def _check_locales(one: Json, path: str, problems: Problems) -> None:
    for key in ("name_localizations", "description_localizations"):
        for locale in set(one.get(key) or ()) - LOCALES:
            problems.add(f"{path}.{key}.{locale}", "BASE_TYPE_CHOICES", "Not a locale Discord knows")


def is_name(name: str) -> bool:
    r"""^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$, and lower case where there is one."""
    letters = all(one in "-_'" or unicodedata.category(one)[0] in LETTERS for one in name)
    return 1 <= len(name) <= 32 and letters and name == name.lower()


def _characters(command: Json) -> int:
    """Of names, descriptions and choice values, the longest localisation counted in place of each."""
    found = sum(_longest(command, key) for key in ("name", "description"))
    for choice in command.get("choices") or []:
        found += _longest(choice, "name") + len(str(choice.get("value", "")))
    return found + sum(_characters(option) for option in command.get("options") or [])


def _longest(one: Json, key: str) -> int:
    texts = [one.get(key) or "", *(one.get(f"{key}_localizations") or {}).values()]
    return max(map(len, texts))
