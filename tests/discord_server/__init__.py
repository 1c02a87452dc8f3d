"""A Discord on loopback for tests: gateway, REST and CDN, with doors to everything people do and everything that fails.

In process: `async with discord_server.serve(discord_server.Options(token="…")) as served:`. In a process of its own:
`python -m tests.discord_server --token …`, whose doors are POST /control/<door> with the arguments as a JSON object.
"""

from tests.discord_server.attachments import File
from tests.discord_server.options import Options
from tests.discord_server.server import Discord, serve

__all__ = ["Discord", "File", "Options", "serve"]
