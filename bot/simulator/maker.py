"""The maker: turns a finished task into a file, once."""

import asyncio
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from bot.simulator import models
from bot.simulator.inputs import Arrival, Inputs
from bot.simulator.media import pictures, sizes, sounds, texts, videos
from bot.simulator.rules import images as image_rules
from bot.simulator.submits import Submit

FPS = 24
AVATAR_FPS = 20  # lengths come in hundredths of a second; 20 hits most of them to the frame
UNKNOWN_SOURCE_S = 5.0  # length of a source video that nobody told and that can't be looked at
AT_ONCE = 2

TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}


def extension(submit: Submit) -> str:
    """What kind of file a task's result is."""
    match submit.family.kind:
        case "image":
            return str(submit.body.get("output_format", submit.body.get("--output_format", "png")))
        case "video" | "avatar":
            return "mp4"
        case "music":
            return "mp3"
        case "speech":
            return str(submit.body.get("format", "mp3"))


class Maker:
    """Makes results and samples, and keeps them."""

    def __init__(self, folder: Path, inputs: Inputs) -> None:
        self._folder = folder / "media"
        self._folder.mkdir(exist_ok=True)
        self._inputs = inputs
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._locks: dict[str, asyncio.Lock] = {}

    async def result(self, submit: Submit, arrival: Arrival, index: int) -> Path:
        """The file of one result; equal requests with equal inputs have equal files."""
        said = [submit.model, submit.body_sha256, *(one.sha256 for one in arrival.inputs), str(index)]
        digest = hashlib.sha256("|".join(said).encode()).hexdigest()
        job = _Job(submit, arrival, self._inputs, digest)
        return await self._once(f"{digest}.{extension(submit)}", job.make)

    async def sample(self, name: str) -> Path:
        """One of the sample inputs; `name` is a key of SAMPLES."""
        return await self._once(f"sample-{name}", SAMPLES[name])

    async def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self._folder / name
        async with self._locks.setdefault(name, asyncio.Lock()):
            if not path.exists():
                draft = path.with_name(f"{path.name}.part")
                async with self._slots:
                    await asyncio.to_thread(make, draft)
                os.replace(draft, path)
        return path


