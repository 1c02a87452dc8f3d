"""What the Telegram bot is told when it starts."""

from dataclasses import dataclass, field
from pathlib import Path

NAME = "telegram"
HOOK_PATH = "/telegram"  # below the public URL; Telegram posts updates there
API_URL = "https://api.telegram.org"
MB = 1_000_000
FILE_BYTES = 50 * MB  # "Bots can currently send files of up to 50 MB" (sendDocument)
PHOTO_BYTES = 10 * MB  # sendPhoto
DOWNLOAD_BYTES = 20 * 1024 * 1024  # getFile: "bots can download files of up to 20MB in size"
UPDATES = ("message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Telegram delivers updates, and how it proves to be Telegram."""

    public_url: str  # of the bot's own web server, without the path
    secret: str = field(repr=False)  # 1-256 of [A-Za-z0-9_-]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things may take and how often they may happen, in seconds."""

    poll_s: float = 30.0  # a long poll
    gather_s: float = 0.8  # after the last piece of an album that has come
    gather_most_s: float = 4.0  # from its first piece on
    tap_s: float = 3.0  # a pressed button shows an hourglass this long at most; the press is done all the same
    double_tap_s: float = 3.0  # the same press again within this time is a slip of the finger
    private_every_s: float = 1.0  # progress in a private chat: Telegram's FAQ names one message a second
    group_every_s: float = 6.0  # progress in a group: it names 20 a minute there, for everything together
    patience_s: float = 20.0  # an answer or a result waits this long for Telegram's own "retry after"
    retry_s: float = 1.0  # before asking again after a network error; doubles
    retry_most_s: float = 30.0
    conflict_s: float = 15.0  # the same beside another poller, who would otherwise have all updates meanwhile
    grace_s: float = 10.0  # for what is being answered when the bot stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How this bot reaches Telegram."""

    token: str = field(repr=False)
    api_url: str = API_URL
    webhook: Webhook | None = None  # None: it asks for updates itself
    scratch: Path  # a folder of its own: what members send lies there until it was taken in
    file_bytes: int = FILE_BYTES  # the largest upload; a Bot API server of one's own takes 2000 MB
    timing: Timing = Timing()
