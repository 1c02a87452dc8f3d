"""The door of the commands: from what was heard to a Reply, whatever happens on the way."""

import re
from dataclasses import dataclass, replace

from bot import errors, jobs, replies, studio
from bot.commands import grammar, mentions, menus, offering, registry, suggest, texts, trouble
from bot.commands.declaration import Action, Asking, Command, Heard

EXAMPLE_ID = "K7Q2"
_SUBJECT = re.compile(r"\s*(?P<id>[\w#/-]{3,40})(?P<flags>\s+--?yes|\s+—yes)?\s*[.。!！]?\s*")
_WORDED = re.compile(r"\s*(?P<id>[\w#/-]{3,40})(?:\s+|\s*[:：,，、]\s*)(?P<flags>\S.*)", re.DOTALL)
_JOB = re.compile(r"#?(?:[0-9A-Z]{4,8}|(?=[a-z]*\d)[0-9a-z]{4,8})(?:/\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """Which command a line is, and what follows its word."""

    command: Command
    rest: str
    action: Action | None = None
    subject: str = ""


class Commands:
    """All commands of all platforms over one studio."""

    def __init__(self, studio: studio.Studio) -> None:
        self._studio = studio
        self._shelf = registry.commands()
        self._words = registry.first_words(self._shelf)
        self._actions = registry.actions(self._shelf)
        self._suggestions = suggest.Suggestions(studio, shelf=self._words)

    async def answer(self, heard: Heard) -> replies.Reply:
        """Do what a line says."""
        try:
            call = self._named(heard) if heard.command else self._called(heard.text)
        except errors.MemberError as error:
            return trouble.reply(error)
        return await self._run(call, heard)

    async def press(self, action: str, subject: str, heard: Heard) -> replies.Reply:
        """Do what a button says."""
        if (known := self._actions.get(action)) is None:
            return trouble.reply(errors.NotFound("error.unknown_button", action=action))
        return await self._run(_Call(command=known[0], rest=heard.text, action=known[1], subject=subject), heard)

    async def suggest(self, heard: Heard, field: str) -> tuple[suggest.Suggestion, ...]:
        """What may be chosen for a field of a form while it is typed in: at most 25; none when anything goes wrong."""
        return await self._suggestions.of(heard, field)

    async def offer(self, heard: Heard) -> replies.Reply:
        """What could be made of bare words or files in a direct message; a line that names something is answered."""
        try:
            call = self._called(heard.text)
        except errors.MemberError as error:
            if error.key != "error.no_command":
                return trouble.reply(error)
            call = _Call(command=self._shelf["help"], rest=heard.text, action=offering.ACTION)
        return await self._run(call, heard)

    async def language(self, heard: Heard, *, public: bool = False) -> str:
        """The language in which this person is answered; `public`: what everybody in the community reads."""
        account = await self._studio.known(heard.person)
        return _language(heard, account, await self._community(heard, account) if public else None)

    async def _run(self, call: _Call, heard: Heard) -> replies.Reply:
        try:
            asking = await self._asking(call, heard)
            if call.action is not None:
                return await call.action.deed(asking, call.subject)
            return await call.command.handler(asking)
        except Exception as error:  # the one place where a command's errors end
            return trouble.reply(error, command=call.command, local=heard.local)

    async def _asking(self, call: _Call, heard: Heard) -> Asking:
        account = await self._studio.account(heard.person)
        await self._studio.names.learn(heard.person)
        community = await self._community(heard, account)
        asked = studio.Asked(
            account=account,
            person=heard.person,
            place=heard.place,
            key=heard.key,
            language=_language(heard, account, None if heard.place.private else community),
            interactive=heard.interactive,
            local=heard.local,
            community=community,
            lacking=heard.lacking,
            home=await self._studio.homes.of(account),
        )
        line, named = call.rest, heard.mentions
        if mentions.are_named(call.command):
            line, named = await mentions.found(line, named, platform=heard.person.platform, names=self._studio.names)
        return Asking(
            studio=self._studio,
            asked=asked,
            text=line,
            command=call.command,
            shelf=self._shelf,
            attachments=heard.attachments,
            fields=heard.fields,
            form=bool(heard.command),
            mentions=named,
        )

    async def _community(self, heard: Heard, account: jobs.Account | None) -> jobs.Community | None:
        """Where it was said; one of which its platform knows no language speaks that of the first who speaks there."""
        if (seen := heard.community) is None:
            return None
        spoken = seen.language or (account and account.preferences.language) or heard.person.language
        return await self._studio.community(replace(seen, language=spoken))

    def _named(self, heard: Heard) -> _Call:
        if (command := self._words.get(heard.command)) is None:
            raise errors.NotFound("error.unknown_command", word=f"/{heard.command}", near="/help")
        return _Call(command=command, rest=menus.line(command, heard))

    def _called(self, text: str) -> _Call:
        head = grammar.head(text)
        if command := self._command(head):
            return _Call(command=command, rest=head.rest)
        if known := self._actions.get(head.word):
            return self._acted(head, *known)
        if head.slash and (parted := self._unspaced(head)):
            return parted
        if head.slash:
            near = grammar.nearest(head.word, [w for w in (*self._words, *self._actions) if w.isascii()]) or "help"
            raise errors.NotFound("error.unknown_command", word=f"/{head.word}", near=f"/{near}")
        raise _prose()

    def _command(self, head: grammar.Head) -> Command | None:
        """A slash and a name, or a Chinese word that stands alone: bare English words are prose."""
        command = self._words.get(head.word)
        if command is None or head.slash:
            return command
        return command if not head.word.isascii() and not head.unbroken else None

    def _acted(self, head: grammar.Head, command: Command, action: Action) -> _Call:
        """`again K7Q2`, with a slash or without; with anything else behind it, it is prose.

        Where words are asked for, they may follow: `edit K7Q2 make it night`.
        """
        found = _SUBJECT.fullmatch(head.rest) or (_worded(head) if action.asks else None)
        if found is None and head.rest.strip() and not head.slash:
            raise _prose()
        if found is None:
            raise errors.MemberError("error.which_job", example=texts.Code(f"{action.name} {EXAMPLE_ID}"))
        return _Call(command=command, rest=found["flags"] or "", action=action, subject=found["id"])

    def _unspaced(self, head: grammar.Head) -> _Call | None:
        """`/画一只狐狸`: a Chinese word with its prompt right behind it."""
        for word, command in self._words.items():
            if not word.isascii() and head.word.startswith(word):
                return _Call(command=command, rest=f"{head.word.removeprefix(word)}{head.rest}")
        return None


def _worded(head: grammar.Head) -> re.Match[str] | None:
    """An id with words behind it; without a slash the id must look like one, or `edit this please` would be none."""
    found = _WORDED.fullmatch(head.rest)
    return found if found and (head.slash or _JOB.fullmatch(found["id"])) else None


def _prose() -> errors.NotFound:
    example = texts.Code(replies.text("example.image"))
    return errors.NotFound("error.no_command", example=example, help=texts.Code("/help"))


def _language(heard: Heard, account: jobs.Account | None, community: jobs.Community | None) -> str:
    """What the community reads is in its language, all else in the member's."""
    own = (account and account.preferences.language) or heard.person.language
    return texts.spoken((community.language if community else None) or own)
