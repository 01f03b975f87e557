"""The report of a verification. Pure."""

from collections import Counter

from migrator.kinds import KINDS
from migrator.model.keys import Key, kind_of
from migrator.prefect_api.contact import Side
from migrator.reporting.model import DifferenceForm, KindComparison, SideForm, VerifyForm


def report_of_verification(
    source: Side,
    destination: Side,
    *,
    same: list[Key],
    missing: list[Key],
    extra: list[Key],
    different: dict[Key, tuple[str, ...]],
    unverifiable: dict[Key, tuple[str, ...]],
    left_out: dict[Key, tuple[str, ...]],
) -> VerifyForm:
    """The machine form of a verification: keys and places, never values."""
    counted = {
        "same": _by_kind(same),
        "missing": _by_kind(missing),
        "extra": _by_kind(extra),
        "different": _by_kind(list(different)),
        "unverifiable": _by_kind(list(unverifiable)),
    }
    kinds = {kind.name: {name: counts[kind.name] for name, counts in counted.items()} for kind in KINDS}
    return VerifyForm(
        source=SideForm.model_validate(source),
        destination=SideForm.model_validate(destination),
        same=len(same),
        missing=list(missing),
        extra=list(extra),
        different=_places(different),
        unverifiable=_places(unverifiable),
        left_out=_places(left_out),
        kinds={kind: KindComparison(**counts) for kind, counts in kinds.items() if any(counts.values())},
    )


def _places(found: dict[Key, tuple[str, ...]]) -> list[DifferenceForm]:
    return [DifferenceForm(key=key, fields=list(fields)) for key, fields in found.items()]


def _by_kind(keys: list[Key]) -> Counter[str]:
    return Counter(kind_of(key) for key in keys)
