"""Small real media files for tests, made with Pillow and PyAV."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
from aiohttp import web
from PIL import Image

RATE = 24  # frames a second
SAMPLES = 24_000  # a second
CODECS = {".mp3": "libmp3lame", ".wav": "pcm_s16le", ".ogg": "libopus", ".flac": "flac", ".m4a": "aac"}


def image(path: Path, *, size: tuple[int, int] = (64, 48), orientation: int | None = None, noisy: bool = False) -> Path:
    """A picture in the format of the path's suffix."""
    picture = Image.effect_noise(size, 80).convert("RGB") if noisy else Image.new("RGB", size, (200, 80, 20))
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    picture.save(path, exif=exif)
    return path


def video(path: Path, *, size: tuple[int, int] = (64, 48), seconds: float = 1.0, rotation: int = 0) -> Path:
    """A film without sound in the container of the path's suffix."""
    codec = "libvpx" if path.suffix == ".webm" else "mpeg4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        if rotation:
            stream.set_display_rotation(rotation)
        for index in range(round(seconds * RATE)):
            picture = Image.new("RGB", size, (index * 5 % 256, 40, 90))
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def words(path: Path, text: str = "A fox is a small wild dog.") -> Path:
    """A text in UTF-8."""
    path.write_text(text, "utf-8")
    return path


def audio(path: Path, *, seconds: float = 1.0) -> Path:
    """A tone in the container of the path's suffix."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS[path.suffix], rate=SAMPLES)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        tone = bytes(
            byte
            for n in range(round(seconds * SAMPLES))
            for byte in int(9000 * math.sin(n / 9)).to_bytes(2, "little", signed=True)
        )
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(tone) // 2)
        frame.planes[0].update(tone)
        frame.sample_rate, frame.pts = SAMPLES, 0
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=SAMPLES, frame_size=stream.frame_size)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A web server on loopback and what was asked of it."""

    url: str = ""
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)  # path and headers


@asynccontextmanager
async def site(routes: Mapping[str, Handler]) -> AsyncIterator[Site]:
    """Serve these paths."""
    seen = Site()

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        seen.asked.append((request.path, dict(request.headers)))
        return await handler(request)

    app = web.Application(middlewares=[note])
    for path, handler in routes.items():
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield seen
    finally:
        await runner.cleanup()
