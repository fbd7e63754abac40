"""An SMTP server on the loopback that misbehaves as told, down to the single answer; what it takes it keeps.

Written line by line on purpose: a library's server would not hang, lie or fall silent in the middle.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from threading import Event, Thread
from typing import NamedTuple

from vorgang.notifications.smtp import Security, Server

#: At which point of the conversation; "content": the whole mail has arrived.
Stage = str
#: An answer, or something to do instead of one.
Deed = str | Callable[["Talk"], Awaitable[None]]


class Fault(NamedTuple):
    """Where the server misbehaves, and how; towards one recipient only, if `towards` is given."""

    stage: Stage
    deed: Deed
    towards: str | None = None
    #: How often; None: always.
    times: int | None = None


class Taken(NamedTuple):
    """A mail that arrived whole, whether or not its sender was told."""

    recipient: str
    message_id: str


class Talk:
    """One connection."""

    def __init__(self, server: "FaultyServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.recipient = ""

    async def say(self, answer: str) -> None:
        self.writer.write(answer.encode() + b"\r\n")
        await self.writer.drain()

    async def run(self) -> None:
        await self.do("connect", "220 here")
        while line := (await self.reader.readline()).decode().strip():
            verb = line.split(" ", maxsplit=1)[0].upper()
            if verb == "AUTH":
                self.server.logins.append(line.split(" ")[1])
            if verb == "RCPT":
                self.server.recipients += 1
                self.recipient = line[line.index("<") + 1 : line.index(">")]
            if verb == "DATA":
                await self.data()
            elif verb == "STARTTLS":
                await self.do(verb, "220 go ahead")
                await self.writer.start_tls(self.server.tls or ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))
            else:
                await self.do(verb, self.usual(verb))
            if verb == "QUIT":
                return

    def usual(self, verb: str) -> str:
        offered = (
            ["250-here", "250-SIZE 1000000", f"250-AUTH {self.server.mechanisms}"]
            + ["250-STARTTLS"] * self.server.offers_tls
            + ["250 8BITMIME"]
        )
        return {"EHLO": "\r\n".join(offered), "QUIT": "221 bye", "AUTH": "235 welcome"}.get(verb, "250 ok")

    async def data(self) -> None:
        if not await self.do("DATA", "354 go on"):
            return
        with self.server.counted(self.recipient.rpartition("@")[2].lower()):
            await self.content()

    async def content(self) -> None:
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            piece = await self.reader.readline()
            if not piece:
                return
            content += piece
        id_ = str(message_from_bytes(content, policy=policy.default)["Message-ID"])
        refused = (fault := self.fault("content")) is not None and isinstance(fault.deed, str)
        waits = fault is not None and fault.deed == self.server.patience
        if not refused and not waits:
            self.server.taken.append(Taken(self.recipient, id_))
        await self.do("content", "250 taken")
        if waits:
            self.server.taken.append(Taken(self.recipient, id_))

    def fault(self, stage: Stage) -> Fault | None:
        fault = self.server.fault
        meant = fault is not None and fault.stage == stage and fault.towards in {None, self.recipient}
        return fault if meant else None

    async def do(self, stage: Stage, usual: str) -> bool:
        """Answer as usual unless the fault is here; whether it was as usual."""
        fault = self.fault(stage)
        if fault is not None and fault.times is not None:
            self.server.fault = fault._replace(times=fault.times - 1) if fault.times > 1 else None
        if fault is None:
            await self.say(usual)
        elif isinstance(fault.deed, str):
            await self.say(fault.deed)
            if fault.deed.startswith("421"):
                self.writer.close()
        else:
            await fault.deed(self)
        return fault is None


async def hang(talk: Talk) -> None:
    """Never answer, and keep the connection."""
    await talk.server.over.wait()


async def drop(talk: Talk) -> None:
    """Cut the connection."""
    talk.writer.transport.abort()


async def no_tls(talk: Talk) -> None:
    """Promise TLS and talk something else."""
    await talk.say("220 go ahead")
    await talk.say("this is no handshake")
    talk.writer.close()


def slowly(answer: str, pause: float) -> Deed:
    """Give the usual answer, but letter by letter."""

    async def trickle(talk: Talk) -> None:
        for letter in answer + "\r\n":
            talk.writer.write(letter.encode())
            await talk.writer.drain()
            await asyncio.sleep(pause)

    return trickle


class FaultyServer:
    """A running server. `fault` may be changed at any time."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, offers_tls: bool = False) -> None:
        self.fault: Fault | None = None
        self.taken: list[Taken] = []
        self.connections = 0
        #: Recipients named to it, and the mechanisms by which somebody tried to log in, in their order.
        self.recipients = 0
        self.logins: list[str] = []
        #: How one may log in.
        self.mechanisms = "PLAIN"
        #: Connections taken at once; None: any number.
        self.most: int | None = None
        self._open = 0
        #: The most conversations about a mail that went on at once, for each domain written to.
        self.busiest: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()
        self.patience: Deed | None = None
        self.tls, self.offers_tls = tls, offers_tls
        self.port = 0
        self.over = asyncio.Event()

    def server(self, security: Security = "never") -> Server:
        """How to reach it: with little patience only while it falls silent, for a busy machine answers late."""
        silent = self.fault is not None and self.fault.deed is hang
        return Server("127.0.0.1", self.port, security, timeout=2 if silent else 30)

    async def serve(self, ready: Event) -> None:
        listening = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self.loop = asyncio.get_running_loop()
        ready.set()
        async with listening:
            await self.over.wait()

    @contextmanager
    def counted(self, domain: str) -> Iterator[None]:
        self._busy[domain] += 1
        self.busiest[domain] = max(self.busiest[domain], self._busy[domain])
        try:
            yield
        finally:
            self._busy[domain] -= 1

    def when_taken(self, number: int) -> Deed:
        """Answer once so many mails have been taken."""

        async def patience(talk: Talk) -> None:
            while len(self.taken) < number:
                await asyncio.sleep(0.01)
            await talk.say("250 taken")

        self.patience = patience
        return patience

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open += 1
        with suppress(OSError, asyncio.CancelledError, ValueError):
            if self.most is not None and self._open > self.most:
                await Talk(self, reader, writer).say("421 4.7.0 too many connections")
            else:
                await Talk(self, reader, writer).run()
        self._open -= 1
        writer.close()


@contextmanager
def faulty_server(*, tls: ssl.SSLContext | None = None, offers_tls: bool = False) -> Iterator[FaultyServer]:
    """A running server that behaves until it is given a fault."""
    server, ready = FaultyServer(tls=tls, offers_tls=offers_tls), Event()
    thread = Thread(target=lambda: asyncio.run(server.serve(ready)))
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        server.loop.call_soon_threadsafe(server.over.set)
        thread.join()
