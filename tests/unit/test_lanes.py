"""Lanes: what ends a drain ends all of it, even where a library swallows the cancellation."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from vorgang.config.errors import StoreError
from vorgang.notifications.lanes import Lanes, Size, Work
from vorgang.notifications.mail import Mail
from vorgang.notifications.outbox import Leased, Outcome

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
#: Seconds after which a drain that should have ended hangs.
PATIENCE = 30


def leased(number: int) -> Leased:
    return Leased(str(number), "hagen", "case", "event", 1, "amt01", "auftrag", None, {}, NOW, 1, 1, NOW)


async def mail(message: Leased) -> Mail:
    return Mail(message.id, "auftrag", NOW, "a@stadt.example", "amt01", "b@stadt.example", "Betreff", b"")


class Post:
    """Endless messages. The first is sent at once; the others wait, and take no notice of being cancelled."""

    def __init__(self) -> None:
        self.claimed = 0
        self.never = asyncio.Event()

    def claim(self) -> Sequence[Leased]:
        self.claimed += 2
        return [leased(self.claimed - 1), leased(self.claimed)]

    async def send(self, message: Leased, _mail: Mail) -> Outcome:
        if message.id != "1":
            # As `asyncio.wait_for` does when what it waits for is done at that moment.
            with contextlib.suppress(asyncio.CancelledError):
                await self.never.wait()
        return Outcome(message, "sent", {})

    def settle(self, _outcomes: Sequence[Outcome]) -> None:
        raise StoreError("store_unreachable")


def test_a_database_that_goes_away_ends_the_drain() -> None:
    async def drain() -> None:
        post = Post()
        work = Work(post.claim, mail, post.send, post.settle)
        await asyncio.wait_for(Lanes(Size(2, 16), work).run(), PATIENCE)

    with pytest.raises(StoreError) as caught:
        asyncio.run(drain())
    assert caught.value.code == "store_unreachable"


class Gone:
    """Two messages, then no database. The second mail is still on its way when that is noticed."""

    def __init__(self) -> None:
        self.claims = 0
        self.noticed = asyncio.Event()
        self.settled: list[str] = []

    def claim(self, loop: asyncio.AbstractEventLoop) -> Sequence[Leased]:
        self.claims += 1
        if self.claims == 1:
            return [leased(1), leased(2)]
        loop.call_soon_threadsafe(self.noticed.set)
        raise StoreError("store_unreachable")

    async def send(self, message: Leased, _mail: Mail) -> Outcome:
        if message.id == "2":
            await self.noticed.wait()
        return Outcome(message, "sent", {})

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        self.settled += [outcome.leased.id for outcome in outcomes]


def test_what_is_on_its_way_when_the_database_goes_away_is_still_written_down() -> None:
    post = Gone()

    async def drain() -> None:
        loop = asyncio.get_running_loop()
        work = Work(lambda: post.claim(loop), mail, post.send, post.settle)
        await asyncio.wait_for(Lanes(Size(2, 16), work).run(), PATIENCE)

    with pytest.raises(StoreError):
        asyncio.run(drain())
    assert sorted(post.settled) == ["1", "2"]
    assert post.claims == 2
