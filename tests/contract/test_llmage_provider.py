"""The provider llmage against the simulator, and against a server that gives it any answer."""

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
from bot.providers.llmage import Llmage
from bot.simulator import Options, Simulator, serve
from tests import media_files
from tests.contract import origins, playing
from tests.contract.playing import KEY, QUICK, Played

POLL = "/llmage/v1/tasks?taskid={task_id}"
IMAGE = requests.Wire(
    path="/llmage/v1/image/generations",
    body={"model": "wan2.2-t2i-plus", "catelogid": "t2i", "prompt": "a cat on the moon"},
    poll_path=POLL,
)
VIDEO = requests.Wire(
    path="/llmage/v1/video/generations",
    body={"model": "happyhorse-1.0-t2v", "catelogid": "t2v", "prompt": "pumpkins", "resolution": "720P", "duration": 4},
    poll_path=POLL,
)
CHAT = requests.Wire(
    path="/llmage/v1/chat/completions",
    body={"model": "qwen3-max", "catelogid": "t2t", "prompt": "What is a fox?", "stream": False},
    makes=MediaKind.TEXT,
)
STREAM = requests.Wire(path=CHAT.path, body={**CHAT.body, "stream": True}, makes=MediaKind.TEXT)
A, B = "https://cdn.example/cover.jpeg", "https://cdn.example/video.mp4"


@contextlib.asynccontextmanager
async def simulated(*, key: str = KEY, speed: float = 200) -> AsyncIterator[tuple[Simulator, Llmage]]:
    async with serve(Options(speed=speed)) as simulator:
        llmage = Llmage(key=key, base_url=simulator.addresses["llmage"], limits=QUICK)
        yield simulator, llmage
        await llmage.close()


async def ended(llmage: Llmage, wire: requests.Wire) -> ports.Status:
    """Submit and poll until the task has ended."""
    taken = await llmage.submit(wire)
    assert taken == ports.Submitted(task_id=taken.task_id)
    return await playing.followed(llmage, wire.poll_path, taken.task_id)


# --- with the simulator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wire", [IMAGE, VIDEO], ids=lambda wire: wire.body["model"])
async def test_task_to_its_result(wire: requests.Wire) -> None:
    async with simulated() as (simulator, llmage), httpx.AsyncClient() as browser:
        status = await ended(llmage, wire)
        ((source, *_),) = origins.sources(status)
        answer = await browser.get(source.url)
        assert (status.state, answer.status_code, len(answer.content) > 500) == (TaskState.SUCCEEDED, 200, True)
        assert (status.usage is not None, len(simulator.submits())) == (True, 1)


async def test_files_go_as_parts_under_their_own_names(tmp_path: Path) -> None:
    frames = [media_files.image(tmp_path / name, size=(640, 640)) for name in ("a.png", "b.png")]
    wire = requests.Wire(
        path=VIDEO.path,
        body={
            "model": "doubao-seedance-2-0-260128",
            "catelogid": "i2v",
            "prompt": "from one to the other",
            "resolution": "480p",
            "duration": "5",
        },
        uploads=tuple(
            requests.Upload(part=part, path=str(path), mime="image/png")
            for part, path in zip(("image1_file", "image2_file"), frames, strict=True)
        ),
        poll_path=POLL,
    )
    async with simulated() as (_, llmage):
        assert (await ended(llmage, wire)).state is TaskState.SUCCEEDED


@pytest.mark.parametrize("wire", [CHAT, STREAM], ids=["whole", "stream"])
async def test_chat(wire: requests.Wire) -> None:
    heard: list[str | int] = []
    async with simulated() as (_, llmage):
        taken = await llmage.submit(wire, hearing=heard.append)
    assert (taken.task_id, taken.status is not None) == (None, True)
    assert taken.status is not None
    ((words,), partial) = origins.words(taken.status), taken.status.partial
    assert (len(words) > 10, partial) == (True, False)
    if wire is STREAM:
        assert heard[-1] == words
        assert all(words.startswith(str(said)) for said in heard)
    else:
        assert taken.status.usage is not None


