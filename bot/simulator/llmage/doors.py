"""The doors of llmage: one for pictures, one for videos, one for chats, and one place where all tasks are asked for."""

from bot.simulator.families import FORM, JSON, Door
from bot.simulator.llmage import answers

TASKS = "/llmage/v1/tasks?taskid={task_id}"

IMAGES = Door(path="/llmage/v1/image/generations", answer=answers.submitted, polls=(TASKS,), polled=answers.picture)
"""文生图 > 任务提交."""

VIDEOS = Door(
    path="/llmage/v1/video/generations",
    content_types=(JSON, FORM),  # LLM-CONTENT-TYPE: a form where files are sent
    answer=answers.submitted,
    polls=(TASKS,),
    polled=answers.video,
)
"""文生视频, 图生视频, 参考生视频 > 任务提交."""

CHAT = Door(path="/llmage/v1/chat/completions", answer=answers.completion, direct=True, events=answers.chunks)
"""文本生成."""
