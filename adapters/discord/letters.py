"""Letters: a reply as the messages that are sent for it, each with its text, files and buttons."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import discord

from adapters.discord import buttons, cards, errors, uploads
from bot import ports, replies, requests
from bot.commands import pages
from bot.commands import texts as texts_

T = TypeVar("T")

TRIES = 4  # as large as may be, smaller, smaller still, without files


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to be sent or to be put in another's place."""

    content: str
    files: tuple[uploads.Upload, ...] = ()
    taps: tuple[buttons.Tap, ...] = ()
    mentions: discord.AllowedMentions

    @property
    def size_bytes(self) -> int:
        """Of its files."""
        return sum(file.size_bytes for file in self.files)

    def opened(self) -> list[discord.File]:
        """Its files, for one attempt at sending them."""
        return [file.opened() for file in self.files]

    def view(self) -> discord.ui.View | None:
        """Its buttons."""
        return buttons.view(self.taps)


class Writer:
    """Writes letters, with files in the largest form that their place takes."""

    def __init__(self, *, texts: texts_.Texts, fitting: ports.Fitting) -> None:
        self._texts = texts
        self._fitting = fitting

    async def sent(
        self,
        place: requests.Place,
        reply: replies.Reply,
        language: str,
        send: Callable[[Sequence[Letter]], Awaitable[T]],
        *,
        direct: bool = False,
    ) -> T:
        """What `send` answers for the reply's letters; with smaller files, at last with none, while they are too large.

        `direct`: they go to the asker alone, who need not be called there. Raises Refused, StorageFault.
        """
        most_bytes = uploads.USUAL_BYTES if direct else place.file_bytes or uploads.USUAL_BYTES
        request_bytes = uploads.REQUEST_BYTES
        for left in reversed(range(TRIES)):
            letters = await self.written(
                place, reply, language, most_bytes=most_bytes, request_bytes=request_bytes, direct=direct
            )
            try:
                return await send(letters)
            except errors.Refused as refused:
                sizes = [file.size_bytes for letter in letters for file in letter.files]
                if refused.verdict is not errors.Verdict.LARGE or not sizes:
                    raise
                most_bytes = uploads.smaller(sizes, than_bytes=most_bytes) if left > 1 else 0
                request_bytes = most_bytes
        raise errors.Refused("a message without files is too large", verdict=errors.Verdict.BROKEN)

    async def written(
        self,
        place: requests.Place,
        reply: replies.Reply,
        language: str,
        *,
        most_bytes: int,
        direct: bool,
        request_bytes: int = uploads.REQUEST_BYTES,
    ) -> tuple[Letter, ...]:
        """The reply's letters. Raises StorageFault."""
        reply, written = pages.laid(reply, cards.paper(reply, language, texts=self._texts))
        files = await uploads.prepared(
            reply.media, fitting=self._fitting, most_bytes=most_bytes, request_bytes=request_bytes
        )
        card = cards.card(
            reply,
            language,
            texts=self._texts,
            asker=None if direct else place.user,
            private=place.private,
            notes=[note.line(cards.plain(note.words, language, texts=self._texts)) for note in files.notes],
            pages=written,
        )
        return _letters(card, files.batches)


def _letters(card: cards.Card, batches: Sequence[tuple[uploads.Upload, ...]]) -> tuple[Letter, ...]:
    """All text first; buttons and the first files go with its last message, more files after it."""
    *before, last = card.contents
    texts = [Letter(content=content, mentions=card.mentions) for content in before]
    first, *more = batches or [()]
    main = Letter(content=last, files=first, taps=card.taps, mentions=card.mentions)
    return (*texts, main, *(Letter(content="", files=files, mentions=card.mentions) for files in more))
