"""Who a message lights up and who it pings; https://docs.discord.com/developers/resources/message."""

import re
from dataclasses import dataclass, field

from tests.discord_server.refusals import Json

USER, ROLE, EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")
QUIET = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)  # code mentions nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """People and roles by id."""

    users: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False


def read(content: str, allowed: Json | None, *, default: frozenset[str]) -> Mentions:
    """What a text mentions, as far as allowed; default says what counts when nothing was said."""
    text = QUIET.sub("", content)
    parse = default if allowed is None else frozenset(allowed.get("parse") or ())
    allowed = allowed or {}
    return Mentions(
        users=_kept(USER.findall(text), allowed.get("users"), everything="users" in parse),
        roles=_kept(ROLE.findall(text), allowed.get("roles"), everything="roles" in parse),
        everyone="everyone" in parse and bool(EVERYONE.search(text)),
    )


def _kept(found: list[str], listed: list[str] | None, *, everything: bool) -> list[int]:
    wanted = {int(one) for one in listed or ()}
    return [one for one in dict.fromkeys(map(int, found)) if everything or one in wanted]
