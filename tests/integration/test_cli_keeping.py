"""Keeping an installation by the command line: database, lifecycles, log, outbox, doctor."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.smtp import certified, smtp_server


def statements(vorgang: Vorgang, *sql: str) -> None:
    """Change the database past the application."""
    with closing(sqlite3.connect(vorgang.database)) as connection:
        for one in sql:
            connection.execute(one)
        connection.commit()


def statuses(vorgang: Vorgang) -> dict[str, str]:
    """What doctor says of each thing it looked at."""
    answer = vorgang("doctor", "--json")
    checks = answer.document["checks"]
    failed = [one for one in checks if one["status"] == "failure"]
    assert answer.code == (1 if failed else 0)
    assert all(one["remedy_de"] and one["remedy_en"] for one in checks if one["status"] != "ok")
    return {one["check"]: one["status"] for one in checks}


def test_a_database_is_made_checked_and_found_changed(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.database = tmp_path / "neu" / "vorgang.db"
    assert vorgang.json("db", "upgrade")["before"] is None
    assert vorgang.json("db", "check")["state"] == "current"
    again = vorgang.json("db", "upgrade")
    assert again["before"] == again["after"]
    statements(vorgang, "ALTER TABLE vorgang_case ADD COLUMN fremd TEXT")
    answer = vorgang("db", "check", "--json")
    assert (answer.code, answer.document["state"]) == (1, "drifted")
    assert any("fremd" in one for one in answer.document["differences"])


def test_a_profile_is_read_by_name_or_from_a_file_and_may_be_repeated(vorgang: Vorgang, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "config" / "profiles" / "hagen.toml"
    own = tmp_path / "eigene.toml"
    own.write_text(shipped.read_text("utf-8").replace('"Stadt Hagen"', '"Stadt Hagen an der Volme"', 1), "utf-8")
    (tmp_path / "unfug.toml").write_text("das ist kein Profil", "utf-8")
    first = vorgang.json("db", "profile", own)
    assert (first["body"], first["name"]) == ("hagen", "Stadt Hagen an der Volme")
    assert vorgang.json("db", "profile", own) == first
    assert vorgang.fails(5, "db", "profile", "hgaen")["code"] == "profile_unknown"
    assert vorgang.fails(6, "db", "profile", tmp_path / "unfug.toml")["findings"]


def test_the_shipped_lifecycles_are_sound(vorgang: Vorgang) -> None:
    checked = vorgang.json("lifecycle", "check")
    assert {"anfrage", "mitzeichnung", "beratung", "zusage"} <= {one["id"] for one in checked["checked"]}
    assert checked["findings"] == []
    assert "anfrage" in vorgang("lifecycle", "list").out


def test_what_is_wrong_with_a_lifecycle_is_found_before_it_runs(vorgang: Vorgang, tmp_path: Path) -> None:
    folder = tmp_path / "eigene"
    folder.mkdir()
    own = folder / "anfrage.toml"
    own.write_text(
        'id = "anfrage"\nversion = 2\nextends = "anfrage"\n\n[event.zulassen]\nby = ["geschaeftstelle"]\n', "utf-8"
    )
    for path in (folder, own):
        answer = vorgang("lifecycle", "check", path, "--json")
        assert answer.code == 1
        (finding,) = answer.document["findings"]
        assert finding["file"].endswith("eigene/anfrage.toml")
        assert "geschaeftsstelle" in finding["remedy_de"]
    printed = vorgang("lifecycle", "check", folder)
    assert "geschaeftstelle" in printed.out
    own.write_text("id = [", "utf-8")
    assert vorgang("lifecycle", "check", own).code == 1


@pytest.mark.parametrize(("form", "begins"), [("svg", "<svg"), ("mermaid", "---\ntitle: Anfrage")])
def test_a_picture_goes_to_the_output_or_into_a_file(vorgang: Vorgang, tmp_path: Path, form: str, begins: str) -> None:
    printed = vorgang("lifecycle", "diagram", "anfrage", "--format", form).out
    assert printed.startswith(begins)
    target = tmp_path / "bild"
    assert vorgang.json("lifecycle", "diagram", "anfrage", "--format", form, "-o", target)["file"] == str(target)
    assert target.read_text("utf-8").rstrip("\n") == printed.rstrip("\n")
    assert vorgang.json("lifecycle", "diagram", "anfrage", "--format", form)["content"].startswith(begins)
    assert vorgang.fails(5, "lifecycle", "diagram", "anfarge")["code"] == "lifecycle_unknown"


def test_a_changed_log_is_found(vorgang: Vorgang) -> None:
    vorgang.opened()
    assert vorgang.json("audit", "verify")["ok"]
    with closing(sqlite3.connect(vorgang.database)) as connection:
        guards = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    assert guards
    drops = [f"DROP TRIGGER {name}" for name in guards]
    statements(vorgang, *drops, "UPDATE vorgang_transition SET target = 'abgeschlossen'")
    answer = vorgang("audit", "verify", "--json")
    assert (answer.code, answer.document["ok"]) == (1, False)
    printed = vorgang("audit", "verify")
    assert "[audit_changed]" in printed.out


def test_the_end_of_the_log_is_signed_and_held_against_what_was_kept(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.opened()
    key = tmp_path / "key.pem"
    assert vorgang.fails(2, "audit", "sign")["code"] == "cli_key_missing"
    made = vorgang.json("audit", "keygen", key)
    assert vorgang.fails(2, "audit", "keygen", key)["code"] == "audit_key_unwritable"
    head = vorgang.json("audit", "sign", "--key-file", key)
    public = tmp_path / "public.pem"
    public.write_text(made["public_key"], "utf-8")
    report = vorgang.json("audit", "verify", "--key-file", public, "--expect-head", head["hash"])
    assert (report["heads"], report["unsigned"], report["signatures_checked"]) == (1, 0, True)
    answer = vorgang("audit", "verify", "--expect-head", "0" * 64, "--json")
    assert (answer.code, answer.document["findings"][0]["code"]) == (1, "audit_anchor_missing")


def test_messages_are_held_released_and_tried_again(vorgang: Vorgang) -> None:
    vorgang.opened()
    (message,) = vorgang.json("outbox", "list")["messages"]
    assert vorgang.json("outbox", "hold", message["id"]) == {"changed": 1}
    assert vorgang.json("outbox", "list", "--status", "held")["counts"] == {"held": 1}
    assert vorgang.fails(3, "outbox", "retry", message["id"])["code"] == "message_not_possible"
    assert vorgang.json("outbox", "release", "--all") == {"changed": 1}
    assert vorgang.fails(2, "outbox", "hold")["code"] == "cli_message_or_all"
    assert vorgang.fails(5, "outbox", "hold", "01a20072-0fe9-7003-8df5-b200286bf526")["code"] == "message_unknown"
    assert "severcan" in vorgang("outbox", "list").out


def test_what_cannot_be_done_with_a_message_is_said_in_the_words_of_the_list(vorgang: Vorgang) -> None:
    vorgang.opened()
    (message,) = vorgang.json("outbox", "list", "--status", "wartend")["messages"]
    assert vorgang("outbox", "hold", message["id"]).code == 0
    assert "angehalten" in vorgang("outbox", "list").out
    refused = vorgang.fails(3, "outbox", "hold", message["id"])
    assert "ist „angehalten“; dieser Schritt ist nur möglich bei: wartend, zurückgestellt" in refused["de"]
    assert "is “held”; this step is possible only for: queued, deferred" in refused["en"]
    assert "möglich sind: wartend, in Zustellung, gesendet" in vorgang.fails(2, "outbox", "list", "--status", "x")["de"]


def test_what_is_due_is_done_once(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.opened()
    assert vorgang.json("run", "--once")["mails"]["sent"] == 1
    assert len(list((tmp_path / "var" / "mail").glob("*.eml"))) == 1
    assert vorgang.json("outbox", "list")["messages"][0]["status"] == "sent"
    assert vorgang.json("run", "--once")["mails"]["sent"] == 0


def test_what_reaches_nobody_is_a_task_after_one_run_and_shown_in_words(
    vorgang: Vorgang, caplog: pytest.LogCaptureFixture
) -> None:
    case = vorgang.opened("0815/2026", fragesteller="integrationsrat")
    answer = vorgang("run", "--once")
    assert caplog.messages == []  # whoever runs it once reads no log
    assert "neu auf der Arbeitsliste: 1 Vorgang" in answer.out
    shown = vorgang("case", "show", "0815/2026/zustellung").out
    assert "0815/2026 Zustellung klären · nicht zugestellt" in shown
    assert "Integrationsrat der Stadt Hagen (integrationsrat)" in shown
    assert "0815/2026 · Radweg am Hengsteysee" in shown
    assert shown.count(case) == 1  # the id of the case above it
    assert "Zustellung klären" in vorgang("case", "show", "0815/2026").out
    assert vorgang.json("run", "--once")["tasks"] == 0


def test_what_cannot_be_delivered_shows_in_the_exit_code(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.opened()
    (tmp_path / "var").write_text("kein Ordner", "utf-8")
    answer = vorgang("run", "--once", "--json")
    assert (answer.code, answer.document["mails"]["deferred"]) == (8, 1)


def test_doctor_finds_a_sound_installation_sound(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vorgang.opened()
    key = tmp_path / "key.pem"
    vorgang.json("audit", "keygen", key)
    monkeypatch.setenv("VORGANG_AUDIT_KEY_FILE", str(key))
    vorgang.json("audit", "sign")
    vorgang.json("run", "--once")
    found = statuses(vorgang)
    assert {name for name, status in found.items() if status != "ok"} == {"mail"}  # files only, nothing is sent
    assert "Stand 0" in vorgang("doctor").out


def test_doctor_names_what_is_amiss(vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vorgang.opened()
    statements(
        vorgang,
        "UPDATE vorgang_message SET status = 'dead', error = 'zu oft', created_at = '2020-01-01 00:00:00.000000'",
        "UPDATE vorgang_organization SET end_date = '2020-01-01' WHERE key = 'gs-integrationsrat'",
    )
    key = tmp_path / "key.pem"
    vorgang.json("audit", "keygen", key)
    key.chmod(0o644)
    monkeypatch.setenv("VORGANG_AUDIT_KEY_FILE", str(key))
    found = statuses(vorgang)
    amiss = ("dead", "ticks", "audit", "audit_key", "bodies")  # the last: a case lies with an office that has ended
    assert {name: found[name] for name in amiss} == dict.fromkeys(amiss, "warning")
    statements(vorgang, "UPDATE vorgang_message SET status = 'deferred'")
    assert statuses(vorgang)["outbox"] == "failure"


def test_doctor_ends_with_a_failure_while_nobody_is_reminded(vorgang: Vorgang) -> None:
    assert vorgang("doctor").code == 0  # set up, and nothing is due yet
    vorgang.opened()
    vorgang.json("run", "--once")
    assert vorgang("doctor").code == 0
    statements(vorgang, "UPDATE vorgang_tick SET succeeded_at = '2024-03-04 09:00:00.000000' WHERE name <> 'drain'")
    late = vorgang("doctor")
    assert late.code == 1
    assert "✘ Zeitgeber: scan_deadlines zuletzt 04.03.2024 10:00 CET: niemand wird erinnert" in late.out
    checks = vorgang("doctor", "--json").document["checks"]
    assert [one["status"] for one in checks if one["check"] == "ticks"] == ["failure", "ok", "warning"]


def test_doctor_fails_where_nothing_can_work(vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_MAIL_TO", "smtp")
    monkeypatch.setenv("VORGANG_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("VORGANG_SMTP_PORT", "1")
    templates = tmp_path / "vorlagen" / "de"
    templates.mkdir(parents=True)
    (templates / "auftrag.j2").write_text("{% block subject %}{{ nichts }}{% endblock %}", "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(templates.parent))
    found = statuses(vorgang)
    assert (found["mail"], found["templates"], found["database"]) == ("failure", "failure", "ok")
    vorgang.database = tmp_path / "fort.db"
    assert statuses(vorgang)["database"] == "failure"
    empty = tmp_path / "leer.db"
    os.close(os.open(empty, os.O_CREAT))
    vorgang.database = empty
    assert statuses(vorgang)["database"] == "failure"


def test_an_address_that_nothing_can_be_delivered_to_is_told_when_it_is_read_and_by_doctor(
    vorgang: Vorgang, tmp_path: Path
) -> None:
    shipped = Path(str(files("vorgang.config") / "profiles" / "hagen.toml")).read_text("utf-8")
    before = vorgang.json("doctor")["checks"]
    assert [one["status"] for one in before if one["check"] == "addresses"] == ["ok"]
    profile = tmp_path / "hagen.toml"
    profile.write_text(shipped.replace("fb01@hagen.example", "häkan@hagen.example", 1), "utf-8")
    (told,) = vorgang.json("db", "profile", profile)["unreachable"]
    assert "häkan@hagen.example" in told["de"]
    assert "vorgang db profile" in told["remedy_de"]
    assert "vor dem @" in vorgang("db", "profile", profile).out
    (found,) = [one for one in vorgang.json("doctor")["checks"] if one["check"] == "addresses"]
    assert found["status"] == "warning"
    assert found["en"] == told["en"]


def test_a_profile_that_ends_a_body_with_sessions_ahead_is_read_and_that_is_told(
    vorgang: Vorgang, tmp_path: Path
) -> None:
    shipped = Path(str(files("vorgang.config") / "profiles" / "hagen.toml")).read_text("utf-8")
    body = '[[organization]]\nkey = "kultur"\nname = "Kulturausschuss"\ntype = "Gremium"\n'
    profile = tmp_path / "hagen.toml"
    profile.write_text(shipped.replace("[[organization]]", f"{body}\n[[organization]]", 1), "utf-8")
    assert vorgang.json("db", "profile", profile)["notices"] == []
    vorgang.json("session", "schedule", "kultur", "2099-03-03", "--as", "randt")
    body += "until = 2099-01-01\n"
    profile.write_text(shipped.replace("[[organization]]", f"{body}\n[[organization]]", 1), "utf-8")
    assert "03.03.2099" in vorgang("init", "--profile", profile).out
    assert vorgang.json("db", "profile", profile)["notices"] == []  # it changes nothing any more


def test_doctor_names_who_is_not_written_to_and_why(vorgang: Vorgang) -> None:
    vorgang.json("outbox", "suppress", "Hakan.Severcan@Hagen.Example", "--reason", "ausgeschieden")
    vorgang.json("outbox", "suppress", "niemand@hagen.example")
    listed = vorgang.json("outbox", "suppressed")["addresses"]
    (since,) = [one["since"] for one in listed if one["reason"] == "ausgeschieden"]
    day = datetime.fromisoformat(since).astimezone(ZoneInfo("Europe/Berlin"))
    (found,) = [one for one in vorgang.json("doctor")["checks"] if one["check"] == "addresses"]
    assert found["status"] == "warning"
    for said in ("(severcan)", "hakan.severcan@hagen.example", f"seit {day:%d.%m.%Y}", "ausgeschieden"):
        assert said in found["de"]
    assert "vorgang outbox unsuppress hakan.severcan@hagen.example" in found["remedy_de"]
    vorgang.json("outbox", "unsuppress", "hakan.severcan@hagen.example")
    assert statuses(vorgang)["addresses"] == "ok"


#: What is wrong with a file of each kind, and under which heading it belongs.
BROKEN = {
    "rules": ("VORGANG_RULES", "regeln.toml", 'id = "falsch"\n'),
    "lifecycles": ("VORGANG_LIFECYCLES", "ablauf.toml", 'id = "falsch"\n'),
    "profiles": ("VORGANG_PROFILES", "profil.toml", 'key = "falsch"\n'),
    "templates": ("VORGANG_TEMPLATES", "de/erinnerung.j2", "{% block subject %}{{ nichts }}{% endblock %}"),
}


def break_(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a file of that kind that is wrong into the folder; its path."""
    variable, name, text = BROKEN[kind]
    path = folder / kind / name
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    monkeypatch.setenv(variable, str(folder / kind))
    return str(path)


