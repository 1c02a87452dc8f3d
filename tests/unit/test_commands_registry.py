"""The declarations: found by looking, checked when they are, and the documents made from them."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot import catalogue
from bot.commands import Command, Texts, commands, documents, image, registry

ROOT = Path(__file__).resolve().parents[2]


def module(command: object, *, doc: str | None = "What it does.", name: str = "bot.commands.extra") -> ModuleType:
    made = ModuleType(name, doc)
    made.COMMAND = command  # type: ignore[attr-defined]  # as a command's file declares it
    return made


def command(name: str, *words: str, **changes: Any) -> Command:
    said = {"rank": 99, "summary": "summary.image", "examples": ("example.image",), "handler": image.image}
    return Command(name=name, words=words, **{**said, **changes})


def test_every_command_is_found_in_the_order_of_menus() -> None:
    assert list(commands()) == [
        "image",
        "video",
        "music",
        "speech",
        "talk",
        "voices",
        "ask",
        "edit",
        "models",
        "credits",
        "jobs",
        "settings",
        "limits",
        "link",
        "unlink",
        "privacy",
        "admin",
        "help",
    ]


def test_every_kind_that_a_model_makes_has_one_command() -> None:
    makers = [c.kind for c in commands().values() if c.kind and c.name != "edit"]
    assert sorted(makers) == sorted({model.kind for model in catalogue.MODELS.values()})
    assert len(makers) == len(set(makers))


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ([module(command("extra"), doc=None)], "without a docstring"),
        ([module(command("extra"), doc="  ")], "without a docstring"),
        ([module("no command")], "is no Command"),
        ([module(command("extra")), module(command("extra"), name="bot.commands.twin")], "declared twice"),
        ([module(command("one", "画")), module(command("two", "画"))], "“画” already belongs to /one"),
        ([module(command("one")), module(command("two", "one"))], "“one” already belongs to /one"),
    ],
)
def test_a_bad_declaration_fails_at_import(modules: list[ModuleType], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        registry.checked(modules)


def test_every_command_s_texts_exist() -> None:
    texts = Texts(strict=True)
    for found in commands().values():
        assert all(texts.has(key) for key in (found.summary, *found.examples))


def test_the_commands_document_is_current() -> None:
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == documents.commands_markdown(), "run `make docs`"
