"""/admin and /limits through the commands' door: who may, what is moved, what is set, and what the log says of it."""

from typing import Any

import pytest

from bot import money, requests
from bot.commands import Heard
from bot.credits import ruling
from bot.engine.limits import Communities
from bot.replies import Reply
from bot.requests import Kind
from bot.studio import Studio
from tests import factories
from tests.desk import Desk, desk
from tests.engine_house import house

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club", language="en")
FOX = "/image a fox --model NanoBanana2-1K"


def person(user: str = "olga", **changes: Any) -> requests.Person:
    return factories.person(platform="telegram", user=user, name=user.title(), handle=user, **changes)


def said(desk: Desk, words: str, user: str = "olga", **changes: Any) -> Heard:
    """A line in the group; Olga manages it."""
    who = person(user, steward=user == "olga")
    place = factories.place(platform="telegram", channel="-1", community="-1", user=user)
    return desk.heard(words, **{"person": who, "place": place, "community": CLUB, "local": False, **changes})


async def answer(desk: Desk, words: str, user: str = "olga", **changes: Any) -> Reply:
    return await desk.commands.answer(said(desk, words, user, **changes))


async def read(desk: Desk, words: str, user: str = "olga", **changes: Any) -> list[str]:
    return desk.lines(await answer(desk, words, user, **changes))


async def met(desk: Desk) -> None:
    """Mia and Ben have spoken here."""
    for user in ("mia", "ben"):
        await answer(desk, "/credits", user)


async def balance(desk: Desk, user: str = "mia") -> tuple[int, int]:
    """What a member has of their own, and what the pool has."""
    async with desk.house.store.reading() as rows:
        community = await rows.communities.of("telegram", "-1")
        account = await rows.accounts.of(person(user))
        assert community is not None
        own = 0 if account is None else await rows.ledger.balance(account.id)
        return own, await rows.ledger.balance(community.pool)


async def log(desk: Desk) -> list[Any]:
    found: Any = (await answer(desk, "/admin log")).facts["log"]
    return list(found)


# --- who may -----------------------------------------------------------------------------------------------------


TRIED = [
    "",
    "give @mia 20",
    "grant @mia 20",
    "revoke @mia 20",
    "set @mia 20",
    "pool",
    "limits",
    "limits day 5",
    "limits cosy",
    "limits cosy yes",
    "models",
    "channels here",
    "ban @mia",
    "unban @mia",
    "pause",
    "resume",
    "log",
    "nonsense",
]


async def test_whoever_does_not_manage_is_refused_and_that_is_noted(desk: Desk) -> None:
    await met(desk)
    for words in TRIED:
        assert await read(desk, f"/admin {words}", "ben") == [
            "Only those who manage Pixel Club can do that. Nothing changed, and I noted that it was tried."
        ]
        entry = (await log(desk))[0]
        assert (entry["who"], entry["refused"], entry["why"]) == ("Ben", True, words.replace("@mia", "@…"))
    assert await balance(desk) == (0, 200)


async def test_a_button_is_refused_like_a_line(desk: Desk) -> None:
    reply = await desk.commands.press("admin", "limits_locked_yes", said(desk, "", "ben"))
    assert reply.facts["error"] == {"key": "admin.not_yours", "community": "Pixel Club"}


async def test_one_event_is_noted_once(desk: Desk) -> None:
    for _ in range(2):
        await answer(desk, "/admin pause", "ben", key="same")
    assert len(await log(desk)) == 1


async def test_the_operators_own_may_everywhere(desk: Desk) -> None:
    desk.house.studio = Studio(
        desk.house.world, dispatch=desk.house.dispatch, welcome={}, ask_above={}, admins=("telegram:ben",)
    )
    here = Desk(desk.house)
    assert (await answer(here, "/admin", "ben")).kind == "message"
    assert (await answer(here, "/admin", "mia")).kind == "error"


@pytest.mark.parametrize("platform", ["console", "telegram"])
async def test_elsewhere_it_says_where_it_works(desk: Desk, platform: str) -> None:
    place = factories.place(platform=platform, channel="5")
    assert await read(desk, "/admin give @mia 5", place=place, community=None) == [
        "/admin works in a server or group that you manage. Say it there, and I'll answer you privately."
    ]


