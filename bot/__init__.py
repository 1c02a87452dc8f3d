"""Atelier: one shared studio for AI media in chat communities."""

__version__ = "0.1.0"
