"""The data folder: taking in, fetching, lending and sweeping, over real HTTP on loopback."""

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot import errors, media, ports
from bot.errors import Reason
from bot.files import _loan, folder, probe
from bot.files.folder import Folder
from bot.media import MediaKind, MediaTrouble
from tests import media_files
from tests.media_files import Handler, site
from tests.raw_peer import Talk, closed_port, peer

IMAGE, VIDEO, AUDIO = MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.AUDIO


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Folder]:
    opened = Folder(tmp_path / "data", secret="s")
    yield opened
    await opened.close()


@pytest.fixture
def fox(tmp_path: Path) -> Path:
    return media_files.image(tmp_path / "fox.png")


def serving(path: Path) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return serve


def answering(status: int = 200, *, text: str = "", **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def left_over(files: Folder) -> list[str]:
    return os.listdir(files.absolute("tmp"))


# --- taking in ---------------------------------------------------------------------------------------------------


async def refused(files: Folder, source: str, *, kind: MediaKind = IMAGE, local: bool = True) -> tuple[object, str]:
    """The name and the trouble that a refusal speaks of."""
    with pytest.raises(errors.Invalid) as caught:
        await files.intake(source, kind=kind, local=local)
    (problem,) = caught.value.problems
    assert (problem.field, problem.rule) == (str(kind), "media")
    assert left_over(files) == []
    return problem.value, problem.allowed


async def test_path(files: Folder, fox: Path) -> None:
    ref = await files.intake(str(fox), kind=IMAGE, local=True)
    facts = media.Facts(kind=IMAGE, mime="image/png", size_bytes=fox.stat().st_size, width=64, height=48)
    assert ref == media.MediaRef(path=ref.path, url=None, facts=facts, name="fox.png")
    assert ref.path is not None
    assert ref.path.startswith("inputs/")
    assert ref.path.endswith(".png")
    assert files.absolute(ref.path).read_bytes() == fox.read_bytes()
    assert await files.intake(str(fox), kind=IMAGE, local=True) == ref
    assert left_over(files) == []


async def test_path_at_home(files: Folder, fox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(fox.parent))
    assert (await files.intake("~/fox.png", kind=IMAGE, local=True)).name == "fox.png"


async def test_path_that_is_refused(files: Folder, tmp_path: Path, fox: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.png").write_text("hello")
    (tmp_path / "half.png").write_bytes(fox.read_bytes()[:60])
    os.mkfifo(tmp_path / "pipe.png")
    film = media_files.video(tmp_path / "film.mp4")
    assert await refused(files, str(tmp_path / "none.png")) == ("none.png", MediaTrouble.NOT_FOUND)
    assert await refused(files, str(fox / "below.png")) == ("below.png", MediaTrouble.NOT_FOUND)
    assert await refused(files, "x" * 5000) == ("x" * 100, MediaTrouble.NOT_FOUND)
    assert await refused(files, "nul\0.png") == ("nul\0.png", MediaTrouble.NOT_FOUND)
    assert await refused(files, str(tmp_path)) == (tmp_path.name, MediaTrouble.NO_FILE)
    assert await refused(files, str(tmp_path / "pipe.png")) == ("pipe.png", MediaTrouble.NO_FILE)
    assert await refused(files, "/dev/zero") == ("zero", MediaTrouble.NO_FILE)
    assert await refused(files, str(tmp_path / "empty.png")) == ("empty.png", MediaTrouble.EMPTY)
    assert await refused(files, str(tmp_path / "words.png")) == ("words.png", MediaTrouble.WRONG_KIND)
    assert await refused(files, str(tmp_path / "half.png")) == ("half.png", MediaTrouble.BROKEN)
    assert await refused(files, str(film)) == ("film.mp4", MediaTrouble.WRONG_KIND)
    assert await refused(files, str(fox), kind=AUDIO) == ("fox.png", MediaTrouble.WRONG_KIND)


async def test_path_from_elsewhere(files: Folder, fox: Path) -> None:
    assert await refused(files, str(fox), local=False) == ("fox.png", MediaTrouble.NOT_PUBLIC)


async def test_file_that_is_too_large(files: Folder, tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(folder.INPUT_BYTES[IMAGE] + 1)
    assert await refused(files, str(tmp_path / "large.png")) == ("large.png", MediaTrouble.TOO_LARGE)


async def test_url_of_an_allowed_origin(files: Folder, fox: Path) -> None:
    async with site({"/a/fox.png": serving(fox)}) as server:
        files.allow(server.url)
        ref = await files.intake(f"{server.url}/a/fox.png?sign=secret", kind=IMAGE, local=True)
        assert (ref.name, ref.url) == ("fox.png", None)  # nobody else could reach it there
        called = server.url.removeprefix("http://") + "/…/fox.png"
        assert await refused(files, f"{server.url}/a/fox.png", local=False) == (called, MediaTrouble.NOT_PUBLIC)
    assert len(server.asked) == 1


@pytest.mark.parametrize("local", [True, False])
async def test_url_that_is_not_public(files: Folder, fox: Path, local: bool) -> None:
    async with site({"/fox.png": serving(fox)}) as server:
        port = server.url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "127.1", "[::ffff:127.0.0.1]"):
            found = await refused(files, f"http://{host}:{port}/fox.png", local=local)
            assert found in {(f"{host}:{port}/fox.png", t) for t in (MediaTrouble.NOT_PUBLIC, MediaTrouble.UNREACHABLE)}
        for url, called in {
            f"file://{fox}": "file:///…/fox.png",
            "ftp://a.example/fox.png": "ftp://a.example/fox.png",
            "https://me:secret@a.example/fox.png?sign=secret": "a.example/fox.png",
            "http://169.254.169.254/bot1:secret/fox.png": "169.254.169.254/…/fox.png",
            "http://": "http://",
        }.items():
            assert await refused(files, url, local=local) == (called, MediaTrouble.NOT_PUBLIC)
    assert server.asked == []


async def test_redirect_to_what_is_not_public(files: Folder, fox: Path) -> None:
    async with (
        site({"/fox.png": serving(fox)}) as inside,
        site({"/away": answering(302, Location=f"{inside.url}/fox.png")}) as server,
    ):
        files.allow(server.url)
        away = server.url.removeprefix("http://") + "/away"
        assert await refused(files, f"{server.url}/away?sign=secret") == (away, MediaTrouble.NOT_PUBLIC)
        assert inside.asked == []


async def test_url_that_is_refused(files: Folder, fox: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(40):
            await response.write(bytes(10**6))
        return response

    routes = {
        "/401": answering(401),
        "/403": answering(403),
        "/404": answering(404),
        "/410": answering(410),
        "/500": answering(500),
        "/page.png": answering(text="<html>"),
        "/none.png": answering(),
        "/endless.png": endless,
        "/round": answering(302, Location="/round"),
    }
    async with site(routes) as server:
        files.allow(server.url)
        host = server.url.removeprefix("http://")
        for path, trouble in {
            "401": MediaTrouble.NOT_PUBLIC,
            "403": MediaTrouble.NOT_PUBLIC,
            "404": MediaTrouble.NOT_FOUND,
            "410": MediaTrouble.EXPIRED,
            "500": MediaTrouble.UNREACHABLE,
            "page.png": MediaTrouble.WRONG_KIND,
            "none.png": MediaTrouble.EMPTY,
            "endless.png": MediaTrouble.TOO_LARGE,
            "round": MediaTrouble.UNREACHABLE,
        }.items():
            assert await refused(files, f"{server.url}/{path}") == (f"{host}/{path}", trouble)
        assert [path for path, _ in server.asked].count("/round") == 6


# --- fetching ----------------------------------------------------------------------------------------------------


async def test_fetch_tries_every_address_and_is_done_once(files: Folder, tmp_path: Path) -> None:
    film = media_files.video(tmp_path / "film.mp4", seconds=1.5)
    routes = {"/gone": answering(404), "/page": answering(text="<html>"), "/film": serving(film)}
    async with site(routes) as server:
        files.allow(server.url)
        sources = [ports.Source(url=f"{server.url}/{path}") for path in ("gone", "page", "film")]
        path, facts = await files.fetch(sources, kind=VIDEO, into="results/K7Q2/0-0")
        assert (path, facts.mime, facts.size_bytes) == ("results/K7Q2/0-0.mp4", "video/mp4", film.stat().st_size)
        assert files.absolute(path).read_bytes() == film.read_bytes()
        assert await files.fetch(sources, kind=VIDEO, into="results/K7Q2/0-0") == (path, facts)
    assert [path for path, _ in server.asked] == ["/gone", "/page", "/film"]
    assert left_over(files) == []


async def test_key_goes_to_its_own_origin_only(files: Folder, fox: Path) -> None:
    async with (
        site({"/fox.png": serving(fox)}) as store,
        site(
            {"/content": answering(302, Location="/here"), "/here": answering(302, Location=f"{store.url}/fox.png")}
        ) as provider,
    ):
        files.allow(provider.url)
        files.allow(store.url)
        source = ports.Source(url=f"{provider.url}/content", headers={"Authorization": "Bearer sk-1"})
        await files.fetch([source], kind=IMAGE, into="results/A/0-0")
    assert [headers.get("Authorization") for _, headers in provider.asked] == ["Bearer sk-1"] * 2
    assert [headers.get("Authorization") for _, headers in store.asked] == [None]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_fetch_that_is_hopeless(files: Folder, status: int) -> None:
    async with site({"/x": answering(status)}) as server:
        files.allow(server.url)
        with pytest.raises(errors.Rejected) as caught:
            await files.fetch([ports.Source(url=f"{server.url}/x?sign=1")], kind=IMAGE, into="results/A/0-0")
    assert (caught.value.reason, caught.value.words) == (Reason.FAILED, str(status))


async def test_fetch_of_nothing(files: Folder) -> None:
    with pytest.raises(errors.Rejected):
        await files.fetch([], kind=IMAGE, into="results/A/0-0")
    with pytest.raises(errors.Rejected):
        await files.fetch([ports.Source(url="http://127.0.0.1:1/x")], kind=IMAGE, into="results/A/0-0")


async def test_what_came_with_an_answer_is_checked_and_kept(files: Folder, fox: Path) -> None:
    page, picture = ports.Inline(content=b"<html>"), ports.Inline(content=fox.read_bytes())
    path, facts = await files.fetch([page, picture], kind=IMAGE, into="results/K7Q2/0-0")
    assert (path, facts.mime, files.absolute(path).read_bytes()) == (
        "results/K7Q2/0-0.png",
        "image/png",
        picture.content,
    )
    assert await files.fetch([], kind=IMAGE, into="results/K7Q2/0-0") == (path, facts)
    assert left_over(files) == []


async def test_words_are_kept_and_read(files: Folder) -> None:
    said = "一只狐狸 is a fox.\n"
    path, facts = await files.fetch([ports.Inline(content=said.encode())], kind=MediaKind.TEXT, into="results/K7Q2/0-0")
    expected = media.Facts(kind=MediaKind.TEXT, mime="text/plain", size_bytes=len(said.encode()))
    assert (path, facts) == ("results/K7Q2/0-0.txt", expected)
    assert await files.fetch([], kind=MediaKind.TEXT, into="results/K7Q2/0-0") == (path, facts)
    assert await files.words(path) == said
    files.absolute(path).unlink()
    assert await files.words(path) == ""


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
async def test_words_that_are_none(files: Folder, content: bytes) -> None:
    with pytest.raises(errors.Rejected):
        await files.fetch([ports.Inline(content=content)], kind=MediaKind.TEXT, into="results/K7Q2/0-0")
    assert left_over(files) == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_fetch_that_may_work_later(files: Folder, status: int) -> None:
    async with site({"/x": answering(status, Retry_After="7"), "/gone": answering(404)}) as server:
        files.allow(server.url)
        sources = [ports.Source(url=f"{server.url}/{path}") for path in ("x", "gone")]
        with pytest.raises(errors.Unreachable) as caught:
            await files.fetch(sources, kind=IMAGE, into="results/A/0-0")
    assert (str(caught.value), caught.value.retry_after_s) == (f"{status}; 404", 7.0)


async def test_fetch_that_breaks_off_leaves_nothing(files: Folder, fox: Path) -> None:
    data = fox.read_bytes()

    async def breaks_off(talk: Talk) -> None:
        await talk.read_request()
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data[:-9])

    async with peer(breaks_off) as server:
        files.allow(server.url)
        with pytest.raises(errors.Unreachable):
            await files.fetch([ports.Source(url=f"{server.url}/fox.png")], kind=IMAGE, into="results/A/0-0")
    with closed_port() as port:
        files.allow(f"http://127.0.0.1:{port}")
        with pytest.raises(errors.Unreachable):
            await files.fetch([ports.Source(url=f"http://127.0.0.1:{port}/x")], kind=IMAGE, into="results/A/0-0")
    assert left_over(files) == []
    assert list(files.absolute("results").iterdir()) == []


async def test_fetch_that_is_cancelled_leaves_nothing(files: Folder) -> None:
    async def hangs(talk: Talk) -> None:
        await talk.read_request()
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await talk.hang()

    async with peer(hangs) as server:
        files.allow(server.url)
        fetching = asyncio.create_task(
            files.fetch([ports.Source(url=f"{server.url}/x")], kind=IMAGE, into="results/A/0-0")
        )
        await server.arrived.wait()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert left_over(files) == []


@contextmanager
def files_no_larger_than(most_bytes: int) -> Iterator[None]:
    """Let the kernel refuse longer files: the nearest thing to a full disk that a test may make."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_full_disk(files: Folder, tmp_path: Path) -> None:
    large = media_files.image(tmp_path / "large.png", size=(600, 400), noisy=True)
    async with site({"/large.png": serving(large)}) as server:
        files.allow(server.url)
        source = ports.Source(url=f"{server.url}/large.png")
        with files_no_larger_than(50_000), pytest.raises(errors.StorageFault) as fetching:
            await files.fetch([source], kind=IMAGE, into="results/A/0-0")
        with files_no_larger_than(50_000), pytest.raises(errors.StorageFault) as taking:
            await files.intake(str(large), kind=IMAGE, local=True)
        for caught in (fetching, taking):
            assert "the disk is full" in str(caught.value)
            assert str(files.absolute("tmp").parent) in str(caught.value)
        assert left_over(files) == []
        assert (await files.fetch([source], kind=IMAGE, into="results/A/0-0"))[0] == "results/A/0-0.png"


def test_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(errors.StorageFault):
        Folder(tmp_path / "data", secret="s")


@pytest.mark.parametrize("path", ["", ".", "..", "../x", "inputs/../../x", "/etc/passwd", "inputs/../.."])
def test_path_that_leads_out(files: Folder, path: str) -> None:
    with pytest.raises(ValueError, match="not below"):
        files.absolute(path)


# --- lending -----------------------------------------------------------------------------------------------------


async def test_lending(files: Folder, fox: Path) -> None:
    ref = await files.intake(str(fox), kind=IMAGE, local=True)
    assert files.lend(ref) is None  # nobody reaches us
    files.lend_at = "https://bot.example.com/"
    lent = files.lend(ref)
    assert lent is not None
    assert lent.startswith("https://bot.example.com/media/")
    assert lent.endswith(".png")
    assert ref.path is not None
    assert files.lent(lent.rpartition("/")[2]) == ports.Lent(path=files.absolute(ref.path), mime="image/png")
    public = media.MediaRef(path=ref.path, url="https://example.com/fox.png")
    assert str(files.lend(public)).startswith("https://bot.example.com/media/")  # ours lasts as long as a queue
    assert files.lend(media.MediaRef()) is None


async def test_loan_that_was_never_given(files: Folder, tmp_path: Path) -> None:
    ref = media.MediaRef(path="inputs/x.png")
    other = Folder(tmp_path / "data", secret="another", lend_at="http://127.0.0.1")
    forged = str(other.lend(ref)).rpartition("/")[2]
    outside = _loan.Lender(secret="s").token("../../etc/passwd.png")
    for token in ("", ".", "x.png", "inputs/x.png", forged, forged[:-8] + ".png", outside):
        assert files.lent(token) is None
    await other.close()


async def test_loan_that_is_over(tmp_path: Path) -> None:
    assert _loan.Lender(secret="s", loan_s=-1).token("inputs/x.png") != ""
    with pytest.raises(_loan.Expired):
        _loan.Lender(secret="s", loan_s=-1).path(_loan.Lender(secret="s").token("inputs/x.png"))


async def test_loan_of_a_file_that_was_swept(files: Folder, fox: Path) -> None:
    ref = await files.intake(str(fox), kind=IMAGE, local=True)
    files.lend_at = "http://127.0.0.1"
    token = str(files.lend(ref)).rpartition("/")[2]
    assert await files.sweep(datetime.now(UTC) + timedelta(days=1), live=[]) == 1
    assert files.lent(token) == ports.Lent(path=None, mime="image/png")


# --- sweeping ----------------------------------------------------------------------------------------------------


async def test_sweep_leaves_the_platforms_folders(files: Folder) -> None:
    """A platform that has just made its own would find it gone when the first file comes in."""
    own = files.absolute("tmp/telegram")
    own.mkdir()
    assert await files.sweep(datetime.now(UTC), live=[]) == 0
    assert own.is_dir()


async def test_sweep(files: Folder) -> None:
    old = datetime.now(UTC) - timedelta(days=40)
    for path in ("inputs/old.png", "inputs/live.png", "results/A/0-0.mp4", "results/B/0-0.mp4", "tmp/x.part"):
        files.absolute(path).parent.mkdir(exist_ok=True)
        files.absolute(path).write_bytes(b"x")
        os.utime(files.absolute(path), (old.timestamp(), old.timestamp()))
    for path in ("inputs/new.png", "tmp/busy.part"):
        files.absolute(path).write_bytes(b"x")
    removed = await files.sweep(datetime.now(UTC) - timedelta(days=30), live=["inputs/live.png", "results/B/0-0"])
    root = files.absolute("inputs").parent
    kept = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert (removed, kept) == (2, ["inputs/live.png", "inputs/new.png", "results/B/0-0.mp4", "tmp/busy.part"])
    assert not files.absolute("results/A").exists()


def test_members_read_the_limits_that_hold() -> None:
    assert probe.PIXELS_MOST == media.INPUT_MEGAPIXELS * folder.MB