# --- credits -----------------------------------------------------------------------------------------------------


async def test_what_is_given_comes_from_the_pool_and_goes_back_to_it(desk: Desk) -> None:
    await met(desk)
    assert await read(desk, "/admin give @mia 20 for the poster") == [
        "Mia got 20 credits from the pool and has 20 of their own now; the pool has 180."
    ]
    assert await read(desk, "/admin revoke @mia ５") == [
        "5 credits went back from Mia to the pool. They have 15 of their own now; the pool has 185."
    ]
    await answer(desk, "/admin set @mia 40")
    assert await balance(desk) == (40, 160)
    await answer(desk, "/admin set @mia 0")
    assert await balance(desk) == (0, 200)
    assert [(e["action"], e["subject"], e["why"], e["change"]) for e in await log(desk)] == [
        ("set", "Mia", "", [40, 0]),
        ("set", "Mia", "", [15, 40]),
        ("revoke", "Mia", "", [20, 15]),
        ("give", "Mia", "for the poster", [0, 20]),
    ]
    assert await desk.house.faults() == []


async def test_a_member_is_named_in_every_usual_way(desk: Desk) -> None:
    await met(desk)
    await answer(desk, "/admin give <@telegram:mia> 1", mentions=(person("mia"),))
    await answer(desk, "/admin give 2 a reply", mentions=(person("mia"),))
    await answer(desk, "/admin", command="admin", fields={"act": "give", "member": "<@telegram:mia>", "value": "3"})
    await answer(desk, "/credits", "4711")
    await answer(desk, "/admin give 4711 4")
    assert (await balance(desk), await balance(desk, "4711")) == ((3, 193), (4, 193))


async def test_the_same_event_moves_credits_once(desk: Desk) -> None:
    await met(desk)
    for _ in range(2):
        await answer(desk, "/admin give @mia 20", key="same")
    assert (await balance(desk), len(await log(desk))) == ((20, 180), 1)


AMOUNTS = [
    ("0", "zero"),
    ("-5", "negative"),
    ("−5", "negative"),
    ("2.5", "fraction"),
    ("½", "fraction"),
    ("1000001", "huge"),
    ("9" * 60, "huge"),
    ("many", "no_number"),
    ("1e3", "no_number"),
    ("1 000", "no_number"),
    ("0x10", "no_number"),
    ("二十", "in_words"),
    ("201", "pool_short"),
]


async def test_every_amount_that_is_none_has_its_own_sentence(desk: Desk) -> None:
    await met(desk)
    for amount, key in AMOUNTS:
        reply = await answer(desk, f"/admin give @mia {amount}")
        assert reply.facts["error"]["key"] == f"admin.{key}", amount  # type: ignore[index]
    assert (await balance(desk), await log(desk)) == ((0, 200), [])


MEANT = [
    ("give @olga 5", "to_self"),
    ("set @olga 5", "to_self"),
    ("give @nobody 5", "to_nobody"),
    ("give 99999 5", "to_nobody"),
    ("give @mia @ben 5", "one_at_a_time"),
    ("give 5", "whom"),
    ("revoke @mia 1", "too_much_back"),
    ("ban @olga", "ban_self"),
    ("ban", "whom"),
]


async def test_who_can_not_be_meant_is_said(desk: Desk) -> None:
    await met(desk)
    await answer(desk, "/credits")
    for words, key in MEANT:
        reply = await answer(desk, f"/admin {words}")
        assert reply.facts["error"]["key"] == f"admin.{key}", words  # type: ignore[index]
    assert await log(desk) == []


async def test_a_bot_gets_nothing(desk: Desk) -> None:
    robot = person("robot", bot=True)
    reply = await answer(desk, "/admin give <@telegram:robot> 5", mentions=(robot,))
    assert reply.facts["error"] == {"key": "admin.to_bot", "name": "Robot"}


