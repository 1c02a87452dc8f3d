"""The web server: health, lent files, and nothing else."""

import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest

from bot import ports
from bot.web.server import BODY_BYTES, Hook, Server


class Loans:
    """What is lent, by name."""

    def __init__(self) -> None:
        self.given: dict[str, ports.Lent] = {}

    def lent(self, token: str) -> ports.Lent | None:
        return self.given.get(token)


@pytest.fixture
def loans(tmp_path: Path) -> Loans:
    (tmp_path / "film.bin").write_bytes(bytes(range(100)))
    found = Loans()
    found.given["film.mp4"] = ports.Lent(path=tmp_path / "film.bin", mime="video/mp4")
    found.given["gone.mp4"] = ports.Lent(path=None)
    return found


@pytest.fixture
async def server(loans: Loans) -> AsyncIterator[Server]:
    started = Server(host="127.0.0.1", port=0, version="1.2.3", running=lambda: {"jobs": 4}, lending=loans)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def browser(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as opened:
        yield opened


async def test_health(server: Server, browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "version": "1.2.3", "jobs": 4})
    server.stopping()
    answer = await browser.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "version": "1.2.3", "jobs": 4})


async def test_lent_file(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/media/film.mp4")
    assert (answer.status_code, answer.content) == (200, bytes(range(100)))
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_part_of_a_lent_file(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/media/film.mp4", headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, bytes(range(10, 20)))
    assert answer.headers["Content-Range"] == "bytes 10-19/100"
    assert (await browser.get("/media/film.mp4", headers={"Range": "bytes=200-"})).status_code == 416
    head = await browser.head("/media/film.mp4")
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, "100", b"")


async def test_what_is_not_lent(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/media/gone.mp4")).status_code == 410
    for path in (
        "/media/other",
        "/media/",
        "/media",
        "/",
        "/etc/passwd",
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/a/b",
    ):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.post("/media/film.mp4")).status_code == 405
    assert (await browser.post("/health")).status_code == 405


async def test_port_that_is_taken(loans: Loans) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = Server(host="127.0.0.1", port=port, version="1", running=dict, lending=loans)
        with pytest.raises(OSError, match="address already in use"):
            await second.start()
        await second.stop()


async def test_stops_once(server: Server) -> None:
    url = server.url
    await server.stop()
    await server.stop()
    async with httpx.AsyncClient() as browser:
        with pytest.raises(httpx.ConnectError):
            await browser.get(f"{url}/health")


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_url(loans: Loans, host: str, url: str) -> None:
    assert Server(host=host, port=80, version="1", running=dict, lending=loans).url == url


async def test_hook(loans: Loans) -> None:
    posted: list[tuple[str | None, bytes]] = []

    async def hear(headers: Mapping[str, str], body: bytes) -> int:
        posted.append((headers.get("X-Secret"), body))
        return 401 if headers.get("X-Secret") != "s" else 200

    hooks: dict[str, Hook] = {}
    server = Server(host="127.0.0.1", port=0, version="1", running=dict, lending=loans, hooks=hooks)
    await server.start()
    hooks["/hear"] = hear  # a platform's hook is known only once the platform is built
    try:
        async with httpx.AsyncClient(base_url=server.url) as browser:
            assert (await browser.post("/hear", content=b"1", headers={"X-Secret": "s"})).status_code == 200
            assert (await browser.post("/hear", content=b"2")).status_code == 401
            assert (await browser.get("/hear")).status_code == 405
            assert (await browser.post("/other", content=b"3")).status_code == 404
            assert (await browser.post("/hear", content=bytes(BODY_BYTES + 1))).status_code == 413
    finally:
        await server.stop()
    assert posted == [("s", b"1"), (None, b"2")]
