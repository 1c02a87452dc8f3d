"""The CDN: files behind signed links that end; https://docs.discord.com/developers/reference#signed-attachment-cdn-urls."""

from aiohttp import web

from tests.discord_server.world import World


class Cdn:
    """Hands out the attachments of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def take(self, request: web.Request) -> web.Response:
        found = self._world.attachments.get(int(request.match_info["id"]))
        query = request.query
        if found is None or not self._world.links.opens(
            found.id,
            ex=query.get("ex", "0"),
            begun=query.get("is", ""),
            mark=query.get("hm", ""),
            now=self._world.clock.now(),
        ):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.file.data, headers={"Content-Type": found.content_type})
