"""Answers that are the result, in every shape that the documents print: pictures, words, voices, streams that break."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot import errors, jobs, ports, requests
from bot.errors import Reason
from bot.media import MediaKind
from bot.ports import TaskState
from bot.providers.uniall import Uniall
from tests import media_files
from tests.contract import origins
from tests.contract.playing import Played, chunk

A, B = "https://cdn.example/a.png", "https://cdn.example/b.png"
BYTES = b"\x89PNG bytes"
ENCODED = base64.b64encode(BYTES).decode()


def wire(makes: MediaKind = MediaKind.IMAGE, path: str = "/v1/images/generations", **body: Any) -> requests.Wire:
    return requests.Wire(path=path, body={"model": "m", "prompt": "a fox", **body}, makes=makes)


async def result(body: Any, makes: MediaKind = MediaKind.IMAGE) -> ports.Status:
    """What is read of an answer; nothing else may have been asked."""
    played = Played(body)
    async with played.served(Uniall) as uniall:
        submitted = await uniall.submit(wire(makes))
    assert (len(played.asked), submitted.task_id) == (1, None)
    assert submitted.status is not None
    return submitted.status


# --- pictures ----------------------------------------------------------------------------------------------------


async def test_addresses() -> None:
    body = {"created": 1, "data": [{"url": A, "revised_prompt": ""}, {"url": B}], "usage": {"total_tokens": 7}}
    status = await result(body)
    assert (status.state, origins.urls(status)) == (TaskState.SUCCEEDED, ((A,), (B,)))
    assert status.usage == jobs.Usage(total_tokens=7)


@pytest.mark.parametrize("item", [{"b64_json": ENCODED}, {"url": f"data:image/png;base64,{ENCODED}"}])
async def test_bytes(item: dict[str, str]) -> None:
    status = await result({"created": 1, "data": [item]})
    assert (status.state, origins.contents(status)) == (TaskState.SUCCEEDED, [BYTES])


async def test_bytes_of_a_gemini() -> None:
    parts = [{"text": "Here it is."}, {"inlineData": {"mimeType": "image/png", "data": ENCODED}}]
    took = {"promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 3}
    body = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": took}
    status = await result(body)
    assert origins.contents(status) == [BYTES]
    assert status.usage == jobs.Usage(input_tokens=1, output_tokens=2, total_tokens=3)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"candidates": [{"content": {"parts": []}, "finishReason": "PROHIBITED_CONTENT"}]}, Reason.CONTENT),
        ({"candidates": [{"finishReason": "IMAGE_SAFETY"}]}, Reason.CONTENT),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, Reason.CONTENT),
        ({"candidates": [{"content": {"parts": [{"text": "no"}]}, "finishReason": "STOP"}]}, Reason.FAILED),
        ({"candidates": []}, Reason.FAILED),
    ],
)
async def test_a_gemini_without_a_picture_is_a_refusal(body: Any, reason: Reason) -> None:
    async with Played(body).served(Uniall) as uniall:
        with pytest.raises(errors.Rejected) as caught:
            await uniall.submit(wire())
    assert caught.value.reason is reason


async def test_an_empty_list_is_a_result_without_a_file() -> None:
    assert await result({"created": 1, "data": []}) == ports.Status(state=TaskState.SUCCEEDED)


async def test_a_large_answer_comes_whole() -> None:
    large = b"\x89PNG" * 6_000_000
    status = await result({"data": [{"b64_json": base64.b64encode(large).decode()}]})
    assert origins.contents(status) == [large]


# --- words and voices --------------------------------------------------------------------------------------------


async def test_words_at_once() -> None:
    choice = {"finish_reason": "stop", "index": 0, "message": {"content": "I am a fox.", "role": "assistant"}}
    took = {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9}
    body = {"choices": [choice], "content": "I am a fox.", "finish": "1", "usage": took}
    status = await result(body, MediaKind.TEXT)
    assert (origins.words(status), status.partial) == (["I am a fox."], False)
    assert status.usage == jobs.Usage(input_tokens=4, output_tokens=5, total_tokens=9)


async def test_a_voice_is_what_it_sounds_like_and_can_be_spoken_with() -> None:
    body = {"object": "audio.voice", "task_id": "t", "voice_id": "V1", "preview_audio_url": A, "outputs": [{"url": A}]}
    status = await result(body, MediaKind.AUDIO)
    assert origins.urls(status) == ((A,),)
    assert status.actions == (jobs.Action(id="V1", label="voice", task_id="t"),)


@pytest.mark.parametrize(
    "body",
    [{}, [], "null", "<html>", {"created": 1}, {"error": {"message": "hm"}}, {"choices": []}, {"content": ""}],
)
async def test_an_answer_that_says_nothing_may_have_arrived(body: Any) -> None:
    async with Played(body).served(Uniall) as uniall:
        with pytest.raises(errors.Unknown):
            await uniall.submit(wire())


async def test_a_task_in_place_of_a_result_is_followed_where_its_kind_is() -> None:
    async with Played({"task_id": "t", "status": "queued"}).served(Uniall) as uniall:
        taken = await uniall.submit(wire())
        filmed = await uniall.submit(wire(MediaKind.VIDEO, "/v1/chat/completions"))
    assert taken == ports.Submitted(task_id="t", poll_path="/v1/images/tasks/{task_id}")
    assert filmed == ports.Submitted(task_id="t", poll_path="/v1/videos/{task_id}")


async def test_an_answer_to_a_task_request_is_never_taken_for_a_result() -> None:
    asked = requests.Wire(path="/v1/images/tasks", body={"model": "m"}, poll_path="/v1/images/tasks/{task_id}")
    async with Played({"task_id": "t", "data": [{"url": A}]}).served(Uniall) as uniall:
        assert await uniall.submit(asked) == ports.Submitted(task_id="t")


# --- streams -----------------------------------------------------------------------------------------------------


async def streamed(
    *events: str, makes: MediaKind = MediaKind.TEXT, cut: bool = False
) -> tuple[ports.Status, list[str | int]]:
    """What is read of a stream, and what was heard on the way."""
    heard: list[str | int] = []
    async with Played(stream=events, cut=cut).served(Uniall) as uniall:
        submitted = await uniall.submit(wire(makes, "/v1/chat/completions", stream=True), hearing=heard.append)
    assert submitted.status is not None
    return submitted.status, heard


async def test_words_in_pieces() -> None:
    took = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    status, heard = await streamed(
        chunk(""), chunk("A fox "), "[]", "not JSON", chunk("狐"), chunk("", finish="stop", usage=took), "[DONE]"
    )
    assert (origins.words(status), status.partial) == (["A fox 狐"], False)
    assert status.usage == jobs.Usage(input_tokens=1, output_tokens=2, total_tokens=3)
    assert list(dict.fromkeys(heard)) == ["A fox ", "A fox 狐"]


@pytest.mark.parametrize(
    ("events", "cut", "partial"),
    [
        ((chunk("A fox"), "[DONE]"), False, False),
        ((chunk("A fox"), chunk("", finish="stop")), False, False),
        ((chunk("A fox", finish="stop"),), True, False),  # all of it was said before the line broke
        ((chunk("A fox"),), True, True),
        ((chunk("A fox"),), False, True),
        ((chunk("A fox"), json.dumps({"error": {"message": "overloaded"}})), False, True),
        ((chunk("A fox", finish="length"), "[DONE]"), False, True),
    ],
)
async def test_words_that_break_off_are_marked(events: tuple[str, ...], cut: bool, partial: bool) -> None:
    status, _ = await streamed(*events, cut=cut)
    assert (origins.words(status), status.partial) == (["A fox"], partial)


@pytest.mark.parametrize(("events", "cut"), [((), True), ((), False), ((chunk(""),), True), (("[DONE]",), False)])
async def test_a_stream_without_words_may_have_arrived(events: tuple[str, ...], cut: bool) -> None:
    with pytest.raises(errors.Unknown):
        await streamed(*events, cut=cut)


async def test_a_stream_that_says_why_there_are_no_words_is_a_refusal() -> None:
    said = json.dumps({"error": {"message": "content policy violation"}})
    for events in ((said,), (chunk("", finish="content_filter"), "[DONE]")):
        with pytest.raises(errors.Rejected) as caught:
            await streamed(*events)
        assert caught.value.reason is Reason.CONTENT


async def test_a_refusal_in_place_of_a_stream() -> None:
    asked = wire(MediaKind.TEXT, "/v1/chat/completions", stream=True)
    async with Played({"error": {"message": "model not found"}}, status=404).served(Uniall) as uniall:
        with pytest.raises(errors.Rejected) as caught:
            await uniall.submit(asked)
    assert caught.value.reason is Reason.MODEL
    async with Played({"choices": [{"message": {"content": "A fox."}}]}).served(Uniall) as uniall:
        status = (await uniall.submit(asked)).status
    assert status is not None
    assert origins.words(status) == ["A fox."]


async def test_a_picture_that_a_stream_links_to() -> None:
    status, heard = await streamed(chunk(A, finish="stop", media={"outputs": [A]}), "[DONE]", makes=MediaKind.IMAGE)
    assert (origins.urls(status), heard) == (((A,),), [])


async def test_a_clip_inside_markdown() -> None:
    said = f"\n\n✅ **视频生成完成!**\n\n**视频链接**: {A}\n**任务用时**: 127秒\n"
    begun, half = chunk(""), chunk("🖼️ 正在处理输入内容... (50%)")
    status, heard = await streamed(begun, half, chunk(said), "[DONE]", makes=MediaKind.VIDEO)
    assert (origins.urls(status), status.partial) == (((A,),), False)
    assert list(dict.fromkeys(heard)) == [50]
    linked, heard = await streamed(chunk(f"> 5 %\n[video]({B}?at=a7%20b)"), cut=True, makes=MediaKind.VIDEO)
    assert (origins.urls(linked), linked.partial, heard) == (((f"{B}?at=a7%20b",),), False, [5])
    with pytest.raises(errors.Unknown):
        await streamed(chunk("> 50%"), cut=True, makes=MediaKind.VIDEO)


# --- bodies ------------------------------------------------------------------------------------------------------


async def test_files_within_the_json(tmp_path: Path) -> None:
    fox = media_files.image(tmp_path / "fox.png")
    encoded = base64.b64encode(fox.read_bytes()).decode()
    parts = [requests.Encoded(str(fox)), {"url": requests.Encoded(str(fox), prefix="data:image/png;base64,")}]
    played = Played({"data": [{"url": A}]})
    async with played.served(Uniall) as uniall:
        await uniall.submit(wire(parts=parts, said="file:/etc/passwd"))
        with pytest.raises(errors.StorageFault):
            await uniall.submit(wire(parts=[requests.Encoded(str(tmp_path / "no"))]))
    (asked,) = played.asked
    assert asked.body["parts"] == [encoded, {"url": f"data:image/png;base64,{encoded}"}]
    assert asked.body["said"] == "file:/etc/passwd"


# --- with the documents ------------------------------------------------------------------------------------------

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"


async def test_every_documented_result() -> None:
    if not CONTRACTS.is_dir():
        pytest.skip("the collected documents of the providers are not beside this checkout")
    lines = [json.loads(x) for name in ("uniall", "nexus", "llmage") for x in _lines(name)]
    found = [x for x in lines if x["kind"] == "submit_response" and _is_result(x["response"])]
    assert len(found) >= 9
    for line in found:
        text = line["provider"] == "llmage"
        gemini = "candidates" in line["response"]
        if gemini:  # the page prints `image_base64` where bytes are
            line["response"]["candidates"][0]["content"]["parts"][0]["inlineData"]["data"] = ENCODED
        status = await result(line["response"], MediaKind.TEXT if text else MediaKind.IMAGE)
        assert status.state is TaskState.SUCCEEDED, line["id"]
        assert len(status.outputs) == 1, line["id"]


async def test_the_documented_chunks_of_a_clip_say_how_far_it_is_and_where_it_lies() -> None:
    if not CONTRACTS.is_dir():
        pytest.skip("the collected documents of the providers are not beside this checkout")
    lines = [
        x for x in map(json.loads, _lines("uniall")) if x["family"] == "sora2" and "choices" in (x["response"] or ())
    ]
    half, whole = sorted(lines, key=lambda line: "50%" not in json.dumps(line["response"]))
    events = (json.dumps(line["response"]) for line in (half, whole))
    status, heard = await streamed(*events, "[DONE]", makes=MediaKind.VIDEO)
    ((address,),) = origins.urls(status)
    assert (status.state, address.endswith(".mp4"), set(heard)) == (TaskState.SUCCEEDED, True, {50})


def _lines(provider: str) -> list[str]:
    return (CONTRACTS / provider / "examples.jsonl").read_text("utf-8").splitlines()


def _is_result(response: Any) -> bool:
    """Whether it is one that comes at once; a chunk of a stream that only says how far it is, is none."""
    known = {"data", "candidates", "choices", "voice_id"} & response.keys() and "status" not in response
    return bool(known) and "50%" not in json.dumps(response) and response.get("finish") != "0"
