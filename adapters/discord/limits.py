"""Times and numbers that the adapter keeps; Discord's own are where they are used."""

from datetime import timedelta
from typing import Final

ANSWER_S: Final = 1.5  # how long a member's answer may take before it is announced: Discord waits for 3 s
LATE: Final = timedelta(seconds=2)  # older by our clock, and Discord may wait no more: that is found out first
SUGGEST_S: Final = 2.0  # the same for suggestions, which can't be announced
FIRST_S: Final = 10.0  # for one interaction's first answer, once it is on the line
LOGIN_S: Final = 60.0
CLOSE_S: Final = 10.0
HUSH_S: Final = 25.0  # for answers under way when the bot stops
RATE_LIMIT_S: Final = 30.0  # the longest that discord.py waits out by itself; it takes no less
PERSON_S: Final = 5.0  # for somebody who is looked up because a line mentions them
FOUND_S: Final = 10.0  # for a message that is looked up while a member waits

TOKEN_LIFE: Final = timedelta(minutes=14, seconds=30)  # of the 15 minutes that Discord gives an interaction's token
PICK_LIFE: Final = timedelta(hours=24)  # how long a right click waits for its words: so long its files' links live
PICKS: Final = 500  # that wait at once
QUESTION_LIFE: Final = timedelta(
    minutes=15
)  # how long a question in direct messages takes the next words for its answer
QUESTIONS: Final = 500  # that are open at once
PASTED_BYTES: Final = 64 * 1024  # of a text that came as a file; longer than any prompt
REMEMBERED: Final = 10_000  # events that are told apart from their repetitions
DOWNLOADS: Final = 8  # members' files at once
ANSWERS: Final = 64  # events at work at once; whoever waits for a turn is told that an answer comes

_JSON_S = 45.0  # discord.py's own repetitions after 5xx take 25 s
_BYTES_PER_S = 250_000
_UPLOAD_S = 240.0


def request_s(size_bytes: int) -> float:
    """The longest that one request with so many bytes of files may take."""
    return min(_UPLOAD_S, _JSON_S + size_bytes / _BYTES_PER_S)
