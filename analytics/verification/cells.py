"""Claims about groups in a Release: breakdowns against totals, rules 1 and 2, marks, drivers, the verdict."""

from analytics.disclosure import SMALLEST_PART, Cell, is_safe
from analytics.drivers import SMALLEST_BASE_FOR_DRIVERS
from analytics.figures import GroupCell, GroupFigures
from analytics.protection import hidden_by_mark
from analytics.release import QuestionTotal, Release
from analytics.tally import most_blanks
from analytics.verification.findings import ClaimFalse, require_equal
from survey_app.domain.questionnaire import Questionnaire

WHOLE = 100


def check_groups(release: Release, questionnaire: Questionnaire) -> None:
    """Every level of every demographic question is there, with a cell for each question. Raises ClaimFalse."""
    levels = [(str(asked.name), option.code) for asked in questionnaire.demographic for option in asked.options]
    questions = [question.id for question in questionnaire.substantive]
    require_equal("breakdowns", [(group.variable, group.level) for group in release.breakdowns], levels)
    for group in release.breakdowns:
        require_equal(_name(group), [cell.question for cell in group.cells], questions)


def check_breakdowns(release: Release) -> None:
    """Cells add up to no more than the totals; nothing unsafe is shown, or left over. Raises ClaimFalse."""
    totals = {total.question: total for total in release.totals}
    shown: dict[tuple[str, str], list[Cell]] = {}
    for group in release.breakdowns:
        _check_marks(group, release)
        for cell in group.cells:
            split = _split(group, cell)
            if split is not None:
                _check_shown(group, cell, split, release)
                shown.setdefault((group.variable, cell.question), []).append(split)
    for (variable, question), cells in shown.items():
        _check_rest(variable, totals[question], sum(cells, Cell(0, 0)), release.minimum_group)
    _check_sizes(release)


def check_drivers(release: Release, questionnaire: Questionnaire) -> None:
    """Whole percents that add up, of enough responses, and only where every total is shown. Raises ClaimFalse."""
    drivers = release.drivers
    if drivers is None:
        return
    if not release.all_totals_shown or release.n < SMALLEST_BASE_FOR_DRIVERS:
        raise ClaimFalse("drivers_shown")
    *others, target = questionnaire.substantive
    require_equal("drivers", drivers.question, target.id)
    require_equal("drivers", [driver.question for driver in drivers.importances], [other.id for other in others])
    percents = [driver.importance for driver in drivers.importances]
    rounding = len(percents) / 2
    if not all(0 <= percent <= WHOLE for percent in (drivers.explained, *percents)):
        raise ClaimFalse("drivers_sum", sum=sum(percents))
    if abs(sum(percents) - WHOLE) > rounding:
        raise ClaimFalse("drivers_sum", sum=sum(percents))


def check_verdict(release: Release) -> None:
    """Its counts are those of the marks, its margin no wider than published figures allow. Raises ClaimFalse.

    Of a group whose answers are published, what remains possible is what is published: the least of those, less the
    three that the rule asks, is the widest that a margin can be.
    """
    require_equal("hidden", release.verdict.hidden, hidden_by_mark(release.figures))
    shows = _shows_more_than_a_row(release)
    if release.verdict.result == "row_only":
        if shows:
            raise ClaimFalse("row_only_shows")
        require_equal("worst_margin", release.verdict.worst_margin, None)
        return
    if release.n < release.minimum_group:
        raise ClaimFalse("differs", what="result", claimed=release.verdict.result, derived="row_only")
    margin = release.verdict.worst_margin
    widest = min([release.n, *(cell.smaller for cell in _all_shown(release))]) - SMALLEST_PART
    if margin is None and release.n <= SMALLEST_PART:
        return
    if margin is None or not 0 <= margin <= widest:
        raise ClaimFalse("differs", what="worst_margin", claimed=margin, derived=f"0 - {widest}")


