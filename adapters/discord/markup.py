"""Discord's markup: members' words show as they are, emphasis and moments show as Discord draws them.

The rules are those of Discord's page "Message Formatting" and its help page on Markdown. A backslash before any sign
that is no letter, digit or blank shows the sign itself.
"""

import re
from datetime import datetime

_SIGNS = re.compile(r"[\\*_~`|<>\[\]]")
_STARTS = re.compile(r"(?m)^(?P<gap>[ \t]*)(?P<mark>#{1,3}(?=\s)|-#|[-+](?=\s)|\d+(?=[.)]\s))")
_LINKS = re.compile(r"(?i)(?P<scheme>\b[a-z][a-z0-9+.-]{1,20})(?=://)|(?P<invite>\bdiscord(?:app)?)(?=\.(?:gg|com)/)")
_EVERYBODY = re.compile(r"@(?=everyone|here)")
_APART = "\N{ZERO WIDTH SPACE}"  # between the sign and the word, so that nobody's client sees a mention
_GRAVE = "\N{MODIFIER LETTER GRAVE ACCENT}"


class DiscordMarkup:
    """Implements `texts.Markup`."""

    def escape(self, words: str) -> str:
        """Any words, so that they show as they are and call nobody."""
        shown = _SIGNS.sub(r"\\\g<0>", words)
        shown = _STARTS.sub(_unlisted, shown)
        shown = _LINKS.sub(_unlinked, shown)
        return _EVERYBODY.sub(f"@{_APART}", shown)

    def bold(self, safe: str) -> str:
        """Emphasised; nothing stays nothing."""
        return f"**{safe}**" if safe.strip() else safe

    def code(self, words: str) -> str:
        """Words to copy; backticks among them need two around them, and more than one in a row have no such way."""
        line = _EVERYBODY.sub(f"@{_APART}", " ".join(words.split()))
        if "`" not in line:
            return f"`{line}`" if line else ""
        if "``" in line:
            return f"`{line.replace('`', _GRAVE)}`"
        return f"`` {line} ``"

    def quote(self, words: str) -> str:
        """Somebody else's words; the messages bring their own quotation marks."""
        return self.escape(words)

    def moment(self, at: datetime) -> str:
        """A moment that every client keeps live: in 12 seconds."""
        return f"<t:{int(at.timestamp())}:R>"


def _unlisted(found: re.Match[str]) -> str:
    """No heading, subtext or list: a backslash before the sign, after the number of a numbered one."""
    mark = found["mark"]
    return f"{found['gap']}{mark}\\" if mark.isdigit() else f"{found['gap']}\\{mark}"


def _unlinked(found: re.Match[str]) -> str:
    """No link: a backslash right after the scheme, or before the dot of an invitation."""
    return f"{found[0]}\\"
