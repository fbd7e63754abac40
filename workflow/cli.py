"""The command line ``vorgang``: its commands put together, and how it ends.

Nothing heavy is imported here: ``vorgang --help`` and a wrong word must answer at once.
"""

import contextlib
import errno
import io
import logging
import os
import sys
import time
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer
from typer.main import get_command

from ..config.text import Lang
from . import (
    cli_absence,
    cli_audit,
    cli_bounces,
    cli_calendar,
    cli_calendar_export,
    cli_case,
    cli_case_events,
    cli_case_files,
    cli_control,
    cli_db,
    cli_deadline,
    cli_deadline_case,
    cli_deadline_plan,
    cli_doctor,
    cli_draft,
    cli_history,
    cli_init,
    cli_intake,
    cli_lifecycle,
    cli_link,
    cli_mail,
    cli_org,
    cli_org_show,
    cli_outbox,
    cli_package,
    cli_paper,
    cli_preference,
    cli_replay,
    cli_report,
    cli_retention,
    cli_rules,
    cli_run,
    cli_search,
    cli_session,
    cli_session_items,
    cli_signatures,
    cli_simulate,
    cli_template,
    cli_worklist,
)
from .cli_call import ReaderGoneError, write_json
from .cli_errors import as_error, debugging, error_document, error_lines
from .cli_help import translate
from .cli_root import app
from .wording import chosen_lang, clean, say

#: Exit codes of a shell: ended by Ctrl-C, and by a reader who went away (`vorgang case list | head`).
INTERRUPTED, READER_GONE = 130, 141
#: Standard output cannot be written to (sysexits.h: an error of input or output).
OUTPUT_FAILED = 74

_WRITE_ERRORS = frozenset({errno.ENOSPC, errno.EBADF, errno.EIO, errno.EFBIG, errno.EDQUOT})
_STDERR = 2

__all__ = ["app", "main"]

_MODULES = (
    cli_replay,
    cli_simulate,
    cli_db,
    cli_init,
    cli_intake,
    cli_history,
    cli_lifecycle,
    cli_case,
    cli_case_events,
    cli_signatures,
    cli_case_files,
    cli_link,
    cli_package,
    cli_retention,
    cli_worklist,
    cli_search,
    cli_session,
    cli_session_items,
    cli_report,
    cli_control,
    cli_deadline,
    cli_deadline_case,
    cli_deadline_plan,
    cli_rules,
    cli_calendar,
    cli_calendar_export,
    cli_absence,
    cli_org,
    cli_org_show,
    cli_preference,
    cli_audit,
    cli_bounces,
    cli_outbox,
    cli_mail,
    cli_template,
    cli_draft,
    cli_paper,
    cli_run,
    cli_doctor,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see ``vorgang --help``)."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _ready_streams()
    if not debugging():  # what a command has to say, it says itself; `run` sets up a log
        logging.lastResort = logging.NullHandler()
    lang, began = chosen_lang(arguments), time.monotonic()
    try:
        code = _commands(lang).main(
            arguments, prog_name="vorgang", standalone_mode=False, obj={"lang": lang, "began": began}
        )
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer makes an exit of Ctrl-C
            sys.stderr.write(say("aborted", lang) + "\n")
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(say("aborted", lang), err=True)
        return INTERRUPTED
    except (BrokenPipeError, ReaderGoneError):
        _discard_output()
        return READER_GONE
    except Exception as error:  # whatever happens, people get a sentence and not a traceback
        if debugging():
            traceback.print_exc()
        if not _output_failed(error):
            return _ended(error, lang, as_json="--json" in arguments)
        sys.stderr.write(say("output_failed", lang, detail=getattr(error, "strerror", "") or "") + "\n")
        _discard_output()
        return OUTPUT_FAILED


@cache
def _commands(lang: Lang) -> Any:
    """All commands in a language; whoever calls several in one process makes them once."""
    whole: Any = get_command(app)
    translate(whole, lang)
    return whole


def _ready_streams() -> None:
    """No character that a terminal cannot show, and no stream that is closed, may end a call."""
    while (lowest := os.open(os.devnull, os.O_RDONLY)) <= _STDERR:
        pass  # a database must not become what standard output was
    os.close(lowest)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
        sys.stderr = os.fdopen(_STDERR, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _output_failed(error: Exception) -> bool:
    return isinstance(error, OSError) and error.filename is None and error.errno in _WRITE_ERRORS


def _discard_output() -> None:
    """Python would complain once more when it closes the stream at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ended(error: Exception, lang: Lang, *, as_json: bool) -> int:
    """Say what went wrong, to whoever still listens."""
    try:
        return _failed(error, lang, as_json=as_json)
    except BrokenPipeError:
        _discard_output()
        return READER_GONE
    except OSError:
        _discard_output()
        return OUTPUT_FAILED


def _failed(cause: Exception, lang: Lang, *, as_json: bool) -> int:
    error = as_error(cause)
    if as_json:
        write_json(error_document(error))
    elif type(cause).__name__ == "NoArgsIsHelpError":
        typer.echo(getattr(cause, "message", ""), err=True)
    else:
        head, *more = error_lines(error, lang)
        typer.secho(clean(head), fg="red", err=True)
        for line in more:
            typer.echo(clean(line), err=True)
    return error.exit_code
