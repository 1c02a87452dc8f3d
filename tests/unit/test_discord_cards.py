"""Words on Discord: they show as they are, within its limits, and a receipt is never cut."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import buttons, cards
from adapters.discord.markup import DiscordMarkup
from bot.commands.texts import Bold, Code
from bot.replies import Button, Quoted, Reply, Text, When, text
from tests.discord_stage import TEXTS

MARKUP = DiscordMarkup()
FOX = "\U0001f98a"  # two UTF-16 units


def card(reply: Reply, *, asker: str | None = None, private: bool = False, notes: tuple[str, ...] = ()) -> cards.Card:
    """As it is shown in English."""
    return cards.card(reply, "en", texts=TEXTS, asker=asker, private=private, notes=notes)


def shown_by_discord(words: str) -> str:
    """What is left of escaped words: a backslash goes before any sign that is no letter, digit or blank."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", words).replace("\N{ZERO WIDTH SPACE}", "")


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("plain words, 雪狐 and 1.5 - 2", "plain words, 雪狐 and 1.5 - 2"),
        ("**b** _i_ ~~s~~ ||sp||", r"\*\*b\*\* \_i\_ \~\~s\~\~ \|\|sp\|\|"),
        ("`code` ```block```", r"\`code\` \`\`\`block\`\`\`"),
        ("<@1> <@&2> <#3> <:fox:4> <t:1:R> </image:5>", r"\<@1\> \<@&2\> \<#3\> \<:fox:4\> \<t:1:R\> \</image:5\>"),
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("# heading\n-# small\n- list\n1. first\n> quote", "\\# heading\n\\-# small\n\\- list\n1\\. first\n\\> quote"),
        ("[click](https://evil.example)", r"\[click\](https\://evil.example)"),
        ("https://a.example discord://x discord.gg/abc", r"https\://a.example discord\://x discord\.gg/abc"),
        ("back\\slash", r"back\\slash"),
        ("#tag stays, 3) too\n3) not", "#tag stays, 3) too\n3\\) not"),
    ],
)
def test_words_show_as_they_are(words: str, escaped: str) -> None:
    assert MARKUP.escape(words) == escaped


@given(st.text(alphabet=st.sampled_from(r"\*_~`|<>[]()#@-+.:/ 1a雪" + "\n" + FOX), max_size=60))
def test_whatever_is_said_comes_out_again(words: str) -> None:
    assert shown_by_discord(MARKUP.escape(words)) == words


@given(st.text())
def test_nobody_is_ever_mentioned(words: str) -> None:
    for written in (MARKUP.escape(words), MARKUP.escape(f"<@123>{words}@everyone")):
        assert not re.search(r"@(everyone|here)|<@[!&]?\d+>|<#\d+>", written)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("again K7Q2", "`again K7Q2`"),
        ("a`b", "`` a`b ``"),
        ("a``b", "`aˋˋb`"),
        ("two\nlines", "`two lines`"),
        ("@everyone", "`@\u200beveryone`"),
        ("", ""),
    ],
)
def test_code_is_one_line_to_copy(words: str, written: str) -> None:
    assert MARKUP.code(words) == written


def test_moments_stay_live_and_emphasis_is_bold() -> None:
    assert MARKUP.moment(datetime(2026, 1, 2, 12, tzinfo=UTC)) == "<t:1767355200:R>"
    assert (MARKUP.bold("5"), MARKUP.bold(" "), MARKUP.quote("*a*")) == ("**5**", " ", r"\*a\*")


def test_the_asker_is_called_where_the_text_names_them_else_first() -> None:
    named = Reply(lines=(text("done_for.image", person="*Mia*", n=1),), mention=True)
    assert card(named, asker="42").contents == ("<@42>, here's your picture.",)
    assert card(named).contents == (r"\*Mia\*, here's your picture.",)
    assert card(Reply(lines=(text("done.image", n=1),), mention=True), asker="42").contents == (
        "<@42> Here's your picture.",
    )
    assert dict(card(named, asker="42").mentions.to_dict()) == {"parse": [], "users": [42]}
    assert card(Reply(lines=named.lines), asker="42").mentions.to_dict()["parse"] == []


def test_a_list_goes_on_in_further_messages_at_line_ends() -> None:
    line = text("jobs.line", job=Code("K7Q2"), kind="picture", state="done", prompt=Quoted(words="*" * 90, limit=90))
    shown = card(Reply(lines=(line,) * 30, private=True, buttons=(again(),))).contents
    assert len(shown) == 4
    assert all(cards.length(content) <= 2000 for content in shown)
    assert [one for content in shown for one in content.split("\n")] == [shown[0].split("\n")[0]] * 30


