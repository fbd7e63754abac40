"""Mails as servers send them back, after real ones; and an IMAP server that keeps some."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from vorgang.notifications.return_path import return_path

MESSAGE = "019b44d4-7c1a-7003-8df5-b200286bf526"
WRITTEN_TO = "hakan.severcan@hagen.example"
RETURN_PATH = "post@hagen.example"
SECRET = bytes(range(32))
PATH = return_path(RETURN_PATH, SECRET)
#: Seconds that the server waits for a client, and the test for the server.
PATIENCE = 5


def dsn(
    message: str = MESSAGE,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = WRITTEN_TO,
    to: str | None = None,
    quoted: bool = True,
    words: str = "Recipient address rejected",
) -> bytes:
    """A report after RFC 3464, as Postfix writes it. `to`: where it was sent; None: VERP's address of the message."""
    to = to or PATH.of(message)
    back = f"Message-ID: <{message}@hagen.example>\nSubject: [1062/2023] Frist\n" if quoted else "Subject: Frist\n"
    return f"""Return-Path: <>
Date: Mon,  8 Jan 2024 09:00:00 +0100 (CET)
From: MAILER-DAEMON@mx.hagen.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="A1B2C3.1704700800/mx.hagen.example"
Message-Id: <20240108080000.D4E5F6@mx.hagen.example>

This is a MIME-encapsulated message.

--A1B2C3.1704700800/mx.hagen.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.hagen.example.

--A1B2C3.1704700800/mx.hagen.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.hagen.example
Arrival-Date: Mon,  8 Jan 2024 08:59:59 +0100 (CET)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.partei.example
Diagnostic-Code: smtp; 550 {status} <{recipient}>: {words}

--A1B2C3.1704700800/mx.hagen.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{back}
--A1B2C3.1704700800/mx.hagen.example--
""".encode()


def unsigned(message: str) -> str:
    """The return path of a message as it was before return paths were signed."""
    return f"post+{message.replace('-', '')}@hagen.example"


NO_MAILBOX = "Sorry, no mailbox here by that name. (#5.1.1)"


def qmail(message: str = MESSAGE, *, recipient: str = WRITTEN_TO, words: str = NO_MAILBOX) -> bytes:
    """What qmail writes: no report, the mail itself at the end."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mail.partei.example
To: {PATH.of(message)}
Subject: failure notice

Hi. This is the qmail-send program at mail.partei.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{recipient}>:
{words}

--- Below this line is a copy of the message.

Return-Path: <vorgang@hagen.example>
Message-ID: <{message}@hagen.example>
Subject: [1062/2023] Frist

Guten Tag
""".encode()


def exim(message: str = MESSAGE, *, recipient: str = WRITTEN_TO, words: str = "550 Unrouteable address") -> bytes:
    """What Exim writes by default: no report, and it calls itself an answer by machine."""
    return f"""Return-path: <>
Received: from Debian-exim by mx.partei.example with local (Exim 4.96) id 1rMabc-0001; Mon, 08 Jan 2024 09:00:00 +0100
X-Failed-Recipients: {recipient}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.partei.example>
To: {PATH.of(message)}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1rMabc-0001@mx.partei.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {recipient}
    {words}

------ This is a copy of the message, including all the headers. ------

Return-path: <{PATH.of(message)}>
Message-ID: <{message}@hagen.example>
Subject: [1062/2023] Das Postfach ist voll

Guten Tag
""".encode()


def vacation(message: str = MESSAGE, *, said: str = "auto-replied (vacation)", more: str = "") -> bytes:
    """Somebody is away, and their server says so; `more`: further headers."""
    return f"""From: Hakan Severcan <{WRITTEN_TO}>
To: {PATH.of(message)}
Subject: Abwesend: [1062/2023] Frist
Auto-Submitted: {said}{more}
In-Reply-To: <{message}@hagen.example>

Ich bin bis 15. Januar nicht im Haus. Ihre Mail wird nicht weitergeleitet (undeliverable).
""".encode()


class Imap:
    """As much of an IMAP server (RFC 3501, RFC 6851) as reading a mailbox needs. Folders: UIDs with mail and flags."""

    def __init__(self, *mails: bytes) -> None:
        self.folders: dict[str, dict[int, tuple[bytes, set[str]]]] = {"INBOX": {}, "Gelesen": {}}
        for number, mail in enumerate(mails, start=1):
            self.folders["INBOX"][number] = (mail, set())
        self.commands: list[str] = []
        self.selected = "INBOX"
        self.password = "geheim"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def unseen(self) -> int:
        return sum("\\Seen" not in flags for _, flags in self.folders["INBOX"].values())

    def serve(self) -> None:
        while True:
            try:
                talk, _ = self._socket.accept()
            except OSError:
                return
            talk.settimeout(PATIENCE)  # a client that says nothing more must not hold up the test
            with suppress(OSError, ValueError, LookupError), talk, talk.makefile("rwb") as stream:  # whatever it says
                self._talk(stream)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _talk(self, stream: object) -> None:
        write, flush, readline = stream.write, stream.flush, stream.readline  # type: ignore[attr-defined]  # a file
        write(b"* OK ready\r\n")
        flush()
        while line := readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.commands.append(command)
            untagged, result = self._do(command)
            write(b"".join([*(b"* " + one + b"\r\n" for one in untagged), f"{tag} {result} so\r\n".encode()]))
            flush()
            if command == "LOGOUT":
                return

    def _do(self, command: str) -> tuple[list[bytes], str]:
        words = command.replace('"', "").split()
        verb = words[1].upper() if words[0] == "UID" else words[0].upper()
        inbox = self.folders[self.selected]
        if verb == "CAPABILITY":
            return [b"CAPABILITY IMAP4rev1 MOVE"], "OK"
        if verb == "LOGIN":
            return [], "OK" if words[2] == self.password else "NO [AUTHENTICATIONFAILED] wrong"
        if verb == "SELECT":
            return [f"{len(inbox)} EXISTS".encode()], "OK [READ-WRITE]" if words[1] in self.folders else "NO no such"
        if verb == "SEARCH":
            found = [uid for uid, (_, flags) in inbox.items() if words[-1] == "ALL" or "\\Seen" not in flags]
            return [f"SEARCH {' '.join(map(str, found))}".encode()], "OK"
        if verb == "FETCH":
            size = re.search(r"<0\.(\d+)>", command)
            mail = inbox[int(words[2])][0][: int(size[1]) if size else None]
            return [f"1 FETCH (UID {words[2]} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")"], "OK"
        if verb == "STORE":
            inbox[int(words[2])][1].add("\\Seen")
        if verb == "MOVE":
            self.folders[words[3]][int(words[2])] = inbox.pop(int(words[2]))
        return ([b"BYE"], "OK") if verb == "LOGOUT" else ([], "OK")


@contextmanager
def imap_server(*mails: bytes) -> Iterator[Imap]:
    """A running server whose INBOX holds these mails."""
    server = Imap(*mails)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(PATIENCE)
