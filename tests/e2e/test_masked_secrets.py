"""A source that masks its secrets: what is masked waits for a file, or goes without where it can."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from migrator.demo.workspace.blocks import DOCUMENTS
from migrator.exit_codes import ExitCode
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.conftest import Ended, Home, Servers
from tests.e2e.prefect import Prefect
from tests.e2e.serving import proxied

pytestmark = pytest.mark.e2e

PAIR = ("--from", "masked", "--to", "destination", "--include", "block-document")
TOKEN = "block-document/secret/git-token"  # noqa: S105 - a key
AWS = "block-document/aws-credentials/data-lake"
WAREHOUSE = "block-document/warehouse-credentials/analytics"
INLINE = "block-document/warehouse/inline"
SLACK = "block-document/slack-webhook/data-alerts"
#: Values that are given in the file, and must be found at the destination only.
GIVEN = ("a token, gïven", "0123", "horse: battery", "hooks.example.com/given", "from the environment")
FILE = f"""
{TOKEN}: {{value: "{GIVEN[0]}"}}
{WAREHOUSE}:
  password: {GIVEN[1]}
  extra_secrets.pin: "{GIVEN[2]}"
{SLACK}:
  /data/url: {GIVEN[3]}
{INLINE}:
  credentials.password: {{env: INLINE_PASSWORD}}
"""


@dataclass(frozen=True)
class Story:
    """What happened, one command after another, and what the destination holds in the end."""

    home: Home
    plan: Ended
    shown: Ended
    bare: Ended
    verified: Ended
    wrong: Ended
    planned: Ended
    given: Ended
    documents: dict[str, Any]


@pytest.fixture(scope="module")
def story(servers: Servers, prefect: Prefect, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Plan, run and verify without the secrets; plan and run with them.

    A proxy of ours stands in for a Prefect Cloud role without the permission "View secret block data", which a
    self-hosted server does not know: it never asks for secrets, so that the server masks them by itself.
    """

    def without_permission(body: bytes) -> bytes:
        return (
            json.dumps(json.loads(body) | {"include_secrets": False}).encode() if b"include_secrets" in body else body
        )

    with proxied(servers.source.api_url, without_permission) as masked, prefect.server() as destination:
        urls = {"masked": masked, "destination": destination.api_url}
        profiles = {name: {"PREFECT_API_URL": url} for name, url in urls.items()}
        home = Home.made(tmp_path_factory.mktemp("masked") / "home", profiles)
        home = home.with_settings(INLINE_PASSWORD=GIVEN[4])
        (home.path / "secrets.yaml").write_text(FILE, encoding="utf-8")
        (home.path / "wrong.yaml").write_text(f"{AWS}: {{region_name: '{GIVEN[0]}'}}", encoding="utf-8")
        yield Story(
            home=home,
            plan=home.migrator("plan", *PAIR, "--json"),
            shown=home.migrator("plan", *PAIR),
            bare=home.migrator("run", *PAIR, "--yes", "--json"),
            verified=home.migrator("verify", "--run", "last", "--json"),
            wrong=home.migrator("run", *PAIR, "--yes", "--secrets", "wrong.yaml"),
            planned=home.migrator("plan", *PAIR, "--secrets", "secrets.yaml", "--json"),
            given=home.migrator("run", *PAIR, "--yes", "--secrets", "secrets.yaml", "--json"),
            documents=asyncio.run(_documents(destination.api_url)),
        )


async def _documents(url: str) -> dict[str, Any]:
    """The data of every document, by the key of its resource."""
    listed = Request("POST", "/block_documents/filter", {"include_secrets": True})
    async with Workspace(Profile("destination", url), Pressure(1)) as workspace:
        _, rows = await workspace.send(listed)
    return {f"block-document/{row['block_type']['slug']}/{row['name']}": row["data"] for row in rows}


def by_key(ended: Ended) -> dict[str, Any]:
    """The resources of a machine form."""
    return {resource["key"]: resource for resource in ended.form["resources"]}


