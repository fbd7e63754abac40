"""Settings of an installation, from environment variables (prefix ``VORGANG_``) and a folder of secrets.

A secret may stand in a file instead of the environment (Docker, systemd credentials): ``VORGANG_SECRETS_DIR`` names the
folder, and the file in it is called like the variable in lower case, such as ``vorgang_smtp_password``. The environment
wins over the file. Lists of folders are separated like those in ``PATH``.
"""

import os
import re
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from urllib.parse import unquote

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .errors import InvalidInputError
from .text import Lang, Text

PREFIX = "VORGANG_"
SECRETS_DIR = PREFIX + "SECRETS_DIR"


def _split(value: Any) -> Any:
    return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value


#: Variables that are no settings: read elsewhere.
_OTHER_VARIABLES = (SECRETS_DIR, PREFIX + "ACTOR", PREFIX + "DEBUG")
#: Set by Kubernetes for a service called vorgang, or by the tests.
_FOREIGN = re.compile(rf"{PREFIX}(SERVICE_|PORT|TEST_|.*_SERVICE_(HOST|PORT)|.*_PORT_\d)").match

Folders: TypeAlias = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """What an installation sets. Use `load_settings` to read them with readable errors."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    #: SQLAlchemy URL; ``postgresql://`` means psycopg 3. Kept out of `repr`: it may hold a password.
    database_url: str = Field(
        default="sqlite:///var/vorgang.db", pattern=r"^(sqlite|postgresql)(\+\w+)?://", repr=False
    )
    #: Schema on PostgreSQL; None: the search path of the connection.
    schema_name: str | None = Field(default=None, pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    #: FULL survives a loss of power; NORMAL may lose the last commits, never the consistency.
    sqlite_synchronous: Literal["FULL", "NORMAL", "EXTRA"] = "FULL"

    #: Folders of the municipality, after the shipped ones; later folders win.
    lifecycles: Folders = ()
    rules: Folders = ()
    profiles: Folders = ()
    templates: Folders = ()

    #: "folder" writes mails as files and sends nothing: nobody is written to before somebody decided so.
    mail_to: Literal["smtp", "folder"] = "folder"
    mail_folder: Path = Path("var/mail")
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    #: "required": STARTTLS or no mail; "auto": if the server offers it; "never"; "tls": TLS from the first byte.
    smtp_starttls: Literal["required", "auto", "never", "tls"] = "required"
    #: Certificates to trust instead of those of the system.
    smtp_ca_file: Path | None = None
    #: Connections over which mails go out at once.
    smtp_connections: int = Field(default=4, ge=1, le=50)
    #: Messages a minute: in all, and to one domain; connections at once to one domain. None: no limit.
    mail_per_minute: int | None = Field(default=None, ge=1)
    mail_domain_per_minute: int | None = Field(default=None, ge=1)
    mail_domain_connections: int | None = Field(default=None, ge=1)
    #: Address of the sender; None: that of the municipality's profile.
    sender: str | None = None
    #: Where bounces go; each message gets an address of its own out of it (name+id@domain). None: to the sender.
    return_path: str | None = None
    #: Where bounces lie: a folder of mails (a Maildir, too), or a mailbox. Read by `vorgang run`.
    bounces_folder: Path | None = None
    imap_host: str | None = None
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_username: str | None = None
    imap_password: SecretStr | None = None
    #: "tls": TLS from the first byte; "starttls"; "never".
    imap_security: Literal["tls", "starttls", "never"] = "tls"
    imap_folder: str = "INBOX"
    #: Certificates to trust instead of those of the system.
    imap_ca_file: Path | None = None
    #: What was read is moved there; None: it stays and is marked as read.
    imap_read_folder: str | None = None

    #: More mails than these to one recipient on one day go out as one; 0: never because of their number.
    digest_beyond: int = Field(default=5, ge=0)
    #: Local time of the digests that somebody has wished for.
    digest_at: time = time(9)

    #: Who is told at the next start that nobody had looked at the deadlines; None: only the log and `doctor`.
    admin_mail: str | None = None
    #: Minutes without a successful scan that are too many.
    watchdog_minutes: int = Field(default=15, ge=1)

    #: Where links in messages lead.
    base_url: str = Field(default="http://localhost:8000", pattern=r"^https?://[^\s]+$")
    #: Days for which the personal link of a mail is valid, if its case is over by then; each mail brings a new one.
    link_days: int = Field(default=30, ge=1, le=366)
    #: Private key that signs the daily heads of the audit chain.
    audit_key_file: Path | None = None
    lang: Lang = "de"

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("sender", "admin_mail", "return_path")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and ("@" not in value or not value.isprintable()):
            raise ValueError
        return value

    @model_validator(mode="after")
    def _password_needs_user(self) -> Self:
        if self.smtp_password is not None and self.smtp_username is None:
            raise ValueError("smtp_username")
        return self


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """The variables of the environment that look like settings and are none, each with the setting that comes near."""
    environ = os.environ if environ is None else environ
    known = {*(PREFIX + name.upper() for name in Settings.model_fields), *_OTHER_VARIABLES}
    found = sorted(name for name in environ if name.startswith(PREFIX) and name not in known and not _FOREIGN(name))
    return [(name, next(iter(get_close_matches(name, known, n=1, cutoff=0.75)), "")) for name in found]


def sqlite_url(path: Path | str) -> str:
    """The address of the SQLite file at `path`, whatever characters its name has."""
    name = str(path)
    for character in "%?#":
        name = name.replace(character, f"%{ord(character):02X}")
    return f"sqlite:///{name}"


def sqlite_path(url: str) -> Path | None:
    """The file that an address of SQLite names; None for other databases."""
    path = url.partition(":///")[2].partition("?")[0]
    return Path(unquote(path, errors="surrogateescape")) if url.startswith("sqlite") and path else None


_EXPECTED = {
    "database_url": Text("sqlite:///… oder postgresql://…", "sqlite:///… or postgresql://…"),
    "schema_name": Text("Kleinbuchstaben, Ziffern und _", "lower-case letters, digits and _"),
    "sqlite_synchronous": Text("FULL, NORMAL oder EXTRA", "FULL, NORMAL or EXTRA"),
    "mail_to": Text("smtp oder folder", "smtp or folder"),
    "smtp_port": Text("eine Zahl von 1 bis 65535", "a number from 1 to 65535"),
    "smtp_username": Text("ein Benutzername zum Kennwort", "a user name for the password"),
    "smtp_starttls": Text("required, auto, never oder tls", "required, auto, never or tls"),
    "smtp_connections": Text("eine Zahl von 1 bis 50", "a number from 1 to 50"),
    **dict.fromkeys(
        ("mail_per_minute", "mail_domain_per_minute", "mail_domain_connections"),
        Text("eine Zahl ab 1, oder nichts", "a number from 1 on, or nothing"),
    ),
    "digest_beyond": Text("eine ganze Zahl ab 0", "a whole number from 0 on"),
    "digest_at": Text("eine Uhrzeit wie 09:00", "a time of day such as 09:00"),
    "watchdog_minutes": Text("eine ganze Zahl ab 1 (Minuten)", "a whole number from 1 on (minutes)"),
    "link_days": Text("eine Zahl von 1 bis 366 (Tage)", "a number from 1 to 366 (days)"),
    "admin_mail": Text("eine E-Mail-Adresse", "an e-mail address"),
    "return_path": Text(
        "eine E-Mail-Adresse mit höchstens 31 Zeichen vor dem @, ohne +",
        "an e-mail address with at most 31 characters before the @, without +",
    ),
    "imap_port": Text("eine Zahl von 1 bis 65535", "a number from 1 to 65535"),
    "imap_security": Text("tls, starttls oder never", "tls, starttls or never"),
    "sender": Text("eine E-Mail-Adresse", "an e-mail address"),
    "base_url": Text("eine Adresse mit http:// oder https://", "an address with http:// or https://"),
    "lang": Text("de oder en", "de or en"),
}
_EXISTING = Text("eine Einstellung, die es gibt", "a setting that exists")


def load_settings(**overrides: Any) -> Settings:
    """The settings of the environment; `overrides` win.

    Raises:
        InvalidInputError: names the variable that is wrong and what is expected; never shows its value.
    """
    secrets = os.environ.get(SECRETS_DIR) or None
    if secrets is not None and not Path(secrets).is_dir():
        raise InvalidInputError("settings_secrets_dir", path=secrets)
    try:
        return Settings(_secrets_dir=secrets, **overrides)
    except ValidationError as error:
        raise _readable(error) from None


def _readable(error: ValidationError) -> InvalidInputError:
    first = error.errors(include_url=False, include_input=False)[0]
    # A check over several settings names the one that would mend it.
    name = str(first["loc"][0]) if first["loc"] else str(first["ctx"]["error"])
    expected = _EXPECTED.get(name, _EXISTING)
    return InvalidInputError("settings_value", variable=PREFIX + name.upper(), expected=expected)
