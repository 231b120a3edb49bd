"""Linear programs in whole people, solved with HiGHS: warm starts, one thread, no clock; the same answer each time."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

TOLERANCE = 1e-6
MOST_NODES = 2_000

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Row:
    """``low`` <= sum of ``values`` times the variables in ``columns`` <= ``high``."""

    columns: Sequence[int]
    values: Sequence[float]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Optimum:
    """What a program allows at most: ``bound`` holds for any table; ``witness`` is a table in whole people, or None."""

    bound: float
    witness: Whole | None


class Program:
    """Non-negative variables with upper bounds, and rows; asked again and again for the most of something.

    ``maximise`` first drops the whole-number condition. Its bound is an outer one: what exceeds it is impossible. If
    the solution is not in whole numbers, branch and bound looks for one that is.
    """

    def __init__(self, upper: Sequence[float], rows: Sequence[Row]) -> None:
        self.columns = len(upper)
        self._indices = np.arange(self.columns, dtype=np.int32)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("mip_max_nodes", MOST_NODES)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(_model(upper, rows))

    def maximise(self, costs: Vector) -> Optimum | None:
        """The most of ``costs`` times the variables; None if the rows contradict one another."""
        bound = self.bound(costs)
        if bound is None:
            return None
        witness = _whole(self._solver.getSolution().col_value)
        return Optimum(bound, self._branch() if witness is None else witness)

    def bound(self, costs: Vector) -> float | None:
        """The most without the whole-number condition; None if the rows contradict one another."""
        self._solver.changeColsCost(self.columns, self._indices, np.ascontiguousarray(costs, dtype=np.float64))
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(self._solver.getInfo().objective_function_value)

    def solution(self) -> Whole | None:
        """Any solution in whole numbers, None if a bounded search finds none."""
        self._solver.changeColsCost(self.columns, self._indices, np.zeros(self.columns))
        return self._branch()

    def _branch(self) -> Whole | None:
        """The best solution in whole numbers that a bounded search finds, None if it finds none."""
        self._integrality(highspy.HighsVarType.kInteger)
        self._solver.run()
        found = self._solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        witness = _whole(self._solver.getSolution().col_value) if found else None
        self._integrality(highspy.HighsVarType.kContinuous)
        return witness

    def _integrality(self, kind: highspy.HighsVarType) -> None:
        self._solver.changeColsIntegrality(self.columns, self._indices, np.array([kind] * self.columns))


def _whole(values: Sequence[float]) -> Whole | None:
    exact = np.asarray(values)
    rounded = np.rint(exact)
    return rounded.astype(np.int64) if np.abs(exact - rounded).max(initial=0.0) < TOLERANCE else None


def _model(upper: Sequence[float], rows: Sequence[Row]) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(upper), len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.zeros(len(upper))
    model.col_lower_, model.col_upper_ = np.zeros(len(upper)), np.asarray(upper, dtype=np.float64)
    model.row_lower_ = np.array([row.low for row in rows], dtype=np.float64)
    model.row_upper_ = np.array([row.high for row in rows], dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.columns) for row in rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([column for row in rows for column in row.columns], dtype=np.int32)
    model.a_matrix_.value_ = np.array([value for row in rows for value in row.values], dtype=np.float64)
    return model
