"""The maker: turns what a task makes into files, each once."""

import asyncio
import dataclasses
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from bot.simulator import made
from bot.simulator.arrivals import Arrival
from bot.simulator.inputs import Inputs
from bot.simulator.media import pictures, sizes, sounds, texts, videos
from bot.simulator.submits import Submit

AT_ONCE = 2
FPS = 24  # of the sample clip


class Maker:
    """Makes results and samples, and keeps them."""

    def __init__(self, folder: Path, inputs: Inputs, *, sketches: int = 0) -> None:
        self._sketches = sketches
        self._folder = folder / "media"
        self._folder.mkdir(exist_ok=True)
        self._inputs = inputs
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._locks: dict[str, asyncio.Lock] = {}

    async def result(self, submit: Submit, what: made.Made, arrival: Arrival, index: int) -> Path:
        """One of the files of a task; equal requests with equal inputs have equal files."""
        said = [submit.model, submit.body_sha256, *(one.sha256 for one in arrival.inputs), str(index)]
        if self._sketches:
            what = dataclasses.replace(what, fps=self._sketches) if isinstance(what, made.Clip) else what
            said = [repr(what), str(index)]
        digest = hashlib.sha256("|".join(said).encode()).hexdigest()
        job = _Job(submit, what, arrival, self._inputs, digest)
        return await self._once(f"{digest}.{what.files[index]}", job.still if index and _has_cover(what) else job.make)

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
    """One file to be made, in a thread."""

    def __init__(self, submit: Submit, what: made.Made, arrival: Arrival, inputs: Inputs, digest: str) -> None:
        self.submit = submit
        self.what = what
        self.arrival = arrival
        self.inputs = inputs
        self.digest = digest

    def make(self, path: Path) -> None:
        match self.what:
            case made.Picture() as picture:
                pictures.save(self._picture(picture), path, picture.format)
            case made.Clip() as clip:
                videos.save(self._film(clip), path)
            case made.Tune() as tune:
                sounds.save(sounds.tune(self.digest, tune.seconds, sung=tune.sung), path, tune.format, tune.rate)
            case made.Speech() as speech:
                text = re.sub(r"\[sim:[a-z0-9-]+\]", "", speech.text)
                sounds.save(sounds.speech(text, speech.voice, speech.speed), path, speech.format, speech.rate)
            case made.Words():
                raise ValueError("words have no file")

    def still(self, path: Path) -> None:
        """The cover of a clip."""
        assert isinstance(self.what, made.Clip)
        pictures.save(self._picture(made.Picture(size=self.what.size)), path, "jpeg")

    def _picture(self, picture: made.Picture) -> Image.Image:
        shown = [one for one in self.arrival.inputs if one.medium == "image"]
        spec = pictures.Picture(
            size=picture.size,
            head=f"{self.submit.model} · {picture.size[0]}x{picture.size[1]}",
            text=self.submit.words,
            digest=self.digest,
            inputs=tuple(self.inputs.path(one.sha256) for one in shown if one.here),
            absent=tuple(one.url for one in shown if not one.here),
        )
        return pictures.draw(spec)

    def _film(self, clip: made.Clip) -> videos.Film:
        shown = self._source()
        stand_in = pictures.portrait((640, 640)) if clip.talks else pictures.ground(clip.size, self.digest)
        return videos.Film(
            size=clip.size,
            seconds=clip.seconds,
            fps=clip.fps,
            ground=shown or stand_in,
            card=self._card(clip),
            sound=self._sound(clip) if clip.sound else None,
            mouth=clip.talks,
        )

    def _sound(self, clip: made.Clip) -> sounds.Sound:
        voice = next((one for one in self.arrival.inputs if one.medium == "audio" and one.here), None)
        if clip.talks and voice:
            return sounds.decoded(self.inputs.path(voice.sha256), clip.seconds)
        return sounds.hum(self.digest, clip.seconds)

    def _source(self) -> Image.Image | None:
        """The first input that can be seen: a picture, or the first frame of a video."""
        for one in self.arrival.inputs:
            if one.here and one.medium == "image":
                return pictures.open_input(self.inputs.path(one.sha256))
            if one.here and one.medium == "video":
                return videos.first_frame(self.inputs.path(one.sha256))
        return None

    def _card(self, clip: made.Clip) -> Image.Image:
        width, height = clip.size
        head = f"{self.submit.model} · {width}x{height} · {self.submit.operation} · {clip.seconds:g} s"
        card = texts.panel(head, self.submit.words or "…", width=width * 9 // 10 // 2 * 2, height=height // 3)
        return card.crop((0, 0, card.width, card.height // 2 * 2))


def _has_cover(what: made.Made) -> bool:
    return isinstance(what, made.Clip) and what.cover


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
