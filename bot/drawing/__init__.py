"""Pictures drawn with Pillow: numbers and texts in, the bytes of a PNG out. Knows no language and reads no clock."""

from bot.drawing.card import HEIGHT, WIDTH, Bar, Card, draw

__all__ = ["HEIGHT", "WIDTH", "Bar", "Card", "draw"]
