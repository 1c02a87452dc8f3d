"""The provider nexus against the simulator, and against a server that gives it any answer."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import errors, jobs, ports, requests
from bot.errors import Reason
from bot.media import MediaKind
from bot.ports import TaskState
from bot.providers.nexus import Nexus
from bot.simulator import Options, Simulator, serve
from tests.contract import origins, playing
from tests.contract.playing import KEY, QUICK, Played

QUERY, VIDEOS = "/v1/video/query?id={task_id}", "/v1/videos/{task_id}"
UNIFIED = requests.Wire(
    path="/v1/video/create",
    body={"model": "veo3.1-fast", "prompt": "A cat on the beach", "aspect_ratio": "16:9", "enhance_prompt": True},
    poll_path=QUERY,
)
FORM = requests.Wire(
    path="/v1/videos",
    body={"model": "veo_3_1-fast-4K", "prompt": "A cat", "size": "16x9"},
    uploads=(),
    poll_path=VIDEOS,
)
PICTURE = requests.Wire(
    path="/v1/images/generations",
    body={"model": "dall-e-3", "prompt": "A landscape", "n": 1, "size": "1024x1024"},
    makes=MediaKind.IMAGE,
)
PREDICTION = requests.Wire(
    path="/v1/predictions",
    body={"model": "flux-schnell", "input": {"prompt": "a fox"}},
    poll_path="/v1/predictions/{task_id}",
)
LUMA = requests.Wire(path="/v1/generations", body={"prompt": "a fox"}, poll_path="/v1/generations/{task_id}")
IMAGINE = requests.Wire(path="/mj/submit/imagine", body={"prompt": "a fox"}, poll_path="/mj/task/{task_id}/fetch")
CHAT = requests.Wire(
    path="/v1/chat/completions",
    body={"model": "sora-2-all", "messages": [{"role": "user", "content": "a fox"}], "stream": True},
    makes=MediaKind.VIDEO,
)
A, B = "https://cdn.example/a.mp4", "https://cdn.example/b.jpg"


@contextlib.asynccontextmanager
async def simulated(*, key: str = KEY) -> AsyncIterator[tuple[Simulator, Nexus]]:
    async with serve(Options(speed=200)) as simulator:
        nexus = Nexus(key=key, base_url=simulator.addresses["nexus"], limits=QUICK)
        yield simulator, nexus
        await nexus.close()


async def ended(nexus: Nexus, wire: requests.Wire) -> ports.Status:
    """Submit and poll until the task has ended."""
    taken = await nexus.submit(wire)
    assert taken == ports.Submitted(task_id=taken.task_id)
    return await playing.followed(nexus, wire.poll_path, taken.task_id)


async def opened(source: ports.Source) -> bytes:
    """What is behind an address."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(source.url, headers=dict(source.headers))
    assert answer.status_code == 200
    return answer.content


# --- with the simulator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wire", [UNIFIED, PREDICTION, LUMA, IMAGINE], ids=lambda wire: wire.path)
async def test_task_to_its_result(wire: requests.Wire) -> None:
    async with simulated() as (simulator, nexus):
        status = await ended(nexus, wire)
        ((source, *_),) = origins.sources(status)
        assert (status.state, len(await opened(source)) > 500) == (TaskState.SUCCEEDED, True)
        assert len(simulator.submits()) == 1


async def test_a_clip_without_an_address_is_downloaded_with_the_key(tmp_path: Path) -> None:
    picture = tmp_path / "in.png"
    async with simulated() as (simulator, nexus), httpx.AsyncClient() as browser:
        picture.write_bytes((await browser.get(f"{simulator.url}/samples/portrait.png")).content)
        wire = requests.Wire(
            path=FORM.path,
            body=FORM.body,
            uploads=(requests.Upload(part="image", path=str(picture), mime="image/png"),),
            poll_path=VIDEOS,
        )
        ((source,),) = origins.sources(await ended(nexus, wire))
        assert source.headers == {"Authorization": f"Bearer {KEY}"}
        assert source.url.endswith("/download")
        assert len(await opened(source)) > 500


@pytest.mark.parametrize("response_format", ["url", "b64_json"])
async def test_pictures_at_once(response_format: str) -> None:
    wire = requests.Wire(path=PICTURE.path, body={**PICTURE.body, "response_format": response_format})
    async with simulated() as (simulator, nexus):
        taken = await nexus.submit(wire)
        assert (taken.task_id, len(simulator.submits())) == (None, 1)
        assert taken.status is not None
        if response_format == "url":
            ((source, *_),) = origins.sources(taken.status)
            assert len(await opened(source)) > 500
        else:
            assert [content[:4] for content in origins.contents(taken.status)] == [b"\x89PNG"]


