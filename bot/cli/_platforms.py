"""What `check` tries of the platforms: does each know the bot, and has it what the bot needs there."""

from collections.abc import AsyncIterator

from bot import app, errors, folder
from bot.cli._findings import Finding, bad, later, ok, skipped
from bot.settings import Settings


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Every platform that has a token, as it answers; the others are skipped. What a start mends is for later."""
    running = folder.is_running(settings)
    for proof in app.proofs(settings):
        if not proof.is_set:
            yield skipped(f"{proof.platform} token", f"{proof.setting} is not set")
            continue
        try:
            found = await proof.findings()
        except errors.OperatorError as error:
            yield bad(f"{proof.platform} settings", str(error))
            continue
        for one in found:
            name, what = f"{proof.platform} {one.name}", one.what.removesuffix(".")
            if one.ok:
                yield ok(name, what)
            elif one.starts and not running:
                yield later(name, what, one.cure)
            else:
                yield bad(name, what, one.cure)
