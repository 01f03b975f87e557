"""Rendering: templates, and how numbers and times are spelled on the page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

_ENVIRONMENT = Environment(
    loader=PackageLoader("migrator.dashboard"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


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


def lasting(seconds: float) -> str:
    """A time span, by its two largest units."""
    rest = round(seconds)
    if rest < _MINUTE:
        return f"{rest} s"
    if rest < _HOUR:
        return f"{rest // _MINUTE} min {rest % _MINUTE} s"
    if rest < _DAY:
        return f"{rest // _HOUR} h {rest % _HOUR // _MINUTE} min"
    return f"{rest // _DAY} d {rest % _DAY // _HOUR} h"


def moment(seconds: float) -> str:
    """A moment, in seconds since the epoch, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def percent(part: int, whole: int) -> int:
    """So many of a hundred; a hundred only where nothing is left."""
    return 100 * part // whole if whole else 100


_ENVIRONMENT.filters.update(spelled=spelled, lasting=lasting, moment=moment)
_ENVIRONMENT.globals.update(percent=percent)
