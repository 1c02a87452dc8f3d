"""The provider uniall against the simulator, and against a server that gives it any answer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bot import errors, ports, requests
from bot.errors import Reason
from bot.media import MediaKind
from bot.ports import TaskState
from bot.providers import _http
from bot.providers.uniall import Uniall
from bot.simulator import Options, Simulator, serve
from tests.contract import origins

KEY = "sk-simulator"
QUICK = _http.Limits(submit_read_s=0.5, read_s=0.5, connect_s=2.0)

IMAGE = requests.Wire(
    path="/v1/images/tasks",
    body={"model": "gpt-image-2", "prompt": "a red fox", "size": "1024x768"},
    poll_path="/v1/images/tasks/{task_id}",
)
VIDEO = requests.Wire(
    path="/v1/videos",
    body={"model": "grok-imagine", "prompt": "it runs", "duration": 1, "size": "480p"},
    poll_path="/v1/videos/{task_id}",
)
SPEECH = requests.Wire(
    path="/v1/audio/tasks",
    body={"model": "minimax-speech-2.8-hd", "text": "Hello.", "voice_id": "Wise_Woman"},
    poll_path="/v1/audio/tasks/{task_id}",
)
MUSIC = requests.Wire(
    path="/v1/audio/tasks",
    body={"model": "minimax-music-2.6", "prompt": "a calm tune of 3 seconds", "is_instrumental": True},
    poll_path="/v1/audio/tasks/{task_id}",
)
AVATAR = requests.Wire(
    path="/v1/video/generations",
    body={
        "model": "kling-avatar-v2-standard",
        "image_url": "https://example.com/face.png",
        "audio_url": "https://example.com/voice.mp3",
        "audio_duration_seconds": 1.5,
    },
    poll_path="/v1/video/generations/{task_id}",
)


@contextlib.asynccontextmanager
async def opened(url: str, *, key: str = KEY) -> AsyncIterator[Uniall]:
    uniall = Uniall(key=key, base_url=url, limits=QUICK)
    yield uniall
    await uniall.close()


@contextlib.asynccontextmanager
async def simulated(*, key: str = KEY) -> AsyncIterator[tuple[Simulator, Uniall]]:
    async with serve(Options(speed=200)) as simulator, opened(simulator.url, key=key) as uniall:
        yield simulator, uniall


async def taken(uniall: Uniall, wire: requests.Wire) -> str:
    """Submit; the task's id."""
    submitted = await uniall.submit(wire)
    assert submitted == ports.Submitted(task_id=submitted.task_id)
    return submitted.task_id or ""


async def followed(uniall: Uniall, wire: requests.Wire) -> ports.Status:
    """Submit and poll until the task has ended."""
    task_id = await taken(uniall, wire)
    async with asyncio.timeout(10):
        while True:
            status = await uniall.poll(wire.poll_path, task_id)
            if status.state in {TaskState.SUCCEEDED, TaskState.FAILED}:
                return status
            await asyncio.sleep(0.02)


# --- with the simulator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wire", [IMAGE, VIDEO, SPEECH, MUSIC, AVATAR], ids=lambda wire: wire.body["model"])
async def test_task_to_its_result(wire: requests.Wire) -> None:
    async with simulated() as (simulator, uniall), httpx.AsyncClient() as browser:
        status = await followed(uniall, wire)
        assert (status.state, len(status.outputs), status.failure) == (TaskState.SUCCEEDED, 1, None)
        for source in origins.sources(status)[0]:
            answer = await browser.get(source.url, headers=dict(source.headers))
            assert (answer.status_code, len(answer.content) > 500) == (200, True)
            assert bool(source.headers) == source.url.startswith(f"{simulator.url}/v1/videos/")
        assert len(simulator.submits()) == 1


