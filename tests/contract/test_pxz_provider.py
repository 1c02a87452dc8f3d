"""The provider pxz against the simulator, which calls back, and against a server that gives it any answer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot import errors, jobs, ports, requests
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers.pxz import Pxz
from bot.simulator import Options, Simulator, serve
from tests.contract import origins
from tests.contract.playing import KEY, QUICK, Played, followed

RESULTS = "/api/openapi/tasks/{task_id}"
PICTURES = requests.Wire(
    path="/api/openapi/submit",
    body={"model": "seedream_v4", "params": {"prompt": "a sunset", "aspect_ratio": "16:9", "output_n": "2"}},
)
A, B, INPUT = "https://cdn.example/a.png", "https://cdn.example/b.png", "https://members.example/in.png"


@contextlib.asynccontextmanager
async def simulated(*, key: str = KEY, result_path: str = "") -> AsyncIterator[tuple[Simulator, Pxz]]:
    async with serve(Options(speed=200)) as simulator:
        pxz = Pxz(key=key, base_url=simulator.addresses["pxz"], limits=QUICK, result_path=result_path)
        yield simulator, pxz
        await pxz.close()


class Listener:
    """Somebody who is called back."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(self, request: web.Request) -> web.Response:
        await self.heard.put(await request.read())
        return web.Response()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/callbacks/{token}", self.hear)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/callbacks/token"
        finally:
            await runner.cleanup()


# --- with the simulator ------------------------------------------------------------------------------------------


async def test_a_result_is_called_back() -> None:
    listener = Listener()
    async with simulated() as (simulator, pxz), listener.listening() as url:
        addressed = pxz.with_callback(PICTURES, url, job="K7Q2")
        assert addressed is not None
        assert addressed.body == {**PICTURES.body, "callback_url": url, "metadata": {"job": "K7Q2"}}
        taken = await pxz.submit(addressed)
        async with asyncio.timeout(10):
            while True:
                task_id, status = pxz.told(await listener.heard.get())
                if status.state is TaskState.SUCCEEDED:
                    break
        assert (taken.task_id, taken.poll_path, taken.status) == (task_id, "", None)
        assert len(origins.urls(status)) == 2
        assert len(simulator.submits()) == 1


async def test_a_result_is_asked_for_where_the_operator_says() -> None:
    async with simulated(result_path=RESULTS) as (_, pxz):
        taken = await pxz.submit(PICTURES)
        assert (pxz.calls_back, taken.poll_path) == (False, RESULTS)
        status = await followed(pxz, taken.poll_path, taken.task_id)
        assert len(origins.urls(status)) == 2
        with pytest.raises(errors.Missing):
            await pxz.poll(taken.poll_path, "nobody knows")


@pytest.mark.parametrize("directive", ["fail", "refuse-late"])
async def test_failed_task(directive: str) -> None:
    failing = requests.Wire(path=PICTURES.path, body={"model": "sora2", "params": {"prompt": f"[sim:{directive}]"}})
    async with simulated(result_path=RESULTS) as (_, pxz):
        taken = await pxz.submit(failing)
        status = await followed(pxz, RESULTS, taken.task_id)
    assert status.failure is not None
    assert status.failure.reason is (Reason.FAILED if directive == "fail" else Reason.CONTENT)
    assert status.failure.words


async def test_wrong_key() -> None:
    async with simulated(key="sk-of-somebody-else", result_path=RESULTS) as (_, pxz):
        for asked in (pxz.submit(PICTURES), pxz.poll(RESULTS, "t")):
            with pytest.raises(errors.Rejected) as caught:
                await asked
            assert caught.value.reason is Reason.KEY


@pytest.mark.parametrize(
    ("fault", "error"), [("500", errors.Unknown), ("429", errors.Busy), ("drop-after", errors.Unknown)]
)
async def test_submit_meets_a_fault(fault: str, error: type[errors.ProviderError]) -> None:
    async with simulated() as (simulator, pxz):
        simulator.fault(fault)
        with pytest.raises(errors.ProviderError) as caught:
            await pxz.submit(PICTURES)
        assert type(caught.value) is error


