"""What forms show of each command: within a platform's limits, in both languages, and nothing out of reach."""

import unicodedata

import pytest

from bot import catalogue
from bot.commands import LANGUAGES, Command, Heard, Texts, commands, menus, options
from bot.commands.menus import Field
from bot.media import MediaKind
from bot.replies import text
from tests import factories

TEXTS = Texts(strict=True)
SHELF = commands()
ALL = [(command, field) for command in SHELF.values() for field in menus.fields(command)]
MAKING = [command for command in SHELF.values() if command.makes]


def named(command: Command) -> list[str]:
    return [field.name for field in menus.fields(command)]


def fits(name: str) -> bool:
    """^[-_'\\p{L}\\p{N}]{1,32}$, in lower case."""
    letters = all(c in "-_'" or unicodedata.category(c)[0] in "LN" for c in name)
    return letters and 1 <= len(name) <= 32 and name == name.lower()


@pytest.mark.parametrize(
    ("command", "first"),
    [
        ("image", ["prompt", "image", "image2", "image3", "quality", "model", "ratio"]),
        ("video", ["prompt", "image", "image2", "image3", "video", "quality", "model", "ratio"]),
        ("music", ["prompt", "quality", "model", "lyrics", "instrumental"]),
        ("talk", ["prompt", "image", "audio", "quality", "model", "voice"]),
        ("edit", ["prompt", "image", "image2", "image3", "video", "quality", "model"]),
        ("models", ["kind"]),
        ("credits", []),
        ("jobs", ["job", "action"]),
        ("settings", ["setting", "value"]),
        ("help", ["command"]),
    ],
)
def test_the_usual_comes_first(command: str, first: list[str]) -> None:
    shown = [name for name in named(SHELF[command]) if name != "last"]  # as soon as a model takes one
    assert shown[: len(first)] == first


@pytest.mark.parametrize("command", MAKING, ids=lambda c: c.name)
def test_what_is_made_has_a_field_for_the_rest_and_one_for_privacy(command: Command) -> None:
    *_, more, private = menus.fields(command)
    assert (more.name, more.switch, private.name, private.switch) == ("more", False, "private", True)
    assert [field.name for field in menus.fields(command) if field.required] == ["prompt"] * command.worded
    assert command.worded == (command.name in {"ask", "image", "music", "speech"})


def test_a_field_s_file_has_a_name_that_the_commands_know() -> None:
    given = {field.name: (field.given, field.medium) for field in menus.fields(SHELF["edit"]) if field.medium}
    assert given == {
        "image": ("image", MediaKind.IMAGE),
        "image2": ("images", MediaKind.IMAGE),
        "image3": ("images", MediaKind.IMAGE),
        "video": ("video", MediaKind.VIDEO),
    }


@pytest.mark.parametrize(("command", "field"), ALL, ids=lambda x: x.name)
def test_a_field_is_within_its_limits(command: Command, field: Field) -> None:
    assert field.names.keys() == set(LANGUAGES)
    assert field.names["en"] == field.name
    assert all(fits(name) for name in field.names.values())
    assert not field.names["zh"].isascii()
    assert all(1 <= len(TEXTS.plain(field.about, language)) <= 100 for language in LANGUAGES)


@pytest.mark.parametrize("command", SHELF.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_is_within_its_limits(command: Command, language: str) -> None:
    shown = menus.fields(command)
    names = [field.names[language] for field in shown]
    required = [field.required for field in shown]
    words = [TEXTS.plain(field.about, language) for field in shown]
    size = len(command.name) + len(TEXTS.plain(text(command.summary), language)) + sum(map(len, names + words))
    assert len(shown) <= 25
    assert len(set(names)) == len(names)
    assert required == sorted(required, reverse=True)
    assert size <= 8000


@pytest.mark.parametrize("command", MAKING, ids=lambda c: c.name)
def test_every_option_of_every_model_can_be_said(command: Command) -> None:
    fields = {field.name for field in menus.fields(command)}
    others = {option.name for option in menus.others(command)}
    known = set(options.vocabulary().names)
    for model in (model for model in catalogue.MODELS.values() if model.kind in command.makes):
        assert set(model.option_names()) <= fields | others
        assert {name for cls in model.operations for name in cls.media_fields()} <= known


def test_a_chinese_name_is_a_key_too() -> None:
    names = options.vocabulary().names
    shown = {field.names["zh"]: field.name for command in MAKING for field in menus.fields(command)}
    keys = {word: name for word, name in shown.items() if name not in {"more", "private"} and not name[-1].isdigit()}
    assert {word: names.get(word) for word in keys} == keys


def heard(command: str, text: str = "", **fields: str) -> Heard:
    return Heard(text=text, person=factories.person(), place=factories.place(), key="1", command=command, fields=fields)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (heard("jobs", action="again", job="K7Q2"), "K7Q2 again"),
        (heard("jobs", job=" K7Q2 "), "K7Q2"),
        (heard("jobs"), ""),
        (heard("settings", setting="model image", value="NanoBanana"), "model image NanoBanana"),
        (heard("settings", value="image NanoBanana", setting="model"), "model image NanoBanana"),
        (heard("credits", surplus="x"), ""),
        (heard("image", "a red fox", ratio="16:9"), "a red fox"),
    ],
)
def test_fields_of_what_makes_nothing_become_a_line(said: Heard, line: str) -> None:
    assert menus.line(SHELF[said.command], said) == line
