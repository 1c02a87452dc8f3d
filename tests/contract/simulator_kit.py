"""What the simulator's tests share: a client with the key, and a task followed to its end."""

import asyncio
import contextlib
import dataclasses
import inspect
import io
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp
import av
from PIL import Image

from bot.simulator import Options, Simulator, serve

KEY = {"Authorization": "Bearer sk-simulator"}
FAST = 60.0  # a task of six seconds takes a tenth of one
PATIENCE_S = 20.0

CUBE = {"model": "NanoBanana2-0.5K", "prompt": "a paper boat on a puddle", "aspect_ratio": "1:1"}
SPHERE = {"model": "gpt-image-2", "prompt": "a paper boat on a puddle", "size": "1024x768"}
CLIP = {"model": "grok-imagine", "prompt": "a paper boat drifts away", "duration": 2, "size": "480p"}
SONG = {"model": "minimax-music-2.6", "prompt": "a calm tune of 5 seconds", "is_instrumental": True}
LINE = {"model": "minimax-speech-2.8-hd", "text": "The boat is gone.", "voice_id": "Wise_Woman"}
HEAD = {
    "model": "kling-avatar-v2-standard",
    "image_url": "https://example.com/face.png",
    "audio_url": "https://example.com/voice.mp3",
    "audio_duration_seconds": 2.5,
}
ROUTES = {  # model -> submit and poll route
    "NanoBanana2-0.5K": "/v1/images/tasks",
    "gpt-image-2": "/v1/images/tasks",
    "grok-imagine": "/v1/videos",
    "minimax-music-2.6": "/v1/audio/tasks",
    "minimax-speech-2.8-hd": "/v1/audio/tasks",
    "kling-avatar-v2-standard": "/v1/video/generations",
}
ALL = (CUBE, SPHERE, CLIP, SONG, LINE, HEAD)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A simulator and a session that brings its key."""

    simulator: Simulator
    http: aiohttp.ClientSession

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        async with self.http.post(path, json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(path) as answer:
            return answer.status, await answer.json(content_type=None)

    async def download(self, url: str) -> tuple[int, str, bytes]:
        async with aiohttp.ClientSession() as stranger, stranger.get(url) as answer:
            return answer.status, answer.content_type, await answer.read()

    async def submit(self, body: Mapping[str, Any]) -> str:
        status, answer = await self.post(ROUTES[body["model"]], body)
        assert status == 200, answer
        return str(answer["task_id"])

    async def follow(self, path: str, task_id: str) -> Any:
        """Poll until a task has ended and give its last answer."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                status, answer = await self.get(f"{path}/{task_id}")
                assert status == 200, answer
                if answer.get("data", answer)["status"] in ("succeeded", "completed", "failed"):
                    return answer
                await asyncio.sleep(0.01)

    async def run(self, body: Mapping[str, Any]) -> Any:
        """Submit, follow, and give the last answer, unwrapped."""
        answer = await self.follow(ROUTES[body["model"]], await self.submit(body))
        return answer.get("data", answer)

    async def result(self, body: Mapping[str, Any]) -> bytes:
        """Submit, follow, and give the bytes of the first result."""
        status, _, data = await self.download(url(await self.run(body)))
        assert status == 200, data
        return data


@contextlib.asynccontextmanager
async def connect(**options: Any) -> AsyncIterator[Client]:
    """A fast simulator with a client; the options are those of Options."""
    async with (
        serve(Options(**{"speed": FAST} | options)) as simulator,
        aiohttp.ClientSession(simulator.url, headers=KEY) as http,
    ):
        yield Client(simulator=simulator, http=http)


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that nobody announces; a condition may have to be awaited itself."""
    async with asyncio.timeout(PATIENCE_S):
        for wait_s in itertools.repeat(0.005):
            met = condition()
            if await met if inspect.isawaitable(met) else met:
                return
            await asyncio.sleep(wait_s)


def url(task: Mapping[str, Any]) -> str:
    """The result's URL, wherever its family puts it."""
    places = (task.get("result_url"), task.get("audio_url"), task.get("video_url"), task.get("metadata", {}).get("url"))
    return str(next(place for place in places if place))


def picture(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What a decoder found in a video."""

    codec: str
    pixels: str
    size: tuple[int, int]
    frames: int
    seconds: float  # of the whole file
    sound: str


def film(data: bytes) -> Film:
    """Decode every frame of a video."""
    with av.open(io.BytesIO(data), "r") as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        return Film(
            codec=video.codec_context.name,
            pixels=str(video.codec_context.pix_fmt),
            size=(video.codec_context.width, video.codec_context.height),
            seconds=(container.duration or 0) / 1_000_000,
            sound=audio.codec_context.name,
            frames=sum(1 for _ in container.decode(video)),
        )


def sound(data: bytes) -> tuple[str, int, float]:
    """Format, sample rate and length of a sound, by decoding all of it."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return container.format.name, stream.codec_context.sample_rate, samples / stream.codec_context.sample_rate