async def test_only_what_was_given_by_hand_is_taken_back(desk: Desk) -> None:
    await met(desk)
    async with desk.house.store.transaction() as rows:
        mia = await rows.accounts.of(person("mia"))
        assert mia is not None
        await rows.ledger.post(factories.grant(mia.id, 100, id="own", kind=money.TransferKind.GRANT))
    await answer(desk, "/admin give @mia 5")
    assert await read(desk, "/admin revoke @mia 6") == [
        "At most 5 can be taken back: that is left of what was given from this pool by hand. Nothing changed."
    ]
    assert await balance(desk) == (105, 195)


async def test_an_amount_that_is_not_said_is_asked_for(desk: Desk) -> None:
    await met(desk)
    reply = await answer(desk, "/admin give @mia")
    assert (reply.kind, reply.asks) == ("ask", "/admin give <@telegram:mia>")


# --- rules -------------------------------------------------------------------------------------------------------

NUMBERS = [rule for rule in ruling.RULES if rule.shape is ruling.Shape.NUMBER]


async def test_every_number_has_its_bounds(desk: Desk) -> None:
    for rule in NUMBERS:
        least = max(rule.least, 100) if rule.field == "percent" else rule.least
        good: dict[str, object] = {str(least): least, str(rule.most): rule.most, **({"off": None} if rule.off else {})}
        for words, kept in good.items():
            reply = await answer(desk, f"/admin limits {rule.word} {words}")
            assert (reply.kind, reply.facts["limits"][rule.word]) == ("message", kept)  # type: ignore[index]
        for wrong in (str(least - 1), str(rule.most + 1), "2.5", "much", *(() if rule.off else ("off",))):
            assert (await answer(desk, f"/admin limits {rule.word} {wrong}")).kind == "error", wrong
        reply = await answer(desk, f"/admin limits {rule.word} auto")
        assert reply.facts["limits"][rule.word] == getattr(Communities().rules, rule.field)  # type: ignore[index]


SET: list[tuple[str, str, object]] = [
    ("limits zone asia/shanghai", "zone", "Asia/Shanghai"),
    ("limits 时区 北京", "zone", "Asia/Shanghai"),
    ("limits notices here", "notices", "-1"),
    ("limits notices off", "notices", ""),
    ("limits kinds pictures, 视频", "kinds", (Kind.IMAGE, Kind.VIDEO)),
    ("limits kinds all", "kinds", None),
    ("models nanobanana2-1k", "models", ("NanoBanana2-1K",)),
    ("channels here <#123> 55/7", "channels", ("-1", "123", "55/7")),
    ("channels all", "channels", None),
    ("limits bonus <@&77> 10", "bonus", {"77": 10}),
    ("limits bonus admin 5", "bonus", {"admin": 5}),
    ("limits bonus admin off", "bonus", {}),
    ("limits renewal off", "renewal", False),
    ("limits renewal on", "renewal", True),
    ("limits 日预算 ５００", "day", 500),
]


async def test_every_other_rule_is_set_in_words(desk: Desk) -> None:
    for words, word, kept in SET:
        reply = await answer(desk, f"/admin {words}")
        found = reply.facts["limits"][word]  # type: ignore[index]
        assert (reply.kind, found) == ("message", kept), desk.lines(reply)
        await answer(desk, "/admin limits bonus auto")


WRONG = [
    ("limits dya 5", "choose day"),
    ("limits zone Berlni", "Europe/Berlin"),
    ("limits kinds statues", "image, video"),
    ("models NanoBanan", "NanoBanana"),
    ("channels somewhere", "here, #123"),
    ("limits bonus admin 0", "1–100000"),
    ("limits bonus everybody 5", "admin 20"),
    ("limits renewal maybe", "on, off"),
    ("limits percent 50", "100–1000"),
    ("lmits", "choose limits"),
]


async def test_what_can_not_be_is_refused_with_a_hint(desk: Desk) -> None:
    for words, hint in WRONG:
        reply = await answer(desk, f"/admin {words}")
        assert reply.kind == "error"
        assert hint in " ".join(desk.lines(reply)), words


