"""The provider "nexus", played from its page; the docstrings name its headings.

The page prints no finished task of any kind, and no JSON around an error. What is played there is our guess, and says
so where it stands: in `answers`, `envelope`, and the files of luma, Midjourney, Ideogram and Replicate's form of FLUX,
whose answers are those of the services they are named after.
"""

from bot.simulator import families
from bot.simulator.nexus import envelope
from bot.simulator.providers import Provider

PROVIDER = Provider(
    name="nexus",
    families=families.discover("bot.simulator.nexus.families"),
    refused=envelope.refused,
)
