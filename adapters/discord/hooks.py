"""Hooks: what can be done with an interaction's token while it lives, wherever the bot itself may not write."""

import discord
from discord.webhook.async_ import async_context

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

    async def original(self) -> discord.Message:
        """The first answer, or the message that was tapped where that is its first answer."""
        async with errors.mapped("a first answer looked up", timeout_s=limits.FOUND_S):
            found = await async_context.get().get_original_interaction_response(
                self._webhook.id, self._webhook.token or "", session=self._webhook.session
            )
        made: discord.Message = self._webhook._create_message(found, thread=discord.utils.MISSING)
        return made

    async def delete_original(self) -> None:
        """Take the first answer away."""
        async with errors.mapped("a first answer taken back", timeout_s=limits.FOUND_S):
            await async_context.get().delete_original_interaction_response(
                self._webhook.id, self._webhook.token or "", session=self._webhook.session
            )
