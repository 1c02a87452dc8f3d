"""Sending: single calls to Telegram, paced and mapped; what belongs to a moved group goes to its new id."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol, TypeVar

from telegram import InlineKeyboardMarkup, LinkPreviewOptions

from adapters.telegram import errors, uploads
from adapters.telegram.addresses import Address, Shown
from adapters.telegram.cards import Below
from adapters.telegram.connection import Bot
from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.pacing import Pacer
from adapters.telegram.uploads import Form, Upload

T = TypeVar("T")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Moves(Protocol):
    """Who is told that a group has another id."""

    async def __call__(self, old: int, new: int) -> None: ...


class Sender:
    """Sends, edits and uploads. Every method raises Refused and nothing foreign."""

    def __init__(self, bot: Bot, *, pacer: Pacer, moved: Moves) -> None:
        self._bot = bot
        self._pacer = pacer
        self._tell_moved = moved
        self._moved: dict[int, int] = {}  # groups that got another id while we run

    def home(self, address: Address) -> Address:
        """Where that is now."""
        return replace(address, chat=self._moved.get(address.chat, address.chat))

    async def text(self, address: Address, html: str, *, below: Below = None, harmless: bool = False) -> Shown:
        """A new message; `harmless` where nobody minds seeing it twice."""

        async def send(to: Address) -> Shown:
            sent = await self._bot.send_message(
                to.chat,
                html,
                parse_mode="HTML",
                message_thread_id=to.thread,
                reply_parameters=to.reply,
                reply_markup=below,
                link_preview_options=NO_PREVIEW,
            )
            return Shown(chat=to.chat, message=sent.message_id)

        return await self._to(address, send, harmless=harmless)

    async def album(self, address: Address, files: Sequence[Upload], *, caption: str) -> None:
        """Several files as one message."""

        async def send(to: Address) -> None:
            with ExitStack() as opened:
                pieces = [
                    uploads.piece(file, opened, caption="" if number else caption) for number, file in enumerate(files)
                ]
                await self._bot.send_media_group(
                    to.chat, pieces, message_thread_id=to.thread, reply_parameters=to.reply
                )

        await self._to(address, send)

    async def edit(self, shown: Shown, html: str, *, below: InlineKeyboardMarkup | None) -> bool:
        """Replace a text, or the caption of what became a medium; False when it said that already."""
        try:
            return await self._edited(shown, lambda: self._edit_text(shown, html, below))
        except Refused as refusal:
            if refusal.trouble is not Trouble.TEXTLESS:
                raise
        return await self._edited(shown, lambda: self._edit_caption(shown, html, below))

    async def edit_now(self, shown: Shown, html: str, *, below: InlineKeyboardMarkup | None) -> None:
        """The same for progress: tried once, whoever paces it waits."""
        try:
            await errors.told(self._edit_text(shown, html, below))
        except Refused as refusal:
            if refusal.trouble not in {Trouble.UNCHANGED, Trouble.TEXTLESS}:
                raise

    async def edit_into(self, shown: Shown, file: Upload, html: str, *, below: InlineKeyboardMarkup | None) -> bool:
        """Replace a message by a medium; False when it was that already. A photo Telegram dislikes is a document."""
        try:
            return await self._edited(shown, lambda: self._edit_media(shown, file, html, below))
        except Refused as refusal:
            if refusal.trouble is not Trouble.PICTURE or file.form is not Form.PHOTO:
                raise
        plain = replace(file, form=Form.DOCUMENT)
        return await self._edited(shown, lambda: self._edit_media(shown, plain, html, below))

    async def bare(self, shown: Shown) -> None:
        """Take the buttons off."""
        await self._edited(
            shown, lambda: self._bot.edit_message_reply_markup(shown.chat, shown.message, reply_markup=None)
        )

    async def _to(self, address: Address, send: Callable[[Address], Awaitable[T]], *, harmless: bool = False) -> T:
        address = self.home(address)
        try:
            return await self._pacer.send(address.chat, lambda: errors.told(send(address)), harmless=harmless)
        except Refused as refusal:
            if refusal.moved_to is None:
                raise
            new = refusal.moved_to
        await self.move(address.chat, new)
        there = Address(chat=new, thread=address.thread)  # what it would reply to stayed behind
        return await self._pacer.send(new, lambda: errors.told(send(there)))

    async def move(self, old: int, new: int) -> None:
        """A group has another id from now on."""
        self._moved[old] = new
        await self._tell_moved(old, new)

    async def _edited(self, shown: Shown, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            await self._pacer.send(shown.chat, lambda: errors.told(call()), harmless=True)
        except Refused as refusal:
            if refusal.moved_to is not None:
                await self.move(shown.chat, refusal.moved_to)
            if refusal.trouble is not Trouble.UNCHANGED:
                raise
            return False
        return True

    def _edit_text(self, shown: Shown, html: str, below: InlineKeyboardMarkup | None) -> Awaitable[object]:
        return self._bot.edit_message_text(
            html,
            shown.chat,
            shown.message,
            parse_mode="HTML",
            reply_markup=below,
            link_preview_options=NO_PREVIEW,
        )

    def _edit_caption(self, shown: Shown, html: str, below: InlineKeyboardMarkup | None) -> Awaitable[object]:
        return self._bot.edit_message_caption(
            shown.chat, shown.message, caption=html, parse_mode="HTML", reply_markup=below
        )

    async def _edit_media(self, shown: Shown, file: Upload, html: str, below: InlineKeyboardMarkup | None) -> None:
        with ExitStack() as opened:
            medium = uploads.single(file, opened, caption=html)
            await self._bot.edit_message_media(medium, shown.chat, shown.message, reply_markup=below)
