"""Making things: from a line to a job or a question, through the commands' own door."""

import asyncio
from typing import Any

import pytest

from bot import requests
from bot.commands import Given
from bot.media import MediaKind
from tests import factories
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]


async def asked_for(desk: Desk, text: str, **changes: Any) -> requests.Request:
    """The request that a line became."""
    reply = await desk.say(text, **{"person": factories.person(user=factories.ANNA), **changes})
    assert reply.job is not None, desk.lines(reply)
    return (await desk.house.job(reply.job)).request


async def test_a_job_is_accepted_with_its_price_and_what_is_left(desk: Desk) -> None:
    reply = await desk.say("/image a red fox in snow --ratio 16:9")
    assert desk.lines(reply) == ["Got it! You're next, ready in 15 seconds. 5 credits of your own set aside, 95 left."]
    assert desk.labels(reply) == ["Cancel, free"]
    assert (reply.kind, reply.private) == ("queued", False)
    assert reply.facts == {
        "job": reply.job,
        "kind": "image",
        "model": "NanoBanana2-1K",
        "operation": "text-to-image",
        "state": "queued",
        "price_credits": 5,
        "place": reply.facts["place"],
        "own_before": 0,
        "left_credits": 95,
        "from_pool_credits": 0,
        "from_own_credits": 5,
        "community": None,
    }


async def test_what_waits_for_their_own_jobs_says_so(desk: Desk) -> None:
    desk.house.limits = desk.house.limits_with(member_running=2)
    await desk.house.restart()
    desk = Desk(desk.house)
    desk.house.provider.gate = asyncio.Event()
    await desk.say("/image a fox")
    await desk.say("/video a fox --duration 2")
    third, fourth = [await desk.say("/image a fox") for _ in range(2)]
    assert desk.lines(third) == [
        "Got it! Next after one of your own jobs, ready in 30 seconds. 5 credits of your own set aside, 78 left."
    ]
    assert desk.lines(third, "zh") == [
        "收到！等你自己的 1 个任务做完就轮到它，预计 30 秒后完成。预留自己的 5 积分，余 78。"
    ]
    assert desk.lines(fourth)[0].startswith("Got it! Next after 2 of your own jobs, ready in 2 minutes.")
    assert [reply.facts["own_before"] for reply in (third, fourth)] == [1, 2]
    assert "Next after one of your own jobs." in await desk.read(f"/jobs {third.job}")
    desk.house.provider.gate.set()
    await desk.house.settled()


async def test_a_job_is_accepted_in_chinese(desk: Desk) -> None:
    reply = await desk.say("画 雪地里的红狐狸", person=factories.person(user="mia", language="zh-CN"))
    assert desk.lines(reply, "zh")[0].startswith("需要 5 积分，你有 0，所以没有开始")
    await desk.say("/settings language zh")
    reply = await desk.say("画 雪地里的红狐狸")
    assert await desk.commands.language(desk.heard("")) == "zh"
    assert desk.lines(reply, "zh") == ["收到！马上轮到你，预计 15 秒后完成。预留自己的 5 积分，余 95。"]
    assert desk.labels(reply, "zh") == ["取消，免费"]


@pytest.mark.parametrize(
    ("line", "model", "operation", "options"),
    [
        ("/image a fox", "NanoBanana2-1K", "text-to-image", {"prompt": "a fox"}),
        ("/image a fox --quality quick", "NanoBanana2-0.5K", "text-to-image", {"prompt": "a fox"}),
        ("/image a fox --quality best", "NanoBananaPro-4K", "text-to-image", {"prompt": "a fox"}),
        ("/image 狐狸 --质量 快", "NanoBanana2-0.5K", "text-to-image", {"prompt": "狐狸"}),
        ("/image a fox --model nano2-2k", "NanoBanana2-2K", "text-to-image", {"prompt": "a fox"}),
        ("/image --prompt 'a fox'", "NanoBanana2-1K", "text-to-image", {"prompt": "a fox"}),
        ("/image a fox --ar １６：９", "NanoBanana2-1K", "text-to-image", {"prompt": "a fox", "ratio": "16:9"}),
        ("/IMAGE@Atelier a fox", "NanoBanana2-1K", "text-to-image", {"prompt": "a fox"}),
        ("/画一只狐狸", "NanoBanana2-1K", "text-to-image", {"prompt": "一只狐狸"}),
        (
            "/music calm piano --instrumental",
            "minimax-music-2.6",
            "text-to-music",
            {"prompt": "calm piano", "instrumental": True},
        ),
        (
            '/speech "Hello there" --voice Wise_Woman --speed 0.9',
            "minimax-speech-2.8-hd",
            "text-to-speech",
            {"prompt": "Hello there", "voice": "Wise_Woman", "speed": 0.9},
        ),
        (
            "/speech hi --pronunciation a/b --pronunciation c/d",
            "minimax-speech-2.8-hd",
            "text-to-speech",
            {"prompt": "hi", "voice": "Wise_Woman", "pronunciation": ["a/b", "c/d"]},
        ),
    ],
)
async def test_a_line_becomes_a_request(
    desk: Desk, line: str, model: str, operation: str, options: dict[str, object]
) -> None:
    request = await asked_for(desk, line)
    assert (request.model, request.operation, dict(request.options)) == (model, operation, options)


