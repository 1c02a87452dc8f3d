"""Replies on their way out: Telegram's `ports.Platform`.

A message's id is `chat:message`, because an answer may go to the private chat. One file replaces the message that
showed the job (editMessageMedia takes texts too), so that doing it again changes nothing. Several files go as albums,
which take no buttons: their caption says what they are, and the receipt stands with the buttons in the message that
showed the job.
"""

import asyncio
import html
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram import addresses, uploads
from adapters.telegram.addresses import Address, Shown
from adapters.telegram.batches import Batches, Fate
from adapters.telegram.cards import Card, Renderer
from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.keyboard import Origin
from adapters.telegram.markup import Mention
from adapters.telegram.options import NAME
from adapters.telegram.pacing import Pacer
from adapters.telegram.sending import Sender
from adapters.telegram.uploads import Upload
from bot import errors, ports, replies, requests
from bot.commands import texts as texts_

T = TypeVar("T")

log = structlog.get_logger(__name__)

PROGRESS = frozenset({"running", "busy"})  # kinds whose newest counts
ENDS = frozenset({"done", "failed", "cancelled", "late"})  # kinds after which a message gets on no more
REMEMBERED = 1000  # uploads whose outcome is remembered
_LATER = frozenset({"delivering", "done", "failed", "cancelled"})  # states of a job that is being made no more
_ELSEWHERE = frozenset({Trouble.THREAD, Trouble.CLOSED})  # another place may do
_NO_EDIT = frozenset({Trouble.GONE, Trouble.CLOSED, Trouble.MIGRATED, Trouble.THREAD, Trouble.TEXTLESS})
_FIGURES = frozenset({"have", "need", "left"})  # facts of an error that are nobody else's business


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A reply's files as Telegram takes them, and what is to be said of those it doesn't take."""

    uploads: tuple[Upload, ...]
    notes: tuple[replies.Text, ...]


class Outbound:
    """Shows replies."""

    name = NAME

    def __init__(
        self,
        sender: Sender,
        *,
        pacer: Pacer,
        renderer: Renderer,
        fitting: ports.Fitting,
        batches: Batches,
        file_bytes: int,
    ) -> None:
        self._sender = sender
        self._pacer = pacer
        self._renderer = renderer
        self._fitting = fitting
        self._file_bytes = file_bytes
        self.bot_id = 0  # the bot's own, once Telegram has told it, and with it:
        self.username = ""
        self.performer = ""  # its name, which stands for whoever plays
        self._begun: OrderedDict[str, Shown] = OrderedDict()  # messages that wait for their file, by job and kind
        self._batches = batches

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        """A new message: in the topic, the group, or directly to who asked. Raises Undelivered."""
        ladder = list(addresses.rungs(place, under=reply.under, about_job=reply.job is not None))
        return str(await self._post(ladder, place, reply, language))

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        """Replace a message; progress is shown when its turn comes. Raises Gone and Undelivered."""
        shown = Shown.read(message)
        if reply.kind in PROGRESS:
            card = self._renderer.progress(reply, language)
            self._pacer.later(shown.chat, message, lambda: self._sender.edit_now(shown, card.text, below=card.below))
            return
        async with self._pacer.alone(shown.chat, message, last=reply.kind in ENDS):
            try:
                await self._edit(shown, place, reply, language)
            except Refused as refusal:
                raise _unedited(refusal) from None

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        """None: Telegram tells a bot of no message that it has written."""
        return None

    async def answer(
        self, place: requests.Place, reply: replies.Reply, *, language: str, asker: str = "", openly: bool = False
    ) -> str | None:
        """Show the answer to what was heard: in place of `reply.shown`, for the asker alone, or below what was asked.

        Of what goes to the asker alone in a group, the group sees at most that there is something, unless it may be
        said `openly`. `asker` is their name: who is asked for words in a group is told so by it. Raises Undelivered.
        """
        if _is_overtaken(reply):
            return reply.shown
        if reply.shown is not None:
            try:
                await self.edit(place, reply.shown, reply, language=language)
                return reply.shown
            except errors.Gone:
                pass
        if place.community is not None and is_private(reply) and not openly:
            return await self._aside(place, reply, language)
        ladder = list(addresses.rungs(place, under=reply.under, about_job=reply.job is not None))
        return str(await self._post(ladder, place, reply, language, asker=asker))

    async def _aside(self, place: requests.Place, reply: replies.Reply, language: str) -> str | None:
        """To the asker's private chat, where that is open; else a hint to open it."""
        if place.user is not None:
            try:
                direct = [Address(chat=int(place.user))]
                return str(await self._post(direct, place, reply, language, origin=Origin.of(place)))
            except errors.Undelivered as refusal:
                if not refusal.closed:
                    raise
        hint = self._renderer.line(replies.text("telegram.private"), language)
        label = self._renderer.plain(replies.text("telegram.open"), language)
        link = InlineKeyboardButton(label, url=f"https://t.me/{self.username}?start=hello")
        below = InlineKeyboardMarkup([[link]])
        await self._ladder(
            list(addresses.rungs(place, under=None)), lambda to: self._sender.text(to, hint, below=below)
        )
        return None

    async def _post(
        self,
        to: list[Address],
        place: requests.Place,
        reply: replies.Reply,
        language: str,
        *,
        origin: Origin | None = None,
        asker: str = "",
    ) -> Shown:
        mention = place.user if reply.mention and to[0].is_group else None
        if reply.prose is not None:
            return await self._write(to, place, reply, language, mention=mention)
        files = await self._fitted(reply, place)
        reply = _noted(reply, files.notes)
        if len(files.uploads) > 1:
            return await self._post_several(to, reply, language, files, mention)
        called = Mention(user=place.user, name=asker) if asker and place.user and to[0].is_group else None
        card = self._renderer.message(reply, language, mention=mention, origin=origin, called=called)
        if not files.uploads:
            harmless = reply.job is None
            return await self._ladder(
                to, lambda address: self._sender.text(address, card.text, below=card.fresh, harmless=harmless)
            )
        return await self._post_one(to, reply, language, files.uploads[0], card, mention)

    async def _post_one(
        self,
        to: list[Address],
        reply: replies.Reply,
        language: str,
        file: Upload,
        card: Card,
        mention: str | None,
    ) -> Shown:
        """A text first, which the file then replaces: an upload whose answer is lost can so be done again."""
        key = f"{reply.job}:{reply.kind}"
        shown = self._begun.get(key) if reply.kind in ENDS else None
        if shown is None:
            shown = await self._ladder(to, lambda address: self._sender.text(address, card.text, below=card.below))
            if reply.kind in ENDS:
                _remember(self._begun, key, shown)
        try:
            await self._into(shown, file, reply, self._renderer.caption(reply, language, mention=mention), language)
        except Refused as refusal:
            if refusal.trouble in _NO_EDIT:
                self._begun.pop(key, None)
            raise
        self._begun.pop(key, None)
        return shown

    async def _post_several(
        self, to: list[Address], reply: replies.Reply, language: str, files: Files, mention: str | None
    ) -> Shown:
        card = await self._send_albums(to, reply, language, files, mention)
        return await self._ladder(to, lambda address: self._sender.text(address, card.text, below=card.below))

    async def _write(
        self,
        to: list[Address],
        place: requests.Place,
        reply: replies.Reply,
        language: str,
        *,
        mention: str | None = None,
        over: Shown | None = None,
    ) -> Shown:
        """A model's words, in the place of a message or anew: page after page, then what is too long as a file."""
        reply, (first, *more) = self._renderer.pages(reply, language, mention=mention)
        if over is None:
            shown = await self._ladder(to, lambda address: self._sender.text(address, first.text, below=first.below))
        else:
            shown = over
            await self._sender.edit(shown, first.text, below=first.below)
        thread = int(place.thread) if place.thread and str(shown.chat) == place.channel else None
        under = [Address(chat=shown.chat, thread=thread, under=shown.message)]
        files = await self._fitted(reply, place)
        pages = [partial(self._send_page, under, card) for card in more]
        batches = [partial(self._send_batch, under, batch, "") for batch in uploads.batches(files.uploads)]
        for number, send in enumerate((*pages, *batches), start=1):
            if reply.job is None or reply.kind not in ENDS:
                await send()
            elif await self._batches.once(f"{reply.job}:{reply.kind}:{number}", send) is Fate.DOUBTFUL:
                await send()  # better twice than with a hole
        return shown

    async def _send_page(self, to: list[Address], card: Card) -> None:
        await self._ladder(to, lambda address: self._sender.text(address, card.text, below=card.below))

    async def _edit(self, shown: Shown, place: requests.Place, reply: replies.Reply, language: str) -> None:
        if reply.prose is not None:
            await self._write([], place, reply, language, over=shown)
            return
        files = await self._fitted(reply, place)
        reply = _noted(reply, files.notes)
        match files.uploads:
            case ():
                card = self._renderer.message(reply, language)
                await self._sender.edit(shown, card.text, below=card.below)
            case (file,):
                await self._into(shown, file, reply, self._renderer.caption(reply, language), language)
            case _:
                here = self._sender.home(Address(chat=int(place.channel))).chat == shown.chat
                to = list(addresses.rungs(place, under=None)) if here else [Address(chat=shown.chat)]
                card = await self._send_albums(to, reply, language, files, None)
                await self._sender.edit(shown, card.text, below=card.below)

    async def _into(self, shown: Shown, file: Upload, reply: replies.Reply, card: Card, language: str) -> None:
        try:
            changed = await self._sender.edit_into(shown, file, card.text, below=card.below)
        except Refused as refusal:
            if refusal.trouble not in {Trouble.REFUSED, Trouble.TOO_BIG, Trouble.CLOSED}:
                raise
            log.warning("Telegram does not take a file", file=file.name, words=str(refusal))
            said = _noted(reply, (_instead(refusal, file, reply.job),))
            text = self._renderer.message(said, language)
            await self._sender.edit(shown, text.text, below=text.below)
            return
        if card.rest and changed:
            await self._sender.text(Address(chat=shown.chat, under=shown.message), card.rest)

    async def _send_albums(
        self, to: list[Address], reply: replies.Reply, language: str, files: Files, mention: str | None
    ) -> Card:
        """Each batch of a job's end once; what stands beside them, with the buttons.

        Where nobody knows whether one arrived, that is said there, with a button for it.
        """
        caption = self._renderer.album(reply, language, mention=mention)
        doubtful = False
        for number, batch in enumerate(uploads.batches(files.uploads)):
            send = partial(self._send_batch, to, batch, caption.text if number == 0 else "")
            if reply.job is None or reply.kind not in ENDS:
                await send()  # as often as somebody wants to see it
            elif await self._batches.once(f"{reply.job}:{reply.kind}:{number}", send) is Fate.DOUBTFUL:
                doubtful = True
        if doubtful:
            return self._renderer.message(_doubted(reply), language)
        return self._renderer.receipt(reply, language, before=caption.rest)

    async def _send_batch(self, to: list[Address], batch: list[Upload], caption: str) -> None:
        if len(batch) > 1:
            await self._ladder(to, lambda address: self._sender.album(address, batch, caption=caption))
            return
        name = caption or html.escape(batch[0].name, quote=False)
        shown = await self._ladder(to, lambda address: self._sender.text(address, name))
        await self._sender.edit_into(shown, batch[0], caption, below=None)

    async def _ladder(self, to: list[Address], send: Callable[[Address], Awaitable[T]]) -> T:
        """The first place that takes it. Raises Undelivered."""
        last: Refused | None = None
        for address in to:
            if last is not None and last.trouble is Trouble.CLOSED and address.chat == to[0].chat:
                continue  # a group that is closed is so in its general topic too
            try:
                return await send(address)
            except Refused as refusal:
                if refusal.trouble not in _ELSEWHERE:
                    raise
                last = refusal
        raise errors.Undelivered(f"every way is closed: {last}", closed=True)

    async def _fitted(self, reply: replies.Reply, place: requests.Place) -> Files:
        most = place.file_bytes or self._file_bytes
        found = await asyncio.gather(*(self._fitting.fit(each, most_bytes=most) for each in reply.media))
        ready: list[Upload] = []
        notes: list[replies.Text] = []
        for fitted in found:
            if fitted.path is not None:
                ready.append(Upload.of(fitted.path, name=fitted.name, facts=fitted.facts, performer=self.performer))
            if (note := _note(fitted)) is not None:
                notes.append(note)
        return Files(uploads=tuple(ready), notes=tuple(notes))


