"""The provider "llmage", played from its documents; the docstrings name their headings."""

from bot.simulator import families
from bot.simulator.llmage import account, envelope
from bot.simulator.providers import Provider, Route

PROVIDER = Provider(
    name="llmage",
    families=families.discover("bot.simulator.llmage.families"),
    refused=envelope.refused,
    routes=(Route(method="GET", path="/llmage/v1/models", answer=account.list_models),),
)
