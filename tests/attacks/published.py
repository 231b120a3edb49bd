"""What anybody can read in the published files of a round, whatever their form, as facts about counts.

A fact has a place and a value: (Release, question), (Release, variable, level, question), (Release, question, option)
or (Release, method); a Release is named as in the files, by campaign and number.
"""

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from decimal import Decimal

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from analytics.release import read_release
from survey_app.domain import signing
from tests.builders import official_questionnaire

QUESTIONNAIRE = official_questionnaire()
TITLES = {f"{q.number}. {q.text['en']}": q for q in QUESTIONNAIRE.substantive}
VARIABLES = {q.text["en"]: q for q in QUESTIONNAIRE.demographic}
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Facts:
    """Facts with the forms that tell them."""

    def __init__(self):
        self.told = defaultdict(lambda: defaultdict(set))
        self.releases = {}

    def learn(self, form, place, value):
        self.told[place][value].add(form)

    @property
    def contradictions(self):
        return {place: dict(values) for place, values in self.told.items() if len(values) > 1}

    def told_by(self, form):
        return {place for place, values in self.told.items() if any(form in forms for forms in values.values())}

    def read_jws(self, form, name, text):
        """A signed Release."""
        release = read_release(signing.peek(text.strip())[1])
        self.releases[name] = release
        for total in release.totals:
            if total.base is not None:
                self.learn(form, (name, total.question), (total.favourable, total.unfavourable))
            for option, count in enumerate(total.options or ()):
                codes = [o.code for q in QUESTIONNAIRE.substantive if q.id == total.question for o in q.options]
                self.learn(form, (name, total.question, codes[option]), count)
        for group in release.breakdowns:
            for cell in group.cells:
                if cell.base is not None:
                    place = (name, group.variable, group.level, cell.question)
                    self.learn(form, place, (cell.favourable, cell.unfavourable))
        for figure in release.kpis:
            if figure.percent is not None:
                self.learn(form, (name, figure.method), figure.percent)

    def read_package(self, form, data):
        """A data package: its CSV files, and the signed documents in it."""
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            for table in ("questions", "groups", "options", "methods"):
                if f"data/{table}.csv" in names:
                    rows = csv.DictReader(io.StringIO(package.read(f"data/{table}.csv").decode("utf-8-sig")))
                    for row in rows:
                        if "release" in row:
                            self._learn_row(f"{form} csv", row)
            for name in names:
                if match := re.fullmatch(r"documents/([0-9a-f]{32})-(\d+)/release.jws", name):
                    self.read_jws(f"{form} jws", f"{match[1]}/{match[2]}", package.read(name).decode())

    def _learn_row(self, form, row):
        name = row["release"]
        if "kpi_percent" in row:
            if row["kpi_percent"]:
                self.learn(form, (name, row["method"]), row["kpi_percent"])
        elif "option" in row:
            self.learn(form, (name, row["question"], row["option"]), int(row["count"]))
        elif row["favourable"]:
            place = (name, row["variable"], row["level"]) if "variable" in row else (name,)
            self.learn(form, (*place, row["question"]), (int(row["favourable"]), int(row["unfavourable"])))

    def read_workbook(self, form, data):
        """An English workbook, its words turned back into codes."""
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheet_names:
            head, *rows = book.get_sheet_by_name(sheet).to_python() or [[]]
            for row in rows:
                named = dict(zip(head, row, strict=False))
                if "Release" not in named:  # figures of the round as a whole: see test_round_attacker
                    continue
                if "Question" in named and named.get("Favourable") not in (None, ""):
                    place = (named["Release"],)
                    if "Group by" in named:
                        variable = VARIABLES[named["Group by"]]
                        level = next(o.code for o in variable.options if o.text["en"] == named["Group"])
                        place = (*place, variable.name, level)
                    question = TITLES[named["Question"]].id
                    self.learn(form, (*place, question), (int(named["Favourable"]), int(named["Unfavourable"])))
                elif "Fixed by the manifest" in named and named["KPI, per cent"] != "":
                    method = re.search(r"\(([\w]+/\d)\)", named["Method"])[1]
                    self.learn(form, (named["Release"], method), f"{named['KPI, per cent']:.2f}")

    def read_records(self, form, page):
        """A page of scoring records over REST."""
        for item in json.loads(page)["items"]:
            record = json.loads(signing.peek(item["jws"])[1])
            if record["fact"] is not None:
                self.learn(form, (item["id"], record["method"]), record["fact"])
            if record.get("second_value") is not None:
                self.learn(form, (item["id"], "mean_score/1"), record["second_value"])

    def numbers(self):
        """Every number that the facts hold or that is a share of one, as English text."""
        known = set()
        for place, values in self.told.items():
            for value in values:
                if isinstance(value, tuple):
                    base = sum(value)
                    known |= {str(part) for part in (*value, base)}
                    known |= {_share(part, base) for part in value}
                else:
                    known.add(str(value))
            known |= set(NUMBER.findall(place[0])) if len(place) == 1 else set()
        return known


def text_of(pdf):
    """A PDF's text."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def _share(part, base):
    return str((Decimal(2000 * part + base) // (2 * base)).scaleb(-1))
