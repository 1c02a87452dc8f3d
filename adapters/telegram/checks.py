"""Checks: what an operator wants to know of the bot's standing with Telegram, without starting it."""

from dataclasses import dataclass

from adapters.telegram import errors, menu
from adapters.telegram.connection import Bot, Connection
from adapters.telegram.errors import Refused
from adapters.telegram.options import HOOK_PATH, Options
from bot import errors as errors_
from bot.commands import Texts

PENDING = 100  # updates that wait before it is worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str  # token, updates, menus
    ok: bool
    what: str  # what was found
    cure: str = ""  # what to do; "" when there is nothing to do
    starts: bool = False  # whether a start of the bot is the cure


async def findings(options: Options) -> tuple[Finding, ...]:
    """Everything that can be seen from outside; never raises for Telegram's sake."""
    try:
        connection = Connection.open(options)
    except errors_.OperatorError as error:
        return (Finding(name="token", ok=False, what=str(error), cure="Set TELEGRAM_TOKEN."),)
    try:
        token = await _token(connection.bot, options)
        if not token.ok:
            return (token,)
        return (token, await _updates(connection.bot, options), await _menus(connection.bot))
    finally:
        await connection.close()


async def _token(bot: Bot, options: Options) -> Finding:
    try:
        me = await errors.told(bot.get_me())
    except Refused as refusal:
        error = errors.operator_error(refusal, api_url=options.api_url)
        return Finding(name="token", ok=False, what=str(refusal), cure=str(error))
    return Finding(name="token", ok=True, what=f"@{me.username}")


async def _updates(bot: Bot, options: Options) -> Finding:
    try:
        info = await errors.told(bot.get_webhook_info())
    except Refused as refusal:
        return Finding(name="updates", ok=False, what=str(refusal), cure="Try again in a minute.")
    wanted = f"{options.webhook.public_url.rstrip('/')}{HOOK_PATH}" if options.webhook else ""
    waiting = f"{info.pending_update_count} waiting"
    if info.url != wanted:
        what = f"updates go to {info.url or 'whoever asks for them'}, {waiting}"
        return Finding(name="updates", ok=False, what=what, cure="Start the bot: it sets this itself.", starts=True)
    what = f"webhook {info.url}, {waiting}" if wanted else f"polling, {waiting}"
    if wanted and info.last_error_message and info.pending_update_count:
        said = f"{what}; Telegram's last error: {errors.safe(info.last_error_message)}"
        cure = f"See that {wanted} can be reached from the internet over https with a valid certificate."
        return Finding(name="updates", ok=False, what=said, cure=cure)
    if info.pending_update_count > PENDING:
        return Finding(name="updates", ok=False, what=what, cure="Start the bot, or look at its log.")
    return Finding(name="updates", ok=True, what=what)


async def _menus(bot: Bot) -> Finding:
    try:
        missing = await menu.differing(bot, Texts())
    except Refused as refusal:
        return Finding(name="menus", ok=False, what=str(refusal), cure="Try again in a minute.")
    if missing:
        what = f"{len(missing)} command menus are not up to date"
        return Finding(name="menus", ok=False, what=what, cure="Start the bot: it sets them itself.", starts=True)
    return Finding(name="menus", ok=True, what="command menus are up to date")