async def test_a_chat_tells_how_far_its_clip_is_and_links_to_it() -> None:
    said = [{"role": "user", "content": "a red fox"}]
    wire = requests.Wire(
        path="/v1/chat/completions",
        body={"model": "sora2-landscape-4s", "messages": said, "stream": True},
        makes=MediaKind.VIDEO,
    )
    heard: list[str | int] = []
    async with simulated() as (_, uniall), httpx.AsyncClient() as browser:
        taken = await uniall.submit(wire, hearing=heard.append)
        assert taken.status is not None
        ((address,),) = origins.urls(taken.status)
        assert (await browser.get(address)).headers["Content-Type"] == "video/mp4"
    assert (taken.task_id, taken.status.state, heard[0]) == (None, TaskState.SUCCEEDED, 50)


async def test_several_images_are_several_outputs() -> None:
    wire = requests.Wire(path=IMAGE.path, body={**IMAGE.body, "n": 3}, poll_path=IMAGE.poll_path)
    async with simulated() as (_, uniall):
        status = await followed(uniall, wire)
    assert [len(output) for output in status.outputs] == [1, 1, 1]
    assert len({output[0] for output in origins.urls(status)}) == 3


async def test_upload_goes_as_multipart(tmp_path: Path) -> None:
    async with simulated() as (simulator, uniall), httpx.AsyncClient() as browser:
        image = tmp_path / "secret-name-of-mine" / "ab12.png"
        image.parent.mkdir()
        image.write_bytes((await browser.get(f"{simulator.url}/samples/portrait.png")).content)
        wire = requests.Wire(
            path=IMAGE.path,
            body={**IMAGE.body, "n": 1},
            uploads=(requests.Upload(part="image", path=str(image), mime="image/png"),),
            poll_path=IMAGE.poll_path,
        )
        assert (await followed(uniall, wire)).state is TaskState.SUCCEEDED
        taken = simulator.submits()
    assert [one.operation for one in taken] == ["image2image"]
    assert "secret-name" not in repr(taken)


SUBMIT_FAULTS = {
    "429": errors.Busy,
    "500": errors.Unknown,
    "502": errors.Unknown,
    "503": errors.Unknown,
    "drop-before": errors.Unknown,
    "drop-during": errors.Unknown,
    "drop-after": errors.Unknown,
    "broken-json": errors.Unknown,
    "timeout": errors.Unknown,
    "refuse": errors.Rejected,
    "no-balance": errors.Rejected,
}


@pytest.mark.parametrize(("fault", "error"), SUBMIT_FAULTS.items())
async def test_submit_meets_a_fault(fault: str, error: type[errors.ProviderError]) -> None:
    async with simulated() as (simulator, uniall):
        simulator.fault(fault, retry_after_s=3 if fault == "429" else None, delay_s=2 if fault == "timeout" else None)
        with pytest.raises(errors.ProviderError) as caught:
            await uniall.submit(VIDEO)
        assert type(caught.value) is error
        if isinstance(caught.value, errors.Busy):
            assert caught.value.retry_after_s == 3.0
        if isinstance(caught.value, errors.Rejected):
            assert caught.value.reason is (Reason.CONTENT if fault == "refuse" else Reason.BALANCE)
        assert await taken(uniall, VIDEO)  # the fault was met once, and left nothing broken


@pytest.mark.parametrize("fault", ["poll-500", "poll-broken-json", "poll-timeout", "429"])
async def test_poll_meets_a_fault(fault: str) -> None:
    async with simulated() as (simulator, uniall):
        task_id = await taken(uniall, VIDEO)
        simulator.fault(fault, method="GET", delay_s=2 if fault == "poll-timeout" else None)
        with pytest.raises(errors.Unreachable):
            await uniall.poll(VIDEO.poll_path, task_id)
        assert (await uniall.poll(VIDEO.poll_path, task_id)).failure is None


