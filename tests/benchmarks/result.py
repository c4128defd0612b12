"""How a figure is told: against what it was measured, in the same run, and whether that is good enough."""

from __future__ import annotations

import os
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
    """Print; whether all are good. Other work makes long bursts slower than short ones, so the load is told."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    busy = ", busy: repeat this on a quiet machine" if load > cores * 0.8 else ""
    print(f"{title} (load {load:.1f} on {cores} cores{busy})")
    for result in results:
        print(f"  {result}")
    return all(result.good for result in results)
