"""Rights: what the bot must be allowed to post a result in a channel; found out before anything is set aside."""

import discord


def lacking(has: discord.Permissions, *, thread: bool) -> tuple[str, ...]:
    """Discord's names of what is missing; each has a text `right.<name>`. No link is unfolded, so embeds need none."""
    needed = ("view_channel", "send_messages_in_threads" if thread else "send_messages", "attach_files")
    return tuple(name for name in needed if not getattr(has, name))