async def test_unknown_task_is_missing() -> None:
    async with simulated() as (simulator, uniall):
        for poll_path in (IMAGE.poll_path, VIDEO.poll_path, AVATAR.poll_path):
            with pytest.raises(errors.Missing):
                await uniall.poll(poll_path, "task_nobody/../knows?")
        task_id = await taken(uniall, SPEECH)
        simulator.fault("poll-404")
        with pytest.raises(errors.Missing):
            await uniall.poll(SPEECH.poll_path, task_id)
        await uniall.poll(SPEECH.poll_path, task_id)


async def test_refusals_name_their_reason() -> None:
    async with simulated() as (_, uniall):
        for body, reason in (
            ({**VIDEO.body, "duration": 99}, Reason.PARAMETER),
            ({**VIDEO.body, "model": "grok-imaginary"}, Reason.MODEL),
        ):
            with pytest.raises(errors.Rejected) as caught:
                await uniall.submit(requests.Wire(path=VIDEO.path, body=body))
            assert caught.value.reason is reason, caught.value.words
            assert caught.value.words


@pytest.mark.parametrize("key", ["sk-of-somebody-else", "sk-disabled"])
async def test_wrong_key(key: str) -> None:
    async with simulated(key=key) as (_, uniall):
        for asked in (
            uniall.submit(VIDEO),
            uniall.poll(VIDEO.poll_path, "task_1"),
            uniall.models(),
            uniall.balance(),
        ):
            with pytest.raises(errors.Rejected) as caught:
                await asked
            assert caught.value.reason is Reason.KEY
            assert key not in str(caught.value)


async def test_models_and_balance() -> None:
    async with simulated() as (_, uniall):
        assert {"grok-imagine", "gpt-image-2", "NanoBanana2-1K"} <= await uniall.models()
        assert await uniall.balance() == ports.Balance(words="¥14.60", amount=14.6)


@pytest.mark.parametrize(("directive", "reason"), [("fail", Reason.FAILED), ("refuse-late", Reason.CONTENT)])
@pytest.mark.parametrize("wire", [IMAGE, VIDEO, SPEECH], ids=["image", "video", "speech"])
async def test_failed_task(wire: requests.Wire, directive: str, reason: Reason) -> None:
    field = "text" if wire is SPEECH else "prompt"
    failing = requests.Wire(
        path=wire.path, body={**wire.body, field: f"a fox [sim:{directive}]"}, poll_path=wire.poll_path
    )
    async with simulated() as (_, uniall):
        status = await followed(uniall, failing)
    assert status.state is TaskState.FAILED
    assert status.failure is not None
    assert (status.failure.reason, bool(status.failure.words)) == (reason, True)


async def test_no_result() -> None:
    silent = requests.Wire(path=IMAGE.path, body={**IMAGE.body, "prompt": "[sim:no-result]"}, poll_path=IMAGE.poll_path)
    async with simulated() as (_, uniall):
        assert (await followed(uniall, silent)).outputs == ()


# --- with any answer ---------------------------------------------------------------------------------------------


class Canned:
    """A server that gives the same answer to everything, or one per path, and notes what was asked."""

    def __init__(self, body: object, *, status: int = 200, only: str | None = None) -> None:
        self.body, self.status, self.only = body, status, only
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.only is not None and not request.path.startswith(self.only):
            return web.json_response({"error": {"message": "no route"}}, status=404)
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return web.Response(text=text, status=self.status, content_type="application/json")

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[Uniall]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            async with opened(f"http://127.0.0.1:{runner.addresses[0][1]}") as uniall:
                yield uniall
        finally:
            await runner.cleanup()


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        ({"id": "task_a", "task_id": "5c9e-b"}, "task_a"),
        ({"task_id": "task_b", "status": "queued"}, "task_b"),
        ({"id": None, "task_id": "task_c"}, "task_c"),
        ({"id": 17, "status": "queued"}, "17"),
        ({"code": "success", "message": "", "data": {"task_id": "task_d", "status": "queued"}}, "task_d"),
        ({"id": "gen_e", "object": "video.generation.job", "seconds": "12"}, "gen_e"),
    ],
)
async def test_id_of_a_submit(body: object, task_id: str) -> None:
    async with Canned(body).served() as uniall:
        assert await uniall.submit(VIDEO) == ports.Submitted(task_id=task_id)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "",
        "null",
        '"done"',
        "<html>",
        {"id": ""},
        {"task_id": None},
        {"id": {}},
        {"code": "success", "data": {}},
    ],
)
async def test_taken_without_an_id(body: object) -> None:
    async with Canned(body).served() as uniall:
        with pytest.raises(errors.Unknown):
            await uniall.submit(VIDEO)