# --- with any answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, {"error": "Missing required field: model"}, Reason.PARAMETER),
        (400, {"error": "Missing or invalid field: params"}, Reason.PARAMETER),
        (400, {"message": "Missing required field: prompt"}, Reason.PARAMETER),
        (400, {"error": {"message": "Invalid model"}}, Reason.MODEL),
        (400, "Invalid model", Reason.MODEL),
        (400, {"error": "Invalid parameter: resolution"}, Reason.PARAMETER),
        (401, {"error": "Unauthorized"}, Reason.KEY),
        (401, "", Reason.KEY),
        (402, {}, Reason.BALANCE),
        (403, {"error": "insufficient credits"}, Reason.BALANCE),
    ],
)
async def test_refusals(status: int, body: Any, reason: Reason) -> None:
    async with Played(body, status=status).served(Pxz) as pxz:
        with pytest.raises(errors.Rejected) as caught:
            await pxz.submit(PICTURES)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {"error": "Internal Server Error"}), (503, {}), (200, {}), (200, {"status": "pending"}), (200, "<html>")],
)
async def test_what_may_have_arrived(status: int, body: Any) -> None:
    async with Played(body, status=status).served(Pxz) as pxz:
        with pytest.raises(errors.Unknown):
            await pxz.submit(PICTURES)


TASK = {"task_id": "t", "created_at": "2026-01-27T00:00:00Z"}
SHAPES: list[tuple[dict[str, Any], tuple[tuple[str, ...], ...]]] = [
    ({"status": "completed", "results": [{"url": A, "type": "image"}, {"url": B, "type": "image"}]}, ((A,), (B,))),
    ({"status": "success", "result": {"urls": [A, B]}}, ((A,), (B,))),
    ({"status": "SUCCEEDED", "data": {"video_url": A, "cover": B}}, ((A,),)),
    ({"status": "done", "output": [A]}, ((A,),)),
    ({"status": "completed", "result": A}, ((A,),)),
    ({"status": "completed", "image_url": [A, B]}, ((A,), (B,))),
    ({"status": "completed", "outputs": [{"image_url": A}], "url": B}, ((A, B),)),
    ({"output": {"images": [{"url": A}]}}, ((A,),)),  # without a word it is still a result
    ({"status": "completed", "params": {"image_url": INPUT}, "input": {"url": INPUT}, "metadata": {"url": INPUT}}, ()),
]


@pytest.mark.parametrize(("more", "urls"), SHAPES)
async def test_a_result_wherever_it_stands(more: dict[str, Any], urls: tuple[tuple[str, ...], ...]) -> None:
    played = Played({**TASK, **more})
    async with played.served(Pxz) as pxz:
        asked = await pxz.poll(RESULTS, "t")
        task_id, told = pxz.told(json.dumps(played.body).encode())
    assert (asked, told, task_id) == (told, asked, "t")
    assert (told.state, origins.urls(told)) == (TaskState.SUCCEEDED, urls)


@pytest.mark.parametrize(
    ("more", "state", "words"),
    [
        ({"status": "pending"}, TaskState.QUEUED, ""),
        ({"status": "processing", "progress": "40%"}, TaskState.RUNNING, ""),
        ({"status": "dozing"}, TaskState.RUNNING, ""),
        ({"status": "failed", "error": "no luck"}, TaskState.FAILED, "no luck"),
        ({"status": "failed"}, TaskState.FAILED, ""),
        ({"error": {"message": "内容违规"}}, TaskState.FAILED, "内容违规"),
        ({"status": "cancelled", "fail_reason": "taken back"}, TaskState.FAILED, "taken back"),
    ],
)
async def test_states(more: dict[str, Any], state: TaskState, words: str) -> None:
    async with Played({}).served(Pxz) as pxz:
        _, status = pxz.told(json.dumps({**TASK, **more}).encode())
    assert status.state is state
    assert (status.failure.words if status.failure else "") == words


@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"{}", b"5", b'{"task_id": "t"}', b'"completed"', b"\xff\xfe"])
async def test_a_callback_that_says_nothing(body: bytes) -> None:
    async with Played({}).served(Pxz) as pxz:
        with pytest.raises(errors.Unreachable):
            pxz.told(body)


async def test_it_has_neither_a_list_nor_a_balance() -> None:
    async with Played({}).served(Pxz) as pxz:
        assert (await pxz.models(), await pxz.balance(), pxz.calls_back) == (None, None, True)


async def test_a_submit_as_printed() -> None:
    printed = {"task_id": "t", "status": "pending", "estimated_credits": 4, "created_at": "2026-01-27T00:00:00Z"}
    played = Played(printed)
    async with played.served(Pxz) as pxz:
        assert await pxz.submit(PICTURES) == ports.Submitted(task_id="t", usage=jobs.Usage(credits=4))
    (asked,) = played.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/api/openapi/submit", PICTURES.body)
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
