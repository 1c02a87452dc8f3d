"""What a key may ask about itself: balance (053), models (054), voices (059)."""

from aiohttp import web

from bot.simulator import models, refusals, voices, wire
from bot.simulator.taking import PROVIDER

QUOTA = 1_000_000
QUOTA_PER_UNIT = 500_000
EXCHANGE_RATE = 7.3
COST = 1_000  # of every submission alike


async def balance(request: web.Request) -> web.StreamResponse:
    """053: its errors have a shape of their own."""
    provider = request.app[PROVIDER]
    sent = wire.token(request)
    if sent is None:
        return web.json_response({"success": False, "message": "Token not provided"}, status=401)
    if wire.known(sent, wire.DISABLED_KEY):
        return web.json_response({"success": False, "message": "Token invalid"}, status=403)
    if not wire.known(sent, provider.options.key):
        return web.json_response({"success": False, "message": "Invalid token"}, status=401)
    used = min(QUOTA, COST * len(provider.log.all()))
    data = {"object": "api_key_balance", "user_id": 1, "balance": _balance(QUOTA - used), "token": _token(used)}
    return web.json_response({"success": True, "message": "", "data": data})


async def list_models(request: web.Request) -> web.StreamResponse:
    """054, in the OpenAI form."""
    if refusal := _refusal(request):
        return refusal
    entries = [{"id": id, "object": "model", "created": 0, "owned_by": "uniall"} for id in models.BY_ID]
    return web.json_response({"object": "list", "data": entries})


async def list_voices(request: web.Request) -> web.StreamResponse:
    """059 chapter 5."""
    if refusal := _refusal(request):
        return refusal
    model = request.query.get("model")
    if model is not None and model not in models.SPEECH.ids:
        unknown = refusals.Refused(f"`model` must be one of {', '.join(models.SPEECH.ids)}.", param="model")
        return web.json_response(unknown.body, status=unknown.status)
    return web.json_response(voices.listing(model))


def _refusal(request: web.Request) -> web.Response | None:
    try:
        wire.authorize(request, request.app[PROVIDER].options.key)
    except refusals.Refused as refusal:
        return web.json_response(refusal.body, status=refusal.status)
    return None


def _balance(quota: int) -> dict[str, object]:
    amount = round(quota / QUOTA_PER_UNIT * EXCHANGE_RATE, 4)
    return {
        "quota": quota,
        "amount": amount,
        "display_amount": f"¥{amount:.2f}",
        "quota_per_unit": QUOTA_PER_UNIT,
        "quota_display_type": "CNY",
        "currency_symbol": "¥",
        "exchange_rate": EXCHANGE_RATE,
    }


def _token(used: int) -> dict[str, object]:
    return {
        "id": 12,
        "name": "simulator",
        "remain_quota": QUOTA - used,
        "used_quota": used,
        "total_quota": QUOTA,
        "unlimited_quota": False,
        "expired_time": -1,
        "status": 1,
        "model_limits_enabled": False,
        "model_limits": {},
    }
