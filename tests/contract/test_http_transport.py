"""Whether a request may have arrived is read from the transport's own exception: every way to fail, over real sockets.

Each case says our error and looks at the bytes that reached the other side. `NotSent` goes with no byte of the request:
none at all, or for TLS the handshake's hello, which holds nothing of it.
"""

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot import errors, ports, requests
from bot.providers import _http
from bot.providers.uniall import Uniall
from tests.raw_peer import OK, Behaviour, Peer, Talk, closed_port, deaf_port, peer

KEY = "sk-contract-0123456789"
LIMITS = _http.Limits(
    submits=1,
    connections=1,
    pool_s=0.1,
    connect_s=0.5,
    write_s=0.5,
    read_s=0.3,
    question_total_s=1.5,
    submit_read_s=0.3,
    submit_total_s=2.0,
)
SMALL = requests.Wire(
    path="/v1/videos", body={"model": "grok-imagine", "prompt": "a fox"}, poll_path="/v1/videos/{task_id}"
)
LARGE = requests.Wire(path="/v1/videos", body={"prompt": "fox " * 2_000_000}, poll_path="/v1/videos/{task_id}")
POLL = "/v1/audio/tasks/{task_id}"


@contextlib.asynccontextmanager
async def provider(url: str, *, limits: _http.Limits = LIMITS) -> AsyncIterator[Uniall]:
    opened = Uniall(base_url=url, key=KEY, limits=limits)
    yield opened
    await opened.close()


async def submit(url: str, wire: requests.Wire = SMALL) -> errors.ProviderError:
    """The error of one submit, which never speaks of the key."""
    async with provider(url) as uniall:
        with pytest.raises(errors.ProviderError) as caught:
            await uniall.submit(wire)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(uniall)
    return caught.value


async def ask(url: str) -> errors.ProviderError:
    """The error of one poll."""
    async with provider(url) as uniall:
        with pytest.raises(errors.ProviderError) as caught:
            await uniall.poll(POLL, "task_1")
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


# --- what certainly never left -----------------------------------------------------------------------------------


async def test_refused() -> None:
    with closed_port() as port:
        assert type(await submit(f"http://127.0.0.1:{port}")) is errors.NotSent
        assert type(await ask(f"http://127.0.0.1:{port}")) is errors.Unreachable


async def test_name_that_does_not_exist() -> None:
    assert type(await submit("http://atelier.invalid")) is errors.NotSent
    assert type(await ask("http://atelier.invalid")) is errors.Unreachable


async def test_connect_timeout() -> None:
    with deaf_port() as port:
        assert type(await submit(f"http://127.0.0.1:{port}")) is errors.NotSent
        assert type(await ask(f"http://127.0.0.1:{port}")) is errors.Unreachable


async def garbage_for_tls(talk: Talk) -> None:
    await talk.read()
    await talk.send(b"HTTP/1.1 400 This is no TLS\r\n\r\n")


async def hangs(talk: Talk) -> None:
    await talk.hang()


async def closes_at_once(talk: Talk) -> None:
    talk.reset()


@pytest.mark.parametrize("behaviour", [garbage_for_tls, hangs, closes_at_once])
async def test_tls_that_fails(behaviour: Behaviour) -> None:
    async with peer(behaviour) as seen:
        assert type(await submit(f"https://127.0.0.1:{seen.port}")) is errors.NotSent
        assert only_a_hello(seen)
        assert type(await ask(f"https://127.0.0.1:{seen.port}")) is errors.Unreachable


def only_a_hello(seen: Peer) -> bool:
    """Whether at most one TLS handshake record arrived: type 22, then version and length, then so many bytes."""
    data = seen.received
    return not data or (data[0] == 22 and len(data) == 5 + int.from_bytes(data[3:5], "big") and b"POST" not in data)


async def test_no_free_connection() -> None:
    async with peer(hangs) as seen, provider(seen.url) as uniall:
        first = asyncio.create_task(uniall.submit(SMALL))
        await seen.arrived.wait()
        before = len(seen.received)
        with pytest.raises(errors.NotSent):
            await uniall.submit(requests.Wire(path="/second", poll_path="/v1/videos/{task_id}"))
        assert (seen.connections, b"/second" in seen.received, before) == (1, False, len(seen.received))
        with pytest.raises(errors.Unknown):
            await first


async def test_upload_that_is_gone(tmp_path: Path) -> None:
    wire = requests.Wire(path="/v1/images/tasks", uploads=(requests.Upload(part="image", path=str(tmp_path / "no")),))
    async with peer(hangs) as seen, provider(seen.url) as uniall:
        with pytest.raises(errors.StorageFault):
            await uniall.submit(wire)
        assert seen.connections == 0


