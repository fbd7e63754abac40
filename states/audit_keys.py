"""Keys for the heads of the log: Ed25519 (RFC 8032). The private key lies in a file outside the database.

Who can write to the database but has not got the key cannot make heads; so the file belongs on another machine, or at
least to another user, than the database.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..config.errors import InvalidInputError
from ..config.os_errors import cause


class PublicKey(NamedTuple):
    """A key that tells whether a head is genuine; may be given to anybody."""

    id: str
    key: Ed25519PublicKey

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether the holder of the private key signed `message`."""
        try:
            self.key.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True

    def pem(self) -> str:
        """The key as text, to be kept by whoever checks."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_bytes(encoding, form).decode()


class SigningKey(NamedTuple):
    """A key that signs heads."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return _public(self.key.public_key())

    def sign(self, message: bytes) -> str:
        """The signature, in hexadecimal digits."""
        return self.key.sign(message).hex()


def generate_key(path: Path) -> SigningKey:
    """Make a new key and keep it in a new file that only its owner can read.

    Raises:
        InvalidInputError: The file exists already or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InvalidInputError("audit_key_unwritable", path=str(path), detail=cause(error)) from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    return SigningKey(key)


def load_signing_key(path: Path) -> SigningKey:
    """The private key in a PEM file.

    Raises:
        InvalidInputError: There is no Ed25519 private key in the file.
    """
    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInputError("audit_key_invalid", path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInputError("audit_key_invalid", path=str(path))
    return SigningKey(key)


def load_public_key(path: Path) -> PublicKey:
    """The public key in a PEM file, which may also hold the private one.

    Raises:
        InvalidInputError: There is no Ed25519 key in the file.
    """
    if b"PRIVATE KEY" in _read(path):
        return load_signing_key(path).public
    try:
        key = serialization.load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidInputError("audit_key_invalid", path=str(path)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInputError("audit_key_invalid", path=str(path))
    return _public(key)


def _public(key: Ed25519PublicKey) -> PublicKey:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return PublicKey(sha256(raw).hexdigest()[:16], key)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError("audit_key_unreadable", path=str(path), detail=cause(error)) from error
