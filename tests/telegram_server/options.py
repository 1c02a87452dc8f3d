"""What one Telegram server is told when it starts."""

from dataclasses import dataclass
from pathlib import Path

TOKEN = "4242424242:AAFakeTokenForTestsOnly_0123456789ab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the server looks to the bot and what it keeps."""

    token: str = TOKEN  # the number before the colon is the bot's user id
    host: str = "127.0.0.1"
    port: int = 0  # 0 lets the system choose
    username: str = "atelier_bot"
    name: str = "Atelier"
    spec: Path | None = None  # None: the published description beside the repository, else the carried one
    record: Path | None = None  # where every request is noted, one JSON object a line; None keeps them in memory only
    privacy: bool = True  # in groups the bot gets commands, mentions and replies to itself only, unless it's an admin
    paced: bool = False  # refuse more than one message a second to a chat and 20 a minute to a group
    query_life_s: float | None = None  # how long a pressed button waits for its answer; None: until told otherwise

    @property
    def bot_id(self) -> int:
        return int(self.token.partition(":")[0])
