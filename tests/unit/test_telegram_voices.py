"""Voices on Telegram: a note in answer to a question becomes a voice, and its button speaks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import media
from bot.media import MediaKind
from bot.ports import Submitted
from tests import media_files, telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import MIA, RealFiles, Stage
from tests.unit.test_voices import made

__all__ = ["house"]


@dataclass
class PatientFiles(RealFiles):
    """Recordings of twelve seconds, enough for a voice to be copied."""

    async def intake(self, source: str, *, kind: MediaKind, local: bool) -> media.MediaRef:
        ref = await super().intake(source, kind=kind, local=local)
        assert ref.facts is not None
        return ref.model_copy(update={"facts": ref.facts.model_copy(update={"duration_s": 12.0})})


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage where voices may be copied."""
    house.cloning = True
    async with telegram_stage.opened(house, tmp_path) as opened:
        opened.files = PatientFiles(house.files.root)
        await opened.build()
        await opened.start()
        yield opened


async def test_a_note_in_answer_to_the_question_is_copied_and_speaks(stage: Stage, tmp_path: Path) -> None:
    note = media_files.audio(tmp_path / "in.ogg").read_bytes()
    stage.house.provider.submits = [made(), Submitted(task_id="t")]
    stage.say("/voices")
    room = await stage.shown("You have no voice of your own yet.")
    stage.served.press(user_id=MIA, chat_id=MIA, message_id=room["message_id"], text="Clone a voice · 152")
    asked = await stage.shown("ten seconds")
    stage.served.send(
        user_id=MIA,
        chat_id=MIA,
        kind="voice",
        data=note,
        name="in.ogg",
        mime="audio/ogg",
        reply_to=asked["message_id"],
    )
    done = await stage.shown("/speech and /talk know it by that name.")
    assert (done["kind"], stage.files.taken) == ("audio", [(MediaKind.AUDIO, note)])
    stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], text="Speak with it · from 1")
    question = await stage.shown("What should it say?")
    stage.say("Land ahoy!", reply_to=question["message_id"])
    await stage.shown("Here it is, read aloud.")
    await stage.idle()
    assert stage.house.provider.sent[-1].body["voice_id"] == "V1"
    assert sorted(str(job.request.kind) for job in await stage.jobs()) == ["speech", "voice"]