REFUSALS = [
    (400, {"error": {"message": "`duration` must be 1-15", "code": "invalid_request_parameter"}}, Reason.PARAMETER),
    (400, "prompt is required", Reason.PARAMETER),
    (400, {"error": {"message": "`voice_id` is not compatible with this model"}}, Reason.PARAMETER),
    (400, {"error": {"message": "field names are case-sensitive"}}, Reason.PARAMETER),
    (404, {"error": {"message": "no route"}}, Reason.PARAMETER),
    (409, {}, Reason.PARAMETER),
    (413, "<html>Request Entity Too Large</html>", Reason.PARAMETER),
    (415, "", Reason.PARAMETER),
    (422, {"message": "bad"}, Reason.PARAMETER),
    (400, {"error": {"message": "blocked", "code": "content_policy_violation"}}, Reason.CONTENT),
    (400, {"error": {"message": "Rejected by the moderation system"}}, Reason.CONTENT),
    (400, {"error": {"message": "您的提示词包含敏感内容"}}, Reason.CONTENT),
    (422, {"code": "sensitive_words_detected", "message": "内容违规"}, Reason.CONTENT),
    (403, {"error": "prompt flagged as NSFW"}, Reason.CONTENT),
    (400, {"error": {"message": "model grok-x does not exist"}}, Reason.MODEL),
    (404, {"error": {"code": "model_not_found"}}, Reason.MODEL),
    (400, {"message": "模型 grok-x 不存在"}, Reason.MODEL),
    (403, {"error": {"message": "This token has no access to model grok-imagine"}}, Reason.MODEL),
    (403, {"message": "无权使用该模型"}, Reason.MODEL),
    (401, {"success": False, "message": "Invalid token"}, Reason.KEY),
    (403, {"success": False, "message": "Token invalid"}, Reason.KEY),
    (403, "", Reason.KEY),
    (402, {}, Reason.BALANCE),
    (403, {"error": {"code": "insufficient_user_quota", "message": "x"}}, Reason.BALANCE),
    (403, {"message": "用户额度不足, 剩余额度: ¥0.00"}, Reason.BALANCE),
    (403, {"message": "余额不足"}, Reason.BALANCE),
    (403, {"message": "token quota limit"}, Reason.BALANCE),
]


@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
async def test_reason_of_a_refusal(status: int, body: object, reason: Reason) -> None:
    async with Canned(body, status=status).served() as uniall:
        with pytest.raises(errors.Rejected) as caught:
            await uniall.submit(VIDEO)
    assert caught.value.reason is reason
    assert "<" not in caught.value.words


def task(**fields: object) -> dict[str, object]:
    return {"id": "task_1", "status": "completed"} | fields


A, B, C = (f"https://files.example.com/{name}.bin" for name in "abc")