def test_what_requires_a_masked_secret_is_skipped_with_the_line_to_add(story: Story) -> None:
    """And so is what needs it."""
    resources = by_key(story.plan)

    for key, field in ((TOKEN, "value"), (WAREHOUSE, "password"), (INLINE, "credentials.password"), (SLACK, "url")):
        assert resources[key]["action"] == "skip"
        assert f"{field}: VALUE" in resources[key]["error"]["message"]
    assert resources["block-document/warehouse/analytics"]["blocked_by"] == [WAREHOUSE]


def test_plan_lists_all_that_is_missing_at_once(story: Story) -> None:
    """In the machine form as pointers, on a terminal ready to be pasted."""
    resources = by_key(story.plan)

    assert resources[WAREHOUSE]["secrets"] == [
        "/data/password",
        "/data/extra_secrets/pin",
        "/data/extra_secrets/recovery",
    ]
    assert f"{WAREHOUSE}:\n  password:\n  extra_secrets.pin:\n  extra_secrets.recovery:\n" in story.shown.out
    assert all(f"{key}:\n" in story.shown.out for key, resource in resources.items() if resource["secrets"])


def test_what_does_not_require_it_is_created_without(story: Story) -> None:
    """With a warning; what is not masked arrives."""
    aws = by_key(story.bare)[AWS]

    assert story.bare.code == ExitCode.INCOMPLETE
    assert aws["outcome"] == "created"
    assert "without /data/aws_secret_access_key" in aws["warnings"][0]
    expected = {n: v for n, v in DOCUMENTS["aws-credentials/data-lake"].items() if n != "aws_secret_access_key"}
    assert story.documents[AWS].items() >= expected.items()
    assert "aws_secret_access_key" not in story.documents[AWS]


def test_what_was_created_without_a_secret_cannot_be_verified(story: Story) -> None:
    """It is not called different."""
    unverifiable = {resource["key"]: resource["fields"] for resource in story.verified.form["unverifiable"]}

    assert story.verified.form["different"] == []
    assert unverifiable[AWS] == ["/data/aws_secret_access_key"]


def test_given_values_arrive(story: Story) -> None:
    """From the file and from the environment, and nothing is left masked."""
    outcomes = {key: resource["outcome"] for key, resource in by_key(story.given).items()}

    assert outcomes[TOKEN] == outcomes[WAREHOUSE] == outcomes[SLACK] == outcomes[INLINE] == "created"
    assert outcomes["block-document/warehouse/analytics"] == "created"
    assert story.documents[TOKEN] == {"value": GIVEN[0]}
    assert story.documents[WAREHOUSE] == {"user": "reporting", "password": GIVEN[1], "extra_secrets": {"pin": GIVEN[2]}}
    assert story.documents[SLACK]["url"] == GIVEN[3]
    assert story.documents[INLINE]["credentials"]["password"] == GIVEN[4]
    assert "********" not in json.dumps(story.documents)


def test_the_plan_with_the_file_is_what_happens(story: Story) -> None:
    """Invariant 14."""
    assert story.planned.form["plan"] == story.given.form["plan"]
    assert story.planned.form["totals"] == story.given.form["totals"]


def test_a_field_that_is_not_masked_is_refused(story: Story) -> None:
    """Nothing in the file is ignored in silence."""
    assert story.wrong.code == ExitCode.USAGE
    assert f"region_name of {AWS}, which the source does not mask" in story.wrong.err


def test_no_given_value_rests_in_the_clear(story: Story) -> None:
    """Invariant 10: not in Redis's files, not in the workers' log, not in what was printed."""
    left = [path.read_bytes() for path in (story.home.path / "state").rglob("*") if path.is_file()]
    said = [ended.out + ended.err for ended in (story.shown, story.wrong, story.planned, story.given)]
    texts = [*left, *(text.encode() for text in said)]
    assert not [value for value in GIVEN for text in texts if len(value) > len("0123") and value.encode() in text]
