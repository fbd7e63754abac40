"""A real SMTP server in a process of its own. It takes every mail, and writes down each before it says so."""

import asyncio
import json
import logging
import re
import signal
import socket
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from tests.chaos.processes import Process
from vorgang.config.settings import Settings

_CASE = re.compile(r"/vorgang/([0-9a-f-]{36})")


class Copy(NamedTuple):
    """A mail that arrived whole: when (monotonic seconds of the machine), from whom, and what."""

    at: float
    #: The user name under which the worker logged in.
    worker: str
    #: The message that it is, from its Message-ID.
    message: str
    message_id: str
    digest: str
    #: To whom, and each link to a case in its words.
    recipient: str
    cases: list[str]


class Sink:
    """The server, and what it has taken."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._files = _Files(folder / "journal", folder / "hold", folder / "held")
        self._files.journal.touch()

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
            self._process = Process(_serve, listening, self._files)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.end(signal.SIGKILL)

    def settings(self, worker: str, digest_beyond: int = 0) -> Settings:
        """Those of a `worker` that delivers here, under that name."""
        return Settings(
            digest_beyond=digest_beyond,
            mail_to="smtp",
            smtp_host="127.0.0.1",
            smtp_port=self.port,
            smtp_starttls="never",
            smtp_username=worker,
            smtp_password=SecretStr("geheim"),
        )

    def taken(self) -> list[Copy]:
        """What has arrived so far."""
        lines = self._files.journal.read_text("utf-8").split("\n")
        return [Copy(*json.loads(line)) for line in lines[:-1]]  # what follows the last newline is being written

    def hold(self, command: str) -> None:
        """From now on, leave this command (``RCPT`` or ``DATA``, with the mail) without an answer."""
        self._files.held.unlink(missing_ok=True)
        self._files.hold.write_text(command)

    @property
    def held(self) -> int:
        """How many wait for their answer, or waited."""
        return self._files.held.stat().st_size if self._files.held.exists() else 0

    def let_go(self) -> None:
        """Answer all of them."""
        self._files.hold.unlink()


class _Files(NamedTuple):
    """What the server and the test tell each other."""

    journal: Path
    hold: Path
    held: Path


def _words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


class _Handler:
    def __init__(self, files: _Files) -> None:
        self._files = files
        self._file = files.journal.open("a", encoding="utf-8")

    async def handle_RCPT(  # noqa: N802  # the names and parameters are aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._perhaps_hold("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        content = envelope.content
        assert isinstance(content, bytes)
        login: Any = session.auth_data
        mail = message_from_bytes(content, policy=policy.default)
        message_id = str(mail["Message-ID"])
        copy = Copy(
            at=time.monotonic(),
            worker=login.login.decode(),
            message=message_id.strip("<>").partition("@")[0],
            message_id=message_id,
            digest=sha256(content).hexdigest(),
            recipient=envelope.rcpt_tos[0],
            cases=_CASE.findall(_words(mail)),
        )
        self._file.write(json.dumps(copy) + "\n")
        self._file.flush()
        await self._perhaps_hold("DATA")
        return "250 OK"

    async def _perhaps_hold(self, command: str) -> None:
        if not self._files.hold.exists() or self._files.hold.read_text() != command:
            return
        with self._files.held.open("a") as held:
            held.write(".")
        while self._files.hold.exists():
            await asyncio.sleep(0.01)


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword), auth_data=data)


def _serve(listening: socket.socket, files: _Files) -> None:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(_serve_on(listening, _Handler(files)))


async def _serve_on(listening: socket.socket, handler: _Handler) -> None:
    def protocol() -> SMTP:
        return SMTP(handler, hostname="sink.example", authenticator=_login, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(protocol, sock=listening)
    await server.serve_forever()
