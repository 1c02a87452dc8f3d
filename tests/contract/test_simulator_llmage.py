"""llmage as the simulator plays it: rules by requests of our own, and answers as whole objects."""

import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.contract.simulator_kit import KEY, Client, Film, connect, film, until

AT = "/llmage/llmage/v1"
PAINT = {"model": "wan2.2-t2i-plus", "catelogid": "t2i", "prompt": "a paper boat", "negative_prompt": "rain"}
RUN = {"model": "happyhorse-1.0-t2v", "catelogid": "t2v", "prompt": "a paper boat drifts", "duration": 1}
SEA = {"model": "viduq3-pro", "catelogid": "t2v", "prompt": "waves", "duration": 1, "resolution": "540p"}
TALE = {"model": "doubao-seedance-2-0-260128", "catelogid": "t2v", "prompt": "a tale"}
DAWN = {"model": "wan2.6-t2v", "catelogid": "t2v", "prompt": "dawn"}
CHAT = {"model": "qwen3-max", "prompt": "How deep is the sea?"}

PICTURE = io.BytesIO()
Image.new("RGB", (300, 200), (255, 0, 0)).save(PICTURE, "PNG")


def form(body: dict[str, Any], *files: str) -> aiohttp.FormData:
    """A form with a red picture under each of these names."""
    data = aiohttp.FormData({name: str(value) for name, value in body.items()}, default_to_multipart=True)
    for name in files:
        data.add_field(name, PICTURE.getvalue(), filename="red.png", content_type="image/png")
    return data


async def post(client: Client, path: str, data: aiohttp.FormData) -> tuple[int, Any]:
    async with client.http.post(AT + path, data=data) as answer:
        return answer.status, await answer.json()


async def ended(client: Client, task_id: str) -> Any:
    """The last answer about a task."""
    seen: list[Any] = []

    async def over() -> bool:
        status, answer = await client.get(f"{AT}/tasks?taskid={task_id}")
        assert status == 200, answer
        seen.append(answer)
        return answer["status"] in ("SUCCEEDED", "FAILED")

    await until(over)
    return seen[-1]


async def test_a_picture_is_submitted_and_polled() -> None:
    async with connect(speed=1000) as client:
        status, taken = await client.post(f"{AT}/image/generations", PAINT)
        assert (status, taken) == (200, {"taskid": taken["taskid"], "status": "CREATED"})
        task = await ended(client, taken["taskid"])
        usage = {"action": "t2i", "credits": 2, "type": "text2image", "model": "wan2.2-t2i-plus"}
        assert task == {"taskid": task["taskid"], "status": "SUCCEEDED", "usage": usage, "image": task["image"]}
        assert task["taskid"] != taken["taskid"]  # the supplier's number
        assert (await client.download(task["image"]))[:2] == (200, "image/png")
        assert [(one.provider, one.path, one.operation) for one in client.simulator.submits()] == [
            ("llmage", "/llmage/v1/image/generations", "text2image")
        ]


async def test_a_video_comes_with_its_cover_and_what_it_cost() -> None:
    async with connect(speed=1000) as client:
        _, taken = await client.post(f"{AT}/video/generations", SEA | {"off_peak": "Y"})
        task = await ended(client, taken["taskid"])
        assert task["usage"] == {
            "action": "t2v",
            "credits": 2,
            "type": "text2video",
            "model": "viduq3-pro",
            "resolution": "540p",
            "off_peak": True,
            "duration": 1,
        }
        made = film((await client.download(task["video"]))[2])
        assert made == Film(codec="h264", pixels="yuv420p", size=(960, 540), frames=24, seconds=1, sound="aac")
        assert (await client.download(task["image"]))[:2] == (200, "image/jpeg")