@pytest.mark.parametrize(
    ("quality", "own"), [("quick", "low"), ("good", "medium"), ("best", "high"), ("high", "high"), ("最好", "high")]
)
async def test_quality_means_a_named_model_s_own_quality(desk: Desk, quality: str, own: str) -> None:
    request = await asked_for(desk, f"/image a fox --model gpt-image-2 --quality {quality}")
    assert (request.model, request.options["quality"]) == ("gpt-image-2", own)


async def test_a_preferred_model_is_taken_unless_quality_is_said(desk: Desk) -> None:
    await desk.say("/settings model image NanoBanana2-2K")
    assert (await asked_for(desk, "/image a fox")).model == "NanoBanana2-2K"
    assert (await asked_for(desk, "/image a fox --quality good")).model == "NanoBanana2-2K"
    assert (await asked_for(desk, "/image a fox --quality quick")).model == "NanoBanana2-0.5K"


@pytest.mark.parametrize(
    ("line", "model", "operation", "given"),
    [
        ("/image in summer --image a.png", "NanoBanana2-1K", "image-to-image", {"images": ["a.png"]}),
        (
            "/image both --image a.png --image b.png",
            "NanoBanana2-1K",
            "image-to-image",
            {"images": ["a.png", "b.png"]},
        ),
        ("/video it blinks --image a.png", "grok-imagine", "image-to-video", {"image": ["a.png"]}),
        (
            "/video they meet --image a.png --image b.png --duration 3",
            "grok-imagine",
            "reference-to-video",
            {"images": ["a.png", "b.png"]},
        ),
        ("/edit a.png make it night", "NanoBanana2-1K", "image-to-image", {"images": ["a.png"]}),
        ('/edit "my fox.png" "make it night"', "NanoBanana2-1K", "image-to-image", {"images": ["my fox.png"]}),
        ("/edit make it night --image a.png", "NanoBanana2-1K", "image-to-image", {"images": ["a.png"]}),
    ],
)
async def test_media_are_taken_by_flag_and_by_first_word(
    desk: Desk, line: str, model: str, operation: str, given: dict[str, list[str]]
) -> None:
    request = await asked_for(desk, line)
    assert (request.model, request.operation) == (model, operation)
    assert {name: [ref.name for ref in refs] for name, refs in request.media.items()} == given


@pytest.mark.parametrize(
    ("line", "operation", "duration"),
    [
        ("/edit clip.mp4 make it night", "edit", None),
        ("/edit clip.mp4 it runs on --extend 6", "extend", 6),
        ("/video it runs on --video clip.mp4 --extend 6", "extend", 6),
        ("/video make it night --video clip.mp4 --operation edit", "edit", None),
    ],
)
async def test_a_clip_is_edited_or_extended(desk: Desk, line: str, operation: str, duration: int | None) -> None:
    request = await asked_for(desk, line)
    assert (request.model, request.operation, request.options.get("duration")) == ("grok-imagine", operation, duration)


