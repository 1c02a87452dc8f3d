"""A Telegram Bot API server for tests: strict, on loopback, with people who act on command.

It's made from the published description of the Bot API and knows nothing of the bot it meets. `serve` runs it in a
test's event loop, `python -m tests.telegram_server` in a process of its own; either way `/control/<act>` plays people.
"""

from tests.telegram_server.faults import Fault
from tests.telegram_server.options import TOKEN, Options
from tests.telegram_server.server import Served, serve

__all__ = ["TOKEN", "Fault", "Options", "Served", "serve"]