async def test_a_clip_that_a_chat_links_to() -> None:
    async with simulated() as (_, nexus):
        taken = await nexus.submit(CHAT)
        assert taken.status is not None
        ((source,),) = origins.sources(taken.status)
        assert len(await opened(source)) > 500


async def test_buttons_are_kept_and_can_be_pressed() -> None:
    async with simulated() as (_, nexus):
        status = await ended(nexus, IMAGINE)
        upscale = status.actions[0]
        assert (upscale.label, len(status.actions)) == ("U1", 9)
        press = requests.Wire(
            path="/mj/submit/action",
            body={"taskId": upscale.task_id, "customId": upscale.id},
            poll_path=IMAGINE.poll_path,
        )
        upscaled = await ended(nexus, press)
        assert (upscaled.state, len(origins.urls(upscaled))) == (TaskState.SUCCEEDED, 1)


async def test_wrong_key() -> None:
    async with simulated(key="sk-of-somebody-else") as (_, nexus):
        for asked in (nexus.submit(UNIFIED), nexus.submit(PICTURE), nexus.submit(CHAT), nexus.poll(QUERY, "t")):
            with pytest.raises(errors.Rejected) as caught:
                await asked
            assert caught.value.reason is Reason.KEY


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", errors.Busy),
        ("503", errors.Busy),  # played with the words for a full upstream
        ("500", errors.Unknown),
        ("drop-after", errors.Unknown),
        ("refuse", errors.Rejected),
        ("timeout", errors.Unknown),
    ],
)
@pytest.mark.parametrize("wire", [UNIFIED, PICTURE], ids=["task", "blocking"])
async def test_submit_meets_a_fault(wire: requests.Wire, fault: str, error: type[errors.ProviderError]) -> None:
    async with simulated() as (simulator, nexus):
        simulator.fault(fault, delay_s=2 if fault == "timeout" else None)
        with pytest.raises(errors.ProviderError) as caught:
            await nexus.submit(wire)
        assert type(caught.value) is error
        again = await nexus.submit(wire)  # the fault was met once, and left nothing broken
        assert (again.task_id is None) is (wire is PICTURE)


@pytest.mark.parametrize(("directive", "reason"), [("fail", Reason.FAILED), ("refuse-late", Reason.CONTENT)])
@pytest.mark.parametrize("wire", [UNIFIED, LUMA, IMAGINE], ids=lambda wire: wire.path)
async def test_failed_task(wire: requests.Wire, directive: str, reason: Reason) -> None:
    failing = requests.Wire(
        path=wire.path, body={**wire.body, "prompt": f"a fox [sim:{directive}]"}, poll_path=wire.poll_path
    )
    async with simulated() as (_, nexus):
        status = await ended(nexus, failing)
    assert status.failure is not None
    assert (status.state, status.failure.reason, bool(status.failure.words)) == (TaskState.FAILED, reason, True)


@pytest.mark.parametrize("path", [QUERY, VIDEOS, IMAGINE.poll_path, LUMA.poll_path])
async def test_unknown_task_is_missing(path: str) -> None:
    async with simulated() as (_, nexus):
        with pytest.raises(errors.Missing):
            await nexus.poll(path, "nobody/../knows?")


# --- with any answer ---------------------------------------------------------------------------------------------


SHAPES: list[tuple[str, dict[str, Any], tuple[tuple[str, ...], ...]]] = [
    ("unified", {"id": "t", "status": "completed", "video_url": A}, ((A,),)),
    ("unified, inside", {"id": "t", "status": "completed", "data": {"video_url": A, "thumbnail_url": B}}, ((A,),)),
    ("openai", {"id": "t", "object": "video", "status": "completed", "url": A}, ((A,),)),
    ("openai, metadata", {"id": "t", "status": "completed", "metadata": {"url": A}}, ((A,),)),
    ("openai, object", {"id": "t", "status": "completed", "video": {"url": A}}, ((A,),)),
    ("replicate", {"id": "t", "status": "succeeded", "input": {"image": B}, "output": [A]}, ((A,),)),
    ("replicate, one", {"id": "t", "status": "succeeded", "output": A}, ((A,),)),
    ("replicate, several", {"id": "t", "status": "succeeded", "output": [A, B]}, ((A,), (B,))),
    ("luma", {"id": "t", "state": "completed", "assets": {"video": A, "image": B}}, ((A, B),)),
    ("midjourney", {"id": "t", "status": "SUCCESS", "progress": "100%", "imageUrl": B}, ((B,),)),
    ("nothing", {"id": "t", "status": "completed", "images": []}, ()),
]