def check_blanks(release: Release, questionnaire: Questionnaire) -> None:
    """Responses that count leave at most so many questions blank. Raises ClaimFalse."""
    blanks = sum(release.n - total.base for total in release.totals if total.base is not None)
    if blanks > most_blanks(questionnaire) * release.n:
        raise ClaimFalse("too_many_blanks", blanks=blanks, n=release.n)


def _check_marks(group: GroupFigures, release: Release) -> None:
    """A mark tells of the group only, so one group has one; a small group, or one of a small body, shows nothing."""
    marks = {cell.hidden for cell in group.cells} - {None}
    small_body = release.n < release.minimum_group
    if len(marks) > 1 or (small_body and marks != {"small_body"}) or (not small_body and "small_body" in marks):
        raise ClaimFalse("wrong_mark", group=_name(group))
    if marks & {"small_body", "small_group"} and any(cell.hidden is None for cell in group.cells):
        raise ClaimFalse("wrong_mark", group=_name(group))


def _split(group: GroupFigures, cell: GroupCell) -> Cell | None:
    """A cell's two parts, None if hidden. Raises ClaimFalse if it is half hidden or does not add up."""
    if cell.favourable is None or cell.unfavourable is None or cell.base is None or cell.hidden is not None:
        if cell.hidden is None or (cell.favourable, cell.unfavourable, cell.base) != (None, None, None):
            raise ClaimFalse("half_hidden", question=f"{cell.question}, {_name(group)}")
        return None
    require_equal(f"{cell.question}, {_name(group)}: base", cell.base, cell.favourable + cell.unfavourable)
    return Cell(cell.favourable, cell.unfavourable)


def _check_shown(group: GroupFigures, cell: GroupCell, split: Cell, release: Release) -> None:
    total = next((total for total in release.totals if total.question == cell.question), None)
    if total is None or total.hidden is not None:
        raise ClaimFalse("cell_without_total", question=cell.question, group=_name(group))
    if not is_safe(split, release.minimum_group):
        raise ClaimFalse("unsafe_shown", question=f"{cell.question}, {_name(group)}")


def _check_rest(variable: str, total: QuestionTotal, shown: Cell, minimum_group: int) -> None:
    """Rule 2: what is left of the total is nobody, or enough."""
    rest = Cell((total.favourable or 0) - shown.favourable, (total.unfavourable or 0) - shown.unfavourable)
    if rest.smaller < 0:
        raise ClaimFalse("cells_exceed_total", question=total.question, variable=variable)
    if rest.base and not is_safe(rest, minimum_group):
        raise ClaimFalse("rest_unsafe", question=total.question, variable=variable)


def _check_sizes(release: Release) -> None:
    """Levels of one demographic question have nobody in common, so together no more people than n.

    A level has as many as answered any question, and the smallest group's number unless it is marked as smaller.
    """
    people: dict[str, int] = {}
    for group in release.breakdowns:
        small = any(cell.hidden in {"small_body", "small_group"} for cell in group.cells)
        bases = [cell.base for cell in group.cells if cell.base is not None]
        least = max([0 if small else release.minimum_group, *bases])
        people[group.variable] = people.get(group.variable, 0) + least
    for variable, least in people.items():
        if least > release.n:
            raise ClaimFalse("more_than_n", variable=variable, people=least, n=release.n)


def _all_shown(release: Release) -> list[Cell]:
    cells = [cell for group in release.breakdowns for cell in group.cells]
    splits = [(total.favourable, total.unfavourable) for total in release.totals]
    splits += [(cell.favourable, cell.unfavourable) for cell in cells]
    return [Cell(one, other) for one, other in splits if one is not None and other is not None]


def _shows_more_than_a_row(release: Release) -> bool:
    percent = any(figure.percent is not None for figure in release.kpis)
    return percent or release.drivers is not None or bool(_all_shown(release))


def _name(group: GroupFigures) -> str:
    return f"{group.variable}: {group.level}"
