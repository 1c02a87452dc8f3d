"""Settings: one class per concern, read from the environment and `.env`, built once at the top and handed down."""

from bot.settings._all import Settings
from bot.settings._concerns import names
from bot.settings._env import nearest
from bot.settings._pages import env_example, settings_markdown

__all__ = ["Settings", "env_example", "names", "nearest", "settings_markdown"]
