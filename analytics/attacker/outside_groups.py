"""The attack from outside on groups: what a question's total leaves over after all shown levels, by pigeonholes.

What is left over are answers of the hidden levels and of those who did not state theirs. If fewer than three of them
gave one of the answers, a group with more members than that is exposed; and it is proved that there is one if the
people left over are too many for all those groups to be that small, or if a mark says that one of them is large.
"""

from analytics.attacker.outside import Contradiction, Exposure, Outside
from analytics.attacker.published import Published, Split
from analytics.attacker.reach import ENOUGH


def exposed_groups(known: Outside, published: Published) -> list[Exposure]:
    """Demographic questions of which some level can be proved exposed on some question. Raises Contradiction."""
    large = _large_levels(known)
    exposures = []
    for variable, demographic in enumerate(known.questionnaire.demographic):
        levels = range(1, len(demographic.options) + 1)
        for question, cells in published.cells.items():
            shown = {level: cells[variable, level] for level in levels if (variable, level) in cells}
            hidden = [demographic.options[level - 1].code for level in levels if level not in shown]
            has_large = any((str(demographic.name), level) in large for level in hidden)
            if shown and _is_exposed(published.totals[question], shown, len(hidden) + 1, has_large=has_large):
                exposures.append(Exposure(question, str(demographic.name)))
    return exposures


def _is_exposed(total: Split, shown: dict[int, Split], groups: int, *, has_large: bool) -> bool:
    """Whether one of these ``groups`` that hold what is left over must be exposed. Raises Contradiction."""
    left = [total[side] - sum(split[side] for split in shown.values()) for side in (0, 1)]
    fewest, people = min(left), sum(left)
    if fewest < 0:
        raise Contradiction("the groups of a question add up to more than its total")
    return fewest < ENOUGH and (has_large or people > fewest * groups)


def _large_levels(known: Outside) -> frozenset[tuple[str, str]]:
    """Levels of which a mark says that they do not have too few members: three at least."""
    return frozenset(
        (group.variable, group.level)
        for figures in known.figures
        for group in figures.breakdowns
        if known.minimum_group >= ENOUGH and any(cell.hidden == "protected" for cell in group.cells)
    )
