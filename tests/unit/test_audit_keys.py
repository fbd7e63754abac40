"""Keys for the heads of the log: made, kept and read."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from vorgang.config.errors import InvalidInputError
from vorgang.states.audit_keys import generate_key, load_public_key, load_signing_key

NO_KEY = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


def test_a_key_is_readable_by_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    generate_key(path)
    kept = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInputError) as caught:
        generate_key(path)
    assert caught.value.code == "audit_key_unwritable"
    assert path.read_bytes() == kept


def test_a_signature_is_verified_with_the_public_half_alone(tmp_path: Path) -> None:
    made = generate_key(tmp_path / "head.pem")
    (tmp_path / "public.pem").write_text(made.public.pem())
    signature = load_signing_key(tmp_path / "head.pem").sign(b"message")
    for name in ("public.pem", "head.pem"):
        public = load_public_key(tmp_path / name)
        assert public.id == made.public.id
        assert public.verifies(b"message", signature)
        assert not public.verifies(b"another", signature)


def test_the_name_of_a_key_comes_from_the_key(tmp_path: Path) -> None:
    key = generate_key(tmp_path / "head.pem")
    raw = key.public.key.public_bytes_raw()
    assert key.public.id == sha256(raw).hexdigest()[:16]


@pytest.mark.parametrize("load", [load_signing_key, load_public_key])
@pytest.mark.parametrize("content", [None, b"", b"no key", NO_KEY])
def test_a_file_without_a_key_is_refused(tmp_path: Path, load: Callable[[Path], object], content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        load(tmp_path / "key.pem")
    assert caught.value.code == ("audit_key_unreadable" if content is None else "audit_key_invalid")
    assert str(tmp_path) in str(caught.value)
