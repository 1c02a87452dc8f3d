"""Files as they show in a chat: small pictures as data URIs, clips by a frame, sounds by their length."""

import base64
import io
from dataclasses import dataclass

import av
from PIL import Image

from tests.pictures import seen

WIDEST = 400  # pixels of the longer side


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a file looks like."""

    kind: str  # image, video, audio
    uri: str = ""  # of the picture or a frame; "" for a sound
    width: int = 0
    height: int = 0
    length: str = ""  # 0:06


def shown(file: seen.File) -> Shown:
    """Look into a file."""
    kind = file.mime.partition("/")[0]
    if kind == "image":
        with Image.open(io.BytesIO(file.data)) as picture:
            return _picture(picture.convert("RGB"), kind=kind, length="")
    with av.open(io.BytesIO(file.data), "r") as container:
        length = _clock(round((container.duration or 0) / av.time_base))
        if kind != "video":
            return Shown(kind="audio", length=length)
        frame = next(container.decode(video=0))
        picture = frame.to_image()  # type: ignore[no-untyped-call]  # av ships it untyped
        return _picture(picture, kind=kind, length=length)


def size(file: seen.File) -> str:
    """A file's size as clients say it."""
    kilobytes = len(file.data) / 1000
    return f"{kilobytes:.1f} KB" if kilobytes < 1000 else f"{kilobytes / 1000:.1f} MB"


def _picture(picture: Image.Image, *, kind: str, length: str) -> Shown:
    picture.thumbnail((WIDEST, WIDEST))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    uri = f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
    return Shown(kind=kind, uri=uri, width=picture.width, height=picture.height, length=length)


def _clock(s: int) -> str:
    return f"{s // 60}:{s % 60:02d}"
