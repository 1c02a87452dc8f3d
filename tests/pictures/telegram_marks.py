"""Telegram's entities as its client draws them: offsets are counted in UTF-16 units."""

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.pictures import discord_marks

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "code": ("<code>", "</code>"),
    "bot_command": ('<span class="link">', "</span>"),
    "text_mention": ('<span class="link">', "</span>"),
    "text_link": ('<span class="link">', "</span>"),
    "mention": ('<span class="link">', "</span>"),
    "url": ('<span class="link">', "</span>"),
}


def drawn(text: str, entities: Sequence[Mapping[str, Any]], *, now: datetime, language: str) -> str:
    """HTML of a text; moments are counted anew, as the client does."""
    units = text.encode("utf-16-le")

    def piece(start: int, end: int) -> str:
        return html.escape(units[2 * start : 2 * end].decode("utf-16-le"), quote=False)

    parts, at = [], 0
    for one in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        start, end = one["offset"], one["offset"] + one["length"]
        if start < at:  # inside the one before, which is drawn already
            continue
        parts += [piece(at, start), _marked(one, piece(start, end), now=now, language=language)]
        at = end
    return "".join((*parts, piece(at, len(units) // 2)))


def _marked(one: Mapping[str, Any], inside: str, *, now: datetime, language: str) -> str:
    if one["type"] == "date_time":
        ahead = datetime.fromtimestamp(one["unix_time"], UTC) - now
        return f'<span class="moment">{discord_marks.relative(ahead, language=language)}</span>'
    before, after = _TAGS.get(one["type"], ("", ""))
    return f"{before}{inside}{after}"