def is_private(reply: replies.Reply) -> bool:
    """Whether a group may not read it. A question that asks for words may be read there, and an error as well, unless
    it tells what somebody has."""
    if reply.kind == "ask":
        return False
    if reply.kind != "error" or not reply.private:
        return reply.private
    told = reply.facts.get("error")
    return isinstance(told, dict) and bool(_FIGURES & told.keys())


def _doubted(reply: replies.Reply) -> replies.Reply:
    """With a word about files that may be missing in place of the greeting, and a button that brings them."""
    job = str(reply.job)
    note = replies.text("telegram.doubtful", show=texts_.Code(f"show {job}"))
    show = replies.Button(action="show", subject=job, label=replies.text("button.show"))
    return replace(reply, lines=(note, *(reply.lines[1:] or reply.lines)), buttons=(show, *reply.buttons))


def _is_overtaken(reply: replies.Reply) -> bool:
    """Whether an event came twice, and what became of its job since is shown already, or will be."""
    if reply.kind != "queued":
        return False
    state = reply.facts.get("state")
    return state in _LATER or (state == "running" and reply.shown is not None)


def _instead(refusal: Refused, file: Upload, job: str | None) -> replies.Text:
    """What is said in place of a file that was not taken; it is kept all the same."""
    if refusal.trouble is Trouble.CLOSED and job is not None:
        return replies.text("telegram.no_files", show=texts_.Code(f"show {job}"))
    return replies.text("telegram.refused", name=file.name)


def _note(fitted: ports.Fitted) -> replies.Text | None:
    """What is said of a file that is not sent as it is."""
    if fitted.link is None and fitted.path is not None:
        return None
    if fitted.link is None:
        mb = round(fitted.facts.size_bytes / 1_000_000)
        return replies.text("file.too_large", name=fitted.name, mb=mb)
    key = "file.linked" if fitted.path is None else "file.smaller"
    return replies.text("telegram.linked", line=replies.text(key, name=fitted.name), link=fitted.link)


def _noted(reply: replies.Reply, notes: tuple[replies.Text, ...]) -> replies.Reply:
    return replace(reply, lines=(*reply.lines[:-1], *notes, *reply.lines[-1:])) if notes else reply


def _unedited(refusal: Refused) -> errors.Undelivered:
    """A message that can't be edited any more is Gone; anything else may be tried again."""
    return errors.Gone(str(refusal)) if refusal.trouble in _NO_EDIT else refusal


def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    memory[key] = value
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
