"""Voices in the studio and the engine: whose they are, who may speak with which, and that a failure costs nothing."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import catalogue, errors, jobs, media, ports
from bot.engine.chores import Chores
from bot.errors import Invalid, Problem
from bot.jobs import JobState
from bot.media import Facts, MediaKind
from bot.ports import Source, Status, TaskState
from bot.studio import Asked
from bot.voices import SPEAKS, Speaker
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN
from tests.scripted import MadeUpFiles

__all__ = ["house"]

SAMPLE = Facts(kind=MediaKind.AUDIO, mime="audio/mpeg", size_bytes=10, duration_s=2.0)
WISE, GIRL, MINE = Speaker(id="Wise_Woman", name="Wise Woman", language="English"), "Chinese_Girl", "OperatorsOwn"
LIST = (
    WISE,
    Speaker(id=GIRL, name="Girl", language="Chinese (Mandarin)", models=frozenset({"minimax-speech-2.8-hd"})),
    Speaker(id=MINE, name="Ours", private=True),
)


def made(id: str = "V1", *, url: str | None = "http://result/0") -> ports.Submitted:
    """The answer to a voice that was made."""
    outputs = ((Source(url=url),),) if url else ()
    actions = (jobs.Action(id=id, label=SPEAKS, task_id="t"),)
    return ports.Submitted(status=Status(state=TaskState.SUCCEEDED, outputs=outputs, actions=actions))


@pytest.fixture
async def studio(house: House) -> House:
    """A house in which Anna can afford voices, and Ben lives too."""
    house.files.answers = [SAMPLE]
    async with house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(ANNA, 1000, id="more"))
    await factories.member(house.store, BEN)
    house.studio.voices.list_speakers("uniall", LIST)
    return house


def ben(house: House) -> Asked:
    """Ben asks."""
    asked = house.asked()
    return Asked(
        account=factories.account(BEN),
        person=factories.person(user=BEN),
        place=asked.place,
        key=asked.key,
        language="en",
        interactive=False,
    )


async def sailor(house: House, **said: Any) -> jobs.Job:
    """A voice that Anna had designed."""
    house.provider.submits = [made()]
    job = await house.submit("minimax-voice-design", preview="Ahoy!", **{"name": "Sailor", **said})
    await house.settled()
    return await house.job(job.id)


async def refusal(house: House, asked: Asked, model: str = "minimax-speech-2.8-hd", **said: Any) -> tuple[Problem, ...]:
    """What is wrong with a speech, or with a voice to be made."""
    with pytest.raises(Invalid) as found:
        await house.studio.submit(house.request(model, **said), asked=asked, confirmed=True)
    return found.value.problems


async def test_a_voice_is_its_askers_and_paid_for_once(studio: House) -> None:
    job = await sailor(studio, language="English", description="slow")
    assert (job.state, job.charge, await studio.balance()) == (JobState.DONE, 300, 800)
    assert await studio.studio.voices.own(studio.asked()) == (
        factories.voice(job=job.id, language="English", description="slow", made_at=studio.clock.now()),
    )
    assert await studio.studio.voices.own(ben(studio)) == ()


async def test_a_voice_that_could_not_be_made_costs_nothing(studio: House) -> None:
    studio.provider.submits = [errors.Rejected(errors.Reason.CONTENT, "no famous people")]
    job = await studio.submit("minimax-voice-design", preview="Ahoy!", name="Sailor")
    await studio.settled()
    assert ((await studio.job(job.id)).state, await studio.balance()) == (JobState.FAILED, 1100)
    assert (await studio.studio.voices.own(studio.asked()), await studio.faults()) == ((), [])


async def test_the_same_event_twice_makes_one_voice(studio: House) -> None:
    studio.provider.submits = [made()]
    for _ in range(2):
        await studio.submit("minimax-voice-design", key="tap", preview="Ahoy!", name="Sailor")
    await studio.settled()
    assert (len(studio.provider.sent), await studio.balance()) == (1, 800)


async def test_a_voice_without_a_sample_is_its_askers_all_the_same_and_free(studio: House) -> None:
    studio.provider.submits = [made(url=None)]
    job = await studio.submit("minimax-voice-design", preview="Ahoy!", name="Sailor")
    await studio.settled()
    assert ((await studio.job(job.id)).state, await studio.balance()) == (JobState.FAILED, 1100)
    assert [voice.name for voice in await studio.studio.voices.own(studio.asked())] == ["Sailor"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_kill_at_any_write_leaves_one_voice(studio: House, after: bool) -> None:
    studio.provider.submits = [made()]
    job = await studio.submit_only("minimax-voice-design", preview="Ahoy!", name="Sailor")
    at = 1
    while await studio.run_until_crash(at=at, after=after):
        at += 1
        assert at < 30
    await studio.restart()
    await studio.settled()
    state = (await studio.job(job.id)).state
    own = await studio.studio.voices.own(studio.asked())
    assert (state, len(own)) in {(JobState.DONE, 1), (JobState.FAILED, 0)}  # failed: nobody knew whether it was sent
    assert await studio.balance() == (800 if own else 1100)
    assert len(studio.provider.sent) <= 1


# --- who may speak with it


async def test_its_owner_speaks_with_it_by_name_by_id_and_by_job(studio: House) -> None:
    job = await sailor(studio)
    found = catalogue.find("minimax-speech-2.8-hd")
    for word in ("sailor", "Sailor", "V1", job.id):
        meant = await studio.studio.voices.meant(found, {"voice": word}, asked=studio.asked())
        assert meant == {"voice": "V1"}
    studio.provider.submits = ["task"]
    spoken = await studio.submit("minimax-speech-2.8-hd", voice="V1")
    await studio.settled()
    assert (await studio.job(spoken.id)).state is JobState.DONE
    assert studio.provider.sent[-1].body["voice_id"] == "V1"


async def test_nobody_else_does(studio: House) -> None:
    await sailor(studio)
    foreign = Problem(field="voice", rule="voice_foreign", value="V1")
    assert await refusal(studio, ben(studio), voice="V1") == (foreign,)
    assert await refusal(studio, ben(studio), blend=["Wise_Woman:60", "V1:40"]) == (
        Problem(field="blend", rule="voice_foreign", value="V1"),
    )
    assert await refusal(studio, ben(studio), voice=MINE) == (Problem(field="voice", rule="voice_foreign", value=MINE),)
    spoken = await studio.submit("minimax-speech-2.8-hd", voice="V1")
    await studio.settled()
    with pytest.raises(errors.NotFound):  # nor by repeating what its owner asked for
        await studio.studio.again(spoken.id, asked=ben(studio))


async def test_a_deleted_voice_is_nobodys(studio: House) -> None:
    job = await sailor(studio)
    assert (await studio.studio.voices.delete(job.id.lower(), asked=studio.asked())).name == "Sailor"
    assert await refusal(studio, studio.asked(), voice="V1") == (
        Problem(field="voice", rule="voice_deleted", value="Sailor"),
    )
    with pytest.raises(errors.NotFound):
        await studio.studio.voices.delete(job.id, asked=ben(studio))


async def test_a_voice_must_be_listed_and_fit_the_model(studio: House) -> None:
    assert await refusal(studio, studio.asked(), voice="Wise_Man") == (
        Problem(field="voice", rule="voice_unknown", value="Wise_Man", allowed="Wise_Woman"),
    )
    assert await refusal(studio, studio.asked(), "minimax-speech-02-hd", voice=GIRL) == (
        Problem(field="voice", rule="voice_model", value=GIRL, allowed="minimax-speech-2.8-hd"),
    )
    talking, spoken_by = "kling-avatar-v2-standard", {"speech": "minimax-speech-02-hd"}
    request = studio.request(talking, media_names=("image",), voice=GIRL, **spoken_by)
    with pytest.raises(Invalid, match="voice_model"):
        await studio.studio.submit(request, asked=studio.asked(), confirmed=True)


async def test_what_nobody_has_listed_is_left_to_the_provider(studio: House) -> None:
    studio.studio.voices.list_speakers("uniall", ())
    job = await studio.submit("minimax-speech-2.8-hd", voice="Wise_Man")
    await studio.settled()
    assert (await studio.job(job.id)).state is JobState.DONE


async def test_a_name_is_taken_once(studio: House) -> None:
    await sailor(studio)
    taken = Problem(field="name", rule="name_taken", value="sailor", allowed="sailor 2")
    assert await refusal(studio, studio.asked(), "minimax-voice-design", preview="Ahoy!", name="sailor") == (taken,)


@pytest.mark.parametrize(
    ("speakers", "language", "said"),
    [
        (LIST, "zh", {}),  # the voice that commands say is there
        (LIST[1:], "en", {"voice": GIRL}),
        ((Speaker(id="A", name="A", language="English"), *LIST[1:]), "zh", {"voice": GIRL}),
        (LIST[2:], "en", {}),  # nobody's but the operator's
        ((), "en", {}),
    ],
)
async def test_a_voice_that_is_there_is_said_where_none_is(
    studio: House, speakers: tuple[Speaker, ...], language: str, said: dict[str, str]
) -> None:
    studio.studio.voices.list_speakers("uniall", speakers)
    asked = replace(studio.asked(), language=language)
    model = catalogue.find("minimax-speech-2.8-hd")
    assert await studio.studio.voices.meant(model, {}, asked=asked) == said


async def test_copying_is_off_until_the_operator_allows_it(studio: House) -> None:
    asked, model = studio.asked(), catalogue.find("minimax-voice-clone")
    memo = media.MediaRef(path=studio.files.lay("memo.mp3"), facts=SAMPLE.model_copy(update={"duration_s": 20.0}))
    request = studio.studio.request(model.kind, model, {"name": "Me"}, media={"audio": (memo,)})
    with pytest.raises(errors.NotNow) as found:
        await studio.studio.submit(request, asked=asked, confirmed=True)
    assert (found.value.key, found.value.params["why"]) == ("error.model_unavailable", "cloning_off")
    studio.cloning = True
    await studio.restart()
    studio.provider.submits = [made("C1")]
    await studio.studio.submit(request, asked=asked, confirmed=True)
    await studio.settled()
    assert [(voice.id, voice.source) for voice in await studio.studio.voices.own(asked)] == [("C1", "clone")]


# --- what a running bot does on the side


@dataclass
class SweptFiles(MadeUpFiles):
    """Remembers what was to be spared."""

    spared: set[str] = field(default_factory=set)

    async def sweep(self, older_than: datetime, *, live: Collection[str]) -> int:
        self.spared |= set(live)
        return 0


async def test_voices_are_listed_at_the_start_and_samples_kept_as_long_as_they_are(studio: House) -> None:
    kept, gone = await sailor(studio), await sailor_again(studio)
    await studio.studio.voices.delete(gone.id, asked=studio.asked())
    studio.provider.speakers = (WISE,)
    files = SweptFiles(studio.files.root)
    heard: list[tuple[str, tuple[Speaker, ...]]] = []
    work = Chores(
        replace(studio.world, files=files),
        listed=lambda *_: None,
        heard=lambda name, speakers: heard.append((name, tuple(speakers))),
        keep=timedelta(days=30),
    )
    await work.start()
    await studio.until(lambda: bool(files.spared))
    await work.stop()
    assert set(heard) == {("uniall", (WISE,))}
    assert files.spared == {output.path for output in await studio.outputs(kept.id)}


async def sailor_again(house: House) -> jobs.Job:
    """A second voice of Anna's."""
    house.provider.submits = [made("V2")]
    job = await house.submit("minimax-voice-design", preview="Ahoy!", name="Second")
    await house.settled()
    return await house.job(job.id)
