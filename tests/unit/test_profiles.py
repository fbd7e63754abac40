from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vorgang.config.errors import AuthorError, NotFoundError
from vorgang.config.profile_files import load_profiles
from vorgang.config.roles import known_roles
from vorgang.config.rule_files import shipped_rules

MINIMAL = """
key = "probe"
name = "Probe"
short_name = "Probe"
land = "NW"
rules = "neutral"
sender = "vorgang@probe.example"
[functions]
geschaeftsstelle = "amt"
oberbuergermeister = "amt"
verwaltungsleitung = "amt"
aufsicht = "amt"
[[organization]]
key = "amt"
name = "Amt"
type = "Verwaltungsbereich"
email = "amt@probe.example"
"""


def findings(folder: Path, text: str) -> dict[str, tuple[str, int | None]]:
    """Key -> code and line of what is wrong in a profile with this text."""
    (folder / "probe.toml").write_text(text, "utf-8")
    with pytest.raises(AuthorError) as caught:
        load_profiles([folder])
    return {finding.key: (finding.code, finding.line) for finding in caught.value.findings}


@pytest.mark.parametrize("key", ["hagen", "kiel", "magdeburg"])
def test_shipped_profiles_reach_nobody_real(key: str) -> None:
    profile = load_profiles().get(key)
    addresses = [profile.sender.rstrip(">"), *(one.email for one in profile.organizations if one.email)]
    addresses += [person.email for person in profile.persons]
    assert all(address.endswith(f"@{key}.example") for address in addresses)


@pytest.mark.parametrize("key", ["hagen", "kiel", "magdeburg"])
def test_shipped_profiles_find_their_rules(key: str) -> None:
    profile = load_profiles().get(key)
    rules = profile.rules_on(date(2024, 3, 5), shipped_rules())
    assert (rules.id, rules.calendar.land) == (key, profile.land)
    assert profile.tz == ZoneInfo("Europe/Berlin")


def test_the_people_of_the_hagen_case() -> None:
    people = {person.key: person for person in load_profiles().get("hagen").persons}
    assert people["severcan"].also_written == ("Hakan Sevencan",)
    assert [each.organization for each in people["severcan"].memberships] == ["integrationsrat"]
    assert people["randt"].name == "Jessica Randt"
    assert people["schulz"].memberships[0].role == "Oberbürgermeister"


def test_only_three_people_of_hagen_are_not_marked_as_invented() -> None:
    people = load_profiles().get("hagen").persons
    assert {one.name for one in people if "(erfunden)" not in one.name} == {
        *("Hakan Severcan", "Jessica Randt", "Erik O. Schulz"),
    }


@pytest.mark.parametrize(
    ("key", "real"),
    [("magdeburg", {"Borris"}), ("kiel", {"Hans-Werner Tovar"})],
)
def test_only_who_signed_a_published_paper_is_not_marked_as_invented(key: str, real: set[str]) -> None:
    assert {one.name for one in load_profiles().get(key).persons if "(erfunden)" not in one.name} == real


@pytest.mark.parametrize("key", ["hagen", "kiel", "magdeburg"])
def test_behind_every_function_and_every_office_of_the_demo_there_is_somebody(key: str) -> None:
    profile = load_profiles().get(key)
    places = {each.organization for person in profile.persons for each in person.memberships}
    acting = {"geschaeftsstelle", "oberbuergermeister", "verwaltungsleitung", "aufsicht"}
    assert {profile.functions[role] for role in acting} <= places


def test_paper_numbers_look_as_in_the_real_documents() -> None:
    hagen, kiel, magdeburg = (load_profiles().get(key) for key in ("hagen", "kiel", "magdeburg"))
    numbers = [profile.number_pattern("anfrage") for profile in (hagen, kiel, magdeburg)]
    assert all(numbers)
    first, second, third = (number for number in numbers if number)
    assert first.render(321, 2022) == "0321/2022"
    assert first.follow_up("1062/2023", 1) == "1062/2023-1"
    assert second.follow_up("1199/2023", 3) == "1199/2023-03"
    assert third.render(172, 2014) == "F0172/14"
    assert magdeburg.number_pattern("einladung") is None


def test_every_function_of_the_administration_has_a_name_in_both_languages() -> None:
    assert {"geschaeftsstelle", "oberbuergermeister", "verwaltungsleitung", "aufsicht"} <= set(known_roles())
    assert all(all(role.label) for role in known_roles().values())


