"""`pikir kpi` as somebody at a prompt meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics.kpi_cli import kpi

EXAMPLE = json.loads((Path(__file__).parents[2] / "data" / "kpi_worked_example.json").read_text(encoding="utf-8"))
HEADER = [f"q{number}" for number in range(1, 15)]


def table(delimiter=",", columns=11, rows=EXAMPLE["matrix"]):
    lines = [HEADER[:columns]] + [["" if c == "." else c for c in row.ljust(columns, ".")] for row in rows]
    return "\n".join(delimiter.join(line) for line in lines) + "\n"


def run(tmp_path, text, *options, encoding="utf-8"):
    file = tmp_path / "answers.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return CliRunner().invoke(kpi, [str(file), "--eligible", "14", *options])


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("columns", [11, 14])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_worked_example_comes_out_exactly(tmp_path, delimiter, columns, encoding):
    result = run(tmp_path, table(delimiter, columns), "--json", encoding=encoding)
    assert result.exit_code == 0
    report = json.loads(result.output)
    for method, expected in EXAMPLE["results"].items():
        for field in ("fraction", "percent", "ci95", "logical_bounds", "score_range"):
            assert report[method][field] == expected[field]
    assert list(report) == [
        *("fav_share/1", "mean_score/1", "balance/1", "block_fav/1", "overall_item/1"),
        *("n", "N", "rejected"),
    ]
    assert (report["n"], report["N"], report["rejected"]) == (10, 14, {})


def test_one_method_alone(tmp_path):
    report = json.loads(run(tmp_path, table(), "--method", "balance/1", "--json").output)
    assert report["fraction"] == "2581/3960"
    assert (report["method"], report["n"], report["N"], report["rejected"]) == ("balance/1", 10, 14, {})
    assert not [key for key in report if "/" in key]


def test_windows_line_ends_and_columns_in_another_order(tmp_path):
    lines = [line.split(",") for line in table().splitlines()]
    text = "\r\n".join(",".join(reversed(line)) for line in lines)
    assert json.loads(run(tmp_path, text, "--json").output)["fav_share/1"]["fraction"] == "653/990"


def test_a_table_for_people(tmp_path):
    output = run(tmp_path, table()).output
    assert "65.96" in output
    assert "653/990" in output
    assert "Not a Release" in output


def test_a_response_with_too_few_answers_is_rejected_and_counted(tmp_path):
    report = json.loads(run(tmp_path, table(rows=[*EXAMPLE["matrix"], "11111", "1"]), "--json").output)
    assert (report["n"], report["rejected"]) == (10, {"too-few-answers": 2})
    assert report["fav_share/1"]["fraction"] == "653/990"


def test_nobody_gives_no_kpi(tmp_path):
    report = json.loads(run(tmp_path, table(rows=[]), "--json").output)
    assert report["n"] == 0
    assert report["fav_share/1"]["percent"] is None
    assert report["fav_share/1"]["flags"] == ["no_kpi"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text.replace("\n2,1", "\n5,1", 1), "line 3, column q1: expected 1 to 3 or nothing, found '5'"),
        (lambda text: text.replace("\n2,1", "\n2,x", 1), "line 3, column q2"),
        (lambda text: text.replace("\n2,1", "\n0,1", 1), "found '0'"),
        (lambda text: text.replace("\n2,1", "\n1.0,1", 1), "found '1.0'"),
        (lambda text: text.replace("\n2,1", "\n1,2,1", 1), "line 3: 12 cells where the header has 11"),
        (lambda text: text.replace("q11", "q99", 1), "line 1, column q99: no such question"),
        (lambda text: text.replace("q11", "q10", 1), "line 1, column q10: named twice"),
        (lambda text: text.replace(",q11", "", 1), "line 1, column q11: this column is missing"),
        (lambda _: "", "line 1: the file is empty"),
        (lambda text: text.encode() + b"\xff\n", "line 12: not UTF-8 text"),
    ],
)
def test_bad_files_say_where_they_are_bad(tmp_path, change, complaint):
    result = run(tmp_path, change(table()), "--json")
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())


def test_all_bad_cells_are_listed(tmp_path):
    result = run(tmp_path, table(rows=["9" * 11, "1" * 11, "1" * 10 + "7"]))
    assert "line 2, column q1" in result.output
    assert "line 4, column q11" in result.output


def test_more_answers_than_people_is_refused(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text(table(), encoding="utf-8")
    result = CliRunner().invoke(kpi, [str(file), "--eligible", "9"])
    assert result.exit_code == 2
    assert "10 responses count, but only 9 people are eligible" in result.output


def test_usage_errors(tmp_path):
    assert CliRunner().invoke(kpi, [str(tmp_path / "none.csv"), "--eligible", "5"]).exit_code == 2
    assert run(tmp_path, table(), "--method", "fav_share/9").exit_code == 2
    assert CliRunner().invoke(kpi, ["--help"]).exit_code == 0


def test_another_questionnaire(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("two,three,four\n1,1,2\n1,2,3\n", encoding="utf-8")
    three = Path(__file__).parents[2] / "data" / "three_questions.json"
    result = CliRunner().invoke(kpi, [str(file), "--eligible", "2", "--json", "--questionnaire", str(three)])
    assert json.loads(result.output)["fav_share/1"]["fraction"] == "2/3"
