"""What can be made of a result or of a message's files: vary, edit, animate, reference, extend, and another model."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.rightclicks import right_clicks
from bot import catalogue, errors, media, requests
from bot.commands import Given, commands, following, menus, options
from bot.errors import Reason
from bot.jobs import Action, Failure, FailureKind, JobState
from bot.media import MediaKind, MediaTrouble
from bot.money import Receipt
from bot.replies import Reply
from bot.requests import Kind
from tests import factories
from tests.desk import Desk, desk, house
from tests.scripted import done
from tests.unit.test_presenter import RECEIPT, Wall, presenter, running_job

__all__ = ["desk", "house"]

CLIP = media.Facts(kind=MediaKind.VIDEO, mime="video/mp4", size_bytes=10, width=1280, height=720, duration_s=6.0)
PHOTO = Given(kind=MediaKind.IMAGE, source="/tmp/photo.png", kept=True)


async def made_of(desk: Desk, line: str, **changes: Any) -> requests.Request:
    """The request that a line became."""
    reply = await desk.say(line, **changes)
    assert reply.job is not None, desk.lines(reply)
    return (await desk.house.job(reply.job)).request


async def clip(desk: Desk) -> str:
    """A finished clip of six seconds."""
    desk.house.files.answers = [CLIP]
    return (await desk.made("/video a fox runs")).id


def gist(request: requests.Request) -> tuple[str, str, dict[str, Any], dict[str, list[str | None]]]:
    """What matters of a request here."""
    paths = {name: [ref.path for ref in refs] for name, refs in request.media.items()}
    return request.model, request.operation, dict(request.options), paths


# --- buttons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "facts", "labels"),
    [
        (
            {"kind": Kind.VIDEO, "model": "grok-imagine", "operation": "text-to-video"},
            CLIP,
            ["Again · 5", "Edit · 72", "Extend · 72"],
        ),
        (
            {"kind": Kind.MUSIC, "model": "minimax-music-2.6", "operation": "text-to-music"},
            factories.facts(kind=MediaKind.AUDIO, mime="audio/mpeg"),
            ["Again · 5"],
        ),
        (
            {"kind": Kind.AVATAR, "model": "kling-avatar-v2-standard", "operation": "image-and-text"},
            CLIP,
            ["Again · 5"],
        ),
        (
            {"model": "gone-from-the-catalogue"},
            factories.facts(),
            ["Again · 5", "Vary · 5", "Edit · 5", "Animate · 36", "Use as reference · 5"],
        ),
        (
            {"model": "NanoBananaPro-4K", "options": {"prompt": "a fox", "count": 4}},
            factories.facts(),
            ["Again · 5", "Vary · 15", "Edit · 15", "Animate · 36", "Use as reference · 15"],
        ),
    ],
)
async def test_a_result_offers_what_can_be_made_of_it_with_its_price(
    changes: dict[str, Any], facts: media.Facts, labels: list[str]
) -> None:
    wall = Wall()
    job = running_job(request=factories.request(**changes))
    await presenter(wall).result(job, [factories.output(facts=facts)], RECEIPT)
    assert wall.labels() == labels


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (FailureKind.FAILED, ["Try again · 5", "Gemini 3.1 Flash Image · 1K · 5"]),
        (FailureKind.CROWDED, ["Try again · 5", "Gemini 3.1 Flash Image · 1K · 5"]),
        (FailureKind.CONTENT, ["Edit prompt · 5"]),
        (FailureKind.PARAMETER, ["Gemini 3.1 Flash Image · 1K · 5"]),
        (FailureKind.MODEL, ["Gemini 3.1 Flash Image · 1K · 5"]),
        (FailureKind.BALANCE, ["Try again · 5"]),
    ],
)
async def test_a_failure_offers_another_model_where_that_may_help(kind: FailureKind, labels: list[str]) -> None:
    wall = Wall()
    await presenter(wall).failed(running_job(failure=Failure(kind=kind)), Receipt(held=5, used=0, left=20))
    assert wall.labels() == labels


def test_only_a_model_that_takes_the_same_request_is_another() -> None:
    square = factories.request(options={"prompt": "a fox", "ratio": "2:1"}, model="gpt-image-2")
    assert following.other(square, price=4, percent=100) is None
    song = factories.request(kind=Kind.MUSIC, model="minimax-music-2.6", operation="text-to-music")
    assert following.other(song, price=15, percent=100) is None


async def test_the_other_model_makes_the_same(desk: Desk) -> None:
    desk.house.provider.submits = [errors.Rejected(Reason.FAILED, "out of order"), "task"]
    failed = await desk.made("/image a fox --ratio 16:9")
    assert failed.state is JobState.FAILED
    reply = await desk.press("other", failed.id)
    request = (await desk.house.job(str(reply.job))).request
    assert gist(request) == (
        "gemini-3.1-flash-image-preview-1k",
        "text-to-image",
        {"prompt": "a fox", "ratio": "16:9"},
        {},
    )
    assert reply.facts["price_credits"] == 5


# --- of a job ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["vary {}", "/vary {}", "变化 {}", "vary #{}."])
async def test_vary_makes_one_picture_from_the_result_with_the_same_words(desk: Desk, line: str) -> None:
    job = await desk.made("/image a fox --ratio 16:9 --count 2 --model nano")
    (first, _) = await desk.house.outputs(job.id)
    assert gist(await made_of(desk, line.format(job.id.lower()))) == (
        "NanoBanana",
        "image-to-image",
        {"prompt": "a fox", "ratio": "16:9"},
        {"images": [first.path]},
    )


async def test_a_button_and_its_price_agree(desk: Desk) -> None:
    job = await desk.made("/image a fox --model gpt-image-2 --quality high --count 2")
    outputs = await desk.house.outputs(job.id)
    priced = {b.action: b.label.params["price"] for b in following.buttons(job, outputs, percent=100)}
    for action in ("vary", "edit", "reference", "animate"):
        line = f"{action} {job.id} it blinks" if action != "vary" else f"vary {job.id}"
        reply = await desk.say(line, interactive=False)
        assert (action, reply.facts.get("price_credits")) == (action, priced[action])


@pytest.mark.parametrize(
    ("line", "model", "operation"),
    [
        ("edit {} make it night", "NanoBanana", "image-to-image"),
        ("edit {}: make it night", "NanoBanana", "image-to-image"),
        ("reference {} make it night", "NanoBanana", "image-to-image"),
        ("参考 {} make it night", "NanoBanana", "image-to-image"),
        ("edit {} make it night --quality quick", "NanoBanana2-0.5K", "image-to-image"),
        ("edit {} make it night --model nano2", "NanoBanana2-1K", "image-to-image"),
        ("animate {} make it night", "grok-imagine", "image-to-video"),
        ("/animate {} make it night", "grok-imagine", "image-to-video"),
    ],
)
async def test_words_behind_a_job_make_something_of_it(desk: Desk, line: str, model: str, operation: str) -> None:
    job = await desk.made("/image a fox --model nano")
    (picture,) = await desk.house.outputs(job.id)
    request = await made_of(desk, line.format(job.id))
    assert (request.model, request.operation, request.options["prompt"]) == (model, operation, "make it night")
    assert [ref.path for refs in request.media.values() for ref in refs] == [picture.path]


async def test_the_second_picture_can_be_meant(desk: Desk) -> None:
    job = await desk.made("/image a fox --count 2")
    (_, second) = await desk.house.outputs(job.id)
    for line in (f"vary {job.id}/2", f"edit {job.id}/2 make it night", f"animate {job.id}/2 it blinks"):
        request = await made_of(desk, line)
        assert [ref.path for refs in request.media.values() for ref in refs] == [second.path]


@pytest.mark.parametrize(
    ("line", "operation", "options"),
    [
        ("edit {} make it night", "edit", {"prompt": "make it night"}),
        ("extend {} into the forest", "extend", {"prompt": "into the forest", "duration": 6}),
        ("extend {} into the forest --duration 3", "extend", {"prompt": "into the forest", "duration": 3}),
        ("edit {} into the forest --extend 3", "extend", {"prompt": "into the forest", "duration": 3}),
    ],
)
async def test_a_clip_is_changed_or_goes_on(desk: Desk, line: str, operation: str, options: dict[str, Any]) -> None:
    job = await clip(desk)
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(amount=200, id="more"))
    request = await made_of(desk, line.format(job))
    assert (request.model, request.operation) == ("grok-imagine", operation)
    assert dict(request.options) == {**options, "video_s": 6}


@pytest.mark.parametrize(
    ("action", "words", "zh"),
    [
        ("edit", "How should it change?", "想怎么改？"),
        ("animate", "What should happen? (“-”: you decide)", "想让它怎么动？（发“-”由我来定）"),
        ("reference", "What shall I make with it?", "想用它画什么？"),
    ],
)
async def test_without_words_it_is_asked_how(desk: Desk, action: str, words: str, zh: str) -> None:
    job = await desk.made("/image a fox --count 2")
    for reply in (await desk.press(action, f"{job.id}/2"), await desk.say(f"{action} {job.id.lower()}/2")):
        assert (reply.kind, reply.asks, reply.private, reply.job) == ("ask", f"{action} {job.id}/2", True, None)
        assert (desk.lines(reply), desk.lines(reply, "zh")) == ([words], [zh])
    completed = await desk.say(f"{reply.asks} it blinks")
    assert completed.kind == "queued"


async def test_settings_said_without_words_are_kept_for_the_answer(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    reply = await desk.say(f"edit {job.id} --ratio 1:1")
    assert reply.asks == f"edit {job.id} --ratio 1:1"
    assert (await made_of(desk, f"{reply.asks} make it night")).options == {"prompt": "make it night", "ratio": "1:1"}


@pytest.mark.parametrize(("text", "fields"), [("-", {}), ("", {"prompt": ""})])
async def test_whoever_has_no_wish_gets_a_line_of_ours(desk: Desk, text: str, fields: dict[str, str]) -> None:
    job = await desk.made("/image a fox")
    reply = await desk.press("animate", job.id, text, fields=fields)
    request = (await desk.house.job(str(reply.job))).request
    assert request.prompt == "It comes to life: gentle, natural movement, and the camera stays calm."


async def test_the_line_of_ours_is_in_the_member_s_language(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    await desk.say("/settings language zh")
    assert (await made_of(desk, f"动起来 {job.id} -")).prompt == "画面活了起来：动作轻柔自然，镜头平稳。"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("animate {song} it blinks", "“{song}” isn't a picture, and that is what is needed here."),
        ("vary {song}", "“{song}” isn't a picture, and that is what is needed here."),
        ("extend {picture} it runs on", "“{picture}” isn't a clip, and that is what is needed here."),
        ("vary {picture}/3", "I can't find “{picture}/3”; check the name, or send a picture as a file or a link."),
        (
            "edit {picture}/0 night",
            "I can't find “{picture}/0”; check the name, or send a picture as a file or a link.",
        ),
        ("vary 9999", "You have no job 9999; /jobs lists yours."),
        ("edit 9999 make it night", "You have no job 9999; /jobs lists yours."),
    ],
)
async def test_what_cannot_be_made_is_said(desk: Desk, line: str, words: str) -> None:
    names = {"picture": (await desk.made("/image a fox")).id}
    desk.house.files.kept.clear()
    names["song"] = (await desk.made("/music calm piano")).id
    assert await desk.read(line.format(**names)) == [words.format(**names)]


@pytest.mark.parametrize("line", ["edit this please", "animate that fox over there", "vary it now", "extend my leave"])
async def test_a_sentence_that_begins_with_a_deed_s_name_is_prose(desk: Desk, line: str) -> None:
    assert desk.lines(await desk.say(line))[0].startswith("Please start with a command")


async def test_a_job_without_a_result_has_nothing_to_go_on_from(desk: Desk) -> None:
    desk.house.provider.submits = [errors.Rejected(Reason.CONTENT, "no foxes")]
    job = await desk.made("/image a fox")
    for line in (f"vary {job.id}", f"edit {job.id}", f"animate {job.id} -"):
        reply = await desk.say(line)
        assert desk.lines(reply) == [f"{job.id} has no result to go on from (failed)."]
        assert desk.lines(reply, "zh") == [f"{job.id} 没有可以接着用的结果（失败）。"]


async def test_a_result_that_is_shown_again_offers_the_same(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    assert desk.labels(await desk.say(f"show {job.id}")) == [
        "Again · 5",
        "Vary · 5",
        "Edit · 5",
        "Animate · 36",
        "Use as reference · 5",
        "Receipt",
    ]


@pytest.mark.parametrize(("action", "words"), [("vary", ""), ("edit", "make it night"), ("again", "")])
async def test_others_of_the_community_pay_for_what_they_make_of_a_public_result(
    desk: Desk, action: str, words: str
) -> None:
    club = {
        "place": factories.place(platform="telegram", channel="-1", community="-1"),
        "community": requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club"),
    }
    anna = factories.person(platform="telegram", user="anna")
    ben = factories.person(platform="telegram", user="ben", name="Ben")
    made = await desk.say("/image a fox", person=anna, **club)
    await desk.house.settled()
    reply = await desk.press(action, str(made.job), words, person=ben, **club)
    assert (reply.kind, reply.facts["left_credits"]) == ("queued", 35), desk.lines(reply)
    job = await desk.house.job(str(reply.job))
    assert (job.person, job.account) != (anna.name, (await desk.house.job(str(made.job))).account)


# --- of any message ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "operation"),
    [("edit", "image-to-image"), ("animate", "image-to-video"), ("reference", "image-to-image")],
)
async def test_a_message_s_picture_is_worked_from(desk: Desk, action: str, operation: str) -> None:
    song = Given(kind=MediaKind.AUDIO, source="/tmp/song.mp3", kept=True)
    reply = await desk.press(action, "", "make it night", attachments=(song, PHOTO), local=False)
    request = (await desk.house.job(str(reply.job))).request
    assert (request.operation, request.prompt) == (operation, "make it night")
    assert [ref.path for refs in request.media.values() for ref in refs] == ["inputs/_tmp_photo.png"]


async def test_a_message_s_clip_is_edited(desk: Desk) -> None:
    film = Given(kind=MediaKind.VIDEO, source="/tmp/film.mp4", kept=True)
    reply = await desk.press("edit", "", "make it night", attachments=(film,), local=False)
    assert (await desk.house.job(str(reply.job))).request.operation == "edit"


async def test_a_message_s_picture_is_made_with_the_member_s_own_model(desk: Desk) -> None:
    await desk.say("/settings model image NanoBanana2-2K")
    reply = await desk.press("edit", "", "make it night", attachments=(PHOTO,), local=False)
    assert (await desk.house.job(str(reply.job))).request.model == "NanoBanana2-2K"


@pytest.mark.parametrize(
    ("action", "words", "zh"),
    [
        (
            "edit",
            "This needs a picture or a clip, and that message has none.",
            "这里需要一张图片或一段视频，那条消息里没有。",
        ),
        ("animate", "This needs a picture, and that message has none.", "这里需要一张图片，那条消息里没有。"),
    ],
)
async def test_a_message_without_a_fitting_file_is_told(desk: Desk, action: str, words: str, zh: str) -> None:
    song = Given(kind=MediaKind.AUDIO, source="/tmp/song.mp3", kept=True)
    for attachments in ((), (song,)):
        reply = await desk.press(action, "", "make it night", attachments=attachments)
        assert (reply.kind, desk.lines(reply), desk.lines(reply, "zh")) == ("error", [words], [zh])


async def test_a_file_out_of_reach_is_told(desk: Desk) -> None:
    large = Given(kind=MediaKind.IMAGE, source="large.png", trouble=MediaTrouble.OUT_OF_REACH)
    reply = await desk.press("animate", "", "it blinks", attachments=(large,))
    assert desk.lines(reply)[0].startswith("“large.png” is out of my reach")


async def test_a_press_without_words_on_a_message_asks(desk: Desk) -> None:
    reply = await desk.press("edit", "", attachments=(PHOTO,))
    assert (reply.kind, reply.asks) == ("ask", "/edit")


# --- what a provider offers, and what needs no words -----------------------------------------------------------------


@pytest.fixture
def everything_on() -> Iterator[None]:
    """Every model on the shelf, those that an operator has to try among them."""
    before = catalogue.everything()
    catalogue.arrange([replace(model, turned_on=True) for model in before])
    forget_menus()
    yield
    catalogue.arrange(before)
    forget_menus()


def forget_menus() -> None:
    """Menus are read off the shelf once: they are read anew."""
    menus.fields.cache_clear()
    options.of_kinds.cache_clear()


U1 = Action(id="MJ::JOB::upsample::1::abc", label="U1", task_id="1704")
ZOOM = Action(id="MJ::CustomZoom::abc", label="Custom Zoom", task_id="1704")
ROLL = Action(id="MJ::JOB::reroll::0::abc", label="🔄", task_id="1704")


async def test_a_provider_s_own_buttons_are_pressed_by_their_number(desk: Desk, everything_on: None) -> None:
    desk.house.world.providers["nexus"] = desk.house.provider  # type: ignore[index]
    desk.house.provider.polls = [replace(done("http://result/0"), actions=(U1, ZOOM, ROLL))]
    sheet = await desk.made("/image a fox --model midjourney")
    shown = await desk.press("show", sheet.id)
    pressed = [button for button in shown.buttons if button.action == "press"]
    assert [(button.subject, label) for button, label in zip(pressed, desk.labels(shown)[1:], strict=False)] == [
        (f"{sheet.id}/1", "U1 · 8"),
        (f"{sheet.id}/3", "🔄 · 8"),
    ]
    assert all(len(f"press:{button.subject}".encode()) <= 64 for button in pressed)
    reply = await desk.press("press", f"{sheet.id}/3")
    assert (await made_by(desk, reply)) == (
        "midjourney",
        "action",
        {"prompt": "a fox", "task": "1704", "button": ROLL.id},
    )
    await desk.house.settled()
    assert desk.house.provider.sent[-1].body == {"taskId": "1704", "customId": ROLL.id}
    for wrong in ("2", "4", "0"):
        assert (await desk.press("press", f"{sheet.id}/{wrong}")).kind == "error"


async def made_by(desk: Desk, reply: Reply) -> tuple[str, str, dict[str, Any]]:
    """What was asked of which model."""
    request = (await desk.house.job(str(reply.job))).request
    return request.model, request.operation, dict(request.options)


async def test_pictures_are_made_larger_and_described_where_a_model_can(desk: Desk, everything_on: None) -> None:
    desk.house.world.providers["nexus"] = desk.house.provider  # type: ignore[index]
    picture = await desk.made("/image a fox --model NanoBanana2-1K")
    labels = desk.labels(await desk.press("show", picture.id))
    assert labels[-3:] == ["Upscale · 6", "Describe · 1", "Receipt"]
    expected = [("ideogram-upscale", "upscale"), ("ideogram-describe", "describe")]
    for ways in (
        [await desk.press("upscale", picture.id), await desk.press("describe", picture.id)],
        [await desk.press("upscale", "", attachments=(PHOTO,)), await desk.press("describe", "", attachments=(PHOTO,))],
        [await desk.say(f"/edit {picture.id} --upscale"), await desk.say(f"/edit {picture.id} --describe")],
    ):
        assert [(await made_by(desk, reply))[:2] for reply in ways] == expected
        await desk.house.settled()
        larger = desk.labels(await desk.press("show", str(ways[0].job)))
        assert larger == [
            "Again · 6",
            "Edit · 5",
            "Animate · 36",
            "Use as reference · 5",
            "Upscale · 6",
            "Describe · 1",
            "Receipt",
        ]
    both = await desk.say(f"/edit {picture.id} --upscale --describe")
    clip = await desk.say("/edit --video a.mp4 --upscale")
    assert (both.kind, clip.kind) == ("error", "error")
    assert {"upscale", "describe"} <= {option.name for option in options.of_command(commands()["edit"])}
    assert [click.action for click in right_clicks()][-2:] == ["upscale", "describe"]


async def test_what_no_model_can_do_is_offered_nowhere_and_said_plainly(desk: Desk) -> None:
    picture = await desk.made("/image a fox")
    words = "No model here can make pictures larger; /models shows what there is."
    assert await desk.read(f"/edit {picture.id} --upscale") == [words]
    assert desk.lines(await desk.press("upscale", picture.id)) == [words]
    assert not {"upscale", "describe"} & {button.action for button in (await desk.press("show", picture.id)).buttons}
    assert not {"upscale", "describe"} & {option.name for option in options.of_command(commands()["edit"])}
    assert [click.action for click in right_clicks()] == ["reference", "edit", "animate"]
