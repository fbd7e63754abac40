"""Handing over mails to an SMTP server: a few held connections, reused; the only module that knows aiosmtplib."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from .failures import Outage, Permanent, Temporary, brief
from .mail import Mail
from .mailer import Handover
from .return_path import ReturnPath

#: required: STARTTLS or nothing; auto: if the server offers it; never: in clear; tls: TLS from the first byte.
Security: TypeAlias = Literal["required", "auto", "never", "tls"]

_START_TLS: dict[Security, bool | None] = {"required": True, "auto": None, "never": False, "tls": False}
#: The server closes the connection, whatever it was asked (RFC 5321 §3.8).
_CLOSING = 421
_PERMANENT = 500
#: RFC 1870: the mail is too large for this server, which some say before they have seen it.
_TOO_LARGE = 552
#: RFC 4954 §6 and RFC 3207 §4: not without a login, or not in clear.
_NOT_AS_A_STRANGER = 530
#: Seconds that one mail may take, however busily the server talks, and to make a connection.
SEND_SECONDS = 120
CONNECT_SECONDS = 60


class Server(NamedTuple):
    """Where mails are handed over, and how."""

    host: str
    port: int = 587
    security: Security = "required"
    username: str | None = None
    password: str | None = None
    #: Certificates to trust instead of those of the system.
    ca_file: Path | None = None
    #: Seconds to wait for one answer of the server.
    timeout: float = 30
    #: Seconds that making a connection may take in all, with TLS and login.
    connecting: float = CONNECT_SECONDS
    #: Connections held at once.
    connections: int = 4
    #: Where bounces go; None: to the sender.
    return_path: ReturnPath | None = None

    @property
    def where(self) -> str:
        """As errors name it."""
        return f"{self.host}:{self.port}"


class SmtpMailer:
    """Hands mails over to one SMTP server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def connections(self) -> int:
        """See `mailer.Mailer`."""
        return self._server.connections

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Handover]:
        """See `mailer.Mailer`."""
        connections = _Connections(self._server)
        try:
            yield connections
        finally:
            await connections.close()

    async def reach(self) -> None:
        """Connect, encrypt and log in as for a delivery, and say goodbye; nothing is handed over.

        Raises:
            Outage: no mail can be handed over at present, and why.
        """
        connections = _Connections(self._server)
        try:
            await connections.reach()
        finally:
            await connections.close()


class _Client(SMTP):
    """Knows whether it has begun to hand over the content of a mail."""

    handing_over = False

    def close(self) -> None:
        """See `SMTP`. At once: over TLS a farewell would wait for the other side, longer than the event loop lives."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()

    async def data(self, *args: Any, **options: Any) -> SMTPResponse:
        """See `SMTP`."""
        self.handing_over = True
        return await super().data(*args, **options)


class _Connections:
    """Connections to the server, made when needed and reused."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tls: ssl.SSLContext | None = None
        self._idle: list[_Client] = []
        self._first = asyncio.Lock()
        self._reached = asyncio.Event()
        self._outage: Outage | None = None

    async def send(self, mail: Mail) -> None:
        """See `mailer.Handover`."""
        if self._idle and await self._sent_on_held(self._idle.pop(), mail):
            return
        await self._hand_over(await self._new(), mail)

    async def reach(self) -> None:
        """Make a connection and keep it. Errors as in `SmtpMailer.reach`."""
        self._keep(await self._new())

    async def _new(self) -> _Client:
        """A new connection. Until the server was reached once, one tries for all: one shows it a wrong password.

        By each mechanism that the server offers in turn, for some offer what they cannot do (see `SMTP.login`).
        """
        if self._reached.is_set():
            return await self._connected()
        async with self._first:
            if self._outage:
                raise self._outage
            try:
                client = await self._connected()
            except Outage as outage:
                if not self._reached.is_set():
                    self._outage = outage
                raise
            self._reached.set()
            return client

    async def _sent_on_held(self, held: _Client, mail: Mail) -> bool:
        """False: the server had closed the held connection; that says nothing about the mail.

        Once it has seen the content it may have taken the mail, which is then not tried again at once.
        """
        try:
            await self._hand_over(held, mail)
        except Temporary as failure:
            if held.handing_over or not _hung_up(failure.__cause__):
                raise
            return False
        return True

    async def _hand_over(self, client: _Client, mail: Mail) -> None:
        client.handing_over = False
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await client.sendmail(self._envelope_sender(mail), [mail.address], mail.content)
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            self._keep(client)
            raise _refused(error, mail, self._server) from error
        except ValueError as error:
            self._keep(client)
            raise Permanent("mail_rejected", address=mail.address, reason=brief(error)) from error
        except (SMTPException, OSError) as error:  # a timeout is an OSError
            client.close()
            raise Temporary("mail_connection_lost", address=mail.address, reason=brief(error)) from error
        except BaseException:
            client.close()
            raise
        self._keep(client)

    def _envelope_sender(self, mail: Mail) -> str:
        path = self._server.return_path
        return path.of(mail.id) if path else mail.sender

    def _keep(self, client: _Client) -> None:
        if client.is_connected:
            self._idle.append(client)

    async def _connected(self) -> _Client:
        server = self._server
        if server.security != "never":
            self._tls = self._tls or _tls_context(server)
        client = _Client(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=_START_TLS[server.security],
            username=server.username,
            password=server.password,
            tls_context=self._tls,
            timeout=server.timeout,
        )
        try:
            async with asyncio.timeout(server.connecting):
                await client.connect()
        except SMTPAuthenticationError as error:
            client.close()
            raise Outage("mail_server_login", server=server.where, reason=brief(error)) from error
        except (SMTPException, OSError) as error:
            client.close()
            raise Outage("mail_server_unreachable", server=server.where, reason=brief(error)) from error
        return client

    async def close(self) -> None:
        """Say goodbye on every connection."""
        for client in self._idle:
            with suppress(SMTPException, OSError):
                await client.quit()
            client.close()
        self._idle.clear()


def _hung_up(error: BaseException | None) -> bool:
    closing = isinstance(error, SMTPResponseException) and error.code == _CLOSING
    return closing or isinstance(error, SMTPServerDisconnected)


def _refused(error: SMTPResponseException | SMTPRecipientsRefused, mail: Mail, server: Server) -> Permanent | Temporary:
    """What an answer of the server means for the mail."""
    answer = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    reason = brief(f"{answer.code} {answer.message}")
    if answer.code == _NOT_AS_A_STRANGER:  # to the sender: whatever the mail; to one recipient, others may be taken
        kind = Outage if isinstance(answer, SMTPSenderRefused) else Temporary
        return kind("mail_server_stranger", server=server.where, reason=reason)
    # A refused sender is a mistake of our own settings, which somebody will mend.
    ours = isinstance(answer, SMTPSenderRefused) and answer.code != _TOO_LARGE
    for_good = answer.code >= _PERMANENT and not ours
    if for_good:
        return Permanent("mail_rejected", address=mail.address, reason=reason)
    return Temporary("mail_not_taken", address=mail.address, reason=reason)


def _tls_context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Outage("mail_ca_file", path=server.ca_file, reason=brief(error)) from error
