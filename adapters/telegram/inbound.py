"""Updates as `Heard`: what is said to the bot, by whom, where, with which media."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

import structlog
from telegram import CallbackQuery, Message, Update, User

from adapters.telegram import people, questions
from adapters.telegram.addresses import Shown
from adapters.telegram.albums import Albums, Said
from adapters.telegram.brought import Brought
from adapters.telegram.connection import Bot
from adapters.telegram.downloads import Downloads, Medium, medium_of
from adapters.telegram.lines import Line, Lines
from adapters.telegram.options import Options
from adapters.telegram.outbound import Outbound
from adapters.telegram.received import Inbox, Received
from adapters.telegram.stewards import Stewards
from adapters.telegram.taps import Taps, Window
from adapters.telegram.turns import Turns
from bot import replies, requests
from bot.commands import Given, Heard, Reception, mentions
from bot.errors import StorageFault

log = structlog.get_logger(__name__)


class Moved(Protocol):
    """Who is told that a group has another id."""

    async def __call__(self, old: int, new: int) -> None: ...


class Inbound:
    """Hands each update to its turn, and answers it there."""

    def __init__(
        self,
        bot: Bot,
        *,
        reception: Reception,
        inbox: Inbox,
        turns: Turns,
        taps: Taps,
        out: Outbound,
        downloads: Downloads,
        brought: Brought,
        moved: Moved,
        stewards: Stewards,
        options: Options,
    ) -> None:
        self._bot = bot
        self._reception = reception
        self._inbox = inbox
        self._turns = turns
        self._taps = taps
        self._out = out
        self._downloads = downloads
        self._moved = moved
        self._stewards = stewards
        self._options = options
        self._albums = Albums(options.timing)
        self._brought = brought
        self.lines = Lines(username="")
        self.me: User | None = None

    def take(self, received: Sequence[Received]) -> None:
        """Put updates, which are kept already, where their turn comes."""
        for each in received:
            try:
                update = Update.de_json(each.fields, self._bot)
            except Exception:  # whatever it is, it must not come again and again
                log.exception("an update can't be read", key=each.key)
                update = Update(update_id=0)
            self._put(update, each.key)

    def _put(self, update: Update, key: str) -> None:
        message, query = update.message, update.callback_query
        if query is not None:
            window = self._taps.window(query)
            lane = ("tap", query.from_user.id, query.message.chat.id if query.message else 0)
            self._turns.put(lane, lambda: self._tapped(query, key, window))
        elif message is not None:
            if (said := self._albums.add(message, key)) is not None:
                author = message.sender_chat or message.from_user
                self._turns.put(("line", message.chat.id, author.id if author else 0), lambda: self._said(said))
        else:
            self._turns.put(("other",), lambda: self._inbox.done([key]))

    async def _tapped(self, query: CallbackQuery, key: str, window: Window) -> None:
        await self._answered([key], lambda: self._taps.press(query, key, window))

    async def _said(self, said: Said) -> None:
        first = await self._albums.whole(said)
        await self._answered(said.keys, lambda: self._hear(said) if first else _nothing())

    async def _answered(self, keys: list[str], answer: Callable[[], Awaitable[None]]) -> None:
        """Answer, then mark: a kill between the two answers again, and the keys see to it that it does so once."""
        try:
            await answer()
        except Exception:  # a bug of ours must not come again at every start
            log.exception("an update could not be answered", keys=keys)
        await self._inbox.done(keys)

    async def _hear(self, said: Said) -> None:
        message = said.first
        if message.migrate_to_chat_id is not None:
            await self._moved(message.chat.id, message.migrate_to_chat_id)
            return
        if message.migrate_from_chat_id is not None:
            await self._moved(message.migrate_from_chat_id, message.chat.id)
            return
        if (who := people.speaker(message)) is None:
            return
        words = message.text or message.caption or ""
        private = message.chat.type == "private"
        media = self._media(said)
        if (line := self._line(message, words, private=private)) is not None:
            await self._serve(message, who, line, media if line.takes_media else (), said, self._reception.hear)
        elif private and not self.lines.is_foreign(words) and (words.strip() or media):
            line = Line(text=words, takes_media=True)
            await self._serve(message, who, line, media, said, self._reception.offer)

    def _line(self, message: Message, words: str, *, private: bool) -> Line | None:
        line = self.lines.command(words, private=private)
        if line is None and not self.lines.is_foreign(words):
            line = self._completed(message, words, private=private)
        return line

    async def _serve(
        self,
        message: Message,
        who: requests.Person,
        line: Line,
        media: tuple[Medium, ...],
        said: Said,
        answer: Callable[[Heard, Callable[[replies.Reply, str], Awaitable[str | None]]], Awaitable[replies.Reply]],
    ) -> None:
        place = people.place(message, who, file_bytes=self._options.file_bytes)
        given: tuple[Given, ...] = ()
        line, named = self._named(message, line, private=place.private)

        async def show(reply: replies.Reply, language: str) -> str | None:
            openly = line.stewards and place.user is None  # an anonymous administrator can be told nowhere else
            shown = await self._out.answer(place, reply, language=language, asker=who.name, openly=openly)
            if reply.asks and shown is not None and media:
                await self._note(shown, media)
            return shown

        try:
            given = await self._downloads.fetch(media, key=said.keys[0])
            heard = Heard(
                text=line.text,
                person=replace(who, steward=await self._stewards.wrote(message)),
                place=place,
                key=said.keys[0],
                attachments=given,
                community=people.community(message.chat),
                mentions=named,
            )
            await answer(heard, show)
        finally:
            self._downloads.drop(given)

    def _named(self, message: Message, line: Line, *, private: bool) -> tuple[Line, tuple[requests.Person, ...]]:
        """A line about people with everybody in it whom it names; elsewhere a name is a part of the words."""
        if not mentions.are_named_in(line.text):
            return line, ()
        words, there = people.named(message, me=self.me)
        return self._line(message, words, private=private) or line, there

    def _completed(self, message: Message, words: str, *, private: bool) -> Line | None:
        whole = questions.completed(message, words, bot_id=self._out.bot_id)
        return self.lines.command(whole, private=private) or Line(text=whole, takes_media=True) if whole else None

    def _media(self, said: Said) -> tuple[Medium, ...]:
        """Of the message, of what it replies to, and of what was there before a question that it answers."""
        found = [medium_of(message) for message in said.messages]
        above = next((m.reply_to_message for m in said.messages if m.reply_to_message is not None), None)
        if above is not None:
            found += [medium_of(piece) for piece in self._albums.of(above)]
            found += self._brought.of(str(Shown(chat=above.chat.id, message=above.message_id)))
        return tuple(dict.fromkeys(medium for medium in found if medium is not None))

    async def _note(self, question: str, media: tuple[Medium, ...]) -> None:
        try:
            await self._brought.note(question, media)
        except StorageFault as fault:
            log.error("a question's media are only known until the next start", words=str(fault))


async def _nothing() -> None:
    """A straggler of an album that was answered without it."""
