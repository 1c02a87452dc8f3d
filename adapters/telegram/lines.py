"""Lines: which messages are said to the bot, and whether they need the media that came along."""

import re
from dataclasses import dataclass, field

from bot.commands import grammar, registry
from bot.commands.declaration import Command

HELLO = "hello"  # what a link into the private chat brings along
_ID = re.compile(r"\s*#?[0-9A-Za-z]{4,8}(/\d{1,2})?\s*[.。!！]?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line for the commands."""

    text: str
    takes_media: bool
    stewards: bool = False  # whether its command is for those who manage a community


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Tells lines from other people's talk."""

    username: str  # the bot's, without @

    _words: dict[str, Command] = field(default_factory=lambda: dict(registry.first_words(registry.commands())))
    _actions: frozenset[str] = field(default_factory=lambda: frozenset(registry.actions(registry.commands())))

    def command(self, text: str, *, private: bool) -> Line | None:
        """The line that a text is; None for prose and for what is said to another bot."""
        head = grammar.head(text)
        if head.slash and head.bot and head.bot.lower() != self.username.lower():
            return None
        if head.slash and head.word == "start" and head.rest.strip() in {"", HELLO}:
            return Line(text="/help", takes_media=False)
        if (command := self._command(head)) is not None:
            return Line(text=text, takes_media=bool(command.media), stewards=command.stewards)
        if head.word in self._actions and (head.slash or _ID.fullmatch(head.rest)):
            return Line(text=text, takes_media=False)
        if head.slash and (private or head.bot):
            return Line(text=text, takes_media=False)  # the commands say which word is near
        return None

    def is_foreign(self, text: str) -> bool:
        """Whether it is said to another bot."""
        head = grammar.head(text)
        return head.slash and bool(head.bot) and head.bot.lower() != self.username.lower()

    def _command(self, head: grammar.Head) -> Command | None:
        found = self._words.get(head.word)
        if head.slash:
            return found or self._unspaced(head.word)
        return found if found is not None and not head.word.isascii() and not head.unbroken else None

    def _unspaced(self, word: str) -> Command | None:
        """`/画一只狐狸`: a Chinese word with its prompt right behind it."""
        return next((c for w, c in self._words.items() if not w.isascii() and word.startswith(w)), None)
