"""Discord's markdown as its client draws it, as far as the bot uses it: bold, code, moments, mentions, escapes."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

_UNITS: Sequence[tuple[int, int, str, str]] = (  # from how many seconds on, seconds in one, its names
    (22 * 3600, 86400, "day", "天"),
    (45 * 60, 3600, "hour", "小时"),
    (45, 60, "minute", "分钟"),
    (0, 1, "second", "秒"),
)
_PIECE = re.compile(
    r"\\(?P<escaped>[^A-Za-z0-9\s])"
    r"|(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|<t:(?P<moment>-?\d+):R>"
    r"|<@(?P<person>\d+)>",
    re.DOTALL,
)


def drawn(content: str, *, now: datetime, language: str, people: Mapping[str, str]) -> str:
    """HTML of a message's content."""

    def piece(found: re.Match[str]) -> str:
        if found["escaped"]:
            return html.escape(found["escaped"])
        if found["code"]:
            return f"<code>{html.escape(found['code'].strip())}</code>"
        if found["bold"]:
            return f"<b>{drawn(found['bold'], now=now, language=language, people=people)}</b>"
        if found["moment"]:
            at = datetime.fromtimestamp(int(found["moment"]), UTC)
            return f'<span class="moment">{relative(at - now, language=language)}</span>'
        return f'<span class="person">@{html.escape(people.get(found["person"], found["person"]))}</span>'

    parts, end = [], 0
    for found in _PIECE.finditer(content):
        parts += [html.escape(content[end : found.start()]), piece(found)]
        end = found.end()
    return "".join((*parts, html.escape(content[end:])))


def relative(ahead: timedelta, *, language: str) -> str:
    """A moment as the client says it: in 12 seconds, 12 秒后."""
    s = round(ahead.total_seconds())
    words = _length(abs(s), language)
    if language == "zh":
        return f"{words}后" if s >= 0 else f"{words}前"
    return f"in {words}" if s >= 0 else f"{words} ago"


def _length(s: int, language: str) -> str:
    size, english, chinese = next(unit[1:] for unit in _UNITS if s >= unit[0])
    count = max(1, round(s / size)) if s else 0
    if language == "zh":
        return f"{count} {chinese}"
    return f"{count} {english}{'' if count == 1 else 's'}"
