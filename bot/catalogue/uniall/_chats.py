"""Requests in the form of a chat, as pages 068 and 089 print them."""

from collections.abc import Sequence

from bot.requests import Json

PATH = "/v1/chat/completions"


def messages(words: str, pictures: Sequence[str] = ()) -> Json:
    """One message of a user: the words alone, or a list of them and of the pictures."""
    if not pictures:
        return [{"role": "user", "content": words}]
    shown = [{"type": "image_url", "image_url": {"url": picture}} for picture in pictures]
    return [{"role": "user", "content": [{"type": "text", "text": words}, *shown]}]
