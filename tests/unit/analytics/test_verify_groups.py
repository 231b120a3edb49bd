"""`pikir verify` on breakdowns, drivers and the verdict, and the attack that anybody can repeat from files alone."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from analytics.figures import Driver, Drivers, GroupCell, QuestionTotal
from analytics.release import Release, supersede
from analytics.verification.attack import check_attack
from analytics.verification.cells import check_drivers
from analytics.verification.findings import ClaimFalse
from analytics.verify import verify_path
from survey_app.domain import signing
from tests.builders import make_campaign, official_questionnaire
from tests.certified import certified_files, open_built, write_certified
from tests.crowds import crowd, protected

QUESTIONNAIRE = official_questionnaire()
QUESTIONS = [question.id for question in QUESTIONNAIRE.substantive]
N = 40


@pytest.fixture(scope="module")
def rows():
    """40 people: 24 men and 16 women, 28 long in service, 12 not; in each group some are on either side."""
    answers = np.ones((N, 14), dtype=np.uint8)
    for index, question in enumerate(QUESTIONNAIRE.substantive):
        answers[(np.arange(N) + index) % 3 == 0, index] = len(question.options)
    answers[:, 11] = [1] * 24 + [2] * 16
    answers[:, 12] = 2
    answers[:, 13] = np.where(np.arange(N) % 10 < 3, 2, 3)
    return answers


@pytest.fixture(scope="module")
def campaign(rows):
    return make_campaign([tuple(map(int, row)) for row in rows], eligible=50)


@pytest.fixture(scope="module")
def release(campaign):
    return open_built(campaign)


@pytest.fixture(scope="module")
def original(campaign, release, tmp_path_factory):
    return write_certified(campaign, tmp_path_factory.mktemp("exchange") / campaign.manifest.campaign_id, release)


@pytest.fixture
def folder(original, tmp_path):
    return shutil.copytree(original, tmp_path / original.name)


def publish(campaign, folder, release):
    for name, data in certified_files(campaign, release).items():
        (folder / name).write_bytes(data)


def failures(folder):
    report = verify_path(folder, QUESTIONNAIRE)
    return {(finding.check, finding.message) for finding in report.findings if finding.status == "failed"}


def with_cell(release, variable, level, question, *split, hidden=None):
    """The same Release, but this cell says something else."""
    base = sum(split) if split else None
    cell = GroupCell(question, hidden, *(split or (None, None)), base)
    return replace(release, breakdowns=tuple(_changed(g, variable, level, cell) for g in release.breakdowns))


def _changed(group, variable, level, cell):
    if (group.variable, group.level) != (variable, level):
        return group
    return replace(group, cells=tuple(cell if c.question == cell.question else c for c in group.cells))


def cell_of(release, variable, level, question):
    (group,) = (g for g in release.breakdowns if (g.variable, g.level) == (variable, level))
    return next(cell for cell in group.cells if cell.question == question)


def test_a_true_release_with_breakdowns_is_accepted(original, release):
    assert cell_of(release, "sex", "male", "q1").base
    assert cell_of(release, "tenure", "lt_1y", "q1").hidden == "small_group"
    report = verify_path(original, QUESTIONNAIRE)
    assert report.passed
    found = {finding.check: finding.status for finding in report.findings}
    checks = ("release-breakdowns", "release-questions", "release-verdict", "release-attack")
    assert [found[check] for check in checks] == ["ok"] * 4
    assert "attack" in report.limits


def false_cells(release):
    """What a cell may not say, by what is found."""
    shown = cell_of(release, "sex", "male", "q1")
    yield "cells_exceed_total", with_cell(release, "sex", "male", "q1", shown.favourable + 20, shown.unfavourable)
    yield "unsafe_shown", with_cell(release, "sex", "male", "q1", shown.base - 2, 2)
    yield "rest_unsafe", with_cell(release, "sex", "male", "q1", shown.favourable - 1, shown.unfavourable)
    yield "wrong_mark", with_cell(release, "sex", "male", "q1", hidden="small_group")
    yield "wrong_mark", with_cell(release, "tenure", "lt_1y", "q1", hidden="protected")
    yield "more_than_n", more_people(release)
    half = replace(shown, hidden="protected")
    groups = (replace(release.breakdowns[0], cells=(half, *release.breakdowns[0].cells[1:])), *release.breakdowns[1:])
    yield "half_hidden", replace(release, breakdowns=groups)
    wrong = replace(shown, base=shown.base + 1)
    groups = (replace(release.breakdowns[0], cells=(wrong, *release.breakdowns[0].cells[1:])), *release.breakdowns[1:])
    yield "differs", replace(release, breakdowns=groups)
    total = QuestionTotal("q1", "protected", None, None, None, None)
    yield "cell_without_total", replace(release, totals=(total, *release.totals[1:]))


def more_people(release):
    """Men and women who answered different questions: more of them than responses."""
    men = with_cell(release, "sex", "male", "q1", hidden="protected")
    both = [(q, cell_of(men, "sex", "female", q)) for q in QUESTIONS]
    for question, cell in both:
        men = with_cell(men, "sex", "female", question, cell.favourable, cell.unfavourable)
    men = with_cell(men, "sex", "female", "q1", *_rest(release, "q1", 0))
    return men


def _rest(release, question, index):
    total = next(total for total in release.totals if total.question == question)
    return total.favourable - index, total.unfavourable


def test_false_cells_are_found_although_signed(campaign, folder, release):
    for message, forged in false_cells(release):
        publish(campaign, folder, forged)
        assert ("release-breakdowns", message) in failures(folder), message


def test_a_false_verdict_is_found_although_signed(campaign, folder, release):
    verdict = release.verdict
    least = min(
        min(figure.favourable, figure.unfavourable)
        for figure in (*release.totals, *(cell for group in release.breakdowns for cell in group.cells))
        if figure.base
    )
    assert 0 <= verdict.worst_margin <= least - 3
    false = [
        replace(verdict, hidden=verdict.hidden | {"protected": 50}),
        replace(verdict, hidden={}),
        replace(verdict, worst_margin=least - 2),
        replace(verdict, worst_margin=-1),
        replace(verdict, worst_margin=None),
        replace(verdict, result="row_only", worst_margin=None),
    ]
    for forged in false:
        publish(campaign, folder, replace(release, verdict=forged))
        assert "release-verdict" in {check for check, _ in failures(folder)}, forged


def test_a_missing_group_is_found(campaign, folder, release):
    publish(campaign, folder, replace(release, breakdowns=release.breakdowns[1:]))
    assert "release-questions" in {check for check, _ in failures(folder)}


def test_drivers_must_be_whole_shares_of_enough_responses(release):
    others, target = QUESTIONS[:-1], QUESTIONS[-1]

    def drivers(*percents, question=target, explained=60):
        return Drivers(question, explained, tuple(map(Driver, others, percents)))

    many = replace(release, n=150, eligible=200)
    check_drivers(many, QUESTIONNAIRE)
    check_drivers(replace(many, drivers=drivers(*[10] * 10)), QUESTIONNAIRE)
    check_drivers(replace(many, drivers=drivers(*[10] * 9, 13)), QUESTIONNAIRE)
    for false in (
        drivers(*[10] * 9, 16),
        drivers(*[9] * 9, 13),
        drivers(*[10] * 9),
        drivers(*[10] * 8, -5, 25),
        drivers(*[10] * 10, question="q1"),
        drivers(*[10] * 10, explained=101),
    ):
        with pytest.raises(ClaimFalse):
            check_drivers(replace(many, drivers=false), QUESTIONNAIRE)
    with pytest.raises(ClaimFalse, match="drivers_shown"):
        check_drivers(replace(release, drivers=drivers(*[10] * 10)), QUESTIONNAIRE)


def attack(release, *earlier):
    finding = check_attack(release, earlier, QUESTIONNAIRE, "release.jws")
    return finding.status, finding.message


def test_two_releases_that_each_hold_may_not_hold_together(release: Release):
    """Each shows one level of three, and hides the others; the third, two women, is the total less both."""
    total = next(total for total in release.totals if total.question == "q3")
    levels = [group.level for group in release.breakdowns if group.variable == "tenure"]

    def showing(number, favourable, unfavourable):
        changed = release
        for level in levels[1:]:
            for question in QUESTIONS:
                changed = with_cell(changed, "tenure", level, question, hidden="protected")
        return with_cell(changed, "tenure", levels[number], "q3", favourable, unfavourable)

    first, second = showing(1, 12, 6), showing(2, total.favourable - 14, total.unfavourable - 6)
    assert attack(first) == attack(second) == ("ok", "attacked")
    assert attack(second, first) == ("failed", "exposed")
    assert attack(replace(second, root=b"other"), first) == ("ok", "attacked")


def test_two_counts_of_the_same_answers_are_said_to_be_so(release):
    first = release.totals[0]
    other = replace(first, favourable=first.favourable - 1, unfavourable=first.unfavourable + 1)
    recounted = replace(release, totals=(other, *release.totals[1:]), breakdowns=())
    assert attack(replace(release, breakdowns=()), recounted) == ("impossible", "attack_other_counts")


def test_the_kpi_less_the_rest_gives_two_unanimous_totals_away(release):
    """Rule 3 is kept to the letter, two are hidden, but the KPI says that both are unanimous."""
    rows = crowd(40, 3)
    rows[:, 3] = rows[:, 9] = 1
    figures, _ = protected(rows)
    assert sum(1 for total in figures.totals if total.hidden) > 2
    honest = replace(release, n=40, eligible=40, kpis=figures.kpis, totals=figures.totals, breakdowns=(), drivers=None)
    assert attack(honest) == ("ok", "attacked")
    assert attack(replace(honest, totals=unprotected(figures, rows))) == ("failed", "exposed")


def unprotected(figures, rows):
    """Every total but the two."""
    totals = []
    for index, total in enumerate(figures.totals):
        if total.hidden and index not in (3, 9):
            answers = rows[:, index]
            middle = len(QUESTIONNAIRE.substantive[index].options) // 2
            split = int(((answers > 0) & (answers <= middle)).sum()), int((answers > middle).sum())
            total = QuestionTotal(total.question, None, *split, sum(split), None)  # noqa: PLW2901
        totals.append(total)
    return tuple(totals)


def test_a_correction_names_all_that_it_was_attacked_with(campaign, folder, release):
    for name in ("release", "scoring-record"):
        shutil.move(folder / f"{name}.jws", folder / f"{name}-1.jws")
    for suffix in ("json", "csv"):
        shutil.move(folder / f"scoring-record.{suffix}", folder / f"scoring-record-1.{suffix}")
    first = signing.fingerprint((folder / "release-1.jws").read_text())
    fewer = with_cell(release, "sex", "male", "q1", hidden="protected")
    fewer = with_cell(fewer, "sex", "female", "q1", hidden="protected")
    hidden = {mark: count + 2 * (mark == "protected") for mark, count in release.verdict.hidden.items()}
    hidden.setdefault("protected", 2)
    for together, expected in (((first,), set()), ((), {("attacked-together", "not_attacked_together")})):
        verdict = replace(release.verdict, together=together, hidden=dict(sorted(hidden.items())))
        publish(campaign, folder, supersede(replace(fewer, verdict=verdict), first, "a group too many"))
        assert failures(folder) == expected


def test_a_correction_on_another_batch_may_show_its_row_only(campaign, folder, release):
    other = supersede(replace(release, root=bytes(32)), b"x" * 32, "another batch")
    for name in ("release", "scoring-record"):
        shutil.move(folder / f"{name}.jws", folder / f"{name}-1.jws")
    publish(campaign, folder, other)
    assert ("attacked-together", "another_batch") in failures(folder)