SHAPES: list[tuple[str, object, tuple[tuple[str, ...], ...]]] = [
    ("flat video", task(task_id="5c9e-b", progress=100, video_url=A, seconds="8", created_at=1774102861000), ((A,),)),
    (
        "video with result",
        task(error=None, raw_status="COMPLETED", video_url=A, result={"outputs": [B], "video_url": A}),
        ((A, B),),
    ),
    ("metadata alone", task(size="720p", completed_at=2, metadata={"url": A}), ((A,),)),
    ("times", task(video_url=A, duration=89, metadata={"total_time": 89.5}, thumbnail_url=None), ((A,),)),
    ("avatar", task(video_url=A, result={"outputs": [A]}), ((A,),)),
    ("music", task(audio_url=A, result={"outputs": [A], "audios": [{"url": A}]}), ((A,),)),
    ("two songs", task(audio_url=A, result={"outputs": [A, B], "audios": [{"url": A}, {"url": C}]}), ((A,), (B, C))),
    ("speech output", {"task_id": "t", "status": "succeeded", "output": {"audio_url": A}, "error": None}, ((A,),)),
    ("speech fragment", {"audio_url": A}, ((A,),)),
    ("image", {"task_id": "t", "status": "succeeded", "result_url": A, "metadata": {"result_count": 1}}, ((A,),)),
    (
        "wrapped images",
        {
            "code": "success",
            "message": "",
            "data": {"task_id": "t", "status": "succeeded", "result_url": A, "metadata": {"result_urls": [A, B, B, C]}},
        },
        ((A,), (B,), (C,)),
    ),
    ("raw word alone", {"id": "t", "raw_status": "SUCCESS", "video_url": A}, ((A,),)),
    ("nothing usable", task(video_url="", result=None, metadata={"url": "file:///etc/passwd"}), ()),
]


@pytest.mark.parametrize(("body", "outputs"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
async def test_result_shapes(body: object, outputs: tuple[tuple[str, ...], ...]) -> None:
    async with Canned(body).served() as uniall:
        status = await uniall.poll("/v1/audio/tasks/{task_id}", "task_1")
    assert status.state is TaskState.SUCCEEDED
    assert origins.urls(status) == outputs
    assert all(not source.headers for output in origins.sources(status) for source in output)


@pytest.mark.parametrize("metadata", [{"url": A}, {}])
async def test_content_address_comes_last(metadata: dict[str, str]) -> None:
    async with Canned(task(metadata=metadata)).served() as uniall:
        ((*first, last),) = origins.sources(await uniall.poll("/v1/videos/{task_id}", "task/1"))
    assert [source.url for source in first] == list(metadata.values())
    assert last.url.endswith("/v1/videos/task%2F1/content")
    assert last.headers == {"Authorization": f"Bearer {KEY}"}
    assert KEY not in repr(last)


WORDS = {
    TaskState.QUEUED: ["queued", "pending", "CREATED", "PENDING", "SUBMITTED"],
    TaskState.RUNNING: ["processing", "in_progress", "RUNNING", "IN_PROGRESS", "dreaming", "dreaming"],
    TaskState.SUCCEEDED: ["completed", "succeeded", "SUCCEEDED", "SUCCESS", "COMPLETED"],
    TaskState.FAILED: ["failed", "error", "FAILED", "FAILURE"],
}


@pytest.mark.parametrize(("state", "word"), [(state, word) for state, words in WORDS.items() for word in words])
async def test_status_words(state: TaskState, word: str) -> None:
    async with Canned({"id": "t", "status": word}).served() as uniall:
        assert (await uniall.poll("/v1/audio/tasks/{task_id}", "t")).state is state


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        (45, 45),
        (45.7, 45),
        ("45%", 45),
        ("45", 45),
        (" 7.5 % ", 7),
        (250, 100),
        (-1, 0),
        (None, None),
        ("soon", None),
        (True, None),
        ([], None),
    ],
)
async def test_progress(said: object, percent: int | None) -> None:
    async with Canned({"id": "t", "status": "processing", "progress": said}).served() as uniall:
        status = await uniall.poll("/v1/audio/tasks/{task_id}", "t")
    assert status == ports.Status(state=TaskState.RUNNING, progress=percent)


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        (task(status="failed", error={"code": "task_failed", "message": "request rejected"}), Reason.FAILED, "request"),
        (task(status="failed", raw_status="FAILURE", error={"message": "audio task failed"}), Reason.FAILED, "audio"),
        (task(status="failed", error="输出违反内容政策"), Reason.CONTENT, "输出"),
        (task(status="failed", error=None), Reason.FAILED, ""),
        ({"code": "success", "data": task(status="failed", error={"code": "nsfw"})}, Reason.CONTENT, "nsfw"),
        ({"code": "fail", "message": "unsafe picture", "data": task(status="failed")}, Reason.CONTENT, "fail: unsafe"),
    ],
)
async def test_failed_shapes(body: object, reason: Reason, words: str) -> None:
    async with Canned(body).served() as uniall:
        failure = (await uniall.poll("/v1/audio/tasks/{task_id}", "t")).failure
    assert failure is not None
    assert failure.reason is reason
    assert words in failure.words


