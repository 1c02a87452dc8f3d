"""Atelier: one shared studio for AI media in chat communities."""