class _Job:
    """One result to be made, in a thread."""

    def __init__(self, submit: Submit, arrival: Arrival, inputs: Inputs, digest: str) -> None:
        self.submit = submit
        self.body = submit.body
        self.arrival = arrival
        self.inputs = inputs
        self.digest = digest

    def make(self, path: Path) -> None:
        match self.submit.family.kind:
            case "image":
                self._picture(path)
            case "video":
                videos.save(self._film(), path)
            case "avatar":
                videos.save(self._talking_head(), path)
            case "music":
                sounds.save(self._music(), path, "mp3", 44100)
            case "speech":
                sounds.save(self._speech(), path, extension(self.submit), int(self.body.get("sample_rate", 32000)))

    def _picture(self, path: Path) -> None:
        shown = [one for one in self.arrival.inputs if one.medium == "image"]
        here = tuple(self.inputs.path(one.sha256) for one in shown if one.here)
        size = self._picture_size(here)
        spec = pictures.Picture(
            size=size,
            head=f"{self.submit.model} · {size[0]}x{size[1]}",
            text=self._prompt(),
            digest=self.digest,
            inputs=here,
            absent=tuple(one.url for one in shown if not one.here),
        )
        pictures.save(pictures.draw(spec), path, extension(self.submit))

    def _picture_size(self, here: tuple[Path, ...]) -> sizes.Size:
        if self.submit.family is models.GPT_IMAGE:
            return sizes.pixels(self.body["size"])
        config = self.body.get("extra_body", {}).get("google", {}).get("image_config", {})
        ratio = self.body.get("aspect_ratio") or self.body.get("--aspect_ratio") or config.get("aspect_ratio")
        if ratio is None:  # an edit keeps the shape of its picture
            ratio = sizes.nearest_ratio(pictures.open_input(here[0]).size) if here else "1:1"
        return sizes.nano(self.submit.model, ratio)

    def _prompt(self) -> str:
        if "messages" in self.body:
            return image_rules.message(self.body)[0]
        return str(self.body.get("prompt", ""))

    def _film(self) -> videos.Film:
        shown = self._source()
        ratio = self.body.get("aspect_ratio", "auto")
        shape = sizes.ratio(ratio) if ratio != "auto" else (shown.width / shown.height if shown else 16 / 9)
        size = sizes.video(self.body.get("size", "720p"), shape)
        seconds = self._film_seconds()
        return videos.Film(
            size=size,
            seconds=seconds,
            fps=FPS,
            ground=shown or pictures.ground(size, self.digest),
            card=self._card(size, f"{self.submit.operation} · {seconds:g} s"),
            sound=sounds.hum(self.digest, seconds),
        )

    def _film_seconds(self) -> float:
        """071 chapter 5: an edit keeps its source's length, an extension adds to it."""
        asked = float(self.body.get("duration", self.body.get("seconds", 0)))
        if self.submit.operation not in ("edit_video", "video_extend"):
            return asked
        hint = self.body.get("extra_body", {}).get("input_video_seconds")
        measured = next((one.seconds for one in self.arrival.inputs if one.field == "video" and one.seconds), None)
        return asked + float(measured or hint or UNKNOWN_SOURCE_S)

    def _source(self) -> Image.Image | None:
        """The first input that can be seen: a picture, or the first frame of a video."""
        for one in self.arrival.inputs:
            if one.here and one.medium == "image":
                return pictures.open_input(self.inputs.path(one.sha256))
            if one.here and one.medium == "video":
                return videos.first_frame(self.inputs.path(one.sha256))
        return None

    def _card(self, size: sizes.Size, what: str) -> Image.Image:
        head = f"{self.submit.model} · {size[0]}x{size[1]} · {what}"
        card = texts.panel(head, self._prompt() or "…", width=size[0] * 9 // 10 // 2 * 2, height=size[1] // 3)
        return card.crop((0, 0, card.width, card.height // 2 * 2))

    def _talking_head(self) -> videos.Film:
        seconds = float(self.body["audio_duration_seconds"])
        face = self._source() or pictures.portrait((640, 640))
        tier = "720p" if self.submit.model.endswith("-pro") else "480p"
        size = sizes.video(tier, face.width / face.height)
        voice = next((one for one in self.arrival.inputs if one.medium == "audio" and one.here), None)
        return videos.Film(
            size=size,
            seconds=seconds,
            fps=AVATAR_FPS,
            ground=face,
            card=self._card(size, f"{seconds:g} s"),
            sound=sounds.decoded(self.inputs.path(voice.sha256), seconds)
            if voice
            else sounds.hum(self.digest, seconds),
            mouth=True,
        )

    def _music(self) -> sounds.Sound:
        seconds = sounds.music_seconds(self.body["prompt"], self.digest)
        return sounds.tune(self.digest, seconds, sung=not self.body.get("is_instrumental", False))

    def _speech(self) -> sounds.Sound:
        text = str(self.body.get("text") or self.body.get("input"))
        voice = str(self.body.get("voice_id") or self.body.get("voice") or "")
        return sounds.speech(re.sub(r"\[sim:[a-z0-9-]+\]", "", text), voice, float(self.body.get("speed", 1.0)))


def _portrait(path: Path) -> None:
    pictures.save(pictures.portrait((640, 800)), path, "png")


def _voice(path: Path) -> None:
    text = "Hello! This is a sample voice. 你好,这是一段示例语音。"
    sounds.save(sounds.speech(text, "Wise_Woman", 1.0), path, "mp3", 32000)


def _clip(path: Path) -> None:
    size = sizes.video("480p", 16 / 9)
    card = texts.panel("sample", "A short clip to edit or extend · 用于编辑或续写的短片", width=720, height=120)
    film = videos.Film(
        size=size,
        seconds=4.0,
        fps=FPS,
        ground=pictures.ground(size, "clip"),
        card=card.crop((0, 0, card.width, card.height // 2 * 2)),
        sound=sounds.hum("clip", 4.0),
    )
    videos.save(film, path)


SAMPLES = {"portrait.png": _portrait, "voice.mp3": _voice, "clip.mp4": _clip}
