"""Videos: a picture that moves behind a card with the prompt, and a sound; filters do the work, not Python."""

import dataclasses
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from PIL import Image, ImageDraw, ImageOps

from bot.simulator.media import sizes, sounds

DRIFT = 1.12  # how much larger than the frame the moving picture is
AAC_BLOCK = 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What is to be filmed."""

    size: sizes.Size
    seconds: float
    fps: int
    ground: Image.Image  # any size; it is cropped to fit
    card: Image.Image  # stands still
    sound: Sequence[int] | None  # at sounds.RATE; None: a silent film
    mouth: bool = False  # a mouth opens and closes, for talking heads; else a ball crosses the picture

    @property
    def frames(self) -> int:
        return max(1, round(self.seconds * self.fps))


def save(film: Film, path: Path) -> None:
    """Write an MP4 with H.264, and AAC unless it is silent, to the frame as long as asked."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", rate=film.fps, options={"preset": "ultrafast", "crf": "30"})
        video.width, video.height = film.size
        video.pix_fmt = "yuv420p"
        audio = _track(container) if film.sound is not None else None
        for frame in _pictures(film):
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None and film.sound is not None:
            for piece in _resampled(film.sound, film.frames / film.fps):
                container.mux(audio.encode(piece))
            container.mux(audio.encode(None))


def _track(container: OutputContainer) -> av.AudioStream:
    """A track for the sound; all tracks must be there before the first frame is written."""
    audio = container.add_stream("aac", rate=44100, layout="mono")
    audio.bit_rate = 64_000
    return audio


def first_frame(path: Path) -> Image.Image | None:
    """The first picture of a video; None if it has none."""
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
                return image
    except (av.FFmpegError, OSError, ValueError, IndexError):
        pass
    return None


def _pictures(film: Film) -> Iterator[av.VideoFrame]:
    width, height = film.size
    graph = Graph()
    large = (round(width * DRIFT / 2) * 2, round(height * DRIFT / 2) * 2)
    still = ImageOps.fit(film.ground, large)
    drift = graph.add("crop", f"w={width}:h={height}:x='(iw-ow)/2*(1+sin(n/31))':y='(ih-oh)/2*(1+cos(n/43))'")
    feeds = [_feed(graph, still, "yuv420p", film.fps, drift)]
    last = drift
    for image, where in _layers(film):
        layer = graph.add("overlay", f"{where}:format=yuv420")
        last.link_to(layer, 0, 0)
        feeds.append(_feed(graph, image, "yuva420p", film.fps, layer, 1))
        last = layer
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    for source, frame in feeds:
        source.push(frame)
        source.push(None)
    for place in range(film.frames):
        frame = _picture(sink)
        frame.pts, frame.time_base = place, Fraction(1, film.fps)
        yield frame


def _picture(sink: FilterContext) -> av.VideoFrame:
    frame = sink.pull()
    assert isinstance(frame, av.VideoFrame)
    return frame


def _layers(film: Film) -> Iterator[tuple[Image.Image, str]]:
    """What lies over the moving ground, and where: expressions of the frame number n."""
    unit = min(film.size) // 12
    if film.mouth:
        lips = _oval((unit * 2, unit), (110, 30, 40, 235))
        yield lips, f"x='(W-w)/2':y='H*0.6+{unit // 2}*abs(sin(n/2.3))'"
    else:
        ball = _oval((unit, unit), (255, 236, 150, 235))
        yield ball, f"x='(W-w)*n/{film.frames}':y='H*0.45-{unit * 3}*abs(sin(n/7))'"
    yield film.card, "x='(W-w)/2':y='H-h-W/40'"


def _oval(size: sizes.Size, colour: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGBA", (size[0] // 2 * 2, size[1] // 2 * 2))
    ImageDraw.Draw(image).ellipse((0, 0, image.width - 1, image.height - 1), fill=colour)
    return image


def _feed(
    graph: Graph, image: Image.Image, format: str, fps: int, into: FilterContext, pad: int = 0
) -> tuple[FilterContext, av.VideoFrame]:
    """An input of the graph that repeats one picture for ever."""
    frame = _frame(image).reformat(format=format)
    frame.pts, frame.time_base = 0, Fraction(1, fps)
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    loop, count = graph.add("loop", "loop=-1:size=1"), graph.add("setpts", "N")
    source.link_to(loop)
    loop.link_to(count)
    count.link_to(into, 0, pad)
    return source, frame


def _frame(image: Image.Image) -> av.VideoFrame:
    """A picture with its transparency, which VideoFrame.from_image would drop."""
    frame = av.VideoFrame(image.width, image.height, "rgba")
    plane, row = frame.planes[0], image.width * 4
    data = image.convert("RGBA").tobytes()
    lines = (data[start : start + row].ljust(plane.line_size, b"\0") for start in range(0, len(data), row))
    plane.update(b"".join(lines).ljust(plane.buffer_size, b"\0"))
    return frame


def _resampled(sound: Sequence[int], seconds: float) -> Iterator[av.AudioFrame]:
    """The sound in whole blocks, ending just before the last picture does, so that the file isn't longer than it."""
    blocks = int(seconds * 44100) // AAC_BLOCK - 1
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=44100, frame_size=AAC_BLOCK)
    for frame in sounds.frames(sound):
        for piece in resampler.resample(frame):
            if blocks <= 0:
                return
            blocks -= 1
            yield piece