@pytest.mark.parametrize(
    ("name", "worst"), [("cosy", (300, 5000)), ("lively", (1000, 15_000)), ("locked", (100, 1500))]
)
async def test_a_ready_made_set_shows_its_worst_case_before_it_is_chosen(
    desk: Desk, name: str, worst: tuple[int, int]
) -> None:
    await answer(desk, "/admin limits locked yes")
    await answer(desk, "/admin limits zone Asia/Tokyo")
    asked = await answer(desk, f"/admin limits {name}")
    assert desk.lines(asked)[1] == (
        f"On its worst day the pool pays {worst[0]:,} credits, in its worst month {worst[1]:,} credits."
    )
    yes, _ = asked.buttons
    chosen = await desk.commands.press(yes.action, yes.subject, said(desk, ""))
    limits: dict[str, Any] = dict(chosen.facts["limits"])  # type: ignore[call-overload]
    cooldown = 30 if name == "locked" else 0
    assert (limits["day"], limits["month"], limits["cooldown"], limits["zone"]) == (*worst, cooldown, "Asia/Tokyo")


# --- what rules do -----------------------------------------------------------------------------------------------


MET = [
    ("pause", "error.paused", "resume"),
    ("limits kinds video", "error.kind_not_here", "limits kinds auto"),
    ("models seedream-4.5", "error.model_not_here", "models auto"),
    ("channels 77", "error.wrong_channel", "channels auto"),
    ("limits most 4", "error.above_most", "limits most auto"),
    ("ban @mia spam", "error.banned_for", "unban @mia"),
    ("limits day 4", "error.pool_rests_day", "limits day auto"),
    ("limits month 4", "error.pool_rests_month", "limits month auto"),
    ("limits request 4", "error.above_limit", "limits request auto"),
    ("limits first 4", "error.not_enough_yet", "limits first auto"),
    ("limits saved 0", "error.not_enough", "limits saved auto"),
    ("limits member 4", "error.not_enough", "limits member auto"),
]


async def test_a_rule_meets_the_next_request_until_it_is_lifted(desk: Desk) -> None:
    await met(desk)
    for rule, key, undo in MET:
        assert (await answer(desk, f"/admin {rule}")).kind != "error", rule
        refused = await answer(desk, FOX, "mia")
        assert refused.facts["error"]["key"] == key, rule  # type: ignore[index]
        await answer(desk, f"/admin {undo}")
    assert await balance(desk) == (0, 200)
    assert (await answer(desk, FOX, "mia")).job
    await desk.house.settled()


async def test_a_cooldown_is_felt_and_lifted(desk: Desk) -> None:
    await answer(desk, "/admin limits cooldown 60")
    assert (await answer(desk, FOX, "mia")).job
    assert (await answer(desk, FOX, "mia")).facts["error"]["key"] == "error.too_fast"  # type: ignore[index]
    await answer(desk, "/admin limits cooldown 0")
    assert (await answer(desk, FOX, "mia")).job
    await desk.house.settled()


async def test_whoever_was_shut_out_is_let_in_again(desk: Desk) -> None:
    await met(desk)
    await answer(desk, "/admin ban @mia spam")
    assert await read(desk, "/admin unban @mia") == ["Mia can make things here again."]
    assert await read(desk, "/admin unban @mia") == ["Mia wasn't shut out. Nothing changed."]
    assert (await answer(desk, FOX, "mia")).job
    await desk.house.settled()


async def test_percent_and_asking_are_seen_in_the_question(desk: Desk) -> None:
    await answer(desk, "/admin limits percent 200")
    await answer(desk, "/admin limits ask 10")
    asked = await answer(desk, FOX, "mia", interactive=True)
    assert (asked.kind, asked.facts["price_credits"]) == ("question", 10)


# --- reading -----------------------------------------------------------------------------------------------------


async def test_the_panel_says_how_it_stands(desk: Desk) -> None:
    await answer(desk, "/admin limits day 100")
    await answer(desk, FOX, "mia")
    await desk.house.settled()
    panel = await answer(desk, "/admin")
    assert desk.lines(panel)[:3] == [
        "Pixel Club: 195 credits in the pool.",
        "Today it paid 5 of 100.",
        "This month it paid 5; there is no limit for a month.",
    ]
    assert desk.labels(panel) == ["Pause", "Limits", "Log", "Cosy", "Lively", "Locked"]
    assert panel.private