@pytest.mark.parametrize(("body", "urls"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
async def test_result_shapes(body: dict[str, Any], urls: tuple[tuple[str, ...], ...]) -> None:
    async with Played(body).served(Nexus) as nexus:
        status = await nexus.poll("/v1/generations/{task_id}", "t")
        filmed = await nexus.poll(QUERY, "t")
    assert (status.state, origins.urls(status)) == (TaskState.SUCCEEDED, urls)
    if len(urls) < 2:  # of a clip the download comes last
        ((*found, download),) = origins.sources(filmed)
        assert tuple(source.url for source in found) == (urls[0] if urls else ())
        assert download.url.endswith("/v1/videos/t/download")
        assert KEY not in repr(download)


async def test_ideogram_says_what_it_sees_and_what_it_may_not_show() -> None:
    wire = requests.Wire(path="/describe", makes=MediaKind.TEXT, form=True)
    async with Played({"descriptions": [{"text": "A fox."}, {"text": " "}, {"text": "狐狸"}]}).served(Nexus) as nexus:
        taken = await nexus.submit(wire)
    assert taken.status is not None
    assert origins.contents(taken.status) == ["A fox.\n\n狐狸".encode()]
    unsafe = {"data": [{"url": None, "is_image_safe": False}]}
    async with Played(unsafe).served(Nexus) as nexus:
        with pytest.raises(errors.Rejected) as caught:
            await nexus.submit(PICTURE)
    assert caught.value.reason is Reason.CONTENT


async def test_a_form_without_a_file_is_one() -> None:
    played = Played({"id": "t", "status": "queued"})
    wire = requests.Wire(path=FORM.path, body={**FORM.body, "prompt": "一只猫"}, poll_path=VIDEOS, form=True)
    async with played.served(Nexus) as nexus:
        await nexus.submit(wire)
    (asked,) = played.asked
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert asked.body == {"model": ["veo_3_1-fast-4K"], "prompt": ["一只猫"], "size": ["16x9"]}


async def test_ids_are_escaped() -> None:
    played = Played({"id": "t", "status": "processing"})
    async with played.served(Nexus) as nexus:
        await nexus.poll(QUERY, "veo3:1757555257-PORrVn9sa9&x")
    assert [asked.path for asked in played.asked] == ["/v1/video/query?id=veo3:1757555257-PORrVn9sa9%26x"]


async def test_the_base_address_may_end_as_it_is_printed() -> None:
    played = Played({"id": "t", "status": "pending"})

    def with_v1(*, key: str, base_url: str, limits: Any) -> Nexus:
        return Nexus(key=key, base_url=f"{base_url}/v1", limits=limits)

    async with played.served(with_v1) as nexus:
        await nexus.submit(UNIFIED)
        await nexus.submit(IMAGINE)
    assert [asked.path for asked in played.asked] == ["/v1/video/create", "/mj/submit/imagine"]


CROWD = "当前分组上游负载已饱和，请稍后再试"


@pytest.mark.parametrize("body", [{"error": {"message": CROWD}}, {"message": CROWD}, {"error": CROWD}])
@pytest.mark.parametrize("status", [200, 400, 403, 429, 500, 503])
@pytest.mark.parametrize("wire", [UNIFIED, PICTURE, CHAT], ids=["task", "blocking", "stream"])
async def test_a_full_upstream_started_nothing(wire: requests.Wire, status: int, body: Any) -> None:
    async with Played(body, status=status).served(Nexus) as nexus:
        with pytest.raises(errors.Busy) as caught:
            await nexus.submit(wire)
    assert caught.value.retry_after_s == 120.0


@pytest.mark.parametrize(
    ("status", "said", "error", "reason"),
    [
        (400, "bad size", errors.Rejected, Reason.PARAMETER),
        (401, "认证失败", errors.Rejected, Reason.KEY),
        (403, "权限不足", errors.Rejected, Reason.KEY),
        (429, "请求过于频繁", errors.Busy, None),
        (429, "用户额度不足", errors.Rejected, Reason.BALANCE),
        (500, "HTTP 500 Internal Server Error", errors.Unknown, None),
        (500, "model not found", errors.Rejected, Reason.MODEL),
        (400, "model not found", errors.Rejected, Reason.MODEL),
        (400, "content policy violation", errors.Rejected, Reason.CONTENT),
        (500, "content policy violation", errors.Rejected, Reason.CONTENT),
        (400, "timeout", errors.Rejected, Reason.FAILED),
        (504, "timeout", errors.Unknown, None),
        (200, "content policy violation", errors.Rejected, Reason.CONTENT),
        (200, "something else", errors.Unknown, None),
    ],
)
async def test_error_table(status: int, said: str, error: type[Exception], reason: Reason | None) -> None:
    async with Played({"error": {"message": said}}, status=status).served(Nexus) as nexus:
        with pytest.raises(errors.ProviderError) as caught:
            await nexus.submit(UNIFIED)
    assert type(caught.value) is error
    assert getattr(caught.value, "reason", None) is reason


@pytest.mark.parametrize(("code", "said"), [(1, "提交成功"), (21, "任务已存在"), (22, "排队中，前面还有1个任务")])
async def test_midjourney_takes_a_task_in_several_words(code: int, said: str) -> None:
    async with Played({"code": code, "description": said, "result": "17"}).served(Nexus) as nexus:
        assert await nexus.submit(IMAGINE) == ports.Submitted(task_id="17")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"code": 23, "description": "队列已满，请稍后尝试"}, errors.Busy),
        ({"code": 24, "description": "可能包含敏感词"}, errors.Rejected),
        ({"code": 3, "description": "关联任务不存在或已失效"}, errors.Rejected),
        ({"code": 4, "description": "prompt不能为空"}, errors.Rejected),
        ({"code": 21, "description": "Waiting for window confirm", "result": "17"}, errors.Rejected),
        ({"code": 9, "description": "?"}, errors.Unknown),
    ],
)
async def test_midjourney_says_no_with_200(body: Any, error: type[Exception]) -> None:
    async with Played(body).served(Nexus) as nexus:
        with pytest.raises(errors.ProviderError) as caught:
            await nexus.submit(IMAGINE)
    assert type(caught.value) is error


