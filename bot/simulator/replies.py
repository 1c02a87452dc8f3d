"""Replies: what a played chat model says; it has nothing to say, and says so at some length."""

import re

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def to(words: str) -> str:
    """An answer in the language of the question, long enough to arrive in pieces."""
    asked = " ".join(words.split())
    asked = asked if len(asked) <= 120 else f"{asked[:119]}…"
    if _CHINESE.search(asked):
        return f"你问的是：“{asked}”。我只是模拟器，并不会思考；真正的模型会在这里认真回答。祝你今天愉快！"
    return (
        f"You asked: “{asked}”. I'm only a simulator and can't think; a real model would answer here, with care. "
        "Have a good day!"
    )
