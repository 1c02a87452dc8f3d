"""The simulator's faults: each does what its name says, to the requests it is meant for, and to no other."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from bot.simulator import faults
from tests.contract.simulator_kit import ALL, CLIP, CUBE, KEY, LINE, ROUTES, SPHERE, Client, connect, until, url


async def lost(client: Client, body: dict[str, Any]) -> type[Exception]:
    """Submit over a connection of its own and give the exception it ends in."""
    async with aiohttp.ClientSession(client.simulator.url, headers=KEY) as http:
        try:
            async with http.post(ROUTES[body["model"]], json=body) as answer:
                await answer.read()
        except aiohttp.ClientError as problem:
            return type(problem)
    raise AssertionError("the connection held")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("429", 429, "rate_limit_exceeded"),
        ("500", 500, "internal_error"),
        ("503", 503, "no_available_channel"),
        ("refuse", 400, "content_policy_violation"),
        ("no-balance", 403, "insufficient_user_quota"),
    ],
)
async def test_a_refusing_fault_takes_nothing_and_happens_once(name: str, status: int, code: str) -> None:
    async with connect() as client:
        client.simulator.fault(name)
        refused, answer = await client.post("/v1/videos", CLIP)
        assert (refused, answer["error"]["code"], client.simulator.submits()) == (status, code, [])
        assert (await client.post("/v1/videos", CLIP))[0] == 200


async def test_429_says_when_to_come_back_and_502_speaks_html() -> None:
    async with connect() as client:
        client.simulator.fault("429", retry_after_s=7)
        async with client.http.post("/v1/videos", json=CLIP) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        client.simulator.fault("502")
        async with client.http.post("/v1/videos", json=CLIP) as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")


async def test_dropped_connections_differ_by_what_was_taken() -> None:
    async with connect() as client:
        for name, problem, taken in (
            ("drop-before", aiohttp.ClientOSError, 0),
            ("drop-after", aiohttp.ServerDisconnectedError, 1),
            ("drop-during", aiohttp.ClientPayloadError, 2),
        ):
            client.simulator.fault(name)
            assert await lost(client, CLIP) is problem
            assert (name, len(client.simulator.submits())) == (name, taken)
        assert [one.answered for one in client.simulator.submits()] == [False, False]
        task_id = client.simulator.submits()[0].task_id
        assert (await client.follow("/v1/videos", task_id))["status"] == "completed"


async def test_a_drop_may_wait_for_its_model() -> None:
    async with connect() as client:
        client.simulator.fault("drop-before", model="gpt-image-2")
        assert (await client.post("/v1/videos", CLIP))[0] == 200
        assert await lost(client, SPHERE) is aiohttp.ClientOSError
        assert len(client.simulator.submits()) == 1


async def test_broken_json_is_taken_and_answered_in_half() -> None:
    async with connect() as client:
        client.simulator.fault("broken-json")
        async with client.http.post("/v1/videos", json=CLIP) as answer:
            text = await answer.text()
        assert (answer.status, len(client.simulator.submits())) == (200, 1)
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


async def test_a_timeout_is_taken_and_answers_late() -> None:
    async with connect() as client:
        client.simulator.fault("timeout", delay_s=0.3)
        start = time.monotonic()
        answering = asyncio.create_task(client.post("/v1/videos", CLIP))
        await until(client.simulator.submits)
        assert (client.simulator.submits()[0].answered, answering.done()) == (False, False)
        assert ((await answering)[0], time.monotonic() - start >= 0.3) == (200, True)


async def test_a_held_request_does_not_hold_up_the_end() -> None:
    start = time.monotonic()
    async with connect() as client:
        client.simulator.fault("timeout")
        answering = asyncio.create_task(client.post("/v1/videos", CLIP))
        await until(client.simulator.submits)
    with pytest.raises((aiohttp.ClientError, RuntimeError)):
        await answering
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(("name", "status"), [("poll-404", 404), ("poll-500", 500)])
async def test_polls_fail_and_recover(name: str, status: int) -> None:
    async with connect() as client:
        task_id = await client.submit(CLIP)
        client.simulator.fault(name, times=2)
        polls = [(await client.get(f"/v1/videos/{task_id}"))[0] for _ in range(3)]
        assert polls == [status, status, 200]


async def test_polls_break_and_hang() -> None:
    async with connect() as client:
        path = f"/v1/videos/{await client.submit(CLIP)}"
        client.simulator.fault("poll-broken-json")
        async with client.http.get(path) as answer:
            text = await answer.text()
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
        client.simulator.fault("poll-timeout", delay_s=0.2)
        start = time.monotonic()
        assert ((await client.get(path))[0], time.monotonic() - start >= 0.2) == (200, True)


async def test_a_refusing_fault_meets_polls_when_told_to() -> None:
    async with connect() as client:
        task_id = await client.submit(CLIP)
        client.simulator.fault("429", method="GET", path="/v1/videos")
        client.simulator.fault("drop-after", times=2, method="GET")  # this client tries a GET twice
        assert (await client.get(f"/v1/videos/{task_id}"))[0] == 429
        async with aiohttp.ClientSession(client.simulator.url, headers=KEY) as http:
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await http.get(f"/v1/videos/{task_id}")


async def test_a_late_refusal_fails_the_task_with_its_reason() -> None:
    async with connect() as client:
        client.simulator.fault("refuse-late", times=2)
        assert (await client.run(CLIP))["error"]["code"] == "content_policy_violation"
        assert "content policy" in (await client.run(LINE))["error"]["message"]


async def test_failures_of_synchronous_routes_are_errors() -> None:
    async with connect() as client:
        client.simulator.fault("fail")
        client.simulator.fault("refuse-late")
        status, answer = await client.post("/v1/images/generations", SPHERE)
        assert (status, answer["error"]["code"]) == (500, "task_failed")
        status, answer = await client.post("/v1/images/generations", SPHERE)
        assert (status, answer["error"]["code"]) == (400, "content_policy_violation")


async def test_a_task_may_end_without_a_result() -> None:
    async with connect() as client:
        client.simulator.fault("no-result", times=len(ALL))
        ends = [await client.run(body) for body in ALL]
        assert {task["status"] for task in ends} == {"succeeded", "completed"}
        assert [name for task in ends for name in ("result_url", "audio_url", "video_url") if task.get(name)] == []
        assert [task["metadata"] for task in ends if "url" in task.get("metadata", {})] == []


async def test_a_task_may_give_fewer_pictures_than_asked() -> None:
    async with connect() as client:
        client.simulator.fault("partial")
        task = await client.run(SPHERE | {"n": 4})
        assert (task["metadata"]["result_count"], len(task["metadata"]["result_urls"])) == (2, 2)


async def test_tasks_may_be_slow_or_endless() -> None:
    async with connect(speed=50) as client:
        client.simulator.fault("slow")
        client.simulator.fault("endless")
        slow, endless, usual = [await client.submit(CUBE) for _ in range(3)]
        assert (await client.follow("/v1/images/tasks", usual))["data"]["status"] == "succeeded"
        assert (await client.get(f"/v1/images/tasks/{slow}"))[1]["data"]["status"] in ("queued", "processing")
        assert (await client.follow("/v1/images/tasks", slow))["data"]["status"] == "succeeded"
        task = (await client.get(f"/v1/images/tasks/{endless}"))[1]["data"]
        assert (task["status"], task["progress"]) == ("processing", "95%")


async def test_a_status_may_be_a_word_that_nobody_knows() -> None:
    async with connect(speed=10) as client:
        client.simulator.fault("unknown-status")
        _, taken = await client.post("/v1/videos", CLIP)
        task_id, seen = taken["id"], [taken["status"]]
        while seen[-1] != "completed":
            status = (await client.get(f"/v1/videos/{task_id}"))[1]["status"]
            seen += [status] if status not in seen[-1:] else []
            await asyncio.sleep(0.005)
        assert seen == ["queued", "in_progress", "reviewing", "in_progress", "completed"]


async def test_an_expired_url_is_followed_by_a_good_one() -> None:
    async with connect() as client:
        client.simulator.fault("expired-url")
        task = await client.run(CUBE)
        assert (await client.download(url(task)))[0] == 403
        again = (await client.get(f"/v1/images/tasks/{task['task_id']}"))[1]["data"]
        assert (await client.download(url(again)))[0] == 200


async def test_a_download_may_be_something_else_or_never_end() -> None:
    async with connect() as client:
        result = url(await client.run(CUBE))
        client.simulator.fault("wrong-type")
        assert (await client.download(result))[:2] == (200, "text/html")
        client.simulator.fault("result-too-large")
        async with aiohttp.ClientSession() as http, http.get(result) as answer:
            size = 0
            async for piece in answer.content.iter_chunked(1 << 20):
                size += len(piece)
                if size > 64 << 20:
                    break
        assert (answer.status, answer.content_type, size > 64 << 20) == (200, "image/png", True)
        assert (await client.download(result))[:2] == (200, "image/png")


async def test_an_endless_picture_is_given_up_with_its_client() -> None:
    async with connect() as client:
        client.simulator.fault("endless")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.post("/v1/images/generations", SPHERE), 0.3)
        assert [one.answered for one in client.simulator.submits()] == [False]


async def test_people_write_faults_into_their_prompts() -> None:
    async with connect() as client:
        said = {name: CUBE | {"prompt": f"a kite [sim:{name}]"} for name in ("refuse", "fail", "expired-url")}
        assert (await client.post("/v1/images/tasks", said["refuse"]))[0] == 400
        assert (await client.run(said["fail"]))["status"] == "failed"
        assert (await client.download(url(await client.run(said["expired-url"]))))[0] == 403
        assert (await client.run(LINE | {"text": "Oh no. [sim:fail]"}))["status"] == "failed"
        assert (await client.run(CUBE | {"prompt": "a kite [sim:kite]"}))["status"] == "succeeded"


async def test_faults_are_planned_listed_and_cleared_over_http() -> None:
    async with connect() as client:
        plan = {"fault": "503", "times": 2, "match": {"path": "/v1/videos", "model": "grok-imagine", "method": "POST"}}
        assert (await client.post("/_simulator/faults", plan))[0] == 201
        assert (await client.post("/_simulator/faults", {"fault": "429", "retry_after_s": 3, "delay_s": 1}))[0] == 201
        assert (await client.post("/v1/images/tasks", CUBE))[0] == 429
        assert (await client.post("/v1/videos", CLIP))[0] == 503
        _, waiting = await client.get("/_simulator/faults")
        assert [(one["name"], one["times"], one["path"]) for one in waiting] == [("503", 1, "/v1/videos")]
        async with client.http.delete("/_simulator/faults") as answer:
            assert answer.status == 204
        assert (await client.post("/v1/videos", CLIP))[0] == 200
        wrongs: list[object] = [{"fault": "nonsense"}, {"times": 1}, {"fault": "429", "match": {"colour": "red"}}, []]
        for wrong in wrongs:
            assert (await client.post("/_simulator/faults", wrong))[0] == 400


async def test_chance_is_the_same_for_the_same_seed() -> None:
    async def statuses(seed: int) -> list[int]:
        async with connect(faults={"429": 0.3, "500": 0.3}, seed=seed) as client:
            return [(await client.post("/v1/images/tasks", CUBE))[0] for _ in range(30)]

    first, again, other = await statuses(1), await statuses(1), await statuses(2)
    assert (first == again, first == other, set(first)) == (True, False, {200, 429, 500})


async def test_an_unknown_fault_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="thunder"):
        async with connect(faults={"thunder": 0.5}):
            raise AssertionError("it started")
    with pytest.raises(ValueError, match="thunder"):
        faults.Fault(name="thunder")
