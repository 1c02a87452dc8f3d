"""Channels: what the bot does by itself, long after an interaction's token is dead."""

import secrets
from datetime import datetime

import discord

from adapters.discord import errors, limits
from adapters.discord.letters import Letter


class Channels:
    """Channels, threads and direct messages, by their ids. Everything raises Refused."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def send(self, channel: int, letter: Letter, *, nonce: str | None, under: int | None) -> int:
        """A message of its own; its id. The same nonce makes it once, for some minutes.

        `under` is the message it answers; when that was deleted it stands alone.
        """
        reference = None
        if under is not None:
            reference = discord.MessageReference(message_id=under, channel_id=channel, fail_if_not_exists=False)
        async with errors.mapped("a message", timeout_s=limits.request_s(letter.size_bytes)):
            made = await self._client.get_partial_messageable(channel).send(
                letter.content or None,
                files=letter.opened(),
                view=letter.view() or discord.utils.MISSING,
                allowed_mentions=letter.mentions,
                nonce=nonce or secrets.token_hex(12),
                reference=reference,  # type: ignore[arg-type]  # its overloads know no None
            )
        return made.id

    async def edit(self, channel: int, message: int, letter: Letter) -> None:
        """Put the letter in the message's place."""
        found = self._client.get_partial_messageable(channel).get_partial_message(message)
        async with errors.mapped("an edit", timeout_s=limits.request_s(letter.size_bytes)):
            await found.edit(
                content=letter.content,
                attachments=letter.opened(),
                view=letter.view(),
                allowed_mentions=letter.mentions,
            )

    async def direct(self, user: int) -> int:
        """The channel for direct messages to somebody."""
        async with errors.mapped("a direct channel", timeout_s=limits.request_s(0)):
            return (await self._client.create_dm(discord.Object(user))).id

    async def message(self, channel: int, message: int) -> discord.Message:
        """A message as the bot sees it."""
        async with errors.mapped("a message looked up", timeout_s=limits.FOUND_S):
            return await self._client.get_partial_messageable(channel).fetch_message(message)

    async def since(self, channel: int, moment: datetime, *, most: int) -> list[discord.Message]:
        """The first messages after a moment, oldest first."""
        async with errors.mapped("messages looked through", timeout_s=limits.FOUND_S):
            found = self._client.get_partial_messageable(channel).history(after=moment, limit=most, oldest_first=True)
            return [message async for message in found]

    def is_ours(self, message: discord.Message) -> bool:
        """Whether the bot wrote it: nobody else's can be edited."""
        return self._client.user is not None and message.author.id == self._client.user.id