async def test_edit_starts_from_an_earlier_job(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    request = await asked_for(desk, f"/edit {job.id} make it night")
    assert request.options["prompt"] == "make it night"
    assert [ref.name for ref in request.media["images"]] == [job.id]


async def test_a_word_that_only_looks_like_a_job_is_prose(desk: Desk) -> None:
    reply = await desk.say("/edit MAKE it night")
    assert reply.facts["error"] == {"key": "error.nothing_to_edit"}


@pytest.mark.parametrize(
    ("line", "attached", "operation", "names"),
    [
        ('/talk "hello"', [MediaKind.IMAGE], "image-and-text", {"image"}),
        ("/talk", [MediaKind.AUDIO, MediaKind.IMAGE], "image-and-audio", {"image", "audio"}),
        ("/edit make it night", [MediaKind.IMAGE], "image-to-image", {"images"}),
        ("/image in summer", [MediaKind.IMAGE, MediaKind.IMAGE], "image-to-image", {"images"}),
    ],
)
async def test_attachments_find_their_place(
    desk: Desk, line: str, attached: list[MediaKind], operation: str, names: set[str]
) -> None:
    files = tuple(Given(kind=kind, source=f"/tmp/{kind}", kept=True) for kind in attached)
    request = await asked_for(desk, line, attachments=files, local=False)
    assert (request.operation, set(request.media)) == (operation, names)


async def test_a_dear_request_is_asked_first(desk: Desk) -> None:
    reply = await desk.say("/image a fox --quality best", interactive=True)
    assert (reply.kind, reply.job, reply.private) == ("question", None, True)
    assert desk.lines(reply) == [
        "This picture with Nano Banana Pro · 4K costs 15 credits of your own. You have 100; 85 would remain. Start?"
    ]
    assert desk.labels(reply) == ["Start · 15", "Grok Imagine Image Quality · 8", "No thanks"]
    started = await desk.press("start", str(reply.facts["draft"]))
    assert (started.kind, started.facts["left_credits"]) == ("queued", 85)


async def test_yes_skips_the_question(desk: Desk) -> None:
    assert (await desk.say("/image a fox --quality best --yes", interactive=True)).kind == "queued"


async def test_an_event_that_comes_twice_makes_one_job(desk: Desk) -> None:
    first, second = [await desk.say("/image a fox", key="twice") for _ in range(2)]
    assert first.job == second.job


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "/image",
            "A picture from words, or from words and pictures. Try /image a red fox in snow. "
            "Credits: 5 per picture; usually ready in 15 s.",
        ),
        (
            "/talk",
            'A picture that speaks your words or your recording. Try /talk "Happy birthday, Mia!" '
            "--image portrait.png. Credits: 6 per second; usually ready in 2 min.",
        ),
        (
            "/edit",
            "A picture or a clip, changed the way you say. Try /edit fox.png make it night, with stars. "
            "Credits: 5 per picture; usually ready in 15 s.",
        ),
    ],
)
async def test_every_command_works_empty(desk: Desk, line: str, words: str) -> None:
    assert await desk.read(line) == [words]


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("/image --ratio 1:1", "prompt", "Say in words what you want, like /image a red fox in snow."),
        ("/image a fox --ratoi 1:1", "ratoi", "I don't know --ratoi; did you mean --ratio? If it belongs"),
        ("/image a fox --ratio", "ratio", "--ratio needs a value: 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 5:4, 4:5, 2:1"),
        ("/image a fox --ratio 7:3", "ratio", "ratio can't be “7:3” with NanoBanana2-1K; choose 1:1, 2:3"),
        ("/image a fox --count 9", "count", "count can't be 9 with NanoBanana2-1K; choose 1 to 4."),
        ("/image a fox --count two", "count", "count can't be “two”; it takes a whole number, 1 to 4."),
        ("/image a fox --duration 5", "duration", "NanoBanana2-1K doesn't take duration; it takes prompt, ratio"),
        ("/image a fox --seed 1", "seed", "NanoBanana2-1K doesn't take seed; it takes prompt, ratio, format, count."),
        ("/image a fox --count 1 --count 2", "count", "count is said twice, “1” and “2”; keep one."),
        ("/image a fox --prompt dog", "prompt", "prompt is said twice, “a fox” and “dog”; keep one."),
        ("/image a fox --quality high", "quality", "quality can't be “high”; choose quick, good, best."),
        ("/image a fox --model nobody", "model", "There is no model “nobody”; for this there is"),
        ("/image a fox --model grok-imagine", "model", "“grok-imagine” is for something else; for this there is"),
        ("/video a fox --duration 16", "duration", "duration can't be 16 with grok-imagine; choose 1 to 15."),
        (
            "/video a fox --model sora --duration 12",
            "duration",
            "duration can't be “12” with sora2-landscape-8s; choose 8, or use --model sora2-landscape-12s.",
        ),
        (
            "/video a fox --model kling --no-sound",
            "sound",
            "sound can't be “no” with kling-v3-std-audio; choose yes, or use --model kling-v3-std-silent.",
        ),
        ("/video a fox --operation dance", "operation", "operation can't be “dance” with grok-imagine; choose"),
        ("/video night --video clip.mp4", "operation", "operation is missing; choose edit, extend."),
        ("/video x --image a --video b --operation edit --model grok", "image", "image doesn't fit here: video."),
        ('/talk "hello"', "image", "This needs a picture: add --image with a file, a link or a job, or attach one."),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_with_its_cure(desk: Desk, line: str, field: str, words: str) -> None:
    reply = await desk.say(line)
    assert (reply.kind, reply.private, reply.job) == ("error", True, None)
    error = reply.facts["error"]
    assert isinstance(error, dict)
    assert error["field"] == field
    assert desk.lines(reply)[0].startswith(words)
    assert await desk.house.balance() == 100


async def test_too_few_credits_start_nothing(desk: Desk) -> None:
    await desk.house.spend_down_to(3)
    assert await desk.read("/image a fox") == [
        "This needs 5 credits and you have 3, so nothing was started; choose something smaller, or ask whoever runs "
        "this bot for more."
    ]