def test_a_list_without_end_ends_after_five_messages() -> None:
    line = text("card.prompt", prompt=Quoted(words=FOX * 400, limit=400))
    shown = card(Reply(lines=(line,) * 60, private=True)).contents
    assert (len(shown), shown[-1][-1]) == (5, "…")
    assert all(cards.length(content) <= 2000 for content in shown)


def test_what_was_asked_for_stands_above_in_one_line() -> None:
    asked = text("asked.line", prompt=Quoted(words="# a *fox*\n> <@1> @here"), model="Nano Banana")
    reply = Reply(lines=(text("done_for.image", person="Mia", n=1),), job="K7Q2", asked=asked, mention=True)
    assert card(reply, asker="42").contents == (
        "> \\# a \\*fox\\* \\> \\<@1\\> @\u200bhere · Nano Banana\n<@42>, here's your picture.",
    )


def test_a_receipt_is_never_cut_and_quotes_are_cut_first() -> None:
    receipt = text("receipt.line", used=text("used.own", used=5), left=15, took="38 s", job=Code("K7Q2"))
    quoted = text("card.prompt", prompt=Quoted(words="_" * 1200, limit=1200))
    reply = Reply(lines=(text("done_for.image", person="Mia", n=1), quoted, receipt), job="K7Q2")
    (content,) = card(reply, notes=("a note <https://a.example>",)).contents
    lines = content.split("\n")
    assert (lines[0], lines[2:]) == (
        "Mia, here's your picture.",
        ["5 of your own used, 15 left · 38 s · `K7Q2`", "a note <https://a.example>"],
    )
    assert lines[1].endswith("…”")
    assert cards.length(content) <= 2000


@given(
    st.lists(st.text(alphabet=st.sampled_from("*_`a 雪" + FOX), max_size=3000), min_size=1, max_size=6),
    st.sampled_from([None, "K7Q2"]),
)
def test_no_message_is_ever_too_long_and_the_last_line_stays(words: list[str], job: str | None) -> None:
    lines = tuple(text("card.prompt", prompt=Quoted(words=one, limit=3000)) for one in words)
    last = text("receipt.line", used=text("used.own", used=5), left=15, took="38 s", job=Code("K7Q2"))
    shown = card(Reply(lines=(*lines, last), job=job)).contents
    assert all(0 < cards.length(content) <= 2000 for content in shown)
    assert len(shown) <= 5
    if job is not None:
        assert shown[0].endswith("5 of your own used, 15 left · 38 s · `K7Q2`")


def test_emphasis_and_moments_are_rendered_for_discord() -> None:
    at = datetime(2026, 1, 2, 12, tzinfo=UTC)
    reply = Reply(lines=(Text(key="queued.ready", params={"place": Bold("1*"), "ready": When(at=at)}),))
    assert card(reply).contents == (r"**1\***, ready <t:1767355200:R>",)


def again(subject: str = "K7Q2", price: int = 5) -> Button:
    """[Again · 5]"""
    return Button(action="again", subject=subject, label=text("button.again", price=price))


def test_buttons_say_what_they_do_in_their_ids() -> None:
    (tap,) = card(Reply(lines=(), buttons=(again(),)), private=True).taps
    assert (tap.id, tap.label, buttons.read(tap.id)) == (
        "again:K7Q2:p",
        "Again · 5",
        buttons.Tap(action="again", subject="K7Q2", private=True),
    )
    assert [buttons.read(id) for id in ("", "again", ":K7Q2", "pick")] == [None] * 4
    assert buttons.read("help:") == buttons.Tap(action="help", subject="")


async def test_buttons_fit_into_discords_rows() -> None:
    many = tuple(again(f"K{n:03}", price=int("9" * 25)) for n in range(30))
    taps = card(Reply(lines=(), buttons=(*many, *many))).taps
    assert (len(taps), {len(tap.label) for tap in taps}) == (25, {len("Again · ") + 33})
    view = buttons.view(taps)
    assert view is not None
    assert [len(row["components"]) for row in view.to_components()] == [5] * 5
    assert view.is_finished()  # the library keeps none of them
    assert buttons.view(()) is None
    long = Button(action="show", subject="K7Q2", label=text("card.prompt", prompt=Quoted(words="w" * 99, limit=99)))
    assert [len(tap.label) for tap in card(Reply(lines=(), buttons=(long,))).taps] == [80]
    assert card(Reply(lines=(), buttons=(again("x" * 100),))).taps == ()