@pytest.mark.parametrize("kind", BROKEN)
def test_doctor_puts_each_mistake_under_its_own_heading_and_still_says_the_rest(
    kind: str, vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = statuses(vorgang).keys()
    path = break_(kind, tmp_path, monkeypatch)
    checks = vorgang("doctor", "--json").document["checks"]
    failed = [one for one in checks if one["status"] == "failure"]
    assert {one["check"] for one in failed} == {kind}
    assert all(path in one["de"] for one in failed)
    assert sound <= {one["check"] for one in checks}


def test_doctor_tells_what_is_wrong_with_everything_at_once(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {kind: break_(kind, tmp_path, monkeypatch) for kind in BROKEN}
    checks = vorgang("doctor", "--json").document["checks"]
    for kind, path in paths.items():
        assert any(path in one["de"] for one in checks if (one["check"], one["status"]) == (kind, "failure"))
    assert {"database", "addresses", "outbox", "ticks"} <= {one["check"] for one in checks}


def test_sound_files_are_not_blamed_for_rule_sets_that_cannot_be_read(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_("rules", tmp_path, monkeypatch)
    shipped = Path(str(files("vorgang.config") / "profiles" / "hagen.toml")).read_text("utf-8")
    (tmp_path / "profile").mkdir()
    own = shipped.replace('"hagen"', '"dorf"', 1).replace('"hagen"', '"falsch"', 1)  # its key, and its rule set
    (tmp_path / "profile" / "dorf.toml").write_text(own, "utf-8")
    monkeypatch.setenv("VORGANG_PROFILES", str(tmp_path / "profile"))
    found = statuses(vorgang)
    in_part = ("lifecycles", "profiles", "calendar")
    assert {name: found[name] for name in in_part} == dict.fromkeys(in_part, "warning")
    checked = vorgang("lifecycle", "check", "--json")
    assert (checked.code, len(checked.document["checked"]) >= 5) == (1, True)
    assert all("regeln.toml" in one["file"] for one in checked.document["findings"])


def test_a_table_of_kinds_that_is_wrong_is_found_among_the_templates(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kinds.toml").write_text('[nachrichten]\ntemplates = ["eigene"]\n', "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(tmp_path))
    checks = vorgang("doctor", "--json").document["checks"]
    (found,) = [one for one in checks if one["status"] == "failure"]
    assert found["check"] == "templates"
    assert "kinds.toml" in found["de"]


#: How the mail server of a test is reached with success, but for the login.
SECURE = {"STARTTLS": "required", "CA_FILE": "ca.pem"}
USER = {"USERNAME": "vorgang", "PASSWORD": "richtig"}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({**SECURE, **USER}, "mail"),
        ({**SECURE, **USER, "PASSWORD": "falsch"}, "mail_server_login"),
        (SECURE, "mail_stranger"),
        ({"STARTTLS": "required"}, "mail_server_unreachable"),  # nobody vouches for its certificate
        ({**SECURE, "CA_FILE": "fort.pem"}, "mail_ca_file"),
        ({**SECURE, "PORT": "1"}, "mail_server_unreachable"),
    ],
)
def test_doctor_reaches_the_mail_server_as_a_delivery_does_and_sends_nothing(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], code: str
) -> None:
    login = (USER["USERNAME"], USER["PASSWORD"]) if "USERNAME" in settings else None
    with smtp_server(certified(tmp_path), login) as post:
        found = mail_check(vorgang, monkeypatch, {"PORT": str(post.server.port), **settings})
        sound = code in ("mail", "mail_stranger")
        assert (found["code"], found["status"]) == (code, "ok" if sound else "failure")
        assert vorgang("doctor").code == (0 if sound else 1)
        assert post.handler.received == []
        vorgang.opened()
        vorgang("run", "--once")
        [message] = vorgang.json("outbox", "list")["messages"]
        assert message["status"] == ("sent" if sound else "deferred")
        assert sound or found["de"] in message["error"]  # the very same words as of the delivery


def test_doctor_fails_where_a_server_does_not_offer_the_encryption_that_is_required(
    vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_server() as post:
        settings = {"PORT": str(post.server.port), "STARTTLS": "required"}
        found = mail_check(vorgang, monkeypatch, settings)
        assert (found["code"], found["status"]) == ("mail_server_unreachable", "failure")
        assert mail_check(vorgang, monkeypatch, {**settings, "STARTTLS": "auto"})["status"] == "ok"


def mail_check(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> dict[str, str]:
    """What doctor says of a mail server on the loopback that is reached with these settings."""
    monkeypatch.setenv("VORGANG_MAIL_TO", "smtp")
    for name, value in {"HOST": "127.0.0.1", **settings}.items():
        monkeypatch.setenv(f"VORGANG_SMTP_{name}", value)
    [found] = [one for one in vorgang("doctor", "--json").document["checks"] if one["check"] == "mail"]
    return dict(found)
