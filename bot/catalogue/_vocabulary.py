"""The words of the catalogue: option and media names, what they are also called, and how fields are marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from bot.media import MediaKind

MEDIA: Mapping[str, MediaKind] = {
    "image": MediaKind.IMAGE,
    "last": MediaKind.IMAGE,
    "images": MediaKind.IMAGE,
    "mask": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "videos": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "audios": MediaKind.AUDIO,
}
"""The names under which media are given, and what each must be."""

ALIASES: Mapping[str, str] = {
    # what the providers' pages call an option → our one word for it
    "text": "prompt",
    "input": "prompt",
    "aspect_ratio": "ratio",
    "ar": "ratio",
    "seconds": "duration",
    "video_length": "duration",
    "n": "count",
    "num_images": "count",
    "output_n": "count",
    "output_format": "format",
    "sys_prompt": "system",
    "no": "negative",
    "negative_prompt": "negative",
    "cfg_scale": "guidance",
    "s": "stylize",
    "c": "chaos",
    "v": "version",
    "multi_prompt": "shots",
    "element_list": "elements",
    "generate_audio": "sound",
    "enable_prompt_expansion": "expand",
    "voice_id": "voice",
    "vol": "volume",
    "pronunciation_dict": "pronunciation",
    "timber_weights": "blend",
    "subtitle_enable": "subtitles",
    "is_instrumental": "instrumental",
    "lyrics_optimizer": "polish",
    "display_name": "name",
    "preview_text": "preview",
    "noise_reduction": "denoise",
    "need_volume_normalization": "normalize",
    "audio_duration_seconds": "audio_s",
    "input_video_seconds": "video_s",
    "image_url": "image",
    "image_urls": "images",
    "image_file": "image",
    "image_file1": "image",
    "image_file2": "last",
    "image1_file": "image",
    "image2_file": "last",
    "image_files": "images",
    "video_files": "videos",
    "audio_files": "audios",
    "reference_image_urls": "images",
    "last_image": "last",
    "end_image_url": "last",
    "video_url": "video",
    "video_urls": "videos",
    "audio_url": "audio",
}
"""Other names under which an option or a medium is understood."""

UPLOAD = "file:"
"""Prefix of a media value that is a file of this machine, to be sent as a part of a multipart wire."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Marks a field that is measured from a medium (`of`), never typed by a member; required ones block the wire."""

    of: str  # the media option it is measured from
    whole: bool = False  # whether the provider wants whole seconds: what is measured is rounded up


@dataclass(frozen=True, slots=True)
class Suggest:
    """Marks a free field with values worth offering; others are accepted too."""

    values: tuple[str | int, ...]


def _number(value: object) -> object:
    """Accept the text "5" where the choice is 5: commands carry text, pydantic's Literal does not convert."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    return value


Choice = BeforeValidator(_number)
"""Put beside a Literal of numbers so that it takes text and keeps the menu's list."""

Media: TypeAlias = Annotated[str, "media"]
"""One medium: a URL, or `file:` and a path where the operation takes uploads."""


Prompt: TypeAlias = Annotated[str, Field(min_length=1)]
"""The words of an operation that can't do without."""

Seed: TypeAlias = Annotated[int, Field(ge=-1, le=4_294_967_295)]
"""The number behind a model's chance, where a page names no bounds; -1 lets it fall anew."""