@pytest.mark.parametrize(
    ("body", "files", "operation", "size"),
    [
        (RUN | {"model": "happyhorse-1.0-i2v", "catelogid": "i2v"}, ["image_file"], "image2video", (1080, 720)),
        (
            RUN | {"model": "happyhorse-1.0-r2v", "catelogid": "ref2v", "ratio": "1:1", "resolution": "720P"},
            ["image_files"] * 9,
            "reference2video",
            (720, 720),
        ),
        (
            TALE | {"catelogid": "i2v", "resolution": "480p", "duration": 1},
            ["image1_file", "image2_file"],
            "first_last_frame",
            (720, 480),
        ),
        (SEA | {"catelogid": "i2v"}, ["image_file1", "image_file2"], "first_last_frame", (960, 540)),
        (
            DAWN | {"model": "wan2.6-r2v", "catelogid": "i2v", "size": "624*624", "duration": 5},
            ["image_file1", "image_file2"],
            "first_last_frame",
            (624, 624),
        ),
    ],
)
async def test_files_come_in_a_form(
    body: dict[str, Any], files: list[str], operation: str, size: tuple[int, int]
) -> None:
    async with connect(speed=1000) as client:
        status, taken = await post(client, "/video/generations", form(body, *files))
        assert status == 200, taken
        task = await ended(client, taken["taskid"])
        assert film((await client.download(task["video"]))[2]).size == size
        assert client.simulator.submits()[0].operation == operation


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("/image/generations", PAINT | {"model": "cogview-3-flash"}),
    ("/video/generations", RUN | {"ratio": "adaptive", "resolution": "1080P", "duration": 60}),
    ("/video/generations", TALE | {"ratio": "adaptive"}),
    ("/video/generations", TALE | {"model": "doubao-seedance-2-0-fast-260128", "resolution": "1080p"}),
    ("/video/generations", TALE | {"model": "dreamina-seedance-2-0-260128"}),
    ("/video/generations", TALE | {"model": "doubao-seedance-1-5-pro-251215", "ratio": "adaptive"}),
    ("/video/generations", DAWN | {"size": "1440*1440", "duration": 10}),
    ("/chat/completions", CHAT | {"catelogid": "t2t", "sys_prompt": "", "stream": False}),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("/image/generations", {"catelogid": "t2i", "prompt": "x"}, "Missing required parameter: model"),
    ("/image/generations", {"model": "wan2.2-t2i-plus", "prompt": "x"}, "Missing required parameter: catelogid"),
    ("/image/generations", {"model": "cogview-3-flash", "catelogid": "t2i"}, "Missing required parameter: prompt"),
    ("/image/generations", PAINT | {"size": "1024*1024"}, "`size` is not a parameter of this model."),
    ("/image/generations", RUN, "use /llmage/v1/video/generations."),
    ("/video/generations", TALE | {"catelogid": "i2v"}, "Missing required parameter: image1_file"),
    ("/video/generations", TALE | {"catelogid": "i2v", "image1_file": "https://x.example/a.png"}, "must be a file."),
    ("/video/generations", TALE | {"model": "doubao-seedance-2-0-fast-260128", "catelogid": "i2v"}, "`catelogid` must"),
    ("/video/generations", TALE | {"duration": "5"}, "`duration` must be an integer."),
    ("/video/generations", TALE | {"duration": 61}, "`duration` must be from 1 to 60."),
    ("/chat/completions", {"model": "qwen3-max", "messages": []}, "`messages` is not a parameter of this model."),
    ("/chat/completions", CHAT | {"catelogid": "t2i"}, "`catelogid` must be one of t2t."),
]


async def test_what_the_pages_allow_is_taken() -> None:
    async with connect(speed=10_000) as client:
        for path, body in ACCEPTED:
            status, answer = await client.post(AT + path, body)
            assert (body, status) == (body, 200), answer


@pytest.mark.parametrize(("path", "body", "words"), REFUSED)
async def test_what_the_pages_forbid_is_refused(path: str, body: dict[str, Any], words: str) -> None:
    async with connect() as client:
        status, answer = await client.post(AT + path, body)
        assert (status, list(answer), words in answer["error"]) == (400, ["error"], True), answer
        assert client.simulator.submits() == []


async def test_forms_are_for_files_and_their_number_is_known() -> None:
    async with connect() as client:
        many = RUN | {"model": "happyhorse-1.0-r2v", "catelogid": "ref2v"}
        for data, words in (
            (form(RUN), "Content-Type must be application/json"),
            (form(many, *["image_files"] * 10), "`image_files` must be at most 9 files."),
            (form(TALE | {"catelogid": "ref2v"}, "video_files"), "Missing required parameter: image_files"),
            (form(TALE | {"catelogid": "i2v", "duration": "five"}, "image1_file"), "`duration` must be an integer."),
        ):
            status, answer = await post(client, "/video/generations", data)
            assert (status, words in answer["error"]) == (400, True), answer


async def test_errors_are_said_in_the_documented_words() -> None:
    async with connect() as client, aiohttp.ClientSession(client.simulator.url) as stranger:
        for headers in ({}, {"Authorization": "Bearer sk-other"}, {"Authorization": "Bearer sk-disabled"}):
            async with stranger.post(f"{AT}/video/generations", json=RUN, headers=headers) as answer:
                assert (answer.status, await answer.json()) == (401, {"error": "Invalid API Key"})
        client.simulator.fault("no-balance", provider="llmage")
        assert await client.post(f"{AT}/video/generations", RUN) == (429, {"error": "Insufficient balance"})
        assert await client.get(f"{AT}/tasks") == (400, {"error": "Missing required parameter: taskid"})
        assert await client.get(f"{AT}/tasks?taskid=x") == (404, {"error": "Task not found."})


async def test_a_failed_task_says_why() -> None:
    async with connect(speed=1000) as client:
        client.simulator.fault("refuse-late")
        _, taken = await client.post(f"{AT}/video/generations", RUN)
        task = await ended(client, taken["taskid"])
        words = "The request was rejected by the content policy."
        assert task == {"taskid": task["taskid"], "status": "FAILED", "error": words}


