"""Deviations: where both sides are not alike, by what that means. Pure."""

from typing import NamedTuple

from migrator.reporting.model import DifferenceForm, VerifyForm


class Deviation(NamedTuple):
    """Resources of which a comparison found the same.

    Attributes:
        what: What it found.
        places: Where: resources, and fields of them.
    """

    what: str
    places: list[DifferenceForm]


def deviations_of(form: VerifyForm) -> list[Deviation]:
    """What was found, the worst first; nothing of what is alike."""
    deviations = [
        Deviation("missing at the destination", _whole(form.missing)),
        Deviation("different", form.different),
        Deviation("cannot be compared, as a secret is masked", form.unverifiable),
        Deviation("left out, as the destination's Prefect does not know it", form.left_out),
        Deviation("only at the destination", _whole(form.extra)),
    ]
    return [deviation for deviation in deviations if deviation.places]


def found_by_key(form: VerifyForm) -> dict[str, str]:
    """By key, the worst that was found."""
    return {
        place.key: f"{what}{' at ' if place.fields else ''}{', '.join(place.fields)}"
        for what, places in reversed(deviations_of(form))
        for place in places
    }


def _whole(keys: list[str]) -> list[DifferenceForm]:
    return [DifferenceForm(key=key, fields=[]) for key in keys]
