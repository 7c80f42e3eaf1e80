"""The tables of bench/compare.py, in Markdown."""

import os
import platform
import statistics
import time
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Tuple

Row = Dict[str, object]  # what a contender printed, peak_rss_mb at least


@dataclass(frozen=True)
class Contender:
    kind: str  # Belamy's auto or fp32; the peers' eager, tuned or c++
    place: str  # "Debian 12"

    def is_belamy(self) -> bool:
        return self.kind in ("auto", "fp32")

    def __str__(self) -> str:
        who = {"auto": "Belamy auto", "fp32": "Belamy fp32", "eager": "PyTorch eager",
               "tuned": "PyTorch by hand", "c++": "LibTorch C++"}[self.kind]
        return f"{who}, {self.place}"


Round = Dict[Contender, Row]
Rounds = List[Round]

Kinds = Tuple[str, ...]
EAGER: Kinds = ("eager", "c++")  # fp32 as it comes
BY_HAND: Kinds = ("tuned",)


def number(row: Row, key: str) -> float:
    return float(row[key])  # type: ignore[arg-type]


def median(rounds: Rounds, contender: Contender, key: str = "step_ms") -> float:
    return statistics.median(number(rows[contender], key) for rows in rounds)


def those(rounds: Rounds, *kinds: str) -> List[Contender]:
    return [contender for contender in rounds[0] if contender.kind in kinds]


def fastest(rounds: Rounds, kinds: Kinds) -> Contender:
    return min(those(rounds, *kinds), key=lambda contender: median(rounds, contender))


def version(rounds: Rounds, contender: Contender) -> str:
    """As "2.6" or, in C++, "C++ 2.6"."""
    torch = ".".join(str(rounds[0][contender]["torch"]).split(".")[:2])
    return f"C++ {torch}" if contender.kind == "c++" else torch


def milliseconds(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def peer_cell(rounds: Rounds, peer: Contender) -> str:
    return f"{milliseconds(median(rounds, peer))} ms ({version(rounds, peer)})"


def in_each_place(rounds: Rounds, kind: str, cell: Callable[[Contender], str]) -> str:
    return " / ".join(filter(None, map(cell, those(rounds, kind))))


def times(rounds: Rounds, kind: str) -> str:
    return in_each_place(rounds, kind, lambda c: milliseconds(median(rounds, c))) + " ms"


def ratios(rounds: Rounds, peer: Contender, kind: str) -> str:
    """The peer's time over Belamy's, with the lowest and highest of the rounds."""

    def cell(contender: Contender) -> str:
        values = [number(rows[peer], "step_ms") / number(rows[contender], "step_ms")
                  for rows in rounds]
        return f"{statistics.median(values):.2f}× ({min(values):.2f}-{max(values):.2f})"

    return in_each_place(rounds, kind, cell)


def share(rounds: Rounds, kind: str) -> str:
    def cell(contender: Contender) -> str:
        return f"{100 * median(rounds, contender, 'peak_share'):.0f}"

    return in_each_place(rounds, kind, cell) + " %"


def step_line(recipe: str, rounds: Rounds) -> str:
    eager, tuned = fastest(rounds, EAGER), fastest(rounds, BY_HAND)
    precision = rounds[0][those(rounds, "auto")[0]]["precision"]
    cells = [recipe, str(rounds[0][eager]["batch"]), peer_cell(rounds, eager),
             peer_cell(rounds, tuned), f"{times(rounds, 'auto')} ({precision})",
             ratios(rounds, eager, "auto"), ratios(rounds, tuned, "auto"), times(rounds, "fp32"),
             ratios(rounds, eager, "fp32"), share(rounds, "auto")]
    return f"| {' | '.join(cells)} |"


def rate(rounds: Rounds, contender: Contender) -> Optional[float]:
    if "samples_per_s" not in rounds[0][contender]:
        return None
    return median(rounds, contender, "samples_per_s")


def best_rate(rounds: Rounds, kinds: Kinds) -> float:
    return max(rate(rounds, contender) or 0 for contender in those(rounds, *kinds))


def other_line(recipe: str, rounds: Rounds) -> str:
    eager = best_rate(rounds, EAGER)

    def rate_cell(contender: Contender) -> str:
        value = rate(rounds, contender)
        return "" if value is None else f"{value:,.0f} ({value / eager:.1f}×)"

    def least(kinds: Kinds) -> str:
        return f"{min(median(rounds, c, 'peak_rss_mb') for c in those(rounds, *kinds)):,.0f}"

    memory = in_each_place(rounds, "auto", lambda c: f"{median(rounds, c, 'peak_rss_mb'):,.0f}")
    first = in_each_place(rounds, "auto", lambda c: f"{median(rounds, c, 'first_step_s'):.2f}")
    cells = [recipe, f"{eager:,.0f}", f"{best_rate(rounds, BY_HAND):,.0f}",
             in_each_place(rounds, "auto", rate_cell), least(("eager",)), least(BY_HAND), memory,
             first]
    return f"| {' | '.join(cells)} |"


def all_line(recipe: str, rounds: Rounds, columns: List[Contender]) -> str:
    def cell(contender: Contender) -> str:
        if contender not in rounds[0]:
            return ""
        values = [number(rows[contender], "step_ms") for rows in rounds]
        low, high = milliseconds(min(values)), milliseconds(max(values))
        return f"{milliseconds(statistics.median(values))} ({low}-{high})"

    return f"| {recipe} | {' | '.join(cell(contender) for contender in columns)} |"


def processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file
                     if line.startswith("model name")]
    except OSError:
        names = []
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} processors"


def heading(cells: List[str], left: int) -> str:
    rule = ["---"] * left + ["---:"] * (len(cells) - left)
    return f"| {' | '.join(cells)} |\n| {' | '.join(rule)} |"


def print_report(results: Dict[str, Rounds], threads: int) -> None:
    every = list(results.values())
    places = " / ".join(contender.place for contender in those(every[0], "auto"))
    print(f"{time.strftime('%Y-%m-%d')}, {processor()}; {threads} threads, medians of "
          f"{len(every[0])} rounds (lowest-highest). Belamy on {places}.\n")
    print(heading(["recipe", "batch", "best eager fp32", "best by hand", "Belamy auto",
                   "against eager", "against by hand", "Belamy fp32", "against eager",
                   "of peak"], 1))
    for recipe, rounds in results.items():
        print(step_line(recipe, rounds))
    print("\nSampling in images a second, the largest resident set of the process in MB, and the "
          "seconds\nfrom the start of Belamy's process to the end of its first step:\n")
    print(heading(["recipe", "best eager", "best by hand", "Belamy auto", "MB, eager",
                   "MB, by hand", "MB, Belamy auto", "first step, s"], 1))
    for recipe, rounds in results.items():
        print(other_line(recipe, rounds))
    print("\nEvery contender, milliseconds a step:\n")
    columns = list(dict.fromkeys(contender for rounds in every for contender in rounds[0]))
    columns.sort(key=str)
    print(heading(["recipe"] + [str(contender) for contender in columns], 1))
    for recipe, rounds in results.items():
        print(all_line(recipe, rounds, columns))
