"""Rivals in turn: A B A B, so that a machine that is slow for a while is so for all of them."""

import sys
from collections.abc import Callable, Mapping

import click

from benchmarks.form import ContestForm, PointForm, RivalForm, SeriesForm

#: Does something once; returns its figures by name, the one to compare by first.
Measure = Callable[[], Mapping[str, float]]


def contest(title: str, rivals: Mapping[str, Measure], rounds: int, point: PointForm | None = None) -> ContestForm:
    """Let rivals do the same in turn.

    Args:
        title: What they do.
        rivals: By name; the first is the one that others are compared with.
        rounds: How often each does it.
        point: Where it stands among contests that differ from it in one quantity alone; they are drawn together.
    """
    measured = [
        {name: _told(f"{title}: {name}, round {number}", measure) for name, measure in rivals.items()}
        for number in range(1, rounds + 1)
    ]
    forms = [_rival(name, [figures[name] for figures in measured]) for name in rivals]
    return ContestForm(title=title, rivals=forms, point=point)


def _told(what: str, measure: Measure) -> Mapping[str, float]:
    figures = measure()
    said = ", ".join(f"{value:,.4g} {name}" for name, value in figures.items())
    click.echo(f"{what}: {said}", file=sys.stderr)
    return figures


def _rival(name: str, rounds: list[Mapping[str, float]]) -> RivalForm:
    series = [SeriesForm(name=figure, values=[figures[figure] for figures in rounds]) for figure in rounds[0]]
    return RivalForm(name=name, series=series)
