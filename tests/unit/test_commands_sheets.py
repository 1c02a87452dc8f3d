"""/models, /credits, /settings, /help: what can be looked up, and set."""

from dataclasses import replace

import pytest

from bot import catalogue
from bot.commands import commands, models
from bot.requests import Kind
from bot.studio import Offer
from tests import factories
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]


async def test_models_show_what_is_picked_and_how_many_there_are_besides(desk: Desk) -> None:
    lines = await desk.read("/models")
    open_now = [offer for offer in await desk.house.studio.offers(Kind.IMAGE) if offer.available]
    assert lines[:5] == [
        "For pictures (--model):",
        "NanoBanana2-0.5K · 2 per picture · usually 10 s · --quality quick",
        "NanoBanana2-1K · 5 per picture · usually 15 s · --quality good",
        "NanoBananaPro-4K · 15 per picture · usually 60 s · --quality best",
        f"… and {len(open_now) - 3} more: /models image",
    ]
    assert len(lines) < 40


async def test_models_of_a_kind_stand_by_families_with_what_cannot_be_had_last(desk: Desk) -> None:
    lines = await desk.read("/models image")
    ids = "NanoBanana2-0.5K 2, NanoBanana2-1K 5, NanoBanana2-2K 7, NanoBanana2-4K 10"
    assert f"Nano Banana 2: {ids} · credits per picture · usually 10 s to 40 s" in lines
    gated = next(line for line in lines if line.startswith("Not now, as its provider opens it on request only: "))
    assert "NanoBananaPro-8K" in gated
    closed = [line for line in lines if line.startswith("Not now, as ")]
    assert (lines[-len(closed) :], len(closed) < 4) == (closed, True)
    assert [line for line in closed if "no key" in line and " more" in line]


def test_models_of_two_providers_are_told_apart() -> None:
    here = catalogue.find("NanoBananaPro-1K")
    there = replace(here, id="there", provider="pxz")
    said = replace(there, title="Nano Banana Pro · pxz")
    offers = [Offer(model=m, available=True, why="", typical_s=1) for m in (here, there)]
    assert [models.called(each.model.title, each, offers) for each in offers] == [
        "Nano Banana Pro · 1K · uniall",
        "Nano Banana Pro · 1K · pxz",
    ]
    assert models.called(said.title, replace(offers[1], model=said), offers) == "Nano Banana Pro · pxz"
    assert models.called(here.title, offers[0], [offers[0], replace(offers[1], available=False)]) == here.title
    assert [len(family) for family in models.families(offers)] == [1, 1]


@pytest.mark.parametrize("line", ["/models music", "/models songs", "模型 音乐", "/models MUSIC"])
async def test_models_of_one_kind(desk: Desk, line: str) -> None:
    reply = await desk.say(line)
    assert desk.lines(reply) == [
        "For songs (--model):",
        "minimax-music-2.6 · 15 per song · usually 1 min 30 s · --quality good",
    ]


async def test_who_fills_in_a_form_reads_the_names_of_its_fields(desk: Desk) -> None:
    assert await desk.read("", command="models", fields={"kind": "music"}) == [
        "For songs (model):",
        "minimax-music-2.6 · 15 per song · usually 1 min 30 s · quality: good",
    ]
    lines = await desk.read("", command="help", fields={"command": "music"})
    assert "   instrumental · without singing" in lines
    assert "   more: yes=… · start at once, without asking about the price" in lines
    assert not any(line.strip().startswith("--") for line in lines)


async def test_who_fills_in_a_form_reads_its_fields_in_the_language_of_the_app(desk: Desk) -> None:
    assert (await desk.read("", command="settings"))[1:] == [
        "Ask before spending: as usual here, from 15 credits (/settings setting: ask value: 30 changes it)",
        "/settings setting: model image value: NanoBanana2-1K makes a model your usual one.",
    ]
    await desk.say("/settings language en")
    mei = factories.person(user=factories.ANNA, language="zh-CN")
    assert (await desk.read("", command="help", person=mei))[-1] == (
        "/help 命令: image lists what a command can be told."
    )
    job = await desk.made("/image a fox")
    assert (await desk.read("", command="jobs"))[-1] == (
        f"/jobs action: show job: {job.id} brings one back, /jobs action: again job: {job.id} repeats it."
    )


async def test_a_rate_of_many_cases_says_what_decides(desk: Desk) -> None:
    reply = await desk.say("/models image")
    assert "GPT Image 2 (gpt-image-2) · 1 to 27 per picture, by quality and size · usually 45 s" in desk.lines(reply)
    assert "GPT Image 2（gpt-image-2） · 每张 1 到 27，看质量和尺寸 · 通常 45 秒" in desk.lines(reply, "zh")


@pytest.mark.parametrize("line", ["/models avatar-v2-pro", "/models AVATAR-V2-PRO"])
async def test_models_that_a_word_names(desk: Desk, line: str) -> None:
    assert await desk.read(line) == [
        "For talking pictures (--model):",
        "kling-avatar-v2-pro · 10 per second · usually 2 min · --quality best",
    ]


