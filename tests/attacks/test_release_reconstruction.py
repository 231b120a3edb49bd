"""Issue: nothing that the agency stores lets a solver rebuild an answer row of a body of 15.

The attacker knows who responded, everybody's sex, position and tenure, the rule by which a response counts, and every
published value. He is even told that nobody left a blank in a hidden question. He solves integer programs for how many
in any group (by one, two or three variables) answered favourably or unfavourably. Counts that the agency must never
store are the positive control: with them the same kind of program rebuilds every row.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from analytics.methods import METHODS, favourable_options
from analytics.release import Release, read_release, release_bytes
from survey_app.domain.documents import from_payload
from tests.builders import make_campaign, official_questionnaire
from tests.certified import open_built

QUESTIONNAIRE = official_questionnaire()
QUESTIONS = QUESTIONNAIRE.substantive
OPTIONS = {question.id: len(question.options) for question in QUESTIONS}
SIZES = (2, 2, 3)
N = 15
LEFT_OUT = [7, 10]
ROUNDING = Fraction(1, 20_000)


class Program:
    """An integer program over bounded counts; rows are added one by one."""

    def __init__(self):
        self.most, self.rows, self.low, self.high = [], [], [], []

    def unknowns(self, count, most=1):
        self.most += [most] * count
        return list(range(len(self.most) - count, len(self.most)))

    def require(self, terms, low, high):
        self.rows.append(terms)
        self.low.append(float(low))
        self.high.append(float(high))

    def constraint(self):
        cells = [(r, c, float(v)) for r, terms in enumerate(self.rows) for c, v in terms.items()]
        row, column, value = zip(*cells, strict=True)
        matrix = coo_matrix((value, (row, column)), shape=(len(self.rows), len(self.most)))
        return LinearConstraint(matrix.tocsr(), self.low, self.high)

    def solve(self, objective=None):
        """Values that satisfy every row, smallest in ``objective``; None if there are none."""
        weights = np.zeros(len(self.most))
        for unknown in objective or {}:
            weights[unknown] = objective[unknown]
        everywhere = np.ones(len(self.most))
        result = milp(weights, constraints=self.constraint(), integrality=everywhere, bounds=Bounds(0, self.most))
        return None if result.x is None else np.round(result.x).astype(int)


@dataclass(frozen=True)
class Unknowns:
    """answer[kind, question] lists one count an option, of the people of one kind (sex, position, tenure alike).

    Who of a kind answered what is open by symmetry; what is left of a kind's size are blanks.
    """

    program: Program
    answer: dict


def respondents(seed, unanimous=()):
    """15 people: sex, position, tenure; answers that hang together, two of them left out."""
    random = np.random.default_rng(seed)
    people = np.column_stack([random.integers(1, size + 1, N) for size in SIZES])
    mood = random.normal(size=N)
    answers = np.zeros((N, len(QUESTIONS)), dtype=int)
    for column, question in enumerate(QUESTIONS):
        raw = 1.9 + 0.8 * mood + random.normal(size=N)
        answers[:, column] = np.clip(np.round(raw), 1, len(question.options))
        if question.id in unanimous:
            answers[:, column] = 1
    answers[random.integers(0, N, 2), LEFT_OUT] = 0
    return people, answers


def publish(people, answers) -> Release:
    """What the agency stores of this body: the Release's bytes, read as anybody reads them."""
    campaign = make_campaign([tuple(map(int, (*a, *p))) for a, p in zip(answers, people, strict=True)], eligible=20)
    return read_release(release_bytes(open_built(campaign)))


def kinds(people):
    """How many people there are of each kind."""
    return Counter(tuple(map(int, person)) for person in people)


def program_from(release: Release, people) -> Unknowns:
    """Every published value as a row."""
    program, answer = Program(), {}
    for kind, size in kinds(people).items():
        for question in QUESTIONS:
            answer[kind, question.id] = program.unknowns(OPTIONS[question.id], size)
            program.require(dict.fromkeys(answer[kind, question.id], 1), 0, size)
    unknowns, everybody = Unknowns(program, answer), list(kinds(people))
    for total in release.totals:
        if total.hidden is None:
            program.require(side(unknowns, everybody, total.question, True), total.favourable, total.favourable)
            program.require(side(unknowns, everybody, total.question, False), total.unfavourable, total.unfavourable)
        else:
            both = [side(unknowns, everybody, total.question, favourable) for favourable in (True, False)]
            program.require(both[0] | both[1], release.n, release.n)
    bases = {total.question: release.n if total.base is None else total.base for total in release.totals}
    for figure in release.kpis:
        method = METHODS[figure.method]
        weights = method.weights(QUESTIONNAIRE)
        terms = {
            unknown: weights[question] * value / bases[question]
            for (_, question), options in answer.items()
            for unknown, value in zip(options, method.option_values(len(options)), strict=True)
        }
        percent = Fraction(figure.percent) / 100
        program.require(terms, percent - ROUNDING, percent + ROUNDING)
    return unknowns


