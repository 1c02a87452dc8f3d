"""Hooks: what can be done with an interaction's token while it lives, wherever the bot itself may not write."""

import discord

from adapters.discord import errors, limits
from adapters.discord.letters import Letter


class Hook:
    """One interaction's token at work. Everything raises Refused."""

    def __init__(self, client: discord.Client, token: str) -> None:
        # what `Interaction.followup` is made of: the library has no public way to it without the interaction
        data = {"id": client.application_id, "type": discord.WebhookType.application.value, "token": token}
        self._webhook = discord.Webhook.from_state(data=data, state=client._connection)  # type: ignore[arg-type]

    async def send(self, letter: Letter, *, private: bool) -> int:
        """A message of its own; its id."""
        missing = discord.utils.MISSING
        async with errors.mapped("a follow-up", timeout_s=limits.request_s(letter.size_bytes)):
            made = await self._webhook.send(
                letter.content or missing,
                ephemeral=private,
                files=letter.opened(),
                view=letter.view() or missing,
                allowed_mentions=letter.mentions,
                wait=True,
            )
        return made.id

    async def edit(self, message: int, letter: Letter) -> None:
        """Put the letter in the message's place."""
        async with errors.mapped("an edit by token", timeout_s=limits.request_s(letter.size_bytes)):
            await self._webhook.edit_message(
                message,
                content=letter.content,
                attachments=letter.opened(),
                view=letter.view(),
                allowed_mentions=letter.mentions,
            )
