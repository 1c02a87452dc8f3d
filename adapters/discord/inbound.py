"""Interactions on their way in: each is heard once, given to the core, and answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, assert_never

import discord
import structlog
from discord import InteractionType, app_commands

from adapters.discord import buttons, context, errors, events, limits, modals, rightclicks, tapped, tree
from adapters.discord.answer import Answer
from adapters.discord.channels import Channels
from adapters.discord.hearing import Hearing
from adapters.discord.intake import Intake, Sent
from adapters.discord.letters import Writer
from adapters.discord.picks import Pick, Picks
from bot import errors as core_errors
from bot import ports, replies, requests
from bot.commands import Action, Given, Heard, menus, registry
from bot.commands import texts as texts_
from bot.commands.reception import Show

log = structlog.get_logger(__name__)

WORDLESS = frozenset({"animate"})  # actions that go on without words, though they ask for them
WORDS = 1500  # characters that are repeated of what was written into a form in vain
CHOICES, CHOICE = 25, 100  # of one suggestion, and its characters (application-commands)


class Suggested(Protocol):
    """Something that a field could be."""

    @property
    def value(self) -> str:
        """What is filled in."""

    @property
    def label(self) -> str:
        """What is shown."""


class Suggests(Protocol):
    """What is needed of the commands while somebody types."""

    async def suggest(self, heard: Heard, field: str) -> Sequence[Suggested]:
        """What the field could be."""


class Core(Protocol):
    """What answers: the commands' reception."""

    async def hear(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer a line, show the answer."""

    async def press(self, action: str, subject: str, heard: Heard, show: Show) -> replies.Reply:
        """Answer a tap, show the answer."""

    async def offer(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer bare words or files, show the answer."""


class Ear:
    """Hears interactions."""

    def __init__(
        self,
        *,
        hearing: Hearing,
        reception: Core,
        commands: Suggests,
        texts: texts_.Texts,
        writer: Writer,
        intake: Intake,
        picks: Picks,
        channels: Channels,
        clock: ports.Clock,
    ) -> None:
        self._reception = reception
        self._suggests = commands
        self._texts = texts
        self._writer = writer
        self._intake = intake
        self._channels = channels
        self._picks = picks
        self._clock = clock
        self._shelf = registry.commands()
        self._actions = registry.actions(self._shelf)
        self._hearing = hearing

    async def hear(self, interaction: discord.Interaction) -> None:
        """Answer one interaction; never raises."""
        await self._hearing.hear(interaction.id, interaction.type.name, lambda: self._answer(interaction))

    async def _answer(self, interaction: discord.Interaction) -> None:
        match interaction.type:
            case InteractionType.autocomplete:
                await self._suggest(interaction)
            case _ if self._hearing.hushed:
                await self._told(interaction, replies.text("error.stopping"))
            case InteractionType.application_command if events.data_of(interaction).get("type") == events.MESSAGE:
                await self._right_click(interaction)
            case InteractionType.application_command:
                await self._command(interaction)
            case InteractionType.component:
                await self._tap(interaction)
            case InteractionType.modal_submit:
                await self._form(interaction)
            case InteractionType.ping:
                return  # they come to web servers only
            case other:
                assert_never(other)

    # --- commands

    async def _command(self, interaction: discord.Interaction) -> None:
        data = events.data_of(interaction)
        name = str(data.get("name"))
        command = self._shelf.get(name)
        filled = events.filled(data, command) if command is not None else events.Filled()
        place = context.place(interaction, private=filled.private)
        discreet = command is None or not command.makes  # lists and settings concern nobody but who asks
        shown = self._answer_to(interaction, place, discreet=discreet)

        async def hear(given: Sequence[Given]) -> None:
            said = await events.named(interaction, filled, command)
            heard = self._heard_in(
                interaction,
                place,
                text=said.prompt,
                command=name,
                fields=said.fields,
                attachments=tuple(given),
                mentions=said.people,
            )
            await self._reception.hear(heard, shown.show)

        await self._with_files(interaction, shown, filled.files, hear)

    async def _suggest(self, interaction: discord.Interaction) -> None:
        data = events.data_of(interaction)
        if (command := self._shelf.get(str(data.get("name")))) is None:
            return
        filled = events.filled(data, command)
        place = context.place(interaction, private=True)
        heard = self._heard_in(interaction, place, text=filled.prompt, command=command.name, fields=filled.fields)
        found: Sequence[Suggested] = ()
        try:
            async with asyncio.timeout(limits.SUGGEST_S):
                found = await self._suggests.suggest(heard, filled.focused)
        except (TimeoutError, core_errors.AtelierError) as error:
            log.warning("nothing was suggested", field=filled.focused, words=type(error).__name__)
        async with errors.mapped("suggestions", timeout_s=limits.FIRST_S):
            await interaction.response.autocomplete(_choices(found))

    # --- buttons and forms

    async def _tap(self, interaction: discord.Interaction) -> None:
        custom_id = str(events.data_of(interaction).get("custom_id"))
        tap = buttons.read(custom_id) or buttons.Tap(action=custom_id, subject="")
        _, action = self._actions.get(tap.action, (None, None))
        if action is not None and action.asks:
            label = events.label_of(interaction.message, custom_id)
            await self._ask(interaction, tap.id, title=label, action=action)
            return
        await self._press(interaction, tap)

    async def _form(self, interaction: discord.Interaction) -> None:
        data = events.data_of(interaction)
        custom_id, words = str(data.get("custom_id")), modals.words(data)
        if (pick := Pick.read(custom_id)) is not None:
            await self._picked(interaction, pick, words)
        elif (tap := buttons.read(custom_id)) is not None:
            await self._press(interaction, tap, words, asked=True)

    async def _press(
        self, interaction: discord.Interaction, tap: buttons.Tap, words: str = "", *, asked: bool = False
    ) -> None:
        place = context.place(interaction, private=tap.private)
        message = interaction.message
        discreet = message is not None and message.flags.ephemeral  # said to one person, answered to one person
        shown = self._answer_to(interaction, place, discreet=discreet, tap=tap)
        async with shown.in_time(), self._hearing.turns:
            heard = self._heard_in(interaction, place, text=words, fields=_unsaid(words) if asked else {})
            await self._reception.press(tap.action, tap.subject, heard, shown.show)

    async def _ask(self, interaction: discord.Interaction, custom_id: str, *, title: str, action: Action) -> None:
        label = self._texts.plain(replies.text(action.asks), texts_.spoken(interaction.locale.value))
        form = modals.modal(custom_id, title=title or label, label=label, required=action.name not in WORDLESS)
        async with errors.mapped("a form", timeout_s=limits.FIRST_S):
            await interaction.response.send_modal(form)

    # --- right clicks

    async def _right_click(self, interaction: discord.Interaction) -> None:
        data = events.data_of(interaction)
        click = tree.right_click(str(data.get("name")), texts=self._texts)
        message = events.clicked(data)
        if click is None or message is None:
            await self._told(interaction, replies.text("discord.gone"))
        elif not (files := rightclicks.media_of(message)):
            await self._told(interaction, replies.text("discord.no_media"))
        elif not self._actions[click.action][1].asks:
            await self._made_of(interaction, click.action, files)
        else:
            channel = int(message.get("channel_id") or interaction.channel_id or 0)
            pick = Pick(action=click.action, channel=channel, message=int(message["id"]))
            await self._picks.keep(pick, str(interaction.user.id), files)
            title = self._texts.plain(replies.text(click.name), texts_.spoken(interaction.locale.value))
            await self._ask(interaction, pick.id, title=title, action=self._actions[click.action][1])

    async def _made_of(self, interaction: discord.Interaction, action: str, files: Sequence[Sent]) -> None:
        """What needs no words is made at once."""
        place = context.place(interaction, private=False)
        shown = self._answer_to(interaction, place)

        async def press(given: Sequence[Given]) -> None:
            heard = self._heard_in(interaction, place, text="", attachments=tuple(given))
            await self._reception.press(action, "", heard, shown.show)

        await self._with_files(interaction, shown, files, press)

    async def _picked(self, interaction: discord.Interaction, pick: Pick, words: str) -> None:
        place = context.place(interaction, private=False)
        shown = self._answer_to(interaction, place)
        async with shown.in_time(), self._hearing.turns:
            files = await self._picks.taken(pick, str(interaction.user.id)) or await self._looked_up(pick)
            if not files:
                await self._told(interaction, replies.text("discord.gone"), *_repeated(words), shown=shown)
                return

            async def press(given: Sequence[Given]) -> None:
                heard = self._heard_in(interaction, place, text=words, fields=_unsaid(words), attachments=tuple(given))
                await self._reception.press(pick.action, "", heard, shown.show)

            await self._with_files(interaction, shown, files, press, announced=True)

    async def _looked_up(self, pick: Pick) -> tuple[Sent, ...]:
        """The files of a message, where the bot may still read it: after a restart nothing else is left of a pick."""
        try:
            message = await self._channels.message(pick.channel, pick.message)
        except errors.Refused as refused:
            log.info("a picked message can't be read", words=str(refused))
            return ()
        return rightclicks.media_of(
            {
                "attachments": [one.to_dict() for one in message.attachments],
                "embeds": [one.to_dict() for one in message.embeds],
            }
        )

    # --- inside

    async def _with_files(
        self,
        interaction: discord.Interaction,
        shown: Answer,
        files: Sequence[Sent],
        use: Callable[[Sequence[Given]], Awaitable[None]],
        *,
        announced: bool = False,
    ) -> None:
        """Fetch the files, use them, put them away; the answer is announced when all that takes long."""
        event = str(interaction.id)
        try:
            if announced:
                await use(await self._intake.taken(files, event=event))
            else:
                async with shown.in_time(), self._hearing.turns:
                    await use(await self._intake.taken(files, event=event))
        finally:
            if files:
                await self._intake.put_away(event)

    def _answer_to(
        self,
        interaction: discord.Interaction,
        place: requests.Place,
        *,
        discreet: bool = False,
        tap: buttons.Tap | None = None,
    ) -> Answer:
        age = self._clock.now() - interaction.created_at
        late = limits.LATE < age < limits.TOKEN_LIFE  # older, and it is a clock that is wrong
        found = tapped.of(interaction, tap) if tap is not None else None
        return Answer(interaction, place=place, writer=self._writer, late=late, discreet=discreet, tapped=found)

    def _heard_in(self, interaction: discord.Interaction, place: requests.Place, *, text: str, **more: Any) -> Heard:
        return Heard(
            text=text,
            person=context.person(interaction),
            place=place,
            key=context.key(interaction),
            community=context.community(interaction),
            lacking=context.lacking(interaction, private=place.private),
            **more,
        )

    async def _told(self, interaction: discord.Interaction, *lines: replies.Text, shown: Answer | None = None) -> None:
        """Say something to the asker alone, without the core."""
        place = context.place(interaction, private=True)
        shown = shown or self._answer_to(interaction, place)
        language = texts_.spoken(interaction.locale.value)
        await shown.show(replies.Reply(lines=lines, private=True, kind="error"), language)


def _choices(found: Sequence[Suggested]) -> list[app_commands.Choice[str]]:
    """As many as Discord shows; a value is never cut, because it would say something else."""
    fit = (one for one in found if one.value and len(one.value) <= CHOICE)
    named = ((one.value, one.label or one.value) for one in fit)
    return [app_commands.Choice(name=label[:CHOICE], value=value) for value, label in named][:CHOICES]


def _unsaid(words: str) -> Mapping[str, str]:
    """What tells the core that a form was sent without words, and that none are to be asked for."""
    return {} if words.strip() else {menus.PROMPT: ""}


def _repeated(words: str) -> Sequence[replies.Text]:
    """What somebody wrote in vain, to be copied: the form that held it is closed."""
    return [replies.text("discord.your_words", words=replies.Quoted(words=words, limit=WORDS))] if words.strip() else []
