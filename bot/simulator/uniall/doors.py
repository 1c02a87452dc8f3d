"""The doors that most families of uniall share, and the answers given there."""

from bot.simulator.families import FORM, JSON, Door, Shape
from bot.simulator.uniall import answers

IMAGE_TASKS = "/v1/images/tasks"
IMAGE_GENERATIONS = "/v1/images/generations"
IMAGE_EDITS = "/v1/images/edits"
CHAT = "/v1/chat/completions"
VIDEOS = "/v1/videos"
VIDEOS_GENERATIONS = "/v1/videos/generations"
VIDEO_GENERATIONS = "/v1/video/generations"
AUDIO_TASKS = "/v1/audio/tasks"


def poll(path: str) -> str:
    """Where the tasks of a route are asked for."""
    return f"{path}/{{task_id}}"


def tasks(path: str, answer: Shape, *, polls: tuple[str, ...] = (), content: bool = False) -> Door:
    """A door whose tasks are polled, at the same path unless `polls` names others; one shape for both answers.

    With `content` the file is also at GET /v1/videos/{id}/content (071).
    """
    return Door(
        path=path,
        answer=answer,
        polls=tuple(map(poll, polls or (path,))),
        downloads=(f"{poll(VIDEOS)}/content",) if content else (),
    )


def image_tasks(*, forms: bool = True) -> Door:
    """062: pictures as tasks, in JSON or as a form; only the answer to a poll is wrapped."""
    return Door(
        path=IMAGE_TASKS,
        content_types=(JSON, FORM) if forms else (JSON,),
        answer=answers.image,
        polls=(poll(IMAGE_TASKS),),
        polled=answers.wrapped_image,
    )


def images(path: str, *, forms: bool = False) -> Door:
    """063: pictures with the answer itself, on the generations or the edits route."""
    return Door(path=path, answer=answers.pictures, content_types=(JSON, FORM) if forms else (JSON,), direct=True)


def chat() -> Door:
    """068: pictures as the answer of a chat."""
    return Door(path=CHAT, answer=answers.completion, direct=True, events=answers.chunks)
