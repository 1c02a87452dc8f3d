"""What can be chosen when the server starts."""

from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
PUBLISHED = (
    Path(__file__).parents[3] / "shared" / "specs" / "discord_openapi.json"
)  # beside the checkout, may be absent
CARRIED = Path(__file__).with_name("described.json")  # the part of it that this server needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One played Discord with one application."""

    token: str
    host: str = "127.0.0.1"
    port: int = 0  # 0: any free one
    spec: Path | None = PUBLISHED  # Discord's OpenAPI file; absent: the carried part, None: own rules only
    record: Path | None = None  # JSON lines, one per request; None: kept in memory only
    application_id: int = 1_100_000_000_000_000_001  # also the bot's user id
    bot_name: str = "Atelier"
    heartbeat_s: float = 41.25
    answer_within_s: float = 3.0  # for an interaction's first answer
    token_lives_s: float = 900.0  # an interaction's token
    link_lives_s: float = 86_400.0  # a signed link to the CDN
    attachment_size_limit: int = 10 * MEBIBYTE  # where no boost says more
    global_per_s: int = 50
    bucket_limit: int = 100  # requests per route in bucket_per_s
    bucket_per_s: float = 1.0
    message_content: bool = False  # the privileged intents that were granted
    members: bool = False
    presences: bool = False
