"""The provider "uniall", played from its documents; numbers such as 071 are their pages."""

from bot.simulator import families
from bot.simulator.providers import Provider, Route
from bot.simulator.uniall import account, envelope

PROVIDER = Provider(
    name="uniall",
    families=families.discover("bot.simulator.uniall.families"),
    refused=envelope.refused,
    routes=(
        Route(method="GET", path="/v1/models", answer=account.list_models),
        Route(method="GET", path="/api/usage/balance", answer=account.balance),
        Route(method="GET", path="/v1/audio/voices", answer=account.list_voices),
    ),
)
