#!/usr/bin/env python3
"""Belamy's training steps beside PyTorch's, on this machine, now.

Each round measures every recipe three times, one after the other: `belamy bench` in fp32 and at its
automatic precision, and bench/pytorch/seed_systems.py. The order turns from round to round, so
that a machine whose speed drifts is unfair to nobody. The table shows medians over the rounds; a
ratio is PyTorch's time over Belamy's, formed within each round first. Needs only Python's standard
library; PyTorch runs in the interpreter that --python names (scripts/setup bench installs it).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Tuple

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ["s0-dcgan-sgd", "s1-mlp", "s2-dcgan-transpose", "s3-scratch", "s4-dcgan-rmsprop"]
WAYS = ["pytorch", "fp32", "auto"]

Row = Dict[str, object]
Round = Dict[str, Row]  # by way


def run(command: List[str], remedy: str = "") -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"compare.py: this failed with exit code {done.returncode}: "
                         f"{' '.join(command)}" + (f"\n{remedy}" if remedy else ""))
    return done.stdout


def last_row(command: List[str]) -> Row:
    lines = run(command).splitlines()
    if not lines:
        raise SystemExit(f"compare.py: this printed no row: {' '.join(command)}")
    return json.loads(lines[-1])


class Bench:
    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        run([arguments.python, "-c", "import numpy, torch"],
            "scripts/setup bench installs PyTorch and NumPy for /usr/bin/python3")
        self.images = Path(run([arguments.belamy, "data", "fetch", "mnist"]).splitlines()[-1])
        self.threads = arguments.threads or self.belamys_threads()

    def belamys_threads(self) -> int:
        """As many as Belamy takes by itself: one a physical core."""
        row = last_row([self.arguments.belamy, "bench", "s3-scratch", "--seconds", "0.1", "--json"])
        return int(row["threads"])

    def measure(self, recipe: str, way: str) -> Row:
        common = [recipe, "--threads", str(self.threads), "--seconds", str(self.arguments.seconds)]
        if way == "pytorch":
            script = str(ROOT / "bench/pytorch/seed_systems.py")
            images = str(self.images / "train-images-idx3-ubyte")
            return last_row([self.arguments.python, script, *common, "--images", images])
        return last_row([self.arguments.belamy, "bench", *common, "--precision", way, "--json"])

    def round(self, recipe: str, turn: int) -> Round:
        shift = turn % len(WAYS)
        rows = {way: self.measure(recipe, way) for way in WAYS[shift:] + WAYS[:shift]}
        batches = {way: row["batch"] for way, row in rows.items()}
        if len(set(batches.values())) != 1:
            raise SystemExit(f"compare.py: the batches of {recipe} differ: {batches}")
        return rows


def median_ms(rounds: List[Round], way: str) -> float:
    return statistics.median(float(rows[way]["step_ms"]) for rows in rounds)


def ratio(rounds: List[Round], way: str) -> Tuple[float, float, float]:
    """PyTorch's time over that way's: median, lowest and highest of the rounds."""
    ratios = [float(rows["pytorch"]["step_ms"]) / float(rows[way]["step_ms"]) for rows in rounds]
    return statistics.median(ratios), min(ratios), max(ratios)


def ratio_text(rounds: List[Round], way: str) -> str:
    median, low, high = ratio(rounds, way)
    return f"{median:.2f}× ({low:.2f}-{high:.2f})"


def print_table(results: Dict[str, List[Round]], threads: int) -> None:
    first = next(iter(results.values()))[0]
    rounds = len(next(iter(results.values())))
    print(f"A training step, {threads} threads, medians of {rounds} rounds; PyTorch "
          f"{first['pytorch']['torch']}, eager fp32. ×: PyTorch's time over Belamy's (lowest-highest "
          f"round).\n")
    print("| recipe | batch | PyTorch | Belamy fp32 | | Belamy auto | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for recipe, rows in results.items():
        precision = rows[0]["auto"]["precision"]
        print(f"| {recipe} | {rows[0]['fp32']['batch']} | {median_ms(rows, 'pytorch'):.1f} ms | "
              f"{median_ms(rows, 'fp32'):.1f} ms | {ratio_text(rows, 'fp32')} | "
              f"{median_ms(rows, 'auto'):.1f} ms ({precision}) | {ratio_text(rows, 'auto')} |")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=f"[{' '.join(RECIPES)}]")
    parser.add_argument("--rounds", type=int, default=5, help="[5]")
    parser.add_argument("--seconds", type=float, default=5, help="a measurement lasts [5]")
    parser.add_argument("--threads", type=int, default=0, help="0 is one a physical core [0]")
    parser.add_argument("--belamy", default=str(ROOT / "build/release/cli/belamy"),
                        help="[build/release/cli/belamy]")
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="an interpreter with PyTorch and NumPy [/usr/bin/python3]")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")
    unknown = [name for name in arguments.recipes if name not in RECIPES]
    if unknown:
        parser.error(f"{unknown[0]} has no PyTorch counterpart; these have: {', '.join(RECIPES)}")
    if not os.access(arguments.belamy, os.X_OK):
        parser.error(f"{arguments.belamy} is not there: make build")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    bench = Bench(arguments)
    results: Dict[str, List[Round]] = {name: [] for name in arguments.recipes or RECIPES}
    for turn in range(arguments.rounds):
        for recipe, rounds in results.items():
            print(f"round {turn + 1} of {arguments.rounds}: {recipe}", file=sys.stderr, flush=True)
            rounds.append(bench.round(recipe, turn))
    print_table(results, bench.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
