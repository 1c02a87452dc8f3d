"""Media are judged by their content, in a process that may die of it."""

import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import media
from bot.files import _probe
from bot.media import MediaKind, MediaTrouble
from tests import media_files


async def measured(path: Path, kind: MediaKind) -> media.Facts:
    return await _probe.Prober().measure(path, kind=kind)


async def trouble(path: Path, kind: MediaKind) -> MediaTrouble:
    with pytest.raises(_probe.Unfit) as caught:
        await measured(path, kind)
    return caught.value.trouble


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("bmp", "image/bmp"),
        ("tif", "image/tiff"),
        ("avif", "image/avif"),
    ],
)
async def test_image(tmp_path: Path, suffix: str, mime: str) -> None:
    path = media_files.image(tmp_path / f"x.{suffix}").rename(tmp_path / "named-wrongly.mp3")
    assert await measured(path, MediaKind.IMAGE) == media.Facts(
        kind=MediaKind.IMAGE, mime=mime, size_bytes=path.stat().st_size, width=64, height=48
    )


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
async def test_image_lies_on_its_side(tmp_path: Path, orientation: int, size: tuple[int, int]) -> None:
    facts = await measured(media_files.image(tmp_path / "x.jpg", orientation=orientation), MediaKind.IMAGE)
    assert (facts.width, facts.height) == size


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [("mp4", "video/mp4"), ("mov", "video/quicktime"), ("webm", "video/webm"), ("mkv", "video/x-matroska")],
)
async def test_video(tmp_path: Path, suffix: str, mime: str) -> None:
    path = media_files.video(tmp_path / f"x.{suffix}", seconds=1.5)
    facts = await measured(path, MediaKind.VIDEO)
    assert facts.duration_s == pytest.approx(1.5, abs=0.05)
    assert facts.fps == pytest.approx(media_files.RATE, abs=0.1)
    assert facts == media.Facts(
        kind=MediaKind.VIDEO,
        mime=mime,
        size_bytes=path.stat().st_size,
        width=64,
        height=48,
        duration_s=facts.duration_s,
        fps=facts.fps,
    )


async def test_video_is_turned(tmp_path: Path) -> None:
    facts = await measured(media_files.video(tmp_path / "x.mp4", rotation=90), MediaKind.VIDEO)
    assert (facts.width, facts.height) == (48, 64)


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [
        ("mp3", "audio/mpeg"),
        ("wav", "audio/wav"),
        ("ogg", "audio/ogg"),
        ("flac", "audio/flac"),
        ("m4a", "audio/mp4"),
    ],
)
async def test_audio(tmp_path: Path, suffix: str, mime: str) -> None:
    path = media_files.audio(tmp_path / f"x.{suffix}", seconds=2.5)
    facts = await measured(path, MediaKind.AUDIO)
    assert facts.duration_s == pytest.approx(2.5, abs=0.08)
    assert (facts.kind, facts.mime, facts.width, facts.height) == (MediaKind.AUDIO, mime, None, None)


async def test_wrong_kind(tmp_path: Path) -> None:
    film = media_files.video(tmp_path / "x.mp4")
    words = tmp_path / "x.png"
    words.write_text("not a picture at all")
    page = tmp_path / "x.jpg"
    page.write_text("<!doctype html><title>Sign in</title>")
    assert await trouble(film, MediaKind.IMAGE) is MediaTrouble.WRONG_KIND
    assert await trouble(film, MediaKind.AUDIO) is MediaTrouble.WRONG_KIND
    assert await trouble(words, MediaKind.IMAGE) is MediaTrouble.WRONG_KIND
    assert await trouble(page, MediaKind.IMAGE) is MediaTrouble.WRONG_KIND


async def test_empty(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    assert await trouble(tmp_path / "x", MediaKind.IMAGE) is MediaTrouble.EMPTY


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def scrambled(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    data[40:] = bytes(byte ^ 0x5A for byte in data[40:])  # behind the head, which says what it is
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("harm", [cut, scrambled])
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "mp4", "mov"])
async def test_broken(tmp_path: Path, suffix: str, harm: Callable[[Path], Path]) -> None:
    path = tmp_path / f"x.{suffix}"
    if suffix in {"mp4", "mov"}:
        assert await trouble(harm(media_files.video(path)), MediaKind.VIDEO) is MediaTrouble.BROKEN
    else:
        assert await trouble(harm(media_files.image(path, noisy=True)), MediaKind.IMAGE) is MediaTrouble.BROKEN


async def test_decompression_bomb(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    for width, height in ((9000, 9000), (60000, 60000)):  # above our limit; above Pillow's
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        path = tmp_path / "x.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9001))) + chunk(b"IEND", b""))
        assert await trouble(path, MediaKind.IMAGE) is MediaTrouble.TOO_LARGE


async def test_playlist_opens_nothing(tmp_path: Path) -> None:
    song = media_files.audio(tmp_path / "x.mp3")
    for text in (f"#EXTM3U\n#EXTINF:1,\n{song}\n", f"ffconcat version 1.0\nfile {song}\n"):
        (tmp_path / "list").write_text(text)
        assert await trouble(tmp_path / "list", MediaKind.AUDIO) is MediaTrouble.WRONG_KIND


async def test_measurement_that_hangs_is_ended(tmp_path: Path) -> None:
    path = media_files.image(tmp_path / "x.png")
    began = time.monotonic()
    with pytest.raises(_probe.Unfit):
        await _probe.Prober(time_s=0.005).measure(path, kind=MediaKind.IMAGE)
    assert time.monotonic() - began < 5
