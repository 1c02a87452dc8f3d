"""Which models are played, and on which routes each of them is offered."""

import dataclasses
from typing import Literal

Kind = Literal["image", "video", "avatar", "music", "speech"]

IMAGE_TASKS = "/v1/images/tasks"
IMAGE_GENERATIONS = "/v1/images/generations"
IMAGE_EDITS = "/v1/images/edits"
CHAT = "/v1/chat/completions"
VIDEOS = "/v1/videos"
VIDEOS_GENERATIONS = "/v1/videos/generations"
VIDEO_GENERATIONS = "/v1/video/generations"
AUDIO_TASKS = "/v1/audio/tasks"

SUBMIT_PATHS = (
    IMAGE_TASKS,
    IMAGE_GENERATIONS,
    IMAGE_EDITS,
    CHAT,
    VIDEOS,
    VIDEOS_GENERATIONS,
    VIDEO_GENERATIONS,
    AUDIO_TASKS,
)
POLL_PATHS = (IMAGE_TASKS, VIDEOS_GENERATIONS, VIDEO_GENERATIONS, VIDEOS, AUDIO_TASKS)
SYNCHRONOUS = frozenset({IMAGE_GENERATIONS, IMAGE_EDITS, CHAT})  # these answer with the result itself


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Models that share routes, rules and answers."""

    name: str
    kind: Kind
    ids: tuple[str, ...]
    submits: tuple[str, ...]  # preferred route first
    polls: tuple[str, ...]
    length_s: tuple[float, float]  # how long a task takes, from and to, at speed 1


NANO = Family(  # 062, 066, 068
    name="nano",
    kind="image",
    ids=(
        "NanoBanana",
        "NanoBanana2-0.5K",
        "NanoBanana2-1K",
        "NanoBanana2-2K",
        "NanoBanana2-4K",
        "NanoBananaPro-1K",
        "NanoBananaPro-2K",
        "NanoBananaPro-4K",
        "NanoBananaPro-8K",
    ),
    submits=(IMAGE_TASKS, IMAGE_GENERATIONS, IMAGE_EDITS, CHAT),
    polls=(IMAGE_TASKS,),
    length_s=(2.4, 3.8),
)
GPT_IMAGE = Family(  # 062, 063; the -origin and -auto ids of 064 and 065 aren't enabled for this key
    name="gpt-image-2",
    kind="image",
    ids=("gpt-image-2",),
    submits=(IMAGE_TASKS, IMAGE_GENERATIONS, IMAGE_EDITS),
    polls=(IMAGE_TASKS,),
    length_s=(2.6, 4.2),
)
GROK = Family(  # 071, 074
    name="grok-imagine",
    kind="video",
    ids=("grok-imagine",),
    submits=(VIDEOS, VIDEOS_GENERATIONS, VIDEO_GENERATIONS),
    polls=(VIDEOS, VIDEOS_GENERATIONS, VIDEO_GENERATIONS),
    length_s=(6.0, 10.0),
)
AVATAR = Family(  # 060
    name="kling-avatar",
    kind="avatar",
    ids=("kling-avatar-v2-standard", "kling-avatar-v2-pro"),
    submits=(VIDEO_GENERATIONS,),
    polls=(VIDEO_GENERATIONS,),
    length_s=(7.0, 9.0),
)
MUSIC = Family(  # 055
    name="minimax-music",
    kind="music",
    ids=("minimax-music-2.6",),
    submits=(AUDIO_TASKS,),
    polls=(AUDIO_TASKS,),
    length_s=(5.0, 7.0),
)
SPEECH = Family(  # 057, 058
    name="minimax-speech",
    kind="speech",
    ids=("minimax-speech-2.8-hd", "minimax-speech-02-hd"),
    submits=(AUDIO_TASKS,),
    polls=(AUDIO_TASKS,),
    length_s=(1.6, 2.6),
)

BY_ID = {model: family for family in (NANO, GPT_IMAGE, GROK, AVATAR, MUSIC, SPEECH) for model in family.ids}
