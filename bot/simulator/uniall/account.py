"""What a key may ask about itself: balance (053), models (054), voices (059)."""

from aiohttp import web

from bot.simulator import refusals, wire
from bot.simulator.families import Json
from bot.simulator.stage import WORKSHOP, base
from bot.simulator.submits import Submit
from bot.simulator.uniall import envelope, voices
from bot.simulator.workshop import Workshop

QUOTA = 1_000_000
QUOTA_PER_UNIT = 500_000
EXCHANGE_RATE = 7.3
COST = 1_000  # of every submission alike


async def balance(request: web.Request) -> web.StreamResponse:
    """053: its errors have a shape of their own."""
    workshop = request.app[WORKSHOP]
    sent = wire.token(request)
    if sent is None:
        return web.json_response({"success": False, "message": "Token not provided"}, status=401)
    if wire.known(sent, wire.DISABLED_KEY):
        return web.json_response({"success": False, "message": "Token invalid"}, status=403)
    if not wire.known(sent, workshop.options.key):
        return web.json_response({"success": False, "message": "Invalid token"}, status=401)
    used = min(QUOTA, COST * len(workshop.taken(workshop.providers["uniall"])))
    data = {"object": "api_key_balance", "user_id": 1, "balance": _balance(QUOTA - used), "token": _token(used)}
    return web.json_response({"success": True, "message": "", "data": data})


async def list_models(request: web.Request) -> web.StreamResponse:
    """054, in the OpenAI form."""
    if refusal := await _refusal(request):
        return refusal
    workshop = request.app[WORKSHOP]
    ids = [id for family in workshop.providers["uniall"].families for id in workshop.ids(family)]
    entries = [{"id": id, "object": "model", "created": 0, "owned_by": "uniall"} for id in ids]
    return web.json_response({"object": "list", "data": entries})


async def list_voices(request: web.Request) -> web.StreamResponse:
    """059 chapter 5."""
    if refusal := await _refusal(request):
        return refusal
    model = request.query.get("model")
    if model is not None and model not in voices.MODELS:
        unknown = refusals.Refused(f"`model` must be one of {', '.join(voices.MODELS)}.", param="model")
        return await _refuse(request, unknown)
    workshop = request.app[WORKSHOP]
    made = [
        await _private(workshop, one, base(request))
        for one in voices.created(workshop.taken(workshop.providers["uniall"]))
    ]
    return web.json_response(voices.listing(model, made))


async def _private(workshop: Workshop, submit: Submit, at: str) -> Json:
    """A voice that was made here, with a fresh URL of its preview."""
    task = workshop.task(submit)
    report = await workshop.report(task, at) if task else None
    return voices.private(submit, report.urls[0] if report and report.urls else None)


async def _refusal(request: web.Request) -> web.StreamResponse | None:
    try:
        wire.authorize(request, request.app[WORKSHOP].options.key)
    except refusals.Refused as refusal:
        return await _refuse(request, refusal)
    return None


async def _refuse(request: web.Request, refusal: refusals.Refused) -> web.StreamResponse:
    return (await wire.send(request, envelope.refused(refusal)))[0]


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
