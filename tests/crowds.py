"""Random bodies of the official questionnaire: answers that lean one way, gaps, and who people are."""

from dataclasses import replace

import numpy as np

from analytics.opening import count_responses
from analytics.protection import Terms, protect_and_attack
from analytics.round_protection import Part
from tests.builders import make_campaign, official_questionnaire
from tests.certified import open_built

PIN = "fav_share/1"


def crowd(n, seed, *, content=0.6):
    """Answer rows, shape (n, 14). Each question has its own leaning; a person's answers hang together."""
    random = np.random.default_rng(seed)
    questionnaire = official_questionnaire()
    disposition = random.normal(content, 1.0, n)
    columns = []
    for question in questionnaire.questions:
        options = len(question.options)
        if question.kind == "demographic":
            column = 1 + random.choice(options, n, p=np.sort(random.dirichlet([2.0] * options)))
            gaps = 0.05
        else:
            leaning = disposition + random.normal(0, 0.6) + random.logistic(0, 1, n)
            column = 1 + np.minimum(options - 1, (options / (1 + np.exp(leaning))).astype(int))
            gaps = 0.02
        columns.append(np.where(random.random(n) < gaps, 0, column))
    return np.column_stack(columns).astype(np.uint8)


def protected(rows, *, eligible=None, pinned=PIN, minimum_group=10, questionnaire=None, **more):
    """(figures, verdict) of answer rows."""
    questionnaire = questionnaire or official_questionnaire()
    eligible = eligible or len(rows)
    counted = count_responses(questionnaire, np.asarray(rows, dtype=np.uint8), eligible)
    return protect_and_attack(questionnaire, counted, Terms(pinned, minimum_group, eligible), **more)


def part_of(rows, index):
    """A body that was counted and protected, with as much of a Release as a round reads."""
    figures, verdict = protected(rows)
    template = open_built(make_campaign([[1] * 14] * 2, eligible=3, campaign_id=f"{index:032x}"))
    release = replace(
        template,
        campaign_id=f"{index:032x}",
        eligible=len(rows),
        n=len(rows),
        kpis=figures.kpis,
        totals=figures.totals,
        breakdowns=figures.breakdowns,
        drivers=figures.drivers,
        verdict=verdict,
    )
    return Part(count_responses(official_questionnaire(), rows, len(rows)), (release,))