async def test_models_of_a_kind_nobody_knows(desk: Desk) -> None:
    assert await desk.read("/models musik") == ["kind can't be “musik”; choose music."]
    assert await desk.read("/models cars") == [
        "kind can't be “cars”; choose image, video, music, speech, voice, avatar, chat."
    ]


async def test_credits_show_what_is_left_and_where_it_went(desk: Desk) -> None:
    assert await desk.read("/credits") == [
        "100 credits left.",
    ]
    await desk.made("/image a fox")
    await desk.made("/music a song")
    reply = await desk.say("积分")
    assert desk.lines(reply) == [
        "80 credits left. This week 20: songs 15, pictures 5.",
    ]
    assert reply.facts == {
        "left_credits": 80,
        "own_credits": 80,
        "allowance_credits": 0,
        "held_credits": 0,
        "used_credits": 20,
        "week_credits": {"music": 15, "image": 5},
    }


async def test_settings_are_shown_and_changed(desk: Desk) -> None:
    assert await desk.read("/settings") == [
        "Language: as your app says (/settings language zh changes it)",
        "Ask before spending: as usual here, from 15 credits (/settings ask 30 changes it)",
        "/settings model image NanoBanana2-1K makes a model your usual one.",
    ]
    for line in ("/settings language zh", "/settings ask 30", "/settings model image nano2-2k"):
        assert (await desk.say(line)).kind == "message"
    reply = await desk.say("/settings")
    assert reply.facts == {"settings": {"language": "zh", "ask_above": 30, "models": {"image": "NanoBanana2-2K"}}}
    assert desk.lines(reply, "zh")[2] == "图片总是用 NanoBanana2-2K（取消：/settings model image off）"


@pytest.mark.parametrize(
    ("line", "ask_above"),
    [("/settings ask 30", 30), ("/settings ask off", 0), ("设置 询问 关", 0), ("/settings ask auto", None)],
)
async def test_who_is_asked_when(desk: Desk, line: str, ask_above: int | None) -> None:
    settings = (await desk.say(line)).facts["settings"]
    assert isinstance(settings, dict)
    assert settings["ask_above"] == ask_above


async def test_never_asked_means_never(desk: Desk) -> None:
    await desk.say("/settings ask off")
    assert (await desk.say("/image a fox --quality best", interactive=True)).kind == "queued"


async def test_a_preferred_model_is_forgotten(desk: Desk) -> None:
    await desk.say("/settings model image nano2-2k")
    assert (await desk.say("/settings model image off")).facts["settings"] == {
        "language": None,
        "ask_above": None,
        "models": {},
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/settings colour", "settings can't be “colour”; choose language, ask, model, home."),
        ("/settings language", "Please add what language should be: en, zh, auto."),
        ("/settings language fr", "language can't be “fr”; choose en, zh, auto."),
        ("/settings ask", "Please add what ask should be: 30, off, auto."),
        ("/settings ask 0", "ask can't be “0”; choose 1–1000000, off, auto."),
        ("/settings model image", "Name a kind and a model, like /settings model image NanoBanana2-1K."),
        ("/settings model image nobody", "There is no model “nobody”; for this there is"),
    ],
)
async def test_a_setting_that_is_not_one_is_named(desk: Desk, line: str, words: str) -> None:
    reply = await desk.say(line)
    assert reply.kind == "error"
    assert desk.lines(reply)[0].startswith(words)


async def test_help_gives_three_examples_and_every_command(desk: Desk) -> None:
    lines = await desk.read("/help")
    assert lines[:5] == [
        "Three things to try:",
        "   /image a red fox in snow",
        "   /video a red fox runs through snow",
        '   /speech "Good morning, and welcome!"',
        "Everything I can do:",
    ]
    assert len(lines) == 5 + len(commands()) + 1


@pytest.mark.parametrize("line", ["/help video", "/help /video", "帮助 视频"])
async def test_help_lists_a_command_s_options_with_their_values(desk: Desk, line: str) -> None:
    lines = await desk.read(line)
    assert lines[0] == "/video: A clip from words, or a picture brought to life."
    assert "   --duration · length in seconds (1–30)" in lines
    assert "   --image · picture to start from: file, link or job" in lines
    assert any(line.startswith("   --resolution · how fine the picture is (480p, 720p, 1080p") for line in lines)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/imagine a fox", "I don't know /imagine; did you mean /image?"),
        ("/help imagine", "I don't know /imagine; did you mean /image?"),
        ("/xyz", "I don't know /xyz; did you mean /help?"),
        ("a red fox", "Please start with a command, like /image a red fox in snow; /help lists them all."),
        ("image a red fox", "Please start with a command, like /image a red fox in snow; /help lists them all."),
        ("画得真好", "Please start with a command, like /image a red fox in snow; /help lists them all."),
        ("", "Please start with a command, like /image a red fox in snow; /help lists them all."),
    ],
)
async def test_what_is_no_command_is_answered(desk: Desk, line: str, words: str) -> None:
    reply = await desk.say(line)
    assert (reply.kind, desk.lines(reply)) == ("error", [words])