@pytest.mark.parametrize("word", ["failed", "error", "FAILURE", "canceled"])
async def test_both_words_end_a_task(word: str) -> None:
    async with Played({"id": "t", "status": word, "fail_reason": "timeout"}).served(Nexus) as nexus:
        status = await nexus.poll(QUERY, "t")
    assert status.failure is not None
    assert (status.state, status.failure.words) == (TaskState.FAILED, "timeout")


@pytest.mark.parametrize("body", [{}, [], "", "null", {"data": None}, {"code": 0, "message": "ok"}, {"error": None}])
async def test_poll_without_a_task(body: Any) -> None:
    async with Played(body).served(Nexus) as nexus:
        with pytest.raises(errors.Unreachable):
            await nexus.poll(QUERY, "t")


async def test_midjourney_alone_takes_a_hook() -> None:
    async with Played({}).served(Nexus) as nexus:
        assert nexus.with_callback(UNIFIED, "http://us", job="K7Q2") is None
        hooked = nexus.with_callback(IMAGINE, "http://us", job="K7Q2")
        assert hooked is not None
        assert hooked.body == {"prompt": "a fox", "notifyHook": "http://us"}
        button = {"customId": "MJ::1", "label": "", "emoji": "🔄"}
        said = {"id": "17", "status": "SUCCESS", "imageUrl": B, "buttons": [button, {"label": "x"}, 5]}
        task_id, status = nexus.told(json.dumps(said).encode())
        assert (task_id, origins.urls(status), nexus.calls_back) == ("17", ((B,),), False)
        assert status.actions == (jobs.Action(id="MJ::1", label="🔄", task_id="17"),)
        with pytest.raises(errors.Unreachable):
            nexus.told(b"hello")


async def test_it_has_neither_a_list_nor_a_balance() -> None:
    async with Played({}).served(Nexus) as nexus:
        assert (await nexus.models(), await nexus.balance()) == (None, None)


# --- with the document -------------------------------------------------------------------------------------------

DOCUMENT = Path(__file__).parents[3] / "shared" / "contracts" / "nexus" / "examples.jsonl"


async def test_every_documented_answer() -> None:
    if not DOCUMENT.is_file():
        pytest.skip("the collected documents of the providers are not beside this checkout")
    lines = [json.loads(line) for line in DOCUMENT.read_text("utf-8").splitlines()]
    submits = [line for line in lines if line["kind"] == "submit_response"]
    messages = [line["note"].partition('"')[2].partition('"')[0] for line in lines if line["kind"] == "error_response"]
    assert (len(submits), len(messages)) == (3, 5)
    played = Played()
    async with played.served(Nexus) as nexus:
        for line in submits:
            played.body = line["response"]
            if "data" in line["response"]:
                taken = await nexus.submit(PICTURE)
                assert taken.status is not None
                assert len(taken.status.outputs) == 1
            else:
                assert await nexus.submit(UNIFIED) == ports.Submitted(task_id=line["response"]["id"])
                polled = await nexus.poll(QUERY, "t")
                assert polled.state is TaskState.QUEUED
        for message in messages:
            played.body, played.status = {"error": {"message": message}}, 400
            with pytest.raises((errors.Rejected, errors.Busy)):
                await nexus.submit(UNIFIED)