async def test_a_file_that_is_no_picture_fails_the_task() -> None:
    async with connect(speed=1000) as client:
        data = form(RUN | {"model": "happyhorse-1.0-i2v", "catelogid": "i2v"})
        data.add_field("image_file", b"nonsense", filename="a.png")
        _, taken = await post(client, "/video/generations", data)
        assert (await ended(client, taken["taskid"]))["error"] == "`image_file` is not a readable image."


async def test_models_are_listed_by_what_they_do() -> None:
    async with connect() as client:
        _, everything = await client.get(f"{AT}/models")
        assert len({one["id"] for one in everything["data"]}) == 15
        _, some = await client.get(f"{AT}/models?catelogid=ref2v")
        assert {one["id"] for one in some["data"]} == {
            "happyhorse-1.0-r2v",
            "doubao-seedance-2-0-260128",
            "dreamina-seedance-2-0-260128",
        }


async def test_a_chat_answers_whole() -> None:
    async with connect(speed=1000) as client:
        status, answer = await client.post(f"{AT}/chat/completions", CHAT)
        text = answer["content"]
        assert (status, "How deep is the sea?" in text) == (200, True)
        assert answer == {
            "id": answer["id"],
            "object": "chat.completion",
            "created": answer["created"],
            "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": text}}],
            "model": "qwen3-max",
            "content": text,
            "finish": "1",
            "usage": {"prompt_tokens": 20, "completion_tokens": len(text), "total_tokens": 20 + len(text)},
        }


async def streamed(client: Client) -> tuple[list[Any], str]:
    """The events of a streamed chat, and the line that ended it; "" when it broke off."""
    events: list[Any] = []
    async with client.http.post(f"{AT}/chat/completions", json=CHAT | {"stream": True}) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        try:
            async for line in answer.content:
                said = line.decode().strip().removeprefix("data: ")
                if said == "[DONE]":
                    return events, said
                events += [json.loads(said)] if said else []
        except aiohttp.ClientPayloadError:
            pass
    return events, ""


async def test_a_chat_streams_piece_by_piece() -> None:
    async with connect(speed=20) as client:
        _, whole = await client.post(f"{AT}/chat/completions", CHAT)
        events, end = await streamed(client)
        assert (end, "".join(one["content"] for one in events)) == ("[DONE]", whole["content"])
        assert [one["choices"][0]["delta"]["content"] for one in events] == [one["content"] for one in events]
        assert [one["finish"] for one in events] == ["0"] * (len(events) - 1) + ["1"]
        first = {"id": events[0]["id"], "object": "chat.completion.chunk", "created": events[0]["created"]}
        choice = {"logprobs": None, "index": 0, "delta": {"content": "", "role": "assistant"}}
        rest = {"choices": [choice], "model": "qwen3-max", "reasoning_content": None, "content": "", "finish": "0"}
        assert events[0] == first | rest
        await until(lambda: all(one.answered for one in client.simulator.submits()))


async def test_a_stream_may_break_off() -> None:
    async with connect(speed=20) as client:
        client.simulator.fault("drop-during")
        events, end = await streamed(client)
        said = "".join(one["content"] for one in events)
        assert (end, said.startswith("You asked"), said.endswith("day!")) == ("", True, False)
        assert [one.answered for one in client.simulator.submits()] == [False]


async def test_a_stream_may_fail_on_its_way_or_before_it() -> None:
    async with connect(speed=20) as client:
        client.simulator.fault("fail")
        events, end = await streamed(client)
        assert (end, events[-1]) == ("", {"error": "task failed"})
        client.simulator.fault("refuse")
        async with client.http.post(f"{AT}/chat/completions", json=CHAT | {"stream": True}) as answer:
            assert (answer.status, answer.content_type) == (400, "application/json")


async def test_faults_may_be_meant_for_one_provider() -> None:
    async with connect(speed=1000) as client:
        client.simulator.fault("503", provider="llmage")
        uniall = {"model": "grok-imagine", "prompt": "x", "duration": 2}
        assert (await client.post("/uniall/v1/videos", uniall))[0] == 200
        assert (await client.post(f"{AT}/video/generations", RUN))[0] == 503
        plan = {"fault": "fail", "match": {"provider": "llmage"}}
        assert (await client.post("/_simulator/faults", plan))[0] == 201
        _, taken = await client.post(f"{AT}/video/generations", RUN)
        assert (await ended(client, taken["taskid"]))["status"] == "FAILED"


async def test_a_task_of_one_provider_is_not_found_at_another() -> None:
    async with connect(speed=1000) as client:
        _, taken = await client.post(f"{AT}/video/generations", RUN)
        assert (await client.get(f"/uniall/v1/videos/{taken['taskid']}"))[0] == 404
        address = client.simulator.addresses["llmage"]
        async with aiohttp.ClientSession(headers=KEY) as http, http.get(f"{address}/llmage/v1/models") as answer:
            assert answer.status == 200
