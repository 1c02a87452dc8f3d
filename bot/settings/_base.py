"""What settings share: where they are read from, and how addresses and keys are checked."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

ENV_FILE = Path(".env")

Port = Annotated[int, Field(ge=0, le=65535)]
Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]


def config(prefix: str = "") -> SettingsConfigDict:
    """Read from the environment and `.env`, where names begin so."""
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )


def http_url(value: str) -> str:
    """An address without a slash at its end. Raises ValueError."""
    try:
        parts = urlsplit(value)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port above 65535, half an IPv6 address
        parts, named = urlsplit(""), False
    if not named:
        raise ValueError("must start with http:// or https:// and name a host, and a port from 1 to 65535 if any")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a plain address, without a user's name, ? or #")
    return value.rstrip("/")


def secret(value: SecretStr | None) -> SecretStr | None:
    """A key as it fits into a header. Raises ValueError, which does not repeat it."""
    if value is not None and not all("!" <= c <= "~" for c in value.get_secret_value()):
        raise ValueError("holds spaces or characters that no key has; paste it again")
    return value
