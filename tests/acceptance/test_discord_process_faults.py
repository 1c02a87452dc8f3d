"""Everything that Discord can answer at every step of a job: the result arrives once, or waits in /jobs."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.jobs import JobState
from tests.acceptance import discord_house
from tests.acceptance.discord_house import Scene, done, together

HOLD_S = 2.0  # how long the provider takes, while the trouble is planned
INVALID = frozenset({401, 403, 404, 429})  # what Discord counts against an address (topics/rate-limits)

STEPS = ("answer", "token", "edit", "post", "direct")
TROUBLES: Mapping[str, Mapping[str, Any]] = {
    "400": {"name": "status", "status": 400, "code": 50035},
    "401": {"name": "status", "status": 401, "code": 50027},
    "403": {"name": "status", "status": 403, "code": 50013},
    "404": {"name": "status", "status": 404, "code": 10008},
    "409": {"name": "status", "status": 409},
    "413": {"name": "status", "status": 413, "code": 40005},
    "429": {"name": "rate_limit", "retry_after_s": 1.0},
    "500": {"name": "status", "status": 500},
    "503": {"name": "status", "status": 503},
    "502 html": {"name": "html", "status": 502},
    "lost": {"name": "lost"},
    "cut": {"name": "cut"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of one job."""

    state: JobState
    here: int  # results in the channel
    alone: int  # results sent directly
    files: int  # with these


def expected(step: str, trouble: str) -> Came:
    """Where the result is in the end: where it was going, but for a place that says it is closed."""
    shut = trouble in {"401", "403"} and step in {"post", "direct"}
    alone = 1 if (step == "direct" and not shut) or (step == "post" and shut) else 0
    here = 0 if step == "direct" or shut else 1
    files = 0 if trouble == "413" and step != "answer" else alone + here  # too large is said instead
    return Came(state=JobState.DONE, here=here, alone=alone, files=files)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Scene]:
    """A bot that sends as many at once as there are cases."""
    async with discord_house.opened(tmp_path, {"LIMIT_SUBMITS": "100", "LIMIT_DELIVERIES": "30"}) as scene:
        await scene.start()
        yield scene
        await scene.check_books()
        await scene.check()


async def begun(scene: Scene, step: str, trouble: str) -> None:
    """A job at its step, with the trouble in its way."""
    prompt = f"{step} {trouble}"
    fault = TROUBLES[trouble]
    if step == "answer":
        before = len(await scene.door("requests", contains="/interactions/"))
        await scene.door("fault", method="POST", path="/interactions/*", **fault)
        await scene.asks(prompt)
        await scene.until(lambda: struck(scene, before))
        return
    asked = await scene.held(prompt, seconds=HOLD_S, private=step == "direct")
    await scene.until(lambda: running(scene))
    token = (await scene.door("interaction", interaction=asked))["token"]
    alone = await scene.door("dm", user=scene.mia)
    if step != "token":
        await scene.door("kill_token", interaction=asked)
    if step == "post":
        await scene.door("delete_message", message=(await scene.messages())[0]["id"])
    ways = {
        "token": ("PATCH", f"/webhooks/*/{token}/*"),
        "edit": ("PATCH", f"/channels/{scene.channel}/messages/*"),
        "post": ("POST", f"/channels/{scene.channel}/messages"),
        "direct": ("POST", f"/channels/{alone}/messages"),
    }
    method, path = ways[step]
    await scene.door("fault", method=method, path=path, **fault)


async def struck(scene: Scene, before: int) -> bool:
    requests = await scene.door("requests", contains="/interactions/")
    return any(one["scripted"] for one in requests[before:])


async def running(scene: Scene) -> bool:
    return any(one.content.startswith("> ASKED\nPainting") for one in await scene.read())


async def came(scene: Scene, prompt: str) -> Came:
    """Wait for its end."""
    job = await scene.job(prompt, timeout_s=60)
    here, alone = (
        [one for one in part if "used" in one.content] for part in (await scene.read(), await scene.direct())
    )
    files = sum(len(one.files) for one in (*here, *alone))
    return Came(state=job.state, here=len(here), alone=len(alone), files=files)


async def test_whatever_discord_answers_at_whatever_step(bot: Scene) -> None:
    cases = [(step, trouble) for step in STEPS for trouble in TROUBLES]
    scenes = [await bot.elsewhere() for _ in cases]
    for scene, (step, trouble) in zip(scenes, cases, strict=True):
        await begun(scene, step, trouble)
    found = await together(
        *(came(scene, " ".join(case)) for scene, case in zip(scenes, cases, strict=True)),
    )
    wrong = {case: one for case, one in zip(cases, found, strict=True) if one != expected(*case)}
    assert wrong == {}
    assert [fault for fault in await bot.door("faults") if not fault["used"]] == []
    invalid = [one for one in await bot.door("requests") if one["status"] in INVALID]
    assert len(invalid) < 2 * len(cases)


async def test_a_rate_limit_over_everything_is_obeyed(bot: Scene) -> None:
    for path in ("/channels/*", "/webhooks/*", "/interactions/*"):
        scene = await bot.elsewhere()
        limit = {"name": "rate_limit", "path": path, "retry_after_s": 1.0, "is_global": True}
        if path == "/interactions/*":
            await bot.door("fault", **limit)
            await scene.answered(await scene.asks(path))
        else:
            asked = await scene.held(path, seconds=0.7)
            if path == "/channels/*":
                await bot.door("kill_token", interaction=asked)
            await bot.door("fault", **limit)
        assert (await scene.job(path)).state is JobState.DONE
        assert await scene.read() == [done()], path
    assert [fault["used"] for fault in await bot.door("faults")] == [1, 1, 1]