def side(unknowns, members, question, favourable):
    """Terms of how many in these kinds answered on one side."""
    middle = favourable_options(OPTIONS[question])
    chosen = slice(None, middle) if favourable else slice(middle, None)
    return {u: 1 for kind in members for u in unknowns.answer[kind, question][chosen]}


def groups(people):
    """Kinds in each group that one, two or three variables define, with the group's size."""
    sizes, found = kinds(people), {}
    for variables in itertools.chain.from_iterable(itertools.combinations(range(3), count) for count in (1, 2, 3)):
        for levels in {tuple(kind[v] for v in variables) for kind in sizes}:
            members = tuple(sorted(kind for kind in sizes if tuple(kind[v] for v in variables) == levels))
            found[members] = sum(sizes[kind] for kind in members)
    return found


def dealt(unknowns, people, solution, group, favourable):
    """The same answers to each question, dealt anew: those on one side to ``group`` first."""
    sizes, values = kinds(people), np.zeros_like(solution)
    order = sorted(sizes, key=lambda kind: kind not in group)
    for question in QUESTIONS:
        counts = [
            sum(solution[unknowns.answer[kind, question.id][o]] for kind in sizes) for o in range(OPTIONS[question.id])
        ]
        middle = favourable_options(len(counts))
        options = sorted(range(len(counts)), key=lambda option: (option < middle) != favourable)
        hand = iter([option for option in options for _ in range(counts[option])])
        for kind in order:
            for option in itertools.islice(hand, sizes[kind]):
                values[unknowns.answer[kind, question.id][option]] += 1
    return values


def exposed(unknowns, people):
    """Yield (group, question, side) about which the attacker learns more than rule 4 of disclosure control allows.

    Most are cleared by dealing the answers of one solution anew, which must satisfy every row too; for the others
    the program is solved for the most and the fewest.
    """
    sizes = groups(people)
    targets = {
        (members, question.id, favourable): side(unknowns, members, question.id, favourable)
        for members in sizes
        for question in QUESTIONS
        for favourable in (True, False)
    }
    seen = Seen({key: (sizes[key[0]], 0) for key in targets}, targets, unknowns.program.constraint())
    first = unknowns.program.solve()
    assert first is not None, "what is published must at least fit the truth"
    for members, favourable in itertools.product(sizes, (True, False)):
        seen.witness(dealt(unknowns, people, first, members, favourable))
    for key, terms in targets.items():
        for sign in (-1, 1):
            if not seen.is_open(key, sizes[key[0]]):
                seen.witness(unknowns.program.solve(dict.fromkeys(terms, sign)))
        if not seen.is_open(key, sizes[key[0]]):
            yield key


@dataclass
class Seen:
    """The fewest and most that solutions so far had in each target."""

    ranges: dict
    targets: dict
    constraint: LinearConstraint

    def witness(self, solution):
        short, over = self.constraint.residual(solution)
        if min(short.min(), over.min()) < -1e-9:
            return
        for key, terms in self.targets.items():
            value, (low, high) = int(solution[list(terms)].sum()), self.ranges[key]
            self.ranges[key] = (min(low, value), max(high, value))

    def is_open(self, key, size):
        (low, high), needed = self.ranges[key], min(3, size)
        return high >= needed and (size >= 10 or high - low >= needed)


@pytest.mark.parametrize(
    ("seed", "unanimous"), [(1, ()), (13, ("q5",)), (6, ("q1",)), (13, ("q4", "q10")), (5, ("q1", "q2", "q9"))]
)
def test_a_release_of_15_leaves_every_answer_open(seed, unanimous):
    people, answers = respondents(seed, unanimous)
    release = publish(people, answers)
    assert release.n == N
    assert set(unanimous) <= {total.question for total in release.totals if total.hidden}
    assert {total.hidden for total in release.totals if total.question in ("q8", "q11")} == {None}
    assert list(exposed(program_from(release, people), people)) == []


