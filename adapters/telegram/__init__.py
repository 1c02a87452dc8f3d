"""The Telegram platform: a bot in private chats, groups and topics."""

from adapters.telegram.app import TelegramApp
from adapters.telegram.checks import Finding, findings
from adapters.telegram.options import HOOK_PATH, NAME, Options, Timing, Webhook

__all__ = ["HOOK_PATH", "NAME", "Finding", "Options", "TelegramApp", "Timing", "Webhook", "findings"]
