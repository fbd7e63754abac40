"""A real SMTP server in a process of its own. It takes every mail, and writes down each before it says so."""

import asyncio
import json
import logging
import signal
import socket
import time
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.chaos.processes import Process


class Copy(NamedTuple):
    """A mail that arrived whole: when (monotonic seconds of the machine), from whom, and what."""

    at: float
    #: The user name under which the worker logged in.
    worker: str
    #: The message that it is, from its Message-ID.
    message: str
    message_id: str
    digest: str


class Sink:
    """The server, and what it has taken."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._journal, self._hold = folder / "journal", folder / "hold"
        self._journal.touch()

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
            self._process = Process(_serve, listening, self._journal, self._hold)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.end(signal.SIGKILL)

    def taken(self) -> list[Copy]:
        """What has arrived so far."""
        lines = self._journal.read_text("utf-8").split("\n")
        return [Copy(*json.loads(line)) for line in lines[:-1]]  # what follows the last newline is being written

    def hold(self) -> None:
        """From now on, keep each mail that arrives without saying so to whoever sent it."""
        self._hold.touch()

    def let_go(self) -> None:
        """Say that all of them were taken."""
        self._hold.unlink()


class _Handler:
    def __init__(self, journal: Path, hold: Path) -> None:
        self._hold = hold
        self._file = journal.open("a", encoding="utf-8")

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        content = envelope.content
        assert isinstance(content, bytes)
        login: Any = session.auth_data
        message_id = str(message_from_bytes(content)["Message-ID"])
        message = message_id.strip("<>").partition("@")[0]
        copy = Copy(time.monotonic(), login.login.decode(), message, message_id, sha256(content).hexdigest())
        self._file.write(json.dumps(copy) + "\n")
        self._file.flush()
        while self._hold.exists():
            await asyncio.sleep(0.01)
        return "250 OK"


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword), auth_data=data)


def _serve(listening: socket.socket, journal: Path, hold: Path) -> None:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(_serve_on(listening, _Handler(journal, hold)))


async def _serve_on(listening: socket.socket, handler: _Handler) -> None:
    def protocol() -> SMTP:
        return SMTP(handler, hostname="sink.example", authenticator=_login, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(protocol, sock=listening)
    await server.serve_forever()