async def test_chat_that_breaks_off_is_as_far_as_it_came() -> None:
    async with simulated(speed=10) as (simulator, llmage):
        whole = (await llmage.submit(STREAM)).status
        simulator.fault("drop-during")
        cut = (await llmage.submit(STREAM)).status
    assert whole is not None
    assert cut is not None
    assert (cut.partial, whole.partial) == (True, False)
    ((words,), (all_words,)) = origins.words(cut), origins.words(whole)
    assert all_words.startswith(words)
    assert 0 < len(words) < len(all_words)


async def test_wrong_key() -> None:
    async with simulated(key="sk-of-somebody-else") as (_, llmage):
        for asked in (llmage.submit(VIDEO), llmage.submit(STREAM), llmage.poll(POLL, "t"), llmage.models()):
            with pytest.raises(errors.Rejected) as caught:
                await asked
            assert caught.value.reason is Reason.KEY


async def test_models_of_every_category() -> None:
    async with simulated() as (_, llmage):
        found = await llmage.models()
        assert found is not None
        assert {"qwen3-max", "wan2.2-t2i-plus", "happyhorse-1.0-t2v", "happyhorse-1.0-i2v", "viduq3-pro"} <= found
        assert await llmage.balance() is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("500", errors.Unknown),
        ("no-balance", errors.Rejected),
        ("drop-after", errors.Unknown),
        ("refuse", errors.Rejected),
    ],
)
async def test_submit_meets_a_fault(fault: str, error: type[errors.ProviderError]) -> None:
    async with simulated() as (simulator, llmage):
        simulator.fault(fault)
        with pytest.raises(errors.ProviderError) as caught:
            await llmage.submit(VIDEO)
        assert type(caught.value) is error
        if fault == "no-balance":
            assert isinstance(caught.value, errors.Rejected)
            assert caught.value.reason is Reason.BALANCE


async def test_failed_task() -> None:
    failing = requests.Wire(path=VIDEO.path, body={**VIDEO.body, "prompt": "[sim:refuse-late]"}, poll_path=POLL)
    async with simulated() as (_, llmage):
        status = await ended(llmage, failing)
    assert status.failure is not None
    assert (status.state, status.failure.reason) == (TaskState.FAILED, Reason.CONTENT)


async def test_unknown_task_is_missing() -> None:
    async with simulated() as (_, llmage):
        with pytest.raises(errors.Missing):
            await llmage.poll(POLL, "nobody/knows?&")


# --- with any answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        ({"status": "SUCCEEDED", "image": A, "video": B}, ((B, A),)),
        ({"status": "SUCCEEDED", "image": A, "video": ""}, ((A,),)),
        ({"status": "SUCCEEDED", "video": B}, ((B,),)),
        ({"status": "SUCCEEDED"}, ()),
    ],
)
async def test_result_shapes(body: dict[str, str], urls: tuple[tuple[str, ...], ...]) -> None:
    async with Played(body).served(Llmage) as llmage:
        status = await llmage.poll(POLL, "t")
    assert (status.state, origins.urls(status)) == (TaskState.SUCCEEDED, urls)


async def test_a_task_is_asked_after_by_the_id_of_its_submit() -> None:
    used = {"action": "t2v", "credits": 10, "duration": 1, "off_peak": False}
    played = Played({"status": "SUCCEEDED", "taskid": "supplier-1", "video": B, "usage": used})
    async with played.served(Llmage) as llmage:
        status = await llmage.poll(POLL, "a:b&c")
    assert [asked.path for asked in played.asked] == ["/llmage/v1/tasks?taskid=a:b%26c"]
    assert status.usage == jobs.Usage(credits=10, seconds=1)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("CREATED", TaskState.QUEUED),
        ("PENDING", TaskState.QUEUED),
        ("RUNNING", TaskState.RUNNING),
        ("DREAMING", TaskState.RUNNING),
        ("FAILED", TaskState.FAILED),
    ],
)
async def test_status_words(word: str, state: TaskState) -> None:
    async with Played({"status": word, "taskid": "t"}).served(Llmage) as llmage:
        assert (await llmage.poll(POLL, "t")).state is state


