"""A desk for tests of the commands: Anna speaks to the real studio, store, ledger and catalogue."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import media
from bot.commands import Commands, Heard, Plain, Texts
from bot.jobs import Job
from bot.media import MediaKind
from bot.replies import Reply
from tests import factories
from tests.engine_house import House, house
from tests.scripted import PICTURE, MadeUpFiles

__all__ = ["Desk", "desk", "house"]

TEXTS = Texts(strict=True)


class Desk:
    """What Anna says and reads."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.commands = Commands(house.studio)
        self._said = 0

    async def say(self, text: str, **changes: Any) -> Reply:
        """The answer to one line."""
        return await self.commands.answer(self.heard(text, **changes))

    async def press(self, action: str, subject: str, text: str = "", **changes: Any) -> Reply:
        """The answer to one button, or to the form behind it."""
        return await self.commands.press(action, subject, self.heard(text, **changes))

    async def read(self, text: str, **changes: Any) -> list[str]:
        """The answer's lines, as they are read."""
        return self.lines(await self.say(text, **changes))

    async def made(self, text: str) -> Job:
        """The job that a line made, when it has ended."""
        reply = await self.say(text)
        assert reply.job is not None, self.lines(reply)
        await self.house.settled()
        return await self.house.job(reply.job)

    def heard(self, text: str, **changes: Any) -> Heard:
        """One line of Anna's."""
        self._said += 1
        said: dict[str, Any] = {
            "text": text,
            "person": factories.person(user=factories.ANNA),
            "place": factories.place(),
            "key": f"line:{self._said}",
            "interactive": False,
            "local": True,
        }
        return Heard(**{**said, **changes})

    def lines(self, reply: Reply, language: str = "en") -> list[str]:
        """A reply as a place without markup shows it."""
        markup = Plain(language=language, now=self.house.clock.now)
        return [TEXTS.render(line, language, markup) for line in reply.lines]

    def labels(self, reply: Reply, language: str = "en") -> list[str]:
        """What its buttons say."""
        return [TEXTS.plain(button.label, language) for button in reply.buttons]


@dataclass
class TimedFiles(MadeUpFiles):
    """Files as they usually are; clips of four seconds, recordings of twelve, enough for a voice to be copied."""

    measured: dict[MediaKind, dict[str, Any]] = field(
        default_factory=lambda: {
            MediaKind.VIDEO: {"duration_s": 4.0, "mime": "video/mp4"},
            MediaKind.AUDIO: {"duration_s": 12.0, "mime": "audio/mpeg"},
        }
    )

    async def intake(self, source: str, *, kind: MediaKind, local: bool) -> media.MediaRef:
        played = self.measured.get(kind, {})
        facts = PICTURE.model_copy(update={"kind": kind, "width": 1280, "height": 720, **played})
        return media.MediaRef(path=self.lay(source), facts=facts, name=source)


@pytest.fixture
async def desk(house: House) -> Desk:
    """The desk in the house."""
    house.files = TimedFiles(house.files.root)
    await house.restart()
    return Desk(house)
