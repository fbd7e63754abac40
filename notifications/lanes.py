"""Several lanes through which messages go out side by side, each as fast as it can, over the whole of a drain.

A lane takes the next message as soon as it is done with the one before: a slow mail holds up its own lane only. What
became of messages is written down behind the lanes' backs, whatever has come together since the last time in one
transaction; the lanes wait for that only once it falls behind by as many messages as there are lanes.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from ..config.errors import StoreError
from .failures import Outage
from .mail import Mail
from .outbox import Leased, Outcome


class Job(NamedTuple):
    """A message on its way out, with its mail once that is written."""

    leased: Leased
    mail: Mail | None = None


class Work(NamedTuple):
    """What the lanes do, told by the one who knows messages. `claim` and `settle` run in threads."""

    #: The next messages; none: that was all.
    claim: Callable[[], Sequence[Leased]]
    #: Write the mail of a message; an outcome where there is none to be sent.
    write: Callable[[Leased], Awaitable[Mail | Outcome]]
    #: Send it; raises `Outage` when nothing can be delivered.
    send: Callable[[Leased, Mail], Awaitable[Outcome]]
    #: Write down what became of messages.
    settle: Callable[[Sequence[Outcome]], None]


class Size(NamedTuple):
    """How much goes on side by side."""

    lanes: int
    #: Messages that may wait for their domain before no more are fetched.
    most_waiting: int
    #: None: as many as there are lanes.
    at_once_to_a_domain: int | None = None


class Lanes:
    """One drain."""

    def __init__(self, size: Size, work: Work) -> None:
        self._size, self._work = size, work
        self._queue: deque[Job] = deque()
        #: How many are on their way to each domain, and those that wait for one of them to end.
        self._under_way: Counter[str] = Counter()
        self._aside: dict[str, deque[Job]] = {}
        self._exhausted = False
        self._claiming = asyncio.Lock()
        self._freed = asyncio.Event()
        self._done: asyncio.Queue[Outcome | None] = asyncio.Queue(size.lanes)
        #: Something failed that ends the whole drain. Cancelling alone would not do: up to Python 3.11
        #: `asyncio.wait_for`, and with it aiosmtplib, may swallow a cancellation, and a lane that went on would wait
        #: for ever to be settled.
        self._over = False
        #: Why a lane was given up.
        self.outage: Outage | None = None
        #: The database went away: nothing new begins, but what is under way is still sent and written down.
        self._stuck: StoreError | None = None

    async def run(self) -> list[Leased]:
        """Deliver until nothing is left or nothing can be delivered; what was claimed and not tried."""
        try:
            async with asyncio.TaskGroup() as group:
                settler = group.create_task(self._to_the_end(self._settler()))
                lanes = [group.create_task(self._to_the_end(self._lane())) for _ in range(self._size.lanes)]
                await asyncio.wait(lanes)
                await self._done.put(None)
                await settler
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        if self._stuck:
            raise self._stuck
        return [job.leased for job in (*self._queue, *(job for aside in self._aside.values() for job in aside))]

    async def _to_the_end(self, task: Coroutine[Any, Any, None]) -> None:
        try:
            await task
        except BaseException:
            self._over = True
            raise

    async def _lane(self) -> None:
        while (job := await self._next()) is not None:
            try:
                await self._deliver(job)
            except Outage as outage:  # the other lanes may still have a connection
                self._queue.appendleft(job)
                self.outage = outage
                return
            except StoreError as error:  # its lease will lapse
                self._stuck, self._exhausted = error, True
                return

    async def _deliver(self, job: Job) -> None:
        mail = job.mail or await self._work.write(job.leased)
        if isinstance(mail, Outcome):
            await self._put(mail)
        elif self._is_full(mail.domain):
            self._aside.setdefault(mail.domain, deque()).append(Job(job.leased, mail))
        else:
            await self._put(await self._send(job.leased, mail))

    async def _put(self, outcome: Outcome) -> None:
        if not self._over:  # else nobody writes it down any more; the lease will lapse
            await self._done.put(outcome)

    async def _send(self, leased: Leased, mail: Mail) -> Outcome:
        self._under_way[mail.domain] += 1
        try:
            return await self._work.send(leased, mail)
        finally:
            self._under_way[mail.domain] -= 1
            if aside := self._aside.get(mail.domain):
                self._queue.appendleft(aside.popleft())
            self._freed.set()

    def _is_full(self, domain: str) -> bool:
        most = self._size.at_once_to_a_domain
        return most is not None and self._under_way[domain] >= most

    async def _next(self) -> Job | None:
        while not self._queue and not self._over:
            if sum(map(len, self._aside.values())) >= self._size.most_waiting:
                self._freed.clear()
                await self._freed.wait()
                continue
            if self._exhausted:
                return None
            await self._fetch()
        return None if self._over else self._queue.popleft()

    async def _fetch(self) -> None:
        async with self._claiming:
            if self._queue or self._exhausted:
                return
            try:
                claimed = await asyncio.to_thread(self._work.claim)
            except StoreError as error:
                self._stuck, claimed = error, []
            self._queue.extend(map(Job, claimed))
            self._exhausted = not claimed

    async def _settler(self) -> None:
        outcome = await self._done.get()
        while outcome is not None:
            together = [outcome]
            while not self._done.empty() and (outcome := self._done.get_nowait()) is not None:
                together.append(outcome)
            await asyncio.to_thread(self._work.settle, together)
            if outcome is not None:
                outcome = await self._done.get()
