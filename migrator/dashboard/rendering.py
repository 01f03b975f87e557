"""Rendering: templates, and how numbers and times are spelled on the page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from migrator.reporting.moments import duration, estimate, moment

_ENVIRONMENT = Environment(
    loader=PackageLoader("migrator.dashboard"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, **given: Any) -> str:
    """A template, filled in."""
    return _ENVIRONMENT.get_template(template).render(**given)


def render(
    template: str, status: HTTPStatus = HTTPStatus.OK, *, headers: Mapping[str, str] | None = None, **given: Any
) -> HTMLResponse:
    """A template, filled in, as an answer."""
    return HTMLResponse(rendered(template, **given), status, headers)


def spelled(number: float) -> str:
    """A number with its thousands apart."""
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:,.1f}"  # noqa: PLR2004


def percent(part: int, whole: int) -> int:
    """So many of a hundred; a hundred only where nothing is left."""
    return 100 * part // whole if whole else 100


_ENVIRONMENT.filters.update(spelled=spelled, duration=duration, estimate=estimate, moment=moment)
_ENVIRONMENT.globals.update(percent=percent)
