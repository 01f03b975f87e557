"""Mentions: what templates name."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.mentions import mentions

SLUGS = st.text("az09-", min_size=1, max_size=4)
NAMES = st.text("az09_äß-", min_size=1, max_size=4)
SPACES = st.text(" \n\r\t", max_size=2)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{{ prefect.variables.branch }}", ["variable/branch"]),
        ("{{prefect.variables.branch}}", ["variable/branch"]),
        ("{{ prefect.blocks.secret.token }}", ["block-document/secret/token"]),
        ("{{ prefect.blocks.json.settings.value.port }}", ["block-document/json/settings"]),
        ("https://{{ prefect.variables.host }}:{{ prefect.variables.port }}", ["variable/host", "variable/port"]),
        ("{{ prefect.variables.größe }}", ["variable/größe"]),
        ("{{\n  prefect.variables.branch\n}}", ["variable/branch"]),
        ("{{\tprefect.blocks.secret.token\r\n}}", ["block-document/secret/token"]),
        ("{{ prefect.variables.a\nb }}", []),
        ("{{ prefect.blocks.secret }}", []),
        ("{{ prefect.variables }}", []),
        ("{{ event.resource.id }} prefect.variables.branch", []),
        ("{{ $PREFECT_API_URL }}", []),
    ],
)
def test_placeholders_name_variables_and_blocks(text: str, keys: list[str]) -> None:
    """The placeholders that Prefect resolves by name, and no other text."""
    assert mentions(orjson.dumps({"pull_steps": [{"run": text}]})) == tuple(keys)


@settings(max_examples=200)
@given(slug=SLUGS, block=NAMES, variable=NAMES, space=SPACES)
def test_any_name_is_found_wherever_it_stands(slug: str, block: str, variable: str, space: str) -> None:
    """In keys and values, in whatever order, each once, sorted."""
    body = {
        f"{{{{{space}prefect.variables.{variable}{space}}}}}": [f"{{{{{space}prefect.blocks.{slug}.{block}{space}}}}}"],
        "again": f"a {{{{ prefect.variables.{variable} }}}} b",
    }

    assert mentions(orjson.dumps(body)) == (f"block-document/{slug}/{block}", f"variable/{variable}")
