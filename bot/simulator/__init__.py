"""A simulator of providers of media: their documented interfaces over real HTTP, with real media and with faults.

It is written from the providers' documents alone and imports nothing of the bot, so that it can't share its mistakes.

What all providers share lies here: the server, faults, the log of submissions, tasks, polls, media, links. Each
provider is a package (`uniall`) with its envelope of errors, its usual answers, and one file per family of models in
its package `families`. To play another family, add a file there: `families` says what it declares, and the files
beside it show it. To play another provider, add such a package and name it in `server.PLAYED`.

Everything is played in one process on one port, each provider under its own name: http://host:port/uniall.
"""

from bot.simulator.options import Options
from bot.simulator.server import Simulator, serve

__all__ = ["Options", "Simulator", "serve"]
