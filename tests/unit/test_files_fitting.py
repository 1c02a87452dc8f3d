"""Results cut to what a platform takes, and the links to what is too large."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot import errors, media, ports
from bot.files.fitting import Fitter
from bot.files.folder import Folder
from bot.media import MediaKind
from bot.replies import Attachment
from bot.web.server import Server
from tests import factories, media_files

PUBLIC = "https://bot.example.com/"


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Folder]:
    opened = Folder(tmp_path / "data", secret="s", link_at=PUBLIC)
    yield opened
    await opened.close()


@pytest.fixture
def fitter(files: Folder) -> Fitter:
    return Fitter(files)


def shown(files: Folder, name: str, picture: Image.Image | None = None) -> Attachment:
    """A result of that name: this picture, or a noisy one of 600 × 400."""
    path = files.absolute(f"results/{name}")
    if picture is None:
        media_files.image(path, size=(600, 400), noisy=True)
    else:
        picture.save(path, save_all=path.suffix == ".gif")
    facts = factories.facts(size_bytes=path.stat().st_size, width=600, height=400)
    return Attachment(path=f"results/{name}", name=f"K7Q2{path.suffix}", facts=facts)


def kept(files: Folder) -> list[Path]:
    return sorted(files.absolute("fitted").iterdir())


async def test_what_is_small_enough_stays_as_it_is(files: Folder, fitter: Fitter) -> None:
    fox = shown(files, "fox.png")
    most = files.absolute(fox.path).stat().st_size
    assert await fitter.fit(fox, most_bytes=most) == ports.Fitted(
        path=files.absolute(fox.path), name="K7Q2.png", facts=fox.facts
    )
    assert kept(files) == []


async def test_a_large_picture_loses_quality_before_pixels(files: Folder, fitter: Fitter) -> None:
    fox = shown(files, "fox.png")
    fitted = await fitter.fit(fox, most_bytes=300_000)
    assert fitted.path is not None
    assert fitted == ports.Fitted(
        path=kept(files)[0],
        name="K7Q2.jpg",
        facts=media.Facts(
            kind=MediaKind.IMAGE,
            mime="image/jpeg",
            size_bytes=fitted.path.stat().st_size,
            width=600,
            height=400,
        ),
        link=fitted.link,
    )
    assert fitted.facts.size_bytes <= 300_000
    assert str(fitted.link).startswith("https://bot.example.com/media/")


async def test_pixels_are_given_up_when_quality_does_not_do(files: Folder, fitter: Fitter) -> None:
    fitted = await fitter.fit(shown(files, "fox.png"), most_bytes=20_000)
    assert fitted.path is not None
    with Image.open(fitted.path) as picture:
        width, height = picture.size
    assert fitted.path.stat().st_size <= 20_000
    assert (fitted.facts.width, fitted.facts.height) == (width, height)
    assert 64 < height < 400
    assert width / height == pytest.approx(1.5, abs=0.02)


async def test_doing_it_again_is_free(files: Folder, fitter: Fitter) -> None:
    fox = shown(files, "fox.png")
    first = await fitter.fit(fox, most_bytes=100_000)
    (path,) = kept(files)
    made = path.stat()
    again = await fitter.fit(fox, most_bytes=100_000)
    assert (again.path, again.facts) == (first.path, first.facts)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert list(files.absolute("tmp").iterdir()) == []
    await fitter.fit(fox, most_bytes=50_000)
    assert len(kept(files)) == 2


async def test_a_picture_stays_upright(files: Folder, fitter: Fitter) -> None:
    noise = Image.effect_noise((600, 400), 80).convert("RGB")
    noise.paste((255, 0, 0), (0, 0, 600, 100))  # as stored, red is on top; turned by 90° it is on the right
    exif = Image.Exif()
    exif[0x0112] = 6
    path = files.absolute("results/turned.jpg")
    noise.save(path, quality=100, exif=exif)
    facts = factories.facts(size_bytes=path.stat().st_size, width=400, height=600)
    turned = Attachment(path="results/turned.jpg", name="K7Q2.jpg", facts=facts)
    fitted = await fitter.fit(turned, most_bytes=150_000)
    assert fitted.path is not None
    with Image.open(fitted.path) as picture:
        assert picture.size == (400, 600)
        assert dict(picture.getexif()) == {}
        right, left = picture.getpixel((380, 300)), picture.getpixel((20, 300))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert (right[0] > 200, right[1] < 60) == (True, True)
    assert left != right


async def test_transparency_becomes_white(files: Folder, fitter: Fitter) -> None:
    noise = Image.effect_noise((600, 400), 80).convert("RGBA")
    noise.paste((0, 0, 0, 0), (0, 0, 100, 400))
    fitted = await fitter.fit(shown(files, "clear.png", noise), most_bytes=150_000)
    assert fitted.path is not None
    with Image.open(fitted.path) as picture:
        corner = picture.getpixel((10, 10))
    assert isinstance(corner, tuple)
    assert min(corner) > 240


async def test_what_cannot_be_made_smaller_is_linked(files: Folder, fitter: Fitter) -> None:
    frames = [Image.effect_noise((200, 200), 80) for _ in range(2)]
    path = files.absolute("results/moves.gif")
    frames[0].save(path, save_all=True, append_images=frames[1:])
    media_files.video(files.absolute("results/film.mp4"))
    files.absolute("results/torn.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    moving, torn = factories.facts(mime="image/gif"), factories.facts()
    film = factories.facts(kind=MediaKind.VIDEO, mime="video/mp4", duration_s=1.0)
    for name, facts in (("moves.gif", moving), ("film.mp4", film), ("torn.png", torn)):
        fitted = await fitter.fit(Attachment(path=f"results/{name}", name=name, facts=facts), most_bytes=1000)
        assert fitted == ports.Fitted(path=None, name=name, facts=facts, link=fitted.link)
        assert str(fitted.link).startswith(PUBLIC)
    hopeless = await fitter.fit(shown(files, "fox.png"), most_bytes=100)
    assert (hopeless.path, hopeless.name) == (None, "K7Q2.png")
    assert kept(files) == []


async def test_what_is_no_longer_kept_has_no_form_and_no_link(fitter: Fitter) -> None:
    gone = Attachment(path="results/gone.png", name="K7Q2.png", facts=factories.facts())
    assert await fitter.fit(gone, most_bytes=10) == ports.Fitted(path=None, name="K7Q2.png", facts=gone.facts)


async def test_without_a_public_address_there_is_no_link(tmp_path: Path) -> None:
    files = Folder(tmp_path / "data", secret="s", lend_at="http://127.0.0.1:1")
    fitted = await Fitter(files).fit(shown(files, "fox.png"), most_bytes=100)
    assert (fitted.path, fitted.link) == (None, None)
    await files.close()


async def test_a_disk_that_refuses_is_a_fault(files: Folder, fitter: Fitter) -> None:
    fox = shown(files, "fox.png")
    files.absolute("fitted").rmdir()
    files.absolute("fitted").write_text("a file where a folder should be")
    with pytest.raises(errors.StorageFault):
        await fitter.fit(fox, most_bytes=100_000)


async def test_smaller_forms_are_swept_with_the_rest(files: Folder, fitter: Fitter) -> None:
    await fitter.fit(shown(files, "fox.png"), most_bytes=100_000)
    assert await files.sweep(datetime.now(UTC) + timedelta(minutes=1), live=set()) == 2
    assert kept(files) == []


async def test_a_link_downloads_the_original_under_its_name(files: Folder, fitter: Fitter) -> None:
    fox = shown(files, "fox.png")
    fitted = await fitter.fit(Attachment(path=fox.path, name="狐.png", facts=fox.facts), most_bytes=100)
    token = str(fitted.link).rpartition("/")[2]
    server = Server(host="127.0.0.1", port=0, version="1", running=dict, lending=files)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url) as browser:
            answer = await browser.get(f"/media/{token}")
            forged = await browser.get(f"/media/x{token}")
    finally:
        await server.stop()
    assert (answer.status_code, answer.content) == (200, files.absolute(fox.path).read_bytes())
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E7%8B%90.png"
    assert forged.status_code == 404


async def test_a_link_lasts_as_long_as_media_are_kept(files: Folder, tmp_path: Path) -> None:
    shown(files, "fox.png")
    link = files.link("results/fox.png", name="K7Q2.png")
    token = str(link).rpartition("/")[2]
    assert files.lent(token) == ports.Lent(path=files.absolute("results/fox.png"), mime="image/png", name="K7Q2.png")
    later = Folder(tmp_path / "data", secret="s", keep=timedelta(seconds=-1))
    assert later.lent(token) == ports.Lent(path=None)
    await later.close()


async def test_a_loan_is_no_link(files: Folder) -> None:
    fox = shown(files, "fox.png")
    files.lend_at = PUBLIC
    lent = files.lent(str(files.lend(media.MediaRef(path=fox.path))).rpartition("/")[2])
    assert lent == ports.Lent(path=files.absolute(fox.path), mime="image/png", name="")
