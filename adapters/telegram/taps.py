"""Taps: pressed buttons. Telegram is always answered, soon, and what is nobody else's business in a small window."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberRestricted, InlineKeyboardMarkup, Message

from adapters.telegram import errors, people
from adapters.telegram.addresses import Shown
from adapters.telegram.cards import Renderer
from adapters.telegram.connection import Bot
from adapters.telegram.errors import Refused
from adapters.telegram.keyboard import Origin, Tapped
from adapters.telegram.options import NAME, Options
from adapters.telegram.outbound import Outbound, is_private
from adapters.telegram.sending import Sender
from adapters.telegram.stewards import Stewards
from bot import errors as errors_
from bot import replies, requests
from bot.commands import Heard, Reception

REMEMBERED = 1000  # taps, to tell a double one
NO = frozenset({"dismiss", "decline", "unjoin_not", "forget_not"})  # what has one of these is one question
SETTLING = NO | {"start", "cancel", "gift", "unjoin", "forget"}  # then the message says what became of it
SETTLED = frozenset(  # errors after which its buttons are good for nothing
    {
        "error.draft_gone",
        "error.no_such_draft",
        "error.no_such_promise",
        "error.promise_kept",
        "error.promise_late",
    }
)
SAID = frozenset({"message", "given"})  # kinds of answers that say by themselves what became of it


class Window:
    """The answer to one tap: given once, blank when it takes long."""

    def __init__(self, bot: Bot, query: CallbackQuery, *, within_s: float) -> None:
        self._bot = bot
        self._id = query.id
        self._given = False
        self._timer = asyncio.create_task(self._blank_after(within_s))

    async def show(self, words: str = "") -> bool:
        """Answer with words in a window, or blank; says whether they can be seen."""
        if self._given:
            return False
        self._given = True
        try:
            await errors.told(self._bot.answer_callback_query(self._id, text=words or None, show_alert=bool(words)))
        except Refused:
            return False  # nobody waits for it any more: what matters is said in a message
        return True

    async def close(self) -> None:
        """Answer if nobody did."""
        self._timer.cancel()
        await self.show()

    async def _blank_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.show()


class Taps:
    """Answers taps."""

    def __init__(
        self,
        bot: Bot,
        *,
        reception: Reception,
        out: Outbound,
        sender: Sender,
        renderer: Renderer,
        stewards: Stewards,
        options: Options,
    ) -> None:
        self._bot = bot
        self._reception = reception
        self._out = out
        self._sender = sender
        self._renderer = renderer
        self._stewards = stewards
        self._options = options
        self._last: OrderedDict[tuple[int, str, str], float] = OrderedDict()  # when who pressed what

    def window(self, query: CallbackQuery) -> Window:
        """The tap has come: its hourglass is running."""
        return Window(self._bot, query, within_s=self._options.timing.tap_s)

    async def press(self, query: CallbackQuery, key: str, window: Window) -> None:
        """Do what the button says."""
        try:
            message = query.message
            if message is not None and query.data and not self._is_double(query, message):
                await self._press(query, message, key, window)
        finally:
            await window.close()

    async def _press(self, query: CallbackQuery, message: object, key: str, window: Window) -> None:
        chat, shown, thread = _where(message)
        tapped = Tapped.read(query.data or "")
        who = people.person(query.from_user)
        place = people.spot(chat, who, thread=thread, message=shown.message, file_bytes=self._options.file_bytes)
        community = people.community(chat)
        if tapped.origin is not None:
            place, community = await self._back(place, tapped.origin)
        if community is not None:
            steward = await self._stewards.has(int(community.native), query.from_user.id)
            who = replace(who, steward=steward)
        heard = Heard(text="", person=who, place=place, key=key, community=community)
        at = _Spot(message=message, shown=shown, tapped=tapped, heard=heard)
        over: list[replies.Reply] = []

        async def show(reply: replies.Reply, language: str) -> str | None:
            alone = reply.kind == "error" or (place.community is not None and is_private(reply))
            words = self._renderer.alert(reply, language) if alone else None
            seen = bool(words) and await window.show(words or "")
            await window.show()
            if tapped.action not in SETTLING or not _settles(reply):
                return None if seen else await self._out.answer(place, reply, language=language, asker=who.name)
            answered = await self._settle(at, reply, language, seen=seen)
            if answered != str(shown):
                over.append(reply)
            return answered

        await self._reception.press(tapped.action, tapped.subject, heard, show)
        for reply in over:  # after the answer: a result waits for that
            with contextlib.suppress(errors_.AtelierError):  # a comfort: its buttons say themselves that it is over
                await self._close(at, reply)

    async def _settle(self, at: "_Spot", reply: replies.Reply, language: str, *, seen: bool) -> str | None:
        """Say what became of it in place of the tapped message where that is the place for it, or elsewhere."""
        place = at.heard.place
        public = place.community is None or not is_private(reply)
        if at.here and at.alone and public and reply.kind != "error" and reply.shown is None:
            with contextlib.suppress(errors_.Gone):
                await self._out.edit(place, str(at.shown), reply, language=language)
                return str(at.shown)
        told = seen or (not at.here and reply.kind == "message")  # nothing was started: no news for a group
        return None if told else await self._out.answer(place, reply, language=language)

    async def _close(self, at: "_Spot", reply: replies.Reply) -> None:
        """A question that is over says so where it was shown; alternatives in a chat of their own stay good."""
        if at.here or at.tapped.action == "cancel" or reply.kind == "error":
            if at.alone:
                await self._sender.bare(at.shown)
            return
        line = reply.lines[0]
        if reply.kind not in SAID and at.heard.community is not None:
            line = replies.text("telegram.started", place=at.heard.community.title)
        language = await self._reception.language(at.heard)
        await self._sender.edit(at.shown, self._renderer.line(line, language), below=None)

    async def _back(
        self, place: requests.Place, origin: Origin
    ) -> tuple[requests.Place, requests.CommunitySeen | None]:
        """The place where the question was asked; here, when that is no more, or is no place of theirs any more."""
        try:
            chat = await errors.told(self._bot.get_chat(int(origin.chat)))
        except (Refused, ValueError):
            return place, None
        if not await self._is_in(chat.id, place.user):
            return place, None
        back = requests.Place(
            platform=NAME,
            channel=str(chat.id),
            thread=origin.thread,
            message=origin.message,
            community=str(chat.id),
            user=place.user,
            file_bytes=place.file_bytes,
        )
        return back, people.seen(chat.id, chat.title)

    async def _is_in(self, chat: int, user: str | None) -> bool:
        """Whether somebody is in a group; where Telegram doesn't tell (members may be hidden) it is believed."""
        try:
            member = await errors.told(self._bot.get_chat_member(chat, int(user or 0)))
        except Refused:
            return True
        hidden = isinstance(member, ChatMemberRestricted) and not member.is_member
        return not hidden and member.status not in {ChatMember.LEFT, ChatMember.BANNED}

    def _is_double(self, query: CallbackQuery, message: object) -> bool:
        """Whether the same finger pressed the same button a moment ago."""
        _, shown, _ = _where(message)
        press = (query.from_user.id, str(shown), query.data or "")
        now = asyncio.get_running_loop().time()
        before = self._last.get(press)
        self._last[press] = now
        self._last.move_to_end(press)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return before is not None and now - before < self._options.timing.double_tap_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """What was tapped, and where that asks for an answer."""

    message: object
    shown: Shown
    tapped: Tapped
    heard: Heard

    @property
    def here(self) -> bool:
        """Whether it is answered in the chat where it was tapped."""
        return self.heard.place.channel == str(self.shown.chat)

    @property
    def alone(self) -> bool:
        """Whether the message is about this alone: one question, or buttons that are all about the same."""
        return _is_about(self.message, self.tapped.subject)


def _settles(reply: replies.Reply) -> bool:
    """Whether nothing is left to be done with the button; most errors leave everything as it was."""
    error = reply.facts.get("error")
    return reply.kind != "error" or (isinstance(error, Mapping) and error.get("key") in SETTLED)


def _where(message: object) -> tuple[Chat, Shown, int | None]:
    """Chat, message and topic; of messages too old to be shown Telegram tells only the first two."""
    chat: Chat = message.chat  # type: ignore[attr-defined]
    shown = Shown(chat=chat.id, message=message.message_id)  # type: ignore[attr-defined]
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return chat, shown, thread


def _is_about(message: object, subject: str) -> bool:
    """Whether it is one question, which is over with any answer, or every button of it is about this."""
    below = message.reply_markup if isinstance(message, Message) else None
    if not isinstance(below, InlineKeyboardMarkup):
        return False
    taps = [Tapped.read(str(button.callback_data or "")) for row in below.inline_keyboard for button in row]
    return any(tap.action in NO for tap in taps) or all(tap.subject == subject for tap in taps)
