"""sora2: pages 087 to 090. Its tasks are called gen_…, have no task_id and call their model sora2 at first.

UNI-SORA-DURATION: what the id says counts, and another length is refused. UNI-SORA-IMAGE-URL: a picture may be left
out. The pages give no pixels: 720p, or what the id says.
"""

import re
import uuid
from collections.abc import Sequence

from bot.simulator import chats, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import Clip
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

SHAPES = {"landscape": "16:9", "portrait": "9:16"}
LENGTHS = (4, 8, 12, 16, 20)
HALF = 50
UNSAID_S = 4  # of a Pro model that was told nothing; no page says it

_FIELDS: dict[str, checks.Check] = {"model": checks.text, "prompt": checks.text, "image_url": checks.url}


def _said(model: str) -> tuple[str, int] | None:
    """Shape and seconds, where the id says them."""
    found = re.fullmatch(r"sora2-(landscape|portrait)-(\d+)s", model)
    return (SHAPES[found[1]], int(found[2])) if found else None


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body = draft.body
    if draft.path == doors.CHAT:
        checks.fields(body, {"model": checks.text, "messages": checks.array, "stream": checks.flag})
        checks.need(body, "messages")
        return "image2video" if chats.judge(body["messages"]) else "text2video"
    shape, seconds = _said(draft.model) or (None, None)
    own: dict[str, checks.Check] = {
        "aspect_ratio": checks.one_of(*([shape] if shape else SHAPES.values())),
        "duration": clips.seconds_in(*([seconds] if seconds else LENGTHS)),
    }
    checks.fields(body, _FIELDS | own)
    checks.need(body, "prompt")
    clips.public(body, "image_url")
    return "image2video" if "image_url" in body else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """Of the shape and length that the id says, else of those that were said."""
    ratio, seconds = _said(submit.model) or (submit.body.get("aspect_ratio"), submit.body.get("duration", UNSAID_S))
    tier = clips.tier(submit.model) if "-pro-" in submit.model else "720p"
    return Clip(size=clips.size(tier, ratio, inputs), seconds=float(seconds))


def answer(report: Report) -> Json:
    """088: the answer to a submission; 087 and 090: the answer to a question about it."""
    task = answers.flat_video(report)
    del task["task_id"]
    made = report.made
    assert isinstance(made, Clip)
    return task | {"seconds": f"{made.seconds:g}"}


def submitted(report: Report) -> Json:
    """088: at first the model is called sora2."""
    return answer(report) | {"model": "sora2"}


def chunks(report: Report) -> Sequence[Json]:
    """089: how far it is in words, once it is half done, and at last the address in Markdown."""
    state, found = report.state, []
    if state.progress >= HALF:
        found.append(_chunk(report, f"\n🖼️ 正在处理输入内容... ({HALF}%)", None))
    if state.phase == "done":
        took_s = f"{report.submit.length_s:.0f}"
        words = f"\n\n✅ **视频生成完成!**\n\n**视频链接**: {report.urls[0]}\n**任务用时**: {took_s}秒\n"
        found.append(_chunk(report, words, None))
    return found


def completion(report: Report) -> Json:
    """The same without streaming, which 089 doesn't print."""
    chunk = _chunk(report, f"**视频链接**: {report.urls[0]}" if report.urls else "", "stop")
    choice = chunk["choices"]
    assert isinstance(choice, list)
    message = {"role": "assistant", "content": choice[0]["delta"]["content"]}
    return chunk | {"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


def _chunk(report: Report, words: str, finish: str | None) -> Json:
    id = f"chatcmpl-{report.submit.task_id.removeprefix('gen_')}"
    choice = {"index": 0, "delta": {"content": words}, "finish_reason": finish}
    head: Json = {"id": id, "object": "chat.completion.chunk", "created": int(report.submit.at_s), "model": "sora2"}
    return head | {"choices": [choice]}


def _new_id(draft: drafts.Draft) -> str:
    return f"gen_{uuid.uuid4().hex}"


TASKS = Door(
    path=doors.VIDEO_GENERATIONS, answer=submitted, polls=(doors.poll(doors.VIDEOS),), polled=answer, new_id=_new_id
)
CHAT = Door(path=doors.CHAT, answer=completion, direct=True, events=chunks)

FAMILY = Family(
    name="sora2",
    ids=tuple(f"sora2-{shape}-{seconds}s" for shape in SHAPES for seconds in (4, 8, 12)),
    doors=(TASKS, CHAT),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    failure="request rejected",
)
