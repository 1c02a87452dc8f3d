"""Methods about updates: getUpdates and the webhook's."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.telegram_server import calls, updates, webhook
from tests.telegram_server.calls import Call
from tests.telegram_server.refusals import bad, refused
from tests.telegram_server.world import World

_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(play: World, call: Call) -> list[dict[str, Any]]:
    if play.webhook.target is not None:
        raise refused(409, _ACTIVE)
    play.updates.allow(call.get("allowed_updates"))
    limit, timeout_s = updates.fetch_limits(call.get("limit", 100), call.get("timeout", 0))
    return await play.updates.poll(call.get("offset", 0), limit, timeout_s)


async def set_webhook(play: World, call: Call) -> bool:
    url, secret = call.values["url"], call.get("secret_token")
    if not url:
        return await delete_webhook(play, call)
    if secret is not None and not updates.secret_fits(secret):
        raise bad("secret token contains unallowed characters")
    _allowed(url)
    play.updates.allow(call.get("allowed_updates"))
    _drop(play, call)
    certificate = "certificate" in call.uploads
    connections = call.get("max_connections", 40)
    target = webhook.Target(url=url, secret=secret, max_connections=connections, certificate=certificate)
    await play.webhook.set(target)
    return True


def _allowed(url: str) -> None:
    """Refuse what isn't https, as Telegram does; http is let through to this machine, where tests listen."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad("invalid webhook URL specified")
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def _drop(play: World, call: Call) -> None:
    if call.get("drop_pending_updates"):
        play.updates.drop()


async def delete_webhook(play: World, call: Call) -> bool:
    _drop(play, call)
    await play.webhook.set(None)
    return True


def get_webhook_info(play: World, call: Call) -> dict[str, Any]:
    return play.webhook.info()


METHODS: Mapping[str, calls.Play] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