async def test_the_log_is_read_in_words(desk: Desk) -> None:
    await met(desk)
    for words in (
        "give @mia 20 for the poster",
        "limits day 500",
        "limits bonus admin 5",
        "locked yes",
        "ban @ben",
        "pause dinner",
    ):
        await answer(desk, f"/admin {words}")
    await answer(desk, "/admin resume", "ben")
    lines = [line.partition(" · ")[2] for line in await read(desk, "/admin log")]
    assert lines == [
        "Ben tried resume and was refused · “resume”",
        "Olga paused · “dinner”",
        "Olga shut out Ben",
        "Olga chose Locked",
        "Olga set bonus: auto → admin 5",
        "Olga set day: auto → 500",
        "Olga changed what Mia has by hand: 0 → 20 · “for the poster”",
    ]


async def test_the_log_is_read_page_by_page(desk: Desk) -> None:
    for day in range(1, 13):
        await answer(desk, f"/admin limits day {day}")
    first = await answer(desk, "/admin log")
    (older,) = first.buttons
    second = await desk.commands.press(older.action, older.subject, said(desk, ""))
    assert [len(each.lines) for each in (first, second)] == [10, 2]
    assert second.buttons == ()


async def test_setting_the_same_again_changes_nothing(desk: Desk) -> None:
    for _ in range(2):
        await answer(desk, "/admin limits day 500")
    assert len(await log(desk)) == 1


async def test_a_late_twin_of_an_event_undoes_nothing(desk: Desk) -> None:
    await answer(desk, "/admin pause", key="first")
    await answer(desk, "/admin resume")
    reply = await answer(desk, "/admin pause", key="first")
    assert reply.facts["limits"]["paused"] is False  # type: ignore[index]


async def test_members_read_what_is_set(desk: Desk) -> None:
    for words in ("limits day 500", "limits zone Asia/Shanghai", "limits kinds image", "limits bonus admin 5"):
        await answer(desk, f"/admin {words}")
    assert await read(desk, "/limits", "mia") == [
        "In Pixel Club this is how it goes:",
        "Together everybody uses at most 500 credits of the pool in a day.",
        "On the first day the pool gives you up to 40 credits.",
        "Each further day adds 20 credits.",
        "Unused, it grows to 60 credits at most.",
        "Newcomers wait 24 hours for it.",
        "The pool pays at most 60 credits for one request.",
        "Days and months begin at midnight in Asia/Shanghai.",
        "What is made: pictures.",
        "More each day: admins 5 credits.",
    ]


async def test_every_sheet_can_be_read_in_both_languages(desk: Desk) -> None:
    await met(desk)
    await answer(desk, "/admin limits cosy yes")
    for rule in ("clips 1", "together 9", "most 9", "bonus <@&7> 3", "notices here", "models NanoBanana2-1K"):
        await answer(desk, f"/admin limits {rule}")
    await answer(desk, "/admin give @mia 3")
    for words in ("/admin", "/admin limits", "/limits", "/admin log", "/admin limits cosy", "/admin models"):
        reply = await answer(desk, words)
        for language in ("en", "zh"):
            assert all(desk.lines(reply, language))
            desk.labels(reply, language)


async def test_what_is_open_is_said_as_it_is(desk: Desk) -> None:
    lines = dict(line.split(" · ", 1) for line in await read(desk, "/admin limits") if " · " in line)
    names = ("day", "ask", "cooldown", "models", "channels", "bonus")
    assert [lines[name] for name in names] == [
        "no limit",
        "I start without asking.",
        "Requests may follow each other at once.",
        "All models are used.",
        "I work everywhere.",
        "Nobody gets more each day than others.",
    ]


async def test_a_form_suggests_what_can_be_done(desk: Desk) -> None:
    found = await desk.commands.suggest(said(desk, "", command="admin", fields={"act": "pau"}), "act")
    assert [each.value for each in found] == ["pause"]