def test_a_town_brings_its_own_profile(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text(MINIMAL, "utf-8")
    profiles = load_profiles([tmp_path])
    assert profiles.keys == ("hagen", "kiel", "magdeburg", "probe")
    assert profiles.get("probe").functions["aufsicht"] == "amt"


def test_an_unknown_profile_gets_a_proposal() -> None:
    with pytest.raises(NotFoundError, match="Gemeint vielleicht: kiel"):
        load_profiles().get("kil")


def test_a_function_that_nobody_holds_is_found(tmp_path: Path) -> None:
    text = MINIMAL.replace('aufsicht = "amt"\n', 'aufsihct = "amt"\n')
    assert findings(tmp_path, text) == {
        "functions": ("profile_function_missing", 8),
        "functions.aufsihct": ("profile_role", 12),
    }


def test_names_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    text = MINIMAL.replace('aufsicht = "amt"', 'aufsicht = "ampt"').replace('"neutral"', '"neutrla"')
    text += '[[person]]\nkey = "p"\nname = "P"\nemail = "p@probe.example"\n'
    text += 'memberships = [{ organization = "rat", from = 2024-01-01, until = 2023-01-01 }]\n'
    assert findings(tmp_path, text) == {
        "functions.aufsicht": ("profile_organization", 12),
        "rules": ("rules_unknown", 6),
        "person[0].memberships[0].organization": ("profile_organization", 22),
        "person[0].memberships[0].until": ("profile_period", 22),
    }


def test_who_cannot_be_reached_is_found(tmp_path: Path) -> None:
    text = MINIMAL.replace('email = "amt@probe.example"\n', "") + '[[person]]\nkey = "p"\nname = "P"\nemail = "p"\n'
    assert findings(tmp_path, text) == {
        "organization[0].email": ("profile_email_missing", 13),
        "person[0].email": ("profile_email", 20),
    }


@pytest.mark.parametrize(
    ("right", "wrong", "key", "code"),
    [
        ('land = "NW"', 'land = "NRW"', "land", "config_choice"),
        ('land = "NW"', 'land = "NW"\nzone = "Europe/Hagen"', "zone", "profile_zone"),
        ('land = "NW"', 'land = "NW"\nzone = "../etc"', "zone", "profile_zone"),
        ('land = "NW"', 'land = "BY"', "rules", "profile_local_holiday"),
        ('rules = "neutral"', 'rules = "kiel"', "rules", "rules_other_land"),
        (
            'sender = "vorgang@probe.example"',
            'sender = "vorgang@probe.example\\nBcc: x@y.z"',
            "sender",
            "profile_email",
        ),
        ('key = "amt"', 'key = "Amt 1"', "organization[0].key", "profile_key"),
        ('type = "Verwaltungsbereich"', 'type = "Verwaltung"', "organization[0].type", "config_choice"),
        (
            "[functions]",
            '[numbers.paper]\npattern = "{nr}/{year}"\n[functions]',
            "numbers.paper.pattern",
            "profile_number",
        ),
        ("[functions]", '[numbers.paper]\npattern = "{number"\n[functions]', "numbers.paper.pattern", "profile_number"),
        (
            "[functions]",
            '[numbers.paper]\npattern = "{number.x}"\n[functions]',
            "numbers.paper.pattern",
            "profile_number",
        ),
        ('name = "Probe"', "name = 5", "name", "config_type"),
    ],
)
def test_a_wrong_value_is_found(tmp_path: Path, right: str, wrong: str, key: str, code: str) -> None:
    assert findings(tmp_path, MINIMAL.replace(right, wrong, 1))[key][0] == code


def test_a_party_may_have_a_language_of_its_own(tmp_path: Path) -> None:
    text = MINIMAL + 'lang = "de"\n[[person]]\nkey = "p"\nname = "P"\nemail = "p@probe.example"\nlang = "en"\n'
    (tmp_path / "probe.toml").write_text(text, "utf-8")
    profile = load_profiles([tmp_path]).get("probe")
    assert (profile.organizations[0].lang, profile.persons[0].lang) == ("de", "en")
    assert {person.lang for person in load_profiles().get("hagen").persons} == {None}
    wrong = findings(tmp_path, text.replace('"en"', '"fr"'))
    assert wrong == {"person[0].lang": ("config_choice", 23)}


def test_one_key_names_one_party(tmp_path: Path) -> None:
    text = MINIMAL + '[[person]]\nkey = "amt"\nname = "P"\nemail = "p@probe.example"\n'
    assert findings(tmp_path, text) == {"person[0].key": ("profile_key_double", 19)}


def test_one_key_names_one_municipality(tmp_path: Path) -> None:
    (tmp_path / "andere.toml").write_text(MINIMAL, "utf-8")
    assert findings(tmp_path, MINIMAL) == {"key": ("profile_double", 2)}
