"""What forms suggest: within a platform's limits, true of the model at hand, and good to be chosen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot import catalogue, errors
from bot.catalogue import Model
from bot.catalogue import _spec as spec
from bot.commands import Asking, Command, Given, Heard, Suggestion, commands, making, menus, registry, suggest
from bot.commands.suggest import values as values_
from bot.jobs import Account
from bot.media import MediaKind, MediaRef
from bot.requests import Kind, Person, Request
from bot.studio import Asked, Offer, Studio
from tests import factories
from tests.desk import Desk, desk, house
from tests.engine_house import House

__all__ = ["desk", "house"]

Operation = type[spec.Options]

SHELF = commands()
FIELDS = [(command, field) for command in SHELF.values() for field in menus.fields(command)]
TYPED = [(command, field) for command, field in FIELDS if field.suggests]
KINDS = {command.kind: command for command in SHELF.values() if command.kind and command.name != "edit"}
WORDS = st.text(max_size=30) | st.sampled_from(
    [
        "1",
        "16",
        "go",
        "最好",
        "nano",
        "–",
        "--",
        "seed=",
        "ratio=16:9 ",
        "ratio：",
        '"',
        "subtitles ",
        "K7Q2",
        "model image",
    ]
)


def form(command: str, text: str = "", /, *, lang: str = "en", **fields: str) -> Heard:
    person = factories.person(user=factories.ANNA, language=lang)
    return Heard(text=text, person=person, place=factories.place(), key="1", command=command, fields=fields)


async def values(desk: Desk, command: str, field: str, text: str = "", /, **fields: str) -> list[str]:
    return [each.value for each in await desk.commands.suggest(form(command, text, **fields), field)]


async def labels(desk: Desk, command: str, field: str, text: str = "", /, **fields: str) -> list[str]:
    return [each.label for each in await desk.commands.suggest(form(command, text, **fields), field)]


def within_limits(found: Sequence[Suggestion]) -> bool:
    alone = len({each.value for each in found}) == len(found) <= 25
    return alone and all(1 <= len(part) <= 100 and part.strip() for each in found for part in (each.value, each.label))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=WORDS, other=WORDS, language=st.sampled_from(["en", "zh-CN"]))
async def test_every_field_of_every_command_answers_within_limits(
    desk: Desk, typed: str, other: str, language: str
) -> None:
    with capture_logs() as faults:
        for command, field in TYPED:
            others = {each.name: other for each in menus.fields(command) if each.medium is None}
            for fields in ({field.name: typed}, {**others, field.name: typed}):
                heard = form(command.name, other, lang=language, **fields)
                assert within_limits(await desk.commands.suggest(heard, field.name)), (heard, field)
    assert faults == []


def with_media(model: Model, operation: Operation) -> tuple[Given, ...]:
    """The files that this operation needs."""
    needs = sorted(operation.least().items())
    return tuple(
        Given(kind=spec.MEDIA[name], source=f"{name}{n}.bin", kept=True, field=name)
        for name, count in needs
        for n in range(count)
    )


async def validated(desk: Desk, heard: Heard, kind: Kind) -> Request:
    """The request that a form becomes, short of its files; raises Invalid."""
    asked = desk.house.asked()
    command = SHELF[heard.command]
    asking = Asking(studio=desk.house.studio, asked=asked, text=heard.text, command=command, fields=heard.fields)
    order = making.extending(making.understood(asking))
    model, said = making.chosen(order, kind=kind, preferences={})
    refs: dict[str, tuple[MediaRef, ...]] = {}
    for file in heard.attachments:
        ref = await desk.house.files.intake(file.source, kind=file.kind, local=True)
        refs[file.field] = (*refs.get(file.field, ()), ref)
    return desk.house.studio.request(kind, model, {**said, "prompt": heard.text}, media=refs, operation=order.operation)


@pytest.mark.parametrize("model", [m for m in catalogue.MODELS.values() if m.kind in KINDS], ids=lambda m: m.id)
async def test_what_is_suggested_can_be_chosen(desk: Desk, model: Model) -> None:
    names = [field.name for field in menus.fields(KINDS[model.kind]) if field.suggests and field.name != "more"]
    for operation in model.operations:
        for name in (name for name in names if name in operation.model_fields):
            await every_suggestion_is_good(desk, model, operation, name)


SAID = {
    # options for which something must be typed before there is anything to suggest
    "seed": "7",
    "negative": "cars",
    "lyrics": "la la",
    "pronunciation": "a/b",
    "style": "calm",
    "blend": "Wise_Woman:60",
    "name": "Sailor",
    "preview": "Ahoy!",
    "description": "a note",
    "system": "be brief",
}


async def every_suggestion_is_good(desk: Desk, model: Model, operation: Operation, field: str) -> None:
    said = {"model": model.id, "more": f"operation={operation.operation}"}
    empty = replace(form(KINDS[model.kind].name, "a fox", **said), attachments=with_media(model, operation))
    typed = SAID.get(field, "")
    found = await desk.commands.suggest(replace(empty, fields={**said, field: typed}), field)
    assert found, (operation, field)
    for each in found:
        chosen = await validated(desk, replace(empty, fields={**said, field: each.value}), model.kind)
        assert (chosen.operation, field in chosen.options) == (operation.operation, True)


async def test_lengths_are_those_of_the_model_and_of_what_is_asked(desk: Desk) -> None:
    assert await values(desk, "video", "duration") == [str(n) for n in range(1, 16)]
    assert await values(desk, "video", "duration", image="1", image2="2") == [str(n) for n in range(1, 11)]
    assert await values(desk, "edit", "extend", video="1") == [str(n) for n in range(2, 11)]
    assert await values(desk, "video", "duration", duration="1") == ["1", *(str(n) for n in range(10, 16))]
    assert await values(desk, "video", "duration", "--extend 4", video="1") == [str(n) for n in range(2, 11)]


@pytest.mark.parametrize(
    ("low", "high", "whole", "found"),
    [
        (1, 4, True, "1 2 3 4"),
        (0, 100, True, "0 5 10 15 20 25 30 35 40 45 50 55 60 65 70 75 80 85 90 95 100"),
        (3, 3, True, "3"),
        (0.5, 2, False, "0.5 0.75 1 1.25 1.5 1.75 2"),
        (0, 1, False, "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
        (1, 4_294_967_295, True, ""),
    ],
)
def test_a_range_is_offered_in_round_steps(low: float, high: float, whole: bool, found: str) -> None:
    assert " ".join(values_.steps(low, high, whole=whole)) == found


async def test_the_price_is_said_where_it_depends_on_the_value(desk: Desk) -> None:
    assert (await labels(desk, "video", "duration", resolution="480p"))[:2] == ["1 s · 4 credits", "2 s · 8 credits"]
    assert await labels(desk, "video", "ratio") == ["16:9", "1:1", "9:16"]
    assert await labels(desk, "image", "quality", model="gpt-image-2") == [
        "low · 1 credit",
        "medium · 4 credits",
        "high · 12 credits",
    ]


@pytest.mark.parametrize(
    ("command", "field", "fields", "found"),
    [
        ("image", "size", {}, ("–", "NanoBanana2-1K doesn't take size")),
        ("image", "size", {"size": "9x9"}, ("9x9", "NanoBanana2-1K doesn't take size")),
        ("image", "quality", {"model": "nano"}, ("–", "NanoBanana doesn't take quality")),
        ("edit", "duration", {"video": "1"}, ("–", "grok-imagine doesn't take duration for this")),
        ("talk", "voice", {"image": "1", "audio": "2"}, ("–", "kling-avatar-v2-standard doesn't take voice for this")),
        (
            "image",
            "size",
            {"model": "gpt-image-2", "ratio": "1:1"},
            ("–", "ratio doesn't fit here: not beside size 1024x768."),
        ),
        (
            "speech",
            "pronunciation",
            {"pronunciation": "a"},
            ("a", "pronunciation can't be “a”; please write it differently."),
        ),
    ],
)
async def test_what_is_not_taken_is_said_so(
    desk: Desk, command: str, field: str, fields: dict[str, str], found: tuple[str, str]
) -> None:
    (only,) = await desk.commands.suggest(form(command, **fields), field)
    assert (only.value, only.label) == found


async def test_a_suggestion_that_says_nothing_says_nothing(desk: Desk) -> None:
    reply = await desk.say("a fox", command="image", fields={"size": "–"}, person=factories.person(user=factories.ANNA))
    assert reply.kind == "queued"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2k", ["NanoBanana2-2K", "NanoBananaPro-2K"]),
        ("pro 1", ["NanoBananaPro-1K"]),
        ("nano-pro-4k", ["NanoBananaPro-4K"]),
        ("best", ["NanoBananaPro-4K"]),
        ("8k", ["NanoBananaPro-8K"]),
        ("gptimage", ["gpt-image-2"]),
    ],
)
async def test_a_model_is_found_by_every_name(desk: Desk, typed: str, found: list[str]) -> None:
    assert (await values(desk, "image", "model", model=typed))[: len(found)] == found


async def test_models_come_with_price_and_time_and_those_that_cannot_be_had_last(desk: Desk) -> None:
    found = await labels(desk, "image", "model")
    assert found[:3] == [  # what qualities pick, then one of each family
        "Nano Banana 2 · 0.5K · 2 per picture · usually 10 s",
        "Nano Banana 2 · 1K · 5 per picture · usually 15 s",
        "Nano Banana Pro · 4K · 15 per picture · usually 60 s",
    ]
    assert "GPT Image 2 · 4 credits · usually 45 s" in found
    assert "Gemini 3 Pro Image · 1K · 9 per picture · usually 30 s" in found[3:12]
    assert not any("no key" in label for label in found)
    assert await labels(desk, "image", "model", model="midjourney") == [
        "Midjourney · not now: this bot has no key for its provider"
    ]
    assert await labels(desk, "image", "model", model="8k") == [
        "Nano Banana Pro · 8K · not now: its provider opens it on request only"
    ]


async def test_edit_knows_both_kinds_by_what_is_given(desk: Desk) -> None:
    pictures, clips = ({m.id for m in catalogue.MODELS.values() if m.kind is k} for k in (Kind.IMAGE, Kind.VIDEO))
    both = set(await values(desk, "edit", "model"))
    assert (both <= pictures | clips, bool(both & pictures), bool(both & clips)) == (True, True, True)
    assert set(await values(desk, "edit", "model", video="1")) <= clips
    attached = (Given(kind=MediaKind.IMAGE, source="a.png"),)
    found = await desk.commands.suggest(replace(form("edit"), attachments=attached), "model")
    assert "grok-imagine" not in {each.value for each in found}


async def test_a_form_that_changes_something_begins_with_models_that_can(desk: Desk) -> None:
    found = [catalogue.find(id) for id in await values(desk, "edit", "model")]
    assert all(any(cls.least() for cls in model.operations) for model in found[:20])
    assert [model.id for model in found[:3]] == [catalogue.pick(Kind.IMAGE, tier).id for tier in catalogue.QUALITIES]


async def test_quality_says_which_model_it_means(desk: Desk) -> None:
    assert await labels(desk, "image", "quality") == [
        "quick · Nano Banana 2 · 0.5K · 2 per picture · usually 10 s",
        "good · Nano Banana 2 · 1K · 5 per picture · usually 15 s",
        "best · Nano Banana Pro · 4K · 15 per picture · usually 60 s",
    ]
    assert await values(desk, "image", "quality", quality="最好") == ["best"]


async def test_a_preferred_model_is_the_one_that_is_meant(desk: Desk) -> None:
    await desk.say("/settings model image gpt-image-2", person=factories.person(user=factories.ANNA))
    assert await values(desk, "image", "resolution") == ["1k", "2k", "4k"]
    assert await values(desk, "image", "quality", quality="m") == ["medium"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["volume=", "pitch="]),
        ("emo", ["emotion=happy", "emotion=sad"]),
        ("emotion=s", ["emotion=s", "emotion=sad", "emotion=surprised", "emotion=disgusted"]),
        ("speed=1 sub", ["speed=1 subtitles"]),
        ("speed=1 subtitles", ["speed=1 subtitles"]),
        ("speed=1 subtitles emo", ["speed=1 subtitles emotion=happy"]),
        ("subtitles=", ["subtitles=true", "subtitles=false"]),
        ("语", ["语言=", "语速="]),
        ("语言：", ["语言：auto", "语言：Chinese"]),
        ('emotion="quite ha', ['emotion="quite ha"']),
        ("qqq", []),
        ("emotion ", ["emotion=happy"]),
        ("emotion ha", ["emotion happy"]),
        ("subtitles, --pit", ["subtitles, pitch=0", "subtitles, pitch=12"]),
        ("seed=", ["seed="]),
        ("operation=", ["operation=text-to-speech"]),
        ("model=02", ["model=minimax-speech-02-hd"]),
        ("subtitles emotion=" + "x" * 90, []),
    ],
)
async def test_the_rest_is_completed_segment_by_segment(desk: Desk, typed: str, found: list[str]) -> None:
    suggested = await values(desk, "speech", "more", more=typed)
    assert [value for value in suggested if value in found] == found
    assert found or not suggested


async def test_a_key_that_the_model_lacks_is_told_apart(desk: Desk) -> None:
    (only,) = await desk.commands.suggest(form("image", more="count=2 siz"), "more")
    assert (only.value, only.label) == ("count=2 siz", "NanoBanana2-1K doesn't take size")


async def test_a_medium_among_the_rest_counts(desk: Desk) -> None:
    assert "ratio=auto" not in await values(desk, "video", "more", more="ratio=")
    assert "image=K7Q2 ratio=auto" in await values(desk, "video", "more", more="image=K7Q2 ratio=")
    assert "auto" in await values(desk, "video", "ratio", more="image=K7Q2")


async def test_what_depends_on_an_unmeasured_file_has_no_price(desk: Desk) -> None:
    assert await labels(desk, "edit", "resolution", video="1") == ["480p", "720p"]


async def test_what_was_said_already_is_not_offered_again(desk: Desk) -> None:
    elsewhere = await values(desk, "speech", "more", "hi --pitch 3", speed="1", more="volume=2 ")
    keys = {value.removeprefix("volume=2 ") for value in elsewhere}
    assert keys.isdisjoint({"speed=", "pitch=", "volume="})
    assert {"emotion=", "subtitles", "pronunciation="} <= keys
    again = await values(desk, "speech", "more", pronunciation="a/b", more="")
    assert "pronunciation=" in again  # it may be said several times


async def test_keys_are_in_the_reader_s_language(desk: Desk) -> None:
    await desk.say("/settings language zh", person=factories.person(user=factories.ANNA))
    first, *_ = await desk.commands.suggest(form("image"), "more")
    assert (first.value, first.label) == ("比例=", "比例= · 画面比例，宽比高")
    assert (await values(desk, "image", "more", more="f"))[0].startswith("format=")


async def test_jobs_are_offered_with_what_can_be_done_to_them(desk: Desk) -> None:
    fox = await desk.made("/image a red fox in snow")
    owl = await desk.made("/image an owl")
    assert await values(desk, "jobs", "job") == [owl.id, fox.id]
    assert await values(desk, "jobs", "job", job="fox") == [fox.id]
    assert await values(desk, "jobs", "job", job=owl.id.lower()) == [owl.id]
    (label,) = await labels(desk, "jobs", "job", job="fox")
    assert label.startswith(f"{fox.id} · picture · done · ")
    assert label.endswith(" · “a red fox in snow”")
    done = await values(desk, "jobs", "action", job=fox.id)
    assert {"again", "receipt", "show"} <= set(done)
    assert "cancel" not in done
    assert "cancel" in await values(desk, "jobs", "action")
    assert await values(desk, "jobs", "action", action="收") == ["receipt"]


async def test_nobody_s_jobs_are_offered_to_others(desk: Desk) -> None:
    await desk.made("/image a red fox in snow")
    ben = factories.person(user=factories.BEN)
    assert await desk.commands.suggest(replace(form("jobs"), person=ben), "job") == ()


@pytest.mark.parametrize(
    ("command", "field", "fields", "found"),
    [
        ("models", "kind", {}, ["image", "video", "music", "speech", "voice", "avatar", "chat"]),
        ("models", "kind", {"kind": "图"}, ["image"]),
        ("settings", "setting", {"setting": "model s"}, ["model speech"]),
        ("settings", "value", {"setting": "language"}, ["en", "zh", "auto"]),
        ("settings", "value", {"setting": "ask", "value": "45"}, ["45"]),
        ("settings", "value", {"setting": "model image", "value": "best"}, ["NanoBananaPro-4K"]),
        ("settings", "value", {"setting": "model music"}, ["off", "minimax-music-2.6"]),
        ("settings", "value", {"setting": "model", "value": "image best"}, ["image NanoBananaPro-4K"]),
        ("settings", "value", {"setting": "model", "value": "music"}, ["music minimax-music-2.6"]),
        ("settings", "value", {"setting": "colour"}, []),
        ("help", "command", {"command": "/im"}, ["image"]),
        ("help", "command", {"command": "帮"}, ["help"]),
    ],
)
async def test_other_commands_offer_their_own_words(
    desk: Desk, command: str, field: str, fields: dict[str, str], found: list[str]
) -> None:
    suggested = await values(desk, command, field, **fields)
    assert [value for value in suggested if value in found or len(found) > 2] == found


async def test_every_setting_that_is_offered_can_be_said(desk: Desk) -> None:
    for setting in await values(desk, "settings", "setting"):
        for value in await values(desk, "settings", "value", setting=setting):
            reply = await desk.say("", command="settings", fields={"setting": setting, "value": value})
            assert reply.kind == "message", (setting, value, desk.lines(reply))


@pytest.mark.parametrize(("command", "field"), [(c, f) for c, f in FIELDS if not f.suggests], ids=lambda x: x.name)
async def test_files_switches_and_the_prompt_are_left_alone(desk: Desk, command: Command, field: menus.Field) -> None:
    assert await desk.commands.suggest(form(command.name, **{field.name: "x"}), field.name) == ()


async def test_what_nobody_knows_gets_no_answer(desk: Desk) -> None:
    assert await desk.commands.suggest(form("image", colour="red"), "colour") == ()
    assert await desk.commands.suggest(form("paint", model="x"), "model") == ()


async def test_a_fault_is_an_empty_answer_and_a_line_in_the_log(desk: Desk, house: House) -> None:
    broken = suggest.Suggestions(Broken(house.studio), shelf=registry.first_words(SHELF))  # type: ignore[arg-type]
    with capture_logs() as lines:
        assert await broken.of(form("jobs"), "job") == ()
    assert [(line["event"], line["command"], line["field"]) for line in lines] == [("no suggestions", "jobs", "job")]


async def test_offers_are_looked_up_once_a_minute(desk: Desk, house: House) -> None:
    clock = house.clock
    counted = Counted(house.studio)
    asked = suggest.Suggestions(counted, shelf=registry.first_words(SHELF), now=clock.now)  # type: ignore[arg-type]
    for _ in range(3):
        assert await asked.of(form("image", model="best"), "model")
    assert counted.asked == 1
    clock.advance(timedelta(minutes=1, seconds=1).total_seconds())
    assert await asked.of(form("image", model="best"), "model")
    assert counted.asked == 2


class Counted:
    """A studio that counts how often it is asked what there is."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.asked = 0

    async def offers(self) -> tuple[Offer, ...]:
        self.asked += 1
        return await self._studio.offers()

    async def account(self, person: Person) -> Account:
        return await self._studio.account(person)

    def percent(self, asked: Asked) -> int:
        return self._studio.percent(asked)


class Broken(Counted):
    """A studio that can't reach its rows."""

    async def account(self, person: Person) -> Account:
        raise errors.StorageFault("the disk is gone")
