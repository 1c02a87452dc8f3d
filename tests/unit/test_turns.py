"""Turns at writing: members who wait go first, nobody waits for ever, whoever leaves is not waited for."""

import asyncio

from storage.turns import IN_A_ROW, Turns


async def served(turns: Turns, names: str) -> str:
    """In which order those get a turn who come while somebody has it; capitals are awaited."""
    order: list[str] = []

    async def come(name: str) -> None:
        async with turns.turn(awaited=name.isupper()):
            order.append(name)

    async with turns.turn(awaited=False):
        tasks = [asyncio.create_task(come(name)) for name in names]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    return "".join(order)


async def test_each_line_is_served_in_its_order_and_the_awaited_first() -> None:
    assert await served(Turns(), "aAbB") == "ABab"


async def test_nobody_waits_for_ever() -> None:
    awaited = "ABCDEFGHIJKLM"
    assert await served(Turns(), "x" + awaited) == awaited[:IN_A_ROW] + "x" + awaited[IN_A_ROW:]


async def test_whoever_leaves_the_line_is_passed_over() -> None:
    turns, order = Turns(), []

    async def come(name: str) -> None:
        async with turns.turn(awaited=True):
            order.append(name)

    async with turns.turn(awaited=False):
        tasks = [asyncio.create_task(come(name)) for name in "abc"]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
    tasks[1].cancel()  # in the moment in which it is given the turn
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["c"]
    assert await asyncio.wait_for(served(turns, "d"), 1) == "d"
