"""What values may look like: each function answers the value as it is used, or raises ValueError with the cure."""

import ipaddress
import re
import zoneinfo
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

PERSON = re.compile(r"(discord|telegram):\d{1,20}", re.ASCII)
DISCORD_TOKEN = re.compile(r"[\w.-]+", re.ASCII)
TELEGRAM_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)  # by Telegram's page "Authorizing your bot"


def lowered(value: object) -> object:
    """LOG_LEVEL=INFO is as good as info."""
    return value.lower() if isinstance(value, str) else value


def zone(value: str) -> str:
    """A time zone by its IANA name."""
    if value not in zoneinfo.available_timezones():
        raise ValueError("must be a time zone like Europe/Berlin, Asia/Shanghai or UTC")
    return value


def people(value: object) -> object:
    """People by platform and id: discord:123, telegram:456."""
    if not isinstance(value, str):
        return value
    found = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    if wrong := next((each for each in found if not PERSON.fullmatch(each)), None):
        raise ValueError(f"{wrong!r} is nobody: write discord:ID or telegram:ID, with commas between")
    return found


def address(value: str) -> str:
    """An address of HTTP without a slash at its end; only one's own network may be reached in the open."""
    plain = open_address(value)
    parts = urlsplit(plain)
    if parts.scheme == "http" and not _is_at_home(parts.hostname or ""):
        raise ValueError(
            "must start with https://, because keys and members' files go that way; http:// is for addresses of this "
            "machine and its own network"
        )
    return plain


def open_address(value: str) -> str:
    """An address of HTTP without a slash at its end, encrypted or not: pxz documents no other than http://."""
    parts = _parts(value)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise ValueError("must start with https:// and name a host, and a port from 1 to 65535 if any")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a plain address, without a user's name, ? or #")
    return value.rstrip("/")


def key(value: SecretStr) -> SecretStr:
    """A provider's key."""
    text = value.get_secret_value()
    if not all("!" <= c <= "~" for c in text):
        raise ValueError("holds spaces or characters that no key has; paste it again")
    if set(text) & set("\"'`<>"):
        raise ValueError("holds quotation marks or brackets, which no key has; paste it again without them")
    return value


def discord_token(value: SecretStr) -> SecretStr:
    """A bot's token on Discord."""
    text = key(value).get_secret_value()
    if TELEGRAM_TOKEN.fullmatch(text):
        raise ValueError("looks like a token of Telegram's; Discord's is on the application's page under Bot")
    if not DISCORD_TOKEN.fullmatch(text):
        raise ValueError("holds characters that no token of Discord's has; copy it anew from the page under Bot")
    return value


def telegram_token(value: SecretStr) -> SecretStr:
    """A bot's token on Telegram."""
    if not TELEGRAM_TOKEN.fullmatch(key(value).get_secret_value()):
        raise ValueError("does not look like 123456:ABC-xyz, as @BotFather writes it; copy it anew from there")
    return value


def _parts(value: str) -> SplitResult | None:
    """None for what names no host, or a port that there is not."""
    try:
        parts = urlsplit(value)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:  # a port above 65535, half an IPv6 address
        return None


def _is_at_home(host: str) -> bool:
    """Whether a host is this machine or in its own network, as far as its name tells."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
