"""The provider "pxz", played from its one page; the docstrings name its headings.

The page says nothing of how a result comes back: there is no query route, no result, no body of a callback and no word
for a failure. What is played there is our guess, and stands in `answers` and `doors`. That an error is {"error": words}
is a guess too; the words are the page's.
"""

from bot.simulator import families
from bot.simulator.providers import Provider
from bot.simulator.pxz import envelope

PROVIDER = Provider(
    name="pxz",
    families=families.discover("bot.simulator.pxz.families"),
    refused=envelope.refused,
)
