"""Qwen answers: qwen3-max (openai 兼容接口 > 文本生成), word by word.

LLM-CHAT-SHAPE: a prompt, and a text that says how to answer; no list of messages. LLM-CATELOGID: always sent.
"""

import math

from bot.catalogue._spec import Flat, Model, Options, Prompt, usage_of
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind

LONGEST = 8192  # tokens that an answer may have, which is what is set aside: the page names no most
BYTES = 3  # of UTF-8 in a token, where the provider doesn't count: a Chinese character, or most of an English word


class Chat(Options):
    """An answer to words."""

    operation = "chat"
    makes = MediaKind.TEXT
    path = "/llmage/v1/chat/completions"
    poll = ""
    page = "文本生成"
    unit = "1000 tokens"
    counts = "Of the question and of the answer, as the provider counts them."

    prompt: Prompt
    system: str = ""

    def body(self, model: str) -> dict[str, Json]:
        """文本生成 > data."""
        return {
            "model": model,
            "catelogid": "t2t",
            "prompt": self.prompt,
            "sys_prompt": self.system,
            "stream": True,
        }

    def units(self) -> float:
        """Thousands of tokens, of an answer as long as can be."""
        return (self._asked() + LONGEST) / 1000

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Thousands of tokens, as the provider counted them, else by the length of the answer."""
        usage = usage_of(outputs)
        if usage is None or usage.total_tokens is None:
            return (self._asked() + _tokens(sum(output.facts.size_bytes for output in outputs))) / 1000
        return usage.total_tokens / 1000

    def _asked(self) -> int:
        return _tokens(len(f"{self.system}{self.prompt}".encode()))


def _tokens(size_bytes: int) -> int:
    return math.ceil(size_bytes / BYTES)


MODELS = (
    Model(
        id="qwen3-max",
        provider="llmage",
        kind=Kind.CHAT,
        title="Qwen 3 Max",
        operations=(Chat,),
        rate=Flat(0.6),
        typical_s=15,
        tier="good",
        aliases=("qwen", "qwen3", "qwen-max"),
    ),
)
