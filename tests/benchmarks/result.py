"""How a figure is told: against what it was measured, in the same run, and whether that is good enough."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """``ratio`` is ours to the baseline and good up to ``target``; with ``least`` the inverse, good from there."""

    name: str
    ours: float
    baseline: float
    ratio: float
    target: float
    least: bool = False
    against: str = ""

    @property
    def good(self) -> bool:
        return self.ratio >= self.target if self.least else self.ratio <= self.target

    def __str__(self) -> str:
        sign = ">=" if self.least else "<="
        against = f"{self.against} {self.baseline:.2f} ms" if self.baseline else self.against
        return (
            f"{'PASS' if self.good else 'FAIL'}  {self.name}: {self.ours:.2f} ms, {against}, "
            f"{self.ratio:.2f}x (target {sign} {self.target:g}x)"
        )


def of_pairs(name: str, ours: list[float], baseline: list[float], target: float, against: str) -> Result:
    """The median of the ratios of neighbours: what makes one round slow makes both slow."""
    ratio = median(a / b for a, b in zip(ours, baseline, strict=True))
    return Result(name, median(ours), median(baseline), ratio, target, against=against)


def report(title: str, results: list[Result]) -> bool:
    """Print; whether all are good."""
    print(title)
    for result in results:
        print(f"  {result}")
    return all(result.good for result in results)