# --- what may have arrived ---------------------------------------------------------------------------------------


async def closes_in_the_body(talk: Talk) -> None:
    await talk.read(4096)
    talk.reset()


async def closes_after_the_body(talk: Talk) -> None:
    await talk.read_request()


async def resets_after_the_body(talk: Talk) -> None:
    await talk.read_request()
    talk.reset()


async def half_a_head(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b"HTTP/1.1 200 O")


async def half_a_body(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(OK[:-8])


async def half_a_chunk(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"id":')


async def hangs_in_the_answer(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(OK[:-8])
    await talk.hang()


async def drips(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:  # always in time for the next piece, never done
        await talk.send(b" ")
        await asyncio.sleep(0.05)


async def speaks_no_http(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b"220 ready for mail\r\n\r\n")


async def breaks_json(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"id": "')


async def breaks_gzip(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")


async def never_ends(talk: Talk) -> None:
    await talk.read_request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n")
    for _ in range(100):
        await talk.send(b" " * 90_000)


ARRIVED = [
    closes_after_the_body,
    resets_after_the_body,
    half_a_head,
    half_a_body,
    half_a_chunk,
    hangs,
    hangs_in_the_answer,
    drips,
    speaks_no_http,
    breaks_json,
    breaks_gzip,
    never_ends,
]


@pytest.mark.parametrize("behaviour", ARRIVED)
async def test_arrived_without_a_clear_answer(behaviour: Behaviour) -> None:
    async with peer(behaviour) as seen:
        assert type(await submit(seen.url)) is errors.Unknown
        assert b"a fox" in seen.received
        assert seen.connections == 1  # nothing below us sent it again


@pytest.mark.parametrize("behaviour", [closes_at_once, closes_in_the_body])
async def test_closed_before_or_during_the_body(behaviour: Behaviour) -> None:
    async with peer(behaviour) as seen:
        assert type(await submit(seen.url, LARGE)) is errors.Unknown
        assert seen.connections == 1


@pytest.mark.parametrize("behaviour", [*ARRIVED, closes_at_once])
async def test_question_without_a_clear_answer(behaviour: Behaviour) -> None:
    async with peer(behaviour) as seen:
        assert type(await ask(seen.url)) is errors.Unreachable


async def test_upload_that_shrinks_while_it_is_sent(tmp_path: Path) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(b"x" * 20_000_000)

    async def cuts(talk: Talk) -> None:
        await talk.read(4096)
        image.write_bytes(b"")
        await talk.hang()

    wire = requests.Wire(path="/v1/images/tasks", uploads=(requests.Upload(part="image", path=str(image)),))
    async with peer(cuts) as seen:
        assert type(await submit(seen.url, wire)) is errors.Unknown
        assert seen.connections == 1


async def test_stale_keep_alive() -> None:
    async def promises_more(talk: Talk) -> None:
        await talk.read_request()
        await talk.send(OK.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n", 1))
        await talk.read()  # a second request on this connection would be read and lost

    async with peer(promises_more) as seen, provider(seen.url) as uniall:
        assert [await uniall.submit(SMALL) for _ in range(3)] == [ports.Submitted(task_id="task_1")] * 3
        assert seen.connections == 3
        assert seen.received.count(b"POST ") == 3


# --- answers -----------------------------------------------------------------------------------------------------


def answering(status: str, *headers: str) -> Behaviour:
    async def answer(talk: Talk) -> None:
        await talk.read_request()
        head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers])
        await talk.send(head.encode() + b"\r\n\r\n")

    return answer


@pytest.mark.parametrize("status", ["500 Error", "502 Bad", "503 Away", "504 Late", "599 ?", "408 Late"])
async def test_unlisted_failure(status: str) -> None:
    async with peer(answering(status, "Retry-After: 7")) as seen:
        assert type(await submit(seen.url)) is errors.Unknown
        asked = await ask(seen.url)
        assert isinstance(asked, errors.Unreachable)
        assert asked.retry_after_s == 7.0


async def test_busy_with_seconds() -> None:
    async with peer(answering("429 Slow", "Retry-After: 12")) as seen:
        for error in (await submit(seen.url), await ask(seen.url)):
            assert isinstance(error, errors.Busy | errors.Unreachable)
            assert error.retry_after_s == 12.0


async def test_busy_with_a_date() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    async with peer(answering("429 Slow", f"Retry-After: {then}")) as seen:
        error = await submit(seen.url)
        assert isinstance(error, errors.Busy)
        assert error.retry_after_s == pytest.approx(30, abs=3)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0.0),
        ("1.5", 1.5),
        ("86400", 3600.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert _http.retry_after(value) == seconds


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
async def test_redirect_is_not_followed(status: str) -> None:
    async with peer(closes_after_the_body) as elsewhere:
        async with peer(answering(status, f"Location: {elsewhere.url}/v1/videos")) as seen:
            assert type(await submit(seen.url)) is errors.Unknown
            assert type(await ask(seen.url)) is errors.Unreachable
        assert (elsewhere.connections, elsewhere.received) == (0, b"")


async def test_submits_at_once_are_bounded() -> None:
    open_now, most = 0, 0

    async def counts(talk: Talk) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await talk.read_request()
        await asyncio.sleep(0.02)
        open_now -= 1
        await talk.send(OK)

    limits = _http.Limits(submits=3)
    async with peer(counts) as seen, provider(seen.url, limits=limits) as uniall:
        assert (
            await asyncio.gather(*(uniall.submit(SMALL) for _ in range(20))) == [ports.Submitted(task_id="task_1")] * 20
        )
        assert (most, seen.connections) == (3, 20)


async def test_requests_that_wait_for_their_result_keep_no_quick_ones_waiting() -> None:
    async def slow(talk: Talk) -> None:
        await talk.read_request()
        if talk.number == 1:
            await asyncio.sleep(0.5)
        await talk.send(OK)

    limits = _http.Limits(submits=1, blocking=1, pool_s=0.1, submit_read_s=0.2, blocking_read_s=2.0)
    async with peer(slow) as seen, provider(seen.url, limits=limits) as uniall:
        long = asyncio.create_task(uniall.submit(requests.Wire(path="/v1/images/generations")))
        await asyncio.wait_for(seen.arrived.wait(), 5)
        with pytest.raises(errors.NotSent):  # its own kind waits for it
            await uniall.submit(requests.Wire(path="/v1/images/generations"))
        assert await uniall.submit(SMALL) == ports.Submitted(task_id="task_1")
        assert not long.done()
        assert (await long).task_id == "task_1"


async def test_a_result_may_be_larger_than_an_answer_about_a_task() -> None:
    body = b'{"id": "task_1", "padding": "%s"}' % (b"x" * _http.ANSWER_BYTES)

    async def says(talk: Talk) -> None:
        await talk.read_request()
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with peer(says) as seen, provider(seen.url) as uniall:
        with pytest.raises(errors.Unknown):
            await uniall.submit(SMALL)
        assert (await uniall.submit(requests.Wire(path="/v1/images/generations"))).task_id == "task_1"


# --- what is never told ------------------------------------------------------------------------------------------


async def test_words_are_cut_and_hold_no_key() -> None:
    said = f"bad key {KEY} or Bearer sk-other-key-000000 " + "x" * 1000

    async def quotes(talk: Talk) -> None:
        await talk.read_request()
        body = f'{{"error": {{"message": "{said}"}}}}'.encode()
        await talk.send(b"HTTP/1.1 400 Bad\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with peer(quotes) as seen:
        error = await submit(seen.url)
    assert isinstance(error, errors.Rejected)
    assert len(error.words) == _http.WORDS_LENGTH
    assert error.words.startswith("bad key … or … xxx")


async def test_words_hold_no_address_of_ours() -> None:
    async def quotes(talk: Talk) -> None:
        await talk.read_request()
        body = b'{"error": "can\'t call https://bot.example/x/callbacks/SIGNED or fetch https://bot.example/media/SIGNED.png"}'
        await talk.send(b"HTTP/1.1 400 Bad\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with peer(quotes) as seen:
        error = await submit(seen.url)
    assert isinstance(error, errors.Rejected)
    assert error.words == "can't call … or fetch …"


@pytest.mark.parametrize("key", ["", "sk-1\n", "sk 1", "sk-1\r\nX: 1", "钥匙"])
def test_key_that_fits_no_header(key: str) -> None:
    with pytest.raises(errors.OperatorError) as caught:
        Uniall(key=key)
    assert key.strip() not in str(caught.value) or not key.strip()


@pytest.mark.parametrize("url", ["", "api.example.com", "ftp://example.com", "https://", "https://me:sk-1@example.com"])
def test_address_that_is_none(url: str) -> None:
    with pytest.raises(errors.OperatorError) as caught:
        Uniall(key=KEY, base_url=url)
    assert "sk-1" not in str(caught.value)


def test_json_nested_beyond_all_measure_is_no_json() -> None:
    assert _http.Answer(status=200, body=b"[" * 100_000).json() is None
