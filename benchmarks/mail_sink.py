"""A local SMTP server that takes every mail and keeps none, in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sink() -> Iterator[int]:
    """The port of a running sink."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _serve() -> None:
    """Tell the port, and serve until standard input ends."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415  # only in the process of the sink
    from aiosmtpd.handlers import Sink  # noqa: PLC0415  # as above

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    print(port, flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    _serve()
