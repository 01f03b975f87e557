"""The seal: what rests outside the two workspaces can be read with the key alone, in its own place alone."""

import os
import stat
import zlib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrator.engine.sealing import KEY_BYTES, NONCE_BYTES, Seal, seal_made_once, seal_of
from migrator.errors import RefusedError, UsageError
from migrator.exit_codes import ExitCode
from migrator.model.canonical import Json
from tests.unit.engine.json_documents import DOCUMENTS

SEAL = Seal(bytes(range(KEY_BYTES)))
PLACE = "run-1/7"
CONTENT = "correct horse battery staple"
KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
PLACES = st.text(st.characters(codec="utf-8"), max_size=20)


@given(document=DOCUMENTS, key=KEYS, place=PLACES)
def test_what_is_sealed_opens_as_it_was(document: Json, key: bytes, place: str) -> None:
    """Whatever a server may send."""
    seal = Seal(key)

    assert seal.open(seal.close(document, place), place) == document


@given(document=DOCUMENTS, one=KEYS, other=KEYS)
def test_another_key_does_not_open_it(document: Json, one: bytes, other: bytes) -> None:
    """Invariant 10: a body is readable only to those who were given the run's key."""
    assume(one != other)
    sealed = Seal(one).close(document, PLACE)

    with pytest.raises(RefusedError):
        Seal(other).open(sealed, PLACE)


@given(document=DOCUMENTS, one=PLACES, other=PLACES)
def test_it_does_not_open_in_another_place(document: Json, one: str, other: str) -> None:
    """Who can write to Redis cannot give one resource the body of another."""
    assume(one != other)
    sealed = SEAL.close(document, one)

    with pytest.raises(RefusedError):
        SEAL.open(sealed, other)


@given(document=DOCUMENTS, data=st.data())
def test_it_does_not_open_when_one_bit_has_changed(document: Json, data: st.DataObject) -> None:
    """Not in the nonce, not in the text, not in the tag."""
    changed = bytearray(SEAL.close(document, PLACE))
    position = data.draw(st.integers(0, len(changed) - 1))
    changed[position] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(RefusedError):
        SEAL.open(bytes(changed), PLACE)


@pytest.mark.parametrize(
    "length",
    [
        0,
        7,
        *(8, NONCE_BYTES, NONCE_BYTES + 16, -1),
    ],
)
def test_it_does_not_open_when_its_end_is_missing(length: int) -> None:
    """A torn value is refused like a changed one, however little of it is left."""
    sealed = SEAL.close([CONTENT], PLACE)

    with pytest.raises(RefusedError):
        SEAL.open(sealed[:length], PLACE)


@given(document=DOCUMENTS, key=KEYS)
def test_a_sealed_document_holds_no_plain_text(document: Json, key: bytes) -> None:
    """Invariant 10: neither the text nor its compressed form is in what rests."""
    sealed = Seal(key).close([CONTENT, document], PLACE)

    assert CONTENT.encode() not in sealed
    for start in range(len(sealed)):
        with pytest.raises(zlib.error):
            zlib.decompress(sealed[start:])


def test_the_same_document_is_sealed_differently_each_time() -> None:
    """A nonce is used once, and equal bodies cannot be told to be equal."""
    sealed = {SEAL.close([CONTENT], PLACE) for _ in range(100)}

    assert len({one[:NONCE_BYTES] for one in sealed}) == 100
    assert len({one[NONCE_BYTES:] for one in sealed}) == 100


def test_a_refusal_names_the_place_and_nothing_of_the_content() -> None:
    """Invariant 10: errors hold keys and names, never values."""
    with pytest.raises(RefusedError) as caught:
        Seal(bytes(KEY_BYTES)).open(SEAL.close([CONTENT], PLACE), PLACE)

    assert PLACE in caught.value.what
    assert "key" in caught.value.advice
    assert caught.value.exit_code is ExitCode.REFUSED


@given(one=KEYS, other=KEYS)
def test_a_keys_id_tells_it_from_others_and_does_not_hold_it(one: bytes, other: bytes) -> None:
    """The run record holds it, so that a worker with another key knows that it is another."""
    assume(one != other)

    assert Seal(one).id != Seal(other).id
    assert Seal(one).id == Seal(bytes(one)).id
    assert Seal(one).id not in one.hex()


def test_a_seal_does_not_show_its_key() -> None:
    """Invariant 10: what is printed in a traceback or a log line is readable."""
    assert repr(SEAL.key) not in repr(SEAL)
    assert SEAL.key.hex() not in repr(SEAL)


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """Invariant 10: nobody else of the machine may read it, and a second run opens what the first has sealed."""
    path = tmp_path / "state" / "sealing.key"

    first, second = seal_made_once(path), seal_made_once(path)

    assert first == second == seal_of(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert bytes.fromhex(path.read_text()) == first.key
    assert len(first.key) == KEY_BYTES


def test_two_places_have_two_keys(tmp_path: Path) -> None:
    """A key is random, not derived."""
    assert seal_made_once(tmp_path / "one").id != seal_made_once(tmp_path / "other").id


def test_who_asks_while_the_key_is_being_made_gets_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Embedded workers start together with their coordinator; none may see half a key."""
    path = tmp_path / "sealing.key"
    random, others = os.urandom, list[Seal]()

    def interrupted(size: int) -> bytes:
        monkeypatch.setattr(os, "urandom", random)
        others.append(seal_made_once(path))
        return random(size)

    monkeypatch.setattr(os, "urandom", interrupted)

    assert [seal_made_once(path)] == others


def test_a_key_file_may_end_with_a_line_break(tmp_path: Path) -> None:
    """So `openssl rand -hex 32 > FILE`, which the advice names, writes one."""
    path = tmp_path / "key"
    path.write_text(SEAL.key.hex() + "\n")

    assert seal_of(path) == SEAL


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"c0ffee", b"ab" * 31, b"ab" * 33, b"xy" * 32, b"abc", bytes(range(32)), b"\xff\xfe" * 32],
    ids=["empty", "blank", "short", "31 bytes", "33 bytes", "no digits", "odd", "raw bytes", "no text"],
)
def test_a_file_that_holds_no_key_is_named_and_not_quoted(content: bytes, tmp_path: Path) -> None:
    """Invariant 10: what is in it may be a key all the same."""
    path = tmp_path / "key"
    path.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        seal_of(path)

    assert str(path) in caught.value.what
    assert caught.value.advice
    assert caught.value.exit_code is ExitCode.USAGE
    text = content.decode(errors="replace").strip()
    assert not text or text not in caught.value.what + caught.value.advice


def test_a_key_file_that_is_not_there_is_named_with_the_way_to_make_one(tmp_path: Path) -> None:
    """A shared Redis needs one; the advice can be typed as it stands."""
    with pytest.raises(UsageError, match="no sealing key") as caught:
        seal_of(tmp_path / "missing")

    assert "openssl rand -hex 32" in caught.value.advice


def test_a_directory_is_no_key_file(tmp_path: Path) -> None:
    """As a mount of Kubernetes can turn out to be."""
    with pytest.raises(UsageError, match="cannot be read as a sealing key"):
        seal_of(tmp_path)


def test_a_place_where_no_key_can_be_made_is_named(tmp_path: Path) -> None:
    """The advice names the way out."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="file/key") as caught:
        seal_made_once(tmp_path / "file" / "key")

    assert caught.value.advice
