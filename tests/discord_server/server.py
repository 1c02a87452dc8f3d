"""The server: its routes, and its life from the first socket to the last."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from tests.discord_server import cdn, control, rest
from tests.discord_server.action_doors import ActionDoors
from tests.discord_server.fault_doors import FaultDoors
from tests.discord_server.options import Options
from tests.discord_server.people_doors import PeopleDoors
from tests.discord_server.view_doors import ViewDoors
from tests.discord_server.world import World

LARGEST_BODY = 256 * 1024 * 1024  # what is read; Discord's own limit is checked afterwards
PATIENCE_S = 0.1


class Discord(PeopleDoors, ActionDoors, ViewDoors, FaultDoors):
    """A running server; its methods are the doors that /control/<name> has too."""

    @property
    def api(self) -> str:
        """For discord.http.Route.BASE."""
        return self.world.api_url

    @property
    def gateway(self) -> str:
        """For discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, as a yarl.URL."""
        return self.world.gateway_url

    @property
    def cdn(self) -> str:
        """For discord.Asset.BASE."""
        return self.world.cdn_url

    @property
    def control(self) -> str:
        return self.world.control_url

    def file(self, attachment: int) -> bytes:
        """The bytes of an attachment, whatever its link says. Python only."""
        return self.world.attachments[attachment].file.data


@contextlib.asynccontextmanager
async def serve(options: Options) -> AsyncIterator[Discord]:
    """Run a server; raises OSError when its port is taken."""
    world = World(options)
    served = Discord(world)
    runner = web.AppRunner(_application(served), access_log=None, shutdown_timeout=PATIENCE_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        host, port = runner.addresses[0][:2]
        world.listens(f"http://{host}:{port}")
        yield served
    finally:
        world.gateway.drop()
        await runner.cleanup()


def _application(served: Discord) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_get("/gateway", served.world.gateway.take)
    app.router.add_get("/gateway/", served.world.gateway.take)
    app.router.add_get("/cdn/attachments/{channel}/{id}/{name}", cdn.Cdn(served.world).take)
    app.router.add_post("/control/{door}", control.Control(served).take)
    app.router.add_route("*", f"{rest.PREFIX}/{{rest:.*}}", rest.Api(served.world).take)
    return app
