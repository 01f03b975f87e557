"""Findings: what a comparison of both sides has found, by what it means. Pure."""

from typing import NamedTuple

from migrator.reporting.model import DifferenceForm, VerifyForm


class Finding(NamedTuple):
    """Resources of which a comparison found the same.

    Attributes:
        what: What it found.
        places: Where: resources, and fields of them.
    """

    what: str
    places: list[DifferenceForm]


def findings_of(form: VerifyForm) -> list[Finding]:
    """What was found, the worst first; nothing of what is alike."""
    findings = [
        Finding("missing at the destination", _whole(form.missing)),
        Finding("different", form.different),
        Finding("cannot be compared, as a secret is masked", form.unverifiable),
        Finding("left out, as the destination's Prefect does not know it", form.left_out),
        Finding("only at the destination", _whole(form.extra)),
    ]
    return [finding for finding in findings if finding.places]


def found_by_key(form: VerifyForm) -> dict[str, str]:
    """By key, the worst that was found."""
    return {
        place.key: f"{what}{' at ' if place.fields else ''}{', '.join(place.fields)}"
        for what, places in reversed(findings_of(form))
        for place in places
    }


def _whole(keys: list[str]) -> list[DifferenceForm]:
    return [DifferenceForm(key=key, fields=[]) for key in keys]
