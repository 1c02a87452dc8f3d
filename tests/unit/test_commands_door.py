"""The door: whatever breaks behind it becomes an answer."""

from dataclasses import replace

import pytest

from bot import errors, jobs, requests
from bot.commands import Commands, Heard
from bot.studio import Studio
from tests import factories
from tests.desk import TEXTS


class BrokenStudio(Studio):
    """A studio whose every account raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def account(self, person: requests.Person) -> jobs.Account:
        raise self._error


def heard(text: str) -> Heard:
    return Heard(text=text, person=factories.person(), place=factories.place(), key="1")


@pytest.mark.parametrize("error", [errors.Fault("bug"), ValueError("bug")])
async def test_a_fault_becomes_an_apology_with_a_reference(error: Exception) -> None:
    commands = Commands(BrokenStudio(error))
    for reply in (await commands.answer(heard("/credits")), await commands.press("show", "K7Q2", heard(""))):
        reason = reply.facts["error"]
        assert isinstance(reason, dict)
        assert (reply.kind, reply.private, reason["key"]) == ("error", True, "error.fault")
        assert TEXTS.plain(reply.lines[0], "en") == (
            "Sorry, something broke on our side; please look at /jobs before you try again, and if it stays so, "
            f"tell whoever runs this bot: {reason['reference']}."
        )
        assert reply.facts["error"] == {"key": "error.fault", "reference": reason["reference"]}


async def test_only_who_sits_at_the_machine_is_told_of_its_insides() -> None:
    commands = Commands(BrokenStudio(errors.StorageFault("data/atelier.db is locked; stop the other bot")))
    near = await commands.answer(replace(heard("/credits"), local=True))
    far = await commands.answer(heard("/credits"))
    assert TEXTS.plain(near.lines[0], "en").startswith(
        "The storage refused, so nothing was started: data/atelier.db is locked; stop the other bot ("
    )
    assert TEXTS.plain(far.lines[0], "en").startswith(
        "I can't reach my storage right now; please try again in a minute"
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.NotNow("error.stopping"), "I'm about to restart and take nothing new right now; please try again in"),
        (errors.NotNow("error.too_many_jobs", limit=2), "You already have 2 jobs waiting, as many as fit"),
        (
            errors.NotNow("error.model_unavailable", model="Nano", why="no_key"),
            "Nano can't be used right now: this bot has no key for its provider. /models shows what can.",
        ),
        (errors.NotNow("error.no_way_to_lend", what="image"), "The provider has no way to fetch your file (picture"),
        (
            errors.Invalid(errors.Problem(field="image", rule="media", value="a.png", allowed="not_found")),
            "I can't find “a.png”; check the name, or send a picture as a file or a link.",
        ),
    ],
)
async def test_what_the_core_refuses_is_said_in_words(error: Exception, words: str) -> None:
    reply = await Commands(BrokenStudio(error)).answer(heard("/credits"))
    assert TEXTS.plain(reply.lines[0], "en").startswith(words)
