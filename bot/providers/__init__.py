"""The providers: one file for each third-party HTTP service, above one shared HTTP client."""

from bot.providers._http import Limits

__all__ = ["Limits"]