@pytest.mark.parametrize("body", [{}, [], "", "null", "5", {"code": "success", "data": None}, {"data": []}])
async def test_poll_without_a_task(body: object) -> None:
    async with Canned(body).served() as uniall:
        with pytest.raises(errors.Unreachable):
            await uniall.poll("/v1/audio/tasks/{task_id}", "t")


@pytest.mark.parametrize(
    ("status", "body"), [(404, {}), (410, {}), (400, {"code": "task_not_exist"}), (200, {"message": "任务不存在"})]
)
async def test_missing_task(status: int, body: object) -> None:
    async with Canned(body, status=status).served() as uniall:
        with pytest.raises(errors.Missing):
            await uniall.poll("/v1/audio/tasks/{task_id}", "t")


async def test_video_task_is_found_at_another_address_and_asked_there_from_then_on() -> None:
    canned = Canned({"id": "t", "status": "processing"}, only="/v1/video/generations/")
    async with canned.served() as uniall:
        for _ in range(2):
            assert (await uniall.poll("/v1/videos/{task_id}", "t")).state is TaskState.RUNNING
    assert canned.asked == [
        "/v1/videos/t",
        "/v1/videos/generations/t",
        "/v1/video/generations/t",
        "/v1/video/generations/t",
    ]


async def test_submit_is_never_tried_at_another_address() -> None:
    canned = Canned({"id": "t"}, only="/v1/video/generations")
    async with canned.served() as uniall:
        with pytest.raises(errors.Rejected):
            await uniall.submit(VIDEO)
    assert canned.asked == ["/v1/videos"]


@pytest.mark.parametrize("body", [{"data": {}}, {}, [], {"object": "list"}, "null"])
async def test_lists_without_data(body: object) -> None:
    async with Canned(body).served() as uniall:
        for asked in (uniall.models(), uniall.balance()):
            with pytest.raises(errors.Unreachable):
                await asked


# --- with the documents ------------------------------------------------------------------------------------------

DOCUMENTS = Path(__file__).parents[3] / "shared" / "contracts" / "uniall" / "examples.jsonl"


async def test_every_documented_task_answer() -> None:
    if not DOCUMENTS.is_file():
        pytest.skip("the collected documents of the providers are not beside this checkout")
    lines = [json.loads(line) for line in DOCUMENTS.read_text(encoding="utf-8").splitlines()]
    tasks = [line for line in lines if line["kind"] in {"submit_response", "poll_response"}]
    tasks = [line for line in tasks if "status" in _inner(line["response"])]
    assert len(tasks) > 40
    canned = Canned({})
    async with canned.served() as uniall:
        for line in tasks:
            canned.body = line["response"]
            status = await uniall.poll("/v1/audio/tasks/{task_id}", "t")
            word = _inner(canned.body)["status"]
            assert status.state is next(state for state, words in WORDS.items() if word in words), line["id"]
            assert bool(status.outputs) == (status.state is TaskState.SUCCEEDED), line["id"]
            assert (status.failure is not None) == (status.state is TaskState.FAILED), line["id"]
            if line["kind"] == "submit_response":
                named = line["response"].get("id") or line["response"]["task_id"]
                assert await taken(uniall, VIDEO) == named, line["id"]


def _inner(response: requests.Json) -> dict[str, object]:
    inner = response.get("data", response) if isinstance(response, dict) else {}
    return inner if isinstance(inner, dict) else {}
