"""The door: short requests one after the other, and nobody waits for a long one."""

from __future__ import annotations

import asyncio

from tui.embedded.door import Door

LONG = 60.0


async def test_the_next_begins_when_the_one_before_it_is_done_in_the_order_of_coming() -> None:
    door = Door(patience=LONG)
    seen: list[str] = []

    async def work(name: str) -> None:
        async with door.passed():
            seen.append(f"{name} begins")
            await asyncio.sleep(0)
            seen.append(f"{name} ends")

    await asyncio.gather(*(work(name) for name in "abc"))
    assert seen == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


async def test_a_long_one_holds_nobody_up_and_counts_once() -> None:
    door = Door(patience=0.001)
    gate, seen = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        async with door.passed():
            await gate.wait()

    async def beside() -> None:
        async with door.passed():
            seen.set()
            await gate.wait()

    tasks = [asyncio.create_task(long()), asyncio.create_task(beside())]
    await asyncio.wait_for(seen.wait(), 10)
    gate.set()
    await asyncio.gather(*tasks)
    # Both have given back what they had, and no more: there is still one turn.
    door._patience = LONG
    async with door.passed():
        waiting = asyncio.create_task(long())
        await asyncio.sleep(0.01)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 10)


async def test_one_that_fails_or_is_given_up_lets_the_next_in() -> None:
    door = Door(patience=LONG)
    held = asyncio.Event()

    async def fails() -> None:
        async with door.passed():
            held.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(fails())
    await held.wait()
    second = asyncio.create_task(fails())
    await asyncio.sleep(0)
    held.clear()
    first.cancel()
    await asyncio.wait_for(held.wait(), 10)
    second.cancel()
    await asyncio.wait([first, second])
    async with asyncio.timeout(10), door.passed():
        assert first.cancelled()
        assert second.cancelled()


def test_an_application_that_is_called_in_several_loops_has_turns_in_each() -> None:
    door = Door(patience=LONG)

    async def crowd() -> int:
        done = 0
        for _ in range(3):
            async with door.passed():
                done += 1
        return done

    async def several() -> tuple[int, int]:
        return (await crowd(), await crowd())

    assert asyncio.run(several()) == (3, 3)
    assert asyncio.run(several()) == (3, 3)