def test_the_record_and_the_signed_release_hold_nothing_more():
    """The only other stored document is a function of the Release; neither counts two questions together."""
    people, answers = respondents(1)
    release = publish(people, answers)
    again = from_payload(Release, release_bytes(release))
    assert again == release
    names = {field for total in release.totals for field in vars(total)}
    assert names == {"question", "hidden", "favourable", "unfavourable", "base", "options"}
    assert all(total.options is None for total in release.totals)


def test_the_attack_finds_what_a_breakdown_would_give_away():
    """Positive control: one-way breakdowns of the same body, and the attack finds exposed people."""
    people, answers = respondents(1)
    unknowns = program_from(publish(people, answers), people)
    for variable, size in enumerate(SIZES):
        for level, (column, question) in itertools.product(range(1, size + 1), enumerate(QUESTIONS)):
            chosen = answers[people[:, variable] == level, column]
            favourable = int(((chosen > 0) & (chosen <= favourable_options(OPTIONS[question.id]))).sum())
            members = [kind for kind in kinds(people) if kind[variable] == level]
            unknowns.program.require(side(unknowns, members, question.id, True), favourable, favourable)
    assert next(exposed(unknowns, people))


def test_two_unanimous_totals_hidden_alone_would_be_given_away():
    """Positive control: what rule 3 hides with them, shown."""
    people, answers = respondents(13, ("q4", "q10"))
    release = publish(people, answers)
    column = {question.id: answers[:, number] for number, question in enumerate(QUESTIONS)}
    totals = tuple(
        total if total.hidden is None or total.question in ("q4", "q10") else shown(total, column[total.question])
        for total in release.totals
    )
    assert totals != release.totals
    _, question, _ = next(exposed(program_from(replace(release, totals=totals), people), people))
    assert question in ("q4", "q10")


def shown(total, column):
    favourable = int((column <= favourable_options(OPTIONS[total.question])).sum())
    return replace(total, hidden=None, favourable=favourable, unfavourable=N - favourable, base=N)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pair_counts_and_breakdowns_rebuild_every_row(seed):
    """Positive control: the counts that an opening holds in memory, and must never store, are the answers."""
    people, answers = respondents(seed)
    rebuilt = rebuild_rows(people, answers)
    assert sorted(map(tuple, np.hstack([people, rebuilt]))) == sorted(map(tuple, np.hstack([people, answers])))


def rebuild_rows(people, answers):
    """Rows from one-way breakdowns by each variable and pair counts alone (blank counted as an option)."""
    columns = [(q, option) for q, question in enumerate(QUESTIONS) for option in range(len(question.options) + 1)]
    chosen = np.array([[int(answers[i, q] == option) for q, option in columns] for i in range(N)])
    pairs = chosen.T @ chosen
    program = Program()
    x = np.array([program.unknowns(len(columns)) for _ in range(N)])
    of_question = [[c for c, (q, _) in enumerate(columns) if q == number] for number in range(len(QUESTIONS))]
    for i, members in itertools.product(range(N), of_question):
        program.require({int(x[i, c]): 1 for c in members}, 1, 1)
    for variable, size in enumerate(SIZES):
        for level, c in itertools.product(range(1, size + 1), range(len(columns))):
            people_at = np.flatnonzero(people[:, variable] == level)
            count = int(chosen[people_at, c].sum())
            program.require({int(x[i, c]): 1 for i in people_at}, count, count)
    together = {
        (i, a, b): program.unknowns(1)[0]
        for a, b in itertools.combinations(range(len(columns)), 2)
        if columns[a][0] != columns[b][0] and pairs[a, b]
        for i in range(N)
    }
    for a, b in {(a, b) for _, a, b in together}:
        program.require({together[i, a, b]: 1 for i in range(N)}, pairs[a, b], pairs[a, b])
    for i, a in itertools.product(range(N), range(len(columns))):
        for number, members in enumerate(of_question):
            if number != columns[a][0]:
                both = [together.get((i, min(a, b), max(a, b))) for b in members]
                program.require({**{u: 1 for u in both if u is not None}, int(x[i, a]): -1}, 0, 0)
    solution = program.solve()
    assert solution is not None
    options = np.array([option for _, option in columns])
    return np.array(
        [[int(options[m][solution[x[i, m]].argmax()]) for m in map(np.array, of_question)] for i in range(N)]
    )
