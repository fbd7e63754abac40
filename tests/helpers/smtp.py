"""A real SMTP server on the loopback that keeps what it is given, and can be told to misbehave."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from vorgang.notifications.smtp import Security, Server

#: Says what to answer to a mail, or None to take it. Called once the whole mail has arrived.
Answer = Callable[[SMTP, Envelope], str | None]


class Received(NamedTuple):
    """A mail that arrived whole, whether or not it was taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    taken: bool
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class Handler:
    """Keeps mails; answers as told."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.answer: Answer = lambda _server, _envelope: None
        self.refused: dict[str, str] = {}

    @property
    def taken(self) -> list[Received]:
        return [mail for mail in self.received if mail.taken]

    async def handle_EHLO(  # noqa: N802  # the names and parameters are aiosmtpd's
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += not session.host_name
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802  # as above
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        answer = self.answer(server, envelope)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = Received(
            str(envelope.mail_from),
            tuple(map(str, envelope.rcpt_tos)),
            content,
            answer is None,
            session.ssl is not None,
        )
        self.received.append(mail)
        return answer or "250 OK"


class _OnSocket(Controller):
    """On a free port that nobody else can take meanwhile."""

    def __init__(self, handler: Handler, **more: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self._socket.getsockname()[1], **more)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


class Post(NamedTuple):
    """A running server, and how to reach it."""

    handler: Handler
    server: Server


def certified(folder: Path) -> ssl.SSLContext:
    """What a server on the loopback speaks TLS with; ``ca.pem`` in the folder vouches for it."""
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return tls


@contextmanager
def smtp_server(tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> Iterator[Post]:
    """A running server; with `tls` it insists on STARTTLS, with `login` on that user and password."""
    handler = Handler()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        expected = login is not None and LoginPassword(login[0].encode(), login[1].encode())
        return AuthResult(success=data == expected, handled=False)

    more: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
    if login:
        more |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    controller = _OnSocket(handler, **more)
    controller.start()
    try:
        security: Security = "required" if tls else "never"
        yield Post(handler, Server("127.0.0.1", controller.port, security))
    finally:
        controller.stop()
