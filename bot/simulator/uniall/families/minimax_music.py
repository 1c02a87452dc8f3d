"""minimax-music: page 055. Vocals without lyrics are only advised against there.

What is in `audio_setting` isn't documented: a kind of file and a sample rate are obeyed where they are known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family, Json
from bot.simulator.made import Tune
from bot.simulator.media import sounds
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, doors

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "lyrics": checks.anything,
    "lyrics_optimizer": checks.flag,
    "is_instrumental": checks.flag,
    "audio_setting": checks.mapping,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what page 055 forbids."""
    checks.fields(draft.body, _FIELDS)
    checks.need(draft.body, "prompt")
    return "text2music"


def makes(submit: Submit, inputs: Sequence[Input]) -> Tune:
    """As long as its prompt says."""
    seconds = sounds.music_seconds(submit.body["prompt"], submit.body_sha256)
    setting: Mapping[str, Any] = submit.body.get("audio_setting", {})
    return Tune(
        seconds=seconds,
        sung=not submit.body.get("is_instrumental", False),
        format="wav" if setting.get("format") == "wav" else "mp3",
        rate=rate if (rate := setting.get("sample_rate")) in sounds.RATES else 44_100,
    )


def answer(report: Report) -> Json:
    """055 chapters 3.2 and 4; its failed form isn't printed and follows 058."""
    task = answers.job(report.submit, report.state, "audio.generation.job")
    if report.state.failure:
        task["error"] = {"message": report.state.failure.message}
    return task | ({"audio_url": report.urls[0], "result": answers.sounds(report.urls)} if report.urls else {})


FAMILY = Family(
    name="minimax-music",
    ids=("minimax-music-2.6",),
    doors=(doors.tasks(doors.AUDIO_TASKS, answer),),
    judge=judge,
    makes=makes,
    length_s=(5.0, 7.0),
    failure="audio task failed",
)
