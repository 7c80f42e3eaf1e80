#!/usr/bin/env python3
"""Belamy's training steps beside those of PyTorch and LibTorch, on this machine, now.

Each round measures every contender of a recipe once, one after the other, and the order turns from
round to round, so that a machine whose speed drifts is unfair to nobody. The contenders, here and,
with --debian13, in a Debian 13 of its own:

    Belamy      `belamy bench`, at its automatic precision and in fp32
    eager       PyTorch as it comes, fp32, with glibc's allocator; for dcgan-28 LibTorch in C++ too
    by hand     PyTorch tuned by an expert (bench/pytorch/tuning.py), with jemalloc

The tables show medians over the rounds. A ratio is the peer's time over Belamy's, formed within
each round first, against the fastest peer of its kind on either Debian. Needs only Python's
standard library; `make bench` installs and builds what is measured.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Tuple

from report import Contender, Rounds, Row, print_report

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ["s3-scratch", "s1-mlp", "s4-dcgan-rmsprop", "s0-dcgan-sgd", "s2-dcgan-transpose",
           "dcgan-28"]
BELAMY = "build/release/cli/belamy"
PYTHON = "/usr/bin/python3"
CPP_PEER = "build/peers/dcgan"
# jemalloc that keeps its pages, as the belamy command's does.
JEMALLOC = {"LD_PRELOAD": "libjemalloc.so.2",
            "MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1,oversize_threshold:0,"
                           "lg_extent_max_active_fit:30"}
REMEDY = "`make bench` installs and builds what is measured"


class Place:
    """Where programs run: this system, or the root of another Debian. Paths are relative to the
    source tree, which both have."""

    def __init__(self, arguments: argparse.Namespace, root: str = ""):
        self.settings: Dict[str, str] = dict(setting.split("=", 1) for setting in arguments.env)
        self.environment = dict(os.environ)
        # It would keep OpenBLAS from choosing for this processor, in one of the places.
        self.environment.pop("OPENBLAS_CORETYPE", None)
        self.enter: List[str] = []
        self.belamy, self.python = arguments.belamy, arguments.python
        if root:
            self.environment["BELAMY_DEBIAN_ROOT"] = str(Path(root).resolve())
            self.enter = ["scripts/debian-root", "--as-is", "trixie"]
            self.belamy, self.python = BELAMY, PYTHON
        self.name = self.run(["sh", "-c", '. /etc/os-release; echo "Debian $VERSION_ID"'])[0]
        self.run([self.python, "-c", "import numpy, torch; print(torch.__version__)"])
        self.images = self.run([self.belamy, "data", "fetch", "mnist"])[-1]

    def run(self, command: List[str]) -> List[str]:
        return self.measure_run(command, {})[0]

    def measure_run(self, command: List[str], settings: Dict[str, str]) -> Tuple[List[str], float]:
        """What the command prints, and the peak memory in MB of it and what it starts."""
        given = [f"{name}={value}" for name, value in {**self.settings, **settings}.items()]
        whole = [*self.enter, "/usr/bin/env", *given, *command]
        with subprocess.Popen(whole, stdout=subprocess.PIPE, text=True, cwd=ROOT,
                              env=self.environment) as process:
            assert process.stdout is not None
            lines = process.stdout.read().splitlines()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0 or not lines:
            how = f"exit code {process.returncode}" if process.returncode else "nothing printed"
            raise SystemExit(f"compare.py: this ended with {how}: {' '.join(whole)}\n{REMEDY}")
        return lines, usage.ru_maxrss / 1024


class Bench:
    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        self.places = {}
        for place in [Place(arguments)] + [Place(arguments, root) for root in arguments.debian13]:
            self.places[place.name] = place
        self.threads = arguments.threads or self.belamys_threads()

    def belamys_threads(self) -> int:
        """As many as Belamy takes by itself: one a physical core."""
        place = next(iter(self.places.values()))
        command = [place.belamy, "bench", "s3-scratch", "--seconds", "0.1", "--json"]
        return int(json.loads(place.run(command)[-1])["threads"])

    def contenders(self, recipe: str) -> List[Contender]:
        kinds = ["auto", "fp32", "eager", "tuned"] + ["c++"] * (recipe == "dcgan-28")
        return [Contender(kind, place) for kind in kinds for place in self.places]

    def measure(self, recipe: str, contender: Contender) -> Row:
        place = self.places[contender.place]
        common = ["--threads", str(self.threads), "--seconds", str(self.arguments.seconds)]
        settings: Dict[str, str] = {}
        if contender.is_belamy():
            command = [place.belamy, "bench", recipe, "--precision", contender.kind, "--json"]
        elif contender.kind == "c++":
            command = [CPP_PEER, place.images]
        else:
            command = [place.python, "bench/pytorch/seed_systems.py", recipe, "--way",
                       contender.kind, "--images", f"{place.images}/train-images-idx3-ubyte"]
            settings = JEMALLOC if contender.kind == "tuned" else {}
        lines, peak_mb = place.measure_run(command + common, settings)
        row = json.loads(lines[-1])
        return {"peak_rss_mb": peak_mb, **row}  # its own word, where it has one

    def round(self, recipe: str, turn: int) -> Dict[Contender, Row]:
        contenders = self.contenders(recipe)
        shift = turn % len(contenders)
        rows = {}
        for contender in contenders[shift:] + contenders[:shift]:
            rows[contender] = self.measure(recipe, contender)
            step_ms = rows[contender]["step_ms"]
            print(f"  {contender}: {step_ms:.2f} ms", file=sys.stderr, flush=True)
        batches = {str(contender): row["batch"] for contender, row in rows.items()}
        if len(set(batches.values())) != 1:
            raise SystemExit(f"compare.py: the batches of {recipe} differ: {batches}")
        return rows


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=f"[{' '.join(RECIPES)}]")
    parser.add_argument("--debian13", metavar="ROOT", action="append", default=[],
                        help="a root of scripts/debian-root in which `make bench-ready` ran")
    parser.add_argument("--rounds", type=int, default=5, help="[5]")
    parser.add_argument("--seconds", type=float, default=5, help="a measurement lasts [5]")
    parser.add_argument("--threads", type=int, default=0, help="0 is one a physical core [0]")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE",
                        help="set for every contender, e.g. ONEDNN_MAX_CPU_ISA=AVX2")
    parser.add_argument("--rows", metavar="FILE", help="also write every row measured, JSON lines")
    parser.add_argument("--belamy", default=BELAMY, help=f"here; [{BELAMY}]")
    parser.add_argument("--python", default=PYTHON,
                        help=f"here, an interpreter with PyTorch and NumPy [{PYTHON}]")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")
    for name in arguments.recipes:
        if name not in RECIPES:
            parser.error(f"{name} has no counterpart in PyTorch; these have: {', '.join(RECIPES)}")
    for setting in arguments.env:
        if "=" not in setting:
            parser.error(f"--env takes NAME=VALUE, got {setting}")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    bench = Bench(arguments)
    results: Dict[str, Rounds] = {name: [] for name in arguments.recipes or RECIPES}
    for turn in range(arguments.rounds):
        for recipe, rounds in results.items():
            print(f"round {turn + 1} of {arguments.rounds}: {recipe}", file=sys.stderr, flush=True)
            rounds.append(bench.round(recipe, turn))
    if arguments.rows:
        with open(arguments.rows, "w", encoding="utf-8") as file:
            for rounds in results.values():
                for turn, rows in enumerate(rounds):
                    for contender, row in rows.items():
                        whole = {"round": turn, "place": contender.place, "kind": contender.kind}
                        file.write(json.dumps({**whole, **row}) + "\n")
    print_report(results, bench.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
