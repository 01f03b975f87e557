"""Sealing: bodies are compressed and encrypted wherever they rest outside the two workspaces."""

import hashlib
import os
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from migrator.engine.record import RunRecord
from migrator.errors import RefusedError, UsageError
from migrator.model.canonical import Json
from migrator.settings import Settings

#: Bytes of an AES-256 key.
KEY_BYTES = 32
#: Bytes of a nonce (NIST SP 800-38D, 8.2): random ones are safe for 2^32 bodies a key.
NONCE_BYTES = 12
#: Compression costs CPU on every body; level 1 takes most of what there is to gain in JSON.
COMPRESSION_LEVEL = 1


@dataclass(frozen=True)
class Seal:
    """Seals and opens what is bound to a place, so that no sealed body can be put in another's place."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What a run record says about the key: enough to tell another one, useless to find it."""
        return hashlib.sha256(b"migrator seal " + self.key).hexdigest()[:16]

    def close(self, content: Json, place: str) -> bytes:
        """Seal a JSON document."""
        nonce = os.urandom(NONCE_BYTES)
        text = zlib.compress(orjson.dumps(content), COMPRESSION_LEVEL)
        return nonce + AESGCM(self.key).encrypt(nonce, text, place.encode())

    def open(self, sealed: bytes, place: str) -> Json:
        """The document that was sealed.

        Raises:
            RefusedError: It was sealed with another key, for another place, or has been changed.
        """
        try:
            text = AESGCM(self.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise RefusedError(
                f"the sealed body of {place} does not open with this key", "give every worker the run's sealing key"
            ) from error
        content: Json = orjson.loads(zlib.decompress(text))
        return content


def seal_for(settings: Settings) -> Seal:
    """The seal that coordinator and workers share.

    Raises:
        UsageError: The Redis is shared, and no key was given.
    """
    if settings.sealing_key_file is not None:
        return seal_of(settings.sealing_key_file)
    if settings.redis_url is not None:
        raise UsageError(
            "a shared Redis needs a sealing key that coordinator and workers are given",
            "openssl rand -hex 32 > KEY; chmod 600 KEY; set MIGRATOR_SEALING_KEY_FILE to it, here and for every worker",
        )
    return seal_made_once(embedded_key(settings))


def seal_there(settings: Settings) -> Seal | None:
    """The seal that coordinator and workers share; None where the first run is still to make its key.

    Raises:
        UsageError: The Redis is shared, and no key was given; or what was given is none.
    """
    made_by_us = settings.redis_url is None and settings.sealing_key_file is None
    return None if made_by_us and not embedded_key(settings).exists() else seal_for(settings)


def refuse_another_key(record: RunRecord, seal: Seal) -> None:
    """Refuse to work at a run whose bodies do not open.

    Raises:
        RefusedError: It was sealed with another key.
    """
    if seal.id != record.seal:
        raise RefusedError(f"run {record.run} was sealed with another key", "name it: MIGRATOR_SEALING_KEY_FILE")


def embedded_key(settings: Settings) -> Path:
    """Where the key of embedded runs is."""
    return settings.state_dir / "sealing.key"


def seal_of(path: Path) -> Seal:
    """The seal whose key a file holds, as 64 hexadecimal digits.

    Raises:
        UsageError: There is no such file, or it holds no key.
    """
    try:
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no sealing key at {path}", "make one: openssl rand -hex 32 > FILE; chmod 600 FILE"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a sealing key", "it must hold 64 hexadecimal digits") from error
    if len(key) != KEY_BYTES:
        raise UsageError(f"{path} holds {len(key)} bytes", f"a sealing key has {KEY_BYTES}: openssl rand -hex 32")
    return Seal(key)


def seal_made_once(path: Path) -> Seal:
    """The seal of an embedded run: its key is made when it is first asked for, readable by its owner only.

    Raises:
        UsageError: No key can be made there, or what is there is none.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
    except OSError as error:
        raise UsageError(
            f"no sealing key can be made at {path}: {error.strerror}", "name another place with MIGRATOR_STATE_DIR"
        ) from error
    return seal_of(path)


def _make_key(path: Path) -> None:
    """Whole or not at all, whoever else makes it at the same time: the first to link it there has made it."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(KEY_BYTES).hex())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        Path(draft).unlink()
