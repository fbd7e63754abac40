"""What the settings say about handing over mail: who takes it, how much may go out, where it comes back."""

from ..config.settings import Settings
from ..notifications.limits import Limits
from ..notifications.mailer import FolderMailer, Mailer
from ..notifications.return_path import ReturnPath, return_path
from ..notifications.smtp import Server, SmtpMailer
from ..states.installation_secrets import secret_of
from .workflow import Workflow

#: The name of the secret that signs return paths.
RETURN_PATH = "return_path"


def return_path_of(workflow: Workflow, settings: Settings) -> ReturnPath | None:
    """Where mail comes back, signed with the secret of the installation; None: to the sender."""
    if settings.return_path is None:
        return None
    return return_path(settings.return_path, secret_of(workflow.database, RETURN_PATH, workflow.clock.now()))


def make_mailer(settings: Settings, path: ReturnPath | None = None) -> Mailer:
    """The mailer that the settings ask for: a folder of ``.eml`` files, or an SMTP server."""
    if settings.mail_to == "folder":
        return FolderMailer(settings.mail_folder)
    return SmtpMailer(server_of(settings)._replace(return_path=path))


def server_of(settings: Settings) -> Server:
    """The mail server of the settings."""
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_starttls,
        settings.smtp_username,
        password,
        settings.smtp_ca_file,
        connections=settings.smtp_connections,
    )


def limits_of(settings: Settings) -> Limits | None:
    """What protects a mail server; a folder needs no protection."""
    if settings.mail_to == "folder":
        return None
    return Limits(settings.mail_per_minute, settings.mail_domain_per_minute, settings.mail_domain_connections)
