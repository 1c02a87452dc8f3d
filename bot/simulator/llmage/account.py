"""What a key may ask about itself: the models (查询可用模型列表). No answer is printed; it is played as OpenAI's."""

from aiohttp import web

from bot.simulator import refusals, wire
from bot.simulator.llmage import envelope
from bot.simulator.stage import WORKSHOP


async def list_models(request: web.Request) -> web.StreamResponse:
    """All models, or those of one `catelogid`."""
    workshop, wanted = request.app[WORKSHOP], request.query.get("catelogid")
    try:
        wire.authorize(request, workshop.options.key)
    except refusals.Refused as refusal:
        return (await wire.send(request, envelope.refused(refusal)))[0]
    found = [
        {"id": id, "object": "model", "catelogid": kind}
        for family in workshop.providers["llmage"].families
        for id in workshop.ids(family)
        for kind in family.kinds[workshop.options.like.get(id, id)]
        if wanted in (None, kind)
    ]
    return web.json_response({"object": "list", "data": found})
