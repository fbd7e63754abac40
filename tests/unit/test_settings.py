import os
from pathlib import Path

import pytest

from vorgang.config.errors import InvalidInputError
from vorgang.config.settings import load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VORGANG_")]:
        monkeypatch.delenv(name)


def test_without_any_setting_nothing_is_sent_and_nothing_is_lost() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///var/vorgang.db"
    assert settings.mail_to == "folder"
    assert settings.sqlite_synchronous == "FULL"
    assert settings.smtp_starttls == "required"
    assert settings.lang == "de"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_DATABASE_URL", "postgresql://vorgang@db/vorgang")
    monkeypatch.setenv("VORGANG_SCHEMA_NAME", "rat")
    monkeypatch.setenv("VORGANG_RULES", "/srv/a:/srv/b")
    monkeypatch.setenv("VORGANG_BASE_URL", "https://rat.example/")
    settings = load_settings()
    assert settings.database_url == "postgresql://vorgang@db/vorgang"
    assert settings.schema_name == "rat"
    assert settings.rules == (Path("/srv/a"), Path("/srv/b"))
    assert settings.base_url == "https://rat.example"


def test_arguments_win_and_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_LANG", "en")
    monkeypatch.setenv("VORGANG_SENDER", "")
    assert load_settings(lang="de").lang == "de"
    assert load_settings().sender is None


def test_secrets_come_from_files_and_do_not_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "vorgang_smtp_password").write_text("geheim\n", "utf-8")
    monkeypatch.setenv("VORGANG_SECRETS_DIR", str(tmp_path))
    settings = load_settings(smtp_username="vorgang", database_url="postgresql://u:geheim@db/v")
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == "geheim"
    assert "geheim" not in repr(settings)


def test_a_missing_folder_of_secrets_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_SECRETS_DIR", "/fehlt")
    with pytest.raises(InvalidInputError, match="/fehlt"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VORGANG_DATABASE_URL", "mysql://geheim@db"),
        ("VORGANG_SCHEMA_NAME", 'rat"; drop schema public'),
        ("VORGANG_SQLITE_SYNCHRONOUS", "OFF"),
        ("VORGANG_MAIL_TO", "fax"),
        ("VORGANG_SMTP_PORT", "achtzig"),
        ("VORGANG_SMTP_PORT", "70000"),
        ("VORGANG_SMTP_STARTTLS", "ja"),
        ("VORGANG_SENDER", "a@b.example\nBcc: c@d.example"),
        ("VORGANG_BASE_URL", "rat.example"),
        ("VORGANG_LANG", "fr"),
    ],
)
def test_a_wrong_value_names_its_variable_and_stays_unshown(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidInputError) as caught:
        load_settings()
    assert caught.value.text("de").startswith(f"Die Einstellung {variable} ist falsch")
    assert caught.value.remedy("en").startswith("Expected: ")
    assert value not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_password_without_a_user_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="VORGANG_SMTP_USERNAME"):
        load_settings(smtp_password="geheim")


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="VORGANG_DATABSE_URL"):
        load_settings(databse_url="sqlite://")


@pytest.mark.parametrize("name", ["digest_beyond", "digest_at", "watchdog_minutes", "admin_mail", "mail_to", "lang"])
def test_what_a_setting_expects_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"VORGANG_{name.upper()}", "x")
    with pytest.raises(InvalidInputError) as caught:
        load_settings()
    assert "Text(" not in caught.value.remedy("de")
    assert "eine Einstellung, die es gibt" not in caught.value.remedy("de")
    assert "a setting that exists" not in caught.value.remedy("en")