@pytest.mark.parametrize(
    ("status", "body", "error", "reason"),
    [
        (401, {"error": "Invalid API Key"}, errors.Rejected, Reason.KEY),
        (400, {"error": "Missing required parameter: prompt"}, errors.Rejected, Reason.PARAMETER),
        (429, {"error": "Insufficient balance"}, errors.Rejected, Reason.BALANCE),
        (429, {}, errors.Rejected, Reason.BALANCE),
        (429, {"error": "Too many requests"}, errors.Busy, None),
        (500, {"error": "boom"}, errors.Unknown, None),
        (200, {}, errors.Unknown, None),
        (200, {"status": "CREATED"}, errors.Unknown, None),
    ],
)
async def test_refusals(status: int, body: Any, error: type[Exception], reason: Reason | None) -> None:
    async with Played(body, status=status).served(Llmage) as llmage:
        with pytest.raises(errors.ProviderError) as caught:
            await llmage.submit(VIDEO)
    assert type(caught.value) is error
    assert getattr(caught.value, "reason", None) is reason


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"object": "list", "data": [{"id": "qwen3-max"}, {"id": "b"}]}, {"qwen3-max", "b"}),
        ([{"model": "viduq3-pro", "name": "vidu"}], {"viduq3-pro", "vidu"}),
        ({"models": ["wan2.6-t2v"]}, {"wan2.6-t2v"}),
        ({"status": "ok", "data": {"total": 1, "rows": [{"model": "viduq3-pro"}]}}, {"viduq3-pro"}),
    ],
)
async def test_lists_of_models(body: Any, found: set[str]) -> None:
    played = Played(body)
    async with played.served(Llmage) as llmage:
        assert set(await llmage.models() or ()) == found
    categories = [asked.path.partition("=")[2] for asked in played.asked]
    assert categories == ["t2t", "t2i", "t2v", "i2v", "ref2v"]


@pytest.mark.parametrize("body", [{"data": []}, {"data": [{"id": 7, "name": "Vidu"}]}, {"total": 0}])
async def test_a_list_that_holds_nothing_we_know(body: Any) -> None:
    async with Played(body).served(Llmage) as llmage:
        with pytest.raises(errors.Unreachable):
            await llmage.models()


async def test_it_calls_nobody() -> None:
    async with Played({}).served(Llmage) as llmage:
        assert (llmage.calls_back, llmage.with_callback(VIDEO, "http://us", job="K7Q2")) == (False, None)
        with pytest.raises(errors.Unreachable):
            llmage.told(b"{}")


# --- with the document -------------------------------------------------------------------------------------------

DOCUMENT = Path(__file__).parents[3] / "shared" / "contracts" / "llmage" / "examples.jsonl"


async def test_every_documented_answer() -> None:
    if not DOCUMENT.is_file():
        pytest.skip("the collected documents of the providers are not beside this checkout")
    lines = [json.loads(line) for line in DOCUMENT.read_text("utf-8").splitlines()]
    answers = [line for line in lines if line["response"] is not None]
    assert len(answers) == 9
    played = Played()
    async with played.served(Llmage) as llmage:
        for line in answers:
            played.body, played.status = line["response"], line["http_status"] or 200
            match line["kind"], line["path"]:
                case "error_response", _:
                    with pytest.raises(errors.Rejected):
                        await llmage.submit(VIDEO)
                case "submit_response", "/llmage/v1/chat/completions":
                    played.stream = [json.dumps(line["response"])] if line["stream"] else None
                case "submit_response", _:
                    assert await llmage.submit(VIDEO) == ports.Submitted(task_id="xxx")
                case _:
                    status = await llmage.poll(POLL, "xxx")
                    assert (status.state, len(status.outputs)) == (TaskState.SUCCEEDED, 1)
