"""How often an interval holds the truth: `python -m tests.interval_coverage` prints docs/methodology.md's table.

A body of N people is made up, whose answers hang together; its KPI if everybody answered is the truth.
Then n of them answer, drawn anew each time, and the interval is computed as in an opening.
"""

import itertools
from dataclasses import dataclass

import click
import numpy as np

from analytics.kpi import METHODS, compute_kpi
from analytics.tally import count_answers
from tests.builders import official_questionnaire
from tests.crowds import crowd

DRAWS = 2_000
SIZES = (60, 120, 300, 600, 1_500)
TURNOUTS = (30, 50, 70, 90)
CONTENT = (0.6, 2.0)
SHOWN = ("fav_share/1", "mean_score/1")


@dataclass(frozen=True)
class Coverage:
    """Of so many draws: the share of intervals that held the truth, and their mean width in percentage points."""

    method: str
    truth: float
    held: float
    width: float


def cover(eligible, turnout, draws, *, content=0.6, seed=0):
    """One Coverage a method, of bodies of ``eligible`` with ``turnout`` percent answering."""
    questionnaire = official_questionnaire()
    people = crowd(eligible, eligible + seed, content=content)
    everybody = count_answers(questionnaire, people)
    random = np.random.default_rng([eligible, turnout, seed])
    truth = {name: compute_kpi(METHODS[name], questionnaire, everybody, eligible).value for name in SHOWN}
    held, width = dict.fromkeys(SHOWN, 0), dict.fromkeys(SHOWN, 0.0)
    for _ in range(draws):
        answered = random.choice(eligible, round(eligible * turnout / 100), replace=False)
        tally = count_answers(questionnaire, people[answered])
        for name in SHOWN:
            low, high = compute_kpi(METHODS[name], questionnaire, tally, eligible).ci95
            held[name] += low <= truth[name] <= high
            width[name] += 100 * float(high - low)
    return [Coverage(name, 100 * float(truth[name]), held[name] / draws, width[name] / draws) for name in SHOWN]


def main():
    """The table, row by row."""
    click.echo("| N | turnout | KPI of all | `fav_share/1` held | width | KPI of all | `mean_score/1` held | width |")
    click.echo("|---|---|---|---|---|---|---|---|")
    for content, eligible, turnout in itertools.product(CONTENT, SIZES, TURNOUTS):
        row = [str(eligible), f"{turnout} %"]
        for found in cover(eligible, turnout, DRAWS, content=content):
            row += [f"{found.truth:.1f}", f"{100 * found.held:.1f} %", f"{found.width:.1f}"]
        click.echo("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
