"""What settings share: where they are read from, and what ports, credits, addresses and keys may be."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from bot.settings import _values

ENV_FILE = Path(".env")

Port = Annotated[int, Field(ge=0, le=65535)]
Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]
Address = Annotated[str, AfterValidator(_values.address)]
OpenAddress = Annotated[str, AfterValidator(_values.open_address)]
Key = Annotated[SecretStr, AfterValidator(_values.key)]


def config(prefix: str = "") -> SettingsConfigDict:
    """Read from the environment and `.env`, where names begin so."""
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )
