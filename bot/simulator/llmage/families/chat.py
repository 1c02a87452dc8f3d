"""qwen3-max: 文本生成. LLM-CHAT-SHAPE: a prompt and no messages. LLM-CATELOGID: may be left out here."""

from collections.abc import Sequence

from bot.simulator import checks, drafts, replies
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors
from bot.simulator.made import Words
from bot.simulator.submits import Submit

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "catelogid": checks.one_of("t2t"),
    "prompt": checks.text,
    "sys_prompt": checks.anything,
    "stream": checks.flag,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    checks.fields(draft.body, _FIELDS)
    checks.need(draft.body, "prompt")
    return "chat"


def makes(submit: Submit, inputs: Sequence[Input]) -> Words:
    """An answer to the prompt."""
    return Words(text=replies.to(submit.words))


FAMILY = Family(
    name="chat",
    ids=("qwen3-max",),
    kinds={"qwen3-max": ("t2t",)},
    doors=(doors.CHAT,),
    judge=judge,
    makes=makes,
    length_s=(1.5, 2.5),
)
