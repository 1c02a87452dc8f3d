"""A terminal's screen: a model's words as they come, and as they are read once they are there."""

import pytest

from adapters.console import cards, screens
from bot.commands import Texts
from bot.replies import Prose, Reply, text

TEXTS = Texts(strict=True)


def test_what_is_written_so_far_stands_in_its_bar() -> None:
    live = screens.Live(texts=TEXTS)
    said = Reply(lines=(text("running.writing"),), prose=Prose(words="They\x1b are\n**happy**", growing=True))
    live.progress("K7Q2", said, language="en")
    live.progress("M2N3", Reply(lines=(text("running.plain", doing=text("doing.chat")),)), language="en")
    assert live.bars() == ["K7Q2  Writing … They� are **happy**", "M2N3  Thinking …"]


async def test_an_answer_is_drawn_between_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    card = cards.Card(kind="done", lines=("Here's your answer.", "1 used"), prose="# Cats\n\nThey **purr**.\x1b[2J")
    await screens.Live(texts=TEXTS).show(card, language="en")
    shown = capsys.readouterr().out
    assert "\x1b[2J" not in shown
    assert [word in shown for word in ("Cats", "purr", "**")] == [True, True, False]
    assert shown.index("Here's your answer.") < shown.index("purr") < shown.index("1 used")
