"""The doors that several families of nexus share."""

import random
import string
import time
import uuid

from bot.simulator.drafts import Draft
from bot.simulator.families import FORM, Door
from bot.simulator.nexus import answers

CREATE = "/v1/video/create"
VIDEOS = "/v1/videos"
CHAT = "/v1/chat/completions"
IMAGES = "/v1/images/generations"
EDITS = "/v1/images/edits"

_LETTERS = string.ascii_letters + string.digits
_DOWNLOAD = f"{VIDEOS}/{{task_id}}/download"


def _unified_id(draft: Draft) -> str:
    """As printed, with the model, a time and a colon: veo3-fast-frames:1757555257-PORrVn9sa9."""
    return f"{draft.model}:{int(time.time())}-{''.join(random.SystemRandom().choices(_LETTERS, k=10))}"


def _video_id(draft: Draft) -> str:
    return f"video_{uuid.uuid4()}"


UNIFIED = Door(
    path=CREATE,
    answer=answers.unified,
    new_id=_unified_id,
    polls=("/v1/video/query?id={task_id}",),
    polled=answers.unified,
    downloads=(_DOWNLOAD,),
)
"""视频统一格式: its finished task has a URL."""

OPENAI = Door(
    path=VIDEOS,
    content_types=(FORM,),
    answer=answers.openai,
    new_id=_video_id,
    polls=(f"{VIDEOS}/{{task_id}}",),
    downloads=(_DOWNLOAD,),
)
"""OpenAI 视频格式. NEX-DOWNLOAD: its finished task has no URL; the file must be asked for on the download route."""

CONVERSATION = Door(path=CHAT, answer=answers.completion, direct=True, events=answers.chunks)
"""chat 格式."""

GENERATIONS = Door(path=IMAGES, answer=answers.pictures, direct=True, inline=answers.wants_bytes)
"""创建图像."""

EDITIONS = Door(path=EDITS, content_types=(FORM,), answer=answers.pictures, direct=True)
"""gpt-image-1 编辑."""
