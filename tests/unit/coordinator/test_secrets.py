"""The file of secrets: what it may say, and how it is told what is wrong with it."""

from pathlib import Path

import pytest

from migrator.coordinator.secrets import Secrets, read_secrets
from migrator.errors import UsageError
from migrator.model.keys import Key

KEY = Key("block-document/aws-credentials/prod")
#: What no message may hold.
VALUE = "hunter2hunter2"


def read(tmp_path: Path, text: str, **environment: str) -> Secrets:
    """What a file with this text holds."""
    (tmp_path / "secrets.yaml").write_text(text, encoding="utf-8")
    return read_secrets(tmp_path / "secrets.yaml", environment)


def refusal(tmp_path: Path, text: str, **environment: str) -> str:
    """How a file with this text is refused; never with a value."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text, **environment)
    said = f"{refused.value.what} {refused.value.advice}"
    assert VALUE not in said
    assert "secrets.yaml" in said
    return said


def test_a_value_stands_in_the_file_or_in_the_environment(tmp_path: Path) -> None:
    """By key and field."""
    secrets = read(tmp_path, f"{KEY}:\n  one: {VALUE}\n  a.b: {{env: PROD}}\n", PROD="from outside")

    assert secrets.fields == {KEY: {"one": VALUE, "a.b": "from outside"}}


@pytest.mark.parametrize("text", ["0123", "yes", "1e3", "2026-01-01", "0x1F", "1_000", "'~'", "'null'"])
def test_a_value_is_the_text_that_is_written(tmp_path: Path, text: str) -> None:
    """A password of digits is no number, and no octal one."""
    assert read(tmp_path, f"{KEY}: {{pin: {text}}}").fields[KEY]["pin"] == text.strip("'")


def test_a_value_may_have_several_lines(tmp_path: Path) -> None:
    """As private keys have."""
    assert read(tmp_path, f"{KEY}:\n  key: |\n    BEGIN\n    END\n").fields[KEY]["key"] == "BEGIN\nEND\n"


def test_its_values_are_not_shown(tmp_path: Path) -> None:
    """Invariant 10: not even in a debugger's words."""
    assert VALUE not in repr(read(tmp_path, f"{KEY}: {{one: {VALUE}}}"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (VALUE, "no mapping"),
        (f"- {VALUE}", "no mapping"),
        (f"{KEY}: {VALUE}", "no mapping (line 1)"),
        (f"{KEY}:\n  one: [{VALUE}]", "list for a value (line 2)"),
        (f"{KEY}:\n  one: {{two: {VALUE}}}", "mapping for a value (line 2)"),
        (f"{KEY}:\n  one: {{env: PROD, two: {VALUE}}}", "mapping for a value (line 2)"),
        (f"{KEY}:\n  one:\n  two: {VALUE}", "without a value (line 2)"),
        (f"{KEY}: {{one: abc, {VALUE}}}", "without a value (line 1)"),
        (f"{KEY}:\n  one: ''", "without a value (line 2)"),
        (f"{KEY}:\n  one: {VALUE}\n  one: {VALUE}", "a second time (line 3)"),
        (f"{KEY}: {{one: {VALUE}}}\n{KEY}: {{two: {VALUE}}}", "a second time (line 2)"),
        (f"{KEY}:\n  ? [{VALUE}]\n  : 1", "no text (line 2)"),
        (f"{KEY}: {{one: {VALUE}", "not valid YAML (line 1, column"),
        (f"{KEY}:\n\tone: {VALUE}", "not valid YAML (line 2, column 1)"),
        (f"{VALUE}: *{VALUE}", "not valid YAML (line 1, column"),
        (f"one: {VALUE}\n---\ntwo: {VALUE}", "not valid YAML"),
        (f"{KEY}: {{one: '{VALUE}\x07'}}", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_no_value(tmp_path: Path, text: str, words: str) -> None:
    """Invariant 10: a YAML parser would quote the file."""
    assert words in refusal(tmp_path, text)


@pytest.mark.parametrize("environment", [{}, {"PROD": ""}])
def test_a_variable_that_is_not_set_is_named(tmp_path: Path, environment: dict[str, str]) -> None:
    """Empty is not set: nobody has an empty secret."""
    assert "variable PROD, which is not set" in refusal(tmp_path, f"{KEY}: {{one: {{env: PROD}}}}", **environment)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And one that is no text."""
    with pytest.raises(UsageError, match="nowhere"):
        read_secrets(tmp_path / "nowhere", {})
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_secrets(tmp_path / "binary", {})


def test_a_key_that_is_not_at_the_source_is_refused(tmp_path: Path) -> None:
    """Nothing in the file is ignored in silence; the nearest name is told."""
    secrets = read(tmp_path, f"{KEY}: {{one: {VALUE}}}")

    secrets.refuse_strangers({KEY})
    with pytest.raises(UsageError, match="prod, which is not at the source") as refused:
        secrets.refuse_strangers({Key("block-document/aws-credentials/production")})
    assert "did you mean block-document/aws-credentials/production" in refused.value.advice


def test_a_value_goes_to_the_mask_that_its_field_means(tmp_path: Path) -> None:
    """By JSON pointer."""
    secrets = read(tmp_path, f"{KEY}: {{a.b: {VALUE}}}")

    assert secrets.by_place(KEY, ("/data/a/b", "/data/c")) == {"/data/a/b": VALUE}
    assert secrets.by_place(Key("block-document/aws-credentials/other"), ("/data/a/b",)) == {}


@pytest.mark.parametrize(
    ("fields", "masks", "words"),
    [
        (f"{{c: {VALUE}}}", ("/data/a/b",), "which the source does not mask"),
        (f"{{a.b: {VALUE}, /data/a/b: {VALUE}}}", ("/data/a/b",), "which is named already"),
        (f"{{a.b: {VALUE}}}", ("/data/a/b", "/data/a.b"), "which could be any of /data/a/b, /data/a.b"),
    ],
)
def test_a_field_that_means_no_one_mask_is_refused(
    tmp_path: Path, fields: str, masks: tuple[str, ...], words: str
) -> None:
    """What the source shows is taken from the source."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, f"{KEY}: {fields}").by_place(KEY, masks)
    assert words in refused.value.what
    assert VALUE not in refused.value.what
