#!/usr/bin/env python3
"""The training step of Belamy's recipes in PyTorch, timed.

The same networks, costs, updates and order of work as the recipes (networks.py), eager in fp32 as a
PyTorch user writes it, or tuned by hand (tuning.py). A line of JSON a recipe:

    {"recipe": "s1-mlp", "way": "eager", "settings": "as it comes", "batch": 128, "threads": 2,
     "step_ms": 20.9, "samples_per_s": 54000, "peak_rss_mb": 400, "torch": "2.6.0"}

step_ms is the median of whole steps: a batch taken from MNIST's bytes, the discriminator's updates,
the generator's update, and the losses and accuracies read back. samples_per_s is the generator in
inference mode, in batches of 256; peak_rss_mb the process's largest resident set so far. Runs on PyTorch 1.13 and later.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import sys
import time
from typing import Callable, Dict, List

import numpy as np
import torch
from torch.nn import functional

from networks import SYSTEMS, System, build, keep_moving_averages
from tuning import WAYS, Way, depends_on_mode

SAMPLING_BATCH = 256  # belamy sample's


def cost(logits: torch.Tensor, label: float) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


class Batches:
    """Batches of MNIST, float32 [batch, 1, 28, 28]."""

    def __init__(self, images: np.ndarray, system: System):
        self.images, self.system, self.position = images, system, 0

    def next(self) -> torch.Tensor:
        size = self.system.batch
        if self.system.replacement:
            chosen = self.images[np.random.randint(0, len(self.images), size)]
        else:
            if self.position + size > len(self.images):
                self.position = 0
            chosen = self.images[self.position:self.position + size]
            self.position += size
        scale = (1 - self.system.low) / 255
        return torch.from_numpy(chosen).float().mul_(scale).add_(self.system.low)


class Training:
    def __init__(self, system: System, way: Way, batches: Batches):
        self.system, self.way, self.batches = system, way, batches
        self.generator, self.discriminator = map(way.prepare, build(system))
        self.shares_fakes = system.shared_fakes or (
            way.reused_fakes and system.shared_noise and not depends_on_mode(self.generator))
        self.generator_optimizer = way.optimizer(self.generator, system.rule)
        self.discriminator_optimizer = way.optimizer(self.discriminator, system.rule)

    def step(self) -> Dict[str, float]:
        real, latent = self.way.images(self.batches.next()), self.draw_latent(self.system.batch)
        if self.shares_fakes:
            fake = self.make_fakes(latent)
            report = self.train_discriminator(real, fake.detach())
        else:
            report = self.train_discriminator(real, self.sample(latent))
            fake = self.make_fakes(
                latent if self.system.shared_noise else self.draw_latent(self.system.batch))
        report["g_loss"] = self.train_generator(fake)
        return report

    def draw_latent(self, count: int) -> torch.Tensor:
        size = (count, 100)
        return torch.rand(size) * 2 - 1 if self.system.uniform else torch.randn(size)

    def make_fakes(self, latent: torch.Tensor) -> torch.Tensor:
        with self.way.computing():
            return self.way.images(self.generator(latent).float())

    def sample(self, latent: torch.Tensor) -> torch.Tensor:
        self.generator.eval()
        with torch.no_grad():
            fake = self.make_fakes(latent)
        self.generator.train()
        return fake

    def judge(self, *batches: torch.Tensor) -> List[torch.Tensor]:
        with self.way.computing():
            return [self.discriminator(batch).float() for batch in batches]

    def train_discriminator(self, real: torch.Tensor, fake: torch.Tensor) -> Dict[str, float]:
        label = self.system.real_label
        if self.system.discriminator_batches == "two_updates":
            real_logits, = self.judge(real)
            real_cost = cost(real_logits, label)
            self.descend(real_cost, self.discriminator_optimizer)
            fake_logits, = self.judge(fake)
            fake_cost = cost(fake_logits, 0)
            self.descend(fake_cost, self.discriminator_optimizer)
            loss = (real_cost.detach() + fake_cost.detach()) / 2
        else:
            if self.system.discriminator_batches == "one_batch":
                both, = self.judge(self.way.images(torch.cat([real, fake])))
                real_logits, fake_logits = both.chunk(2)
            else:
                real_logits, fake_logits = self.judge(real, fake)
            loss = (cost(real_logits, label) + cost(fake_logits, 0)) / 2
            self.descend(loss, self.discriminator_optimizer)
        return {"d_loss": loss.item(),
                "d_accuracy_real": (real_logits > 0).float().mean().item(),
                "d_accuracy_fake": (fake_logits <= 0).float().mean().item()}

    def train_generator(self, fake: torch.Tensor) -> float:
        self.discriminator.requires_grad_(False)
        keep_moving_averages(self.discriminator, True)
        logits, = self.judge(fake)
        loss = cost(logits, 1)
        self.descend(loss, self.generator_optimizer)
        keep_moving_averages(self.discriminator, False)
        self.discriminator.requires_grad_(True)
        return loss.item()

    @staticmethod
    def descend(loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


def read_idx_images(path: str) -> np.ndarray:
    """uint8 [N, 1, rows, columns] of an IDX file, gzipped or not."""
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise SystemExit(f"cannot read {path}: {error}; `belamy data fetch mnist` prints MNIST's "
                         "folder") from error
    if len(content) < 16:
        raise SystemExit(f"{path} is not a file of IDX images")
    magic, count, rows, columns = np.frombuffer(content, ">i4", 4)
    if magic != 0x803 or len(content) != 16 + int(count) * int(rows) * int(columns):
        raise SystemExit(f"{path} is not a file of IDX images")
    pixels = np.frombuffer(content, np.uint8, offset=16).copy()  # PyTorch wants it writable
    return pixels.reshape(count, 1, rows, columns)


def median_seconds(work: Callable[[], object], least: int, seconds: float) -> float:
    """The median of at least `least` runs and `seconds` seconds."""
    times: List[float] = []
    while len(times) < least or sum(times) < seconds:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def quickest(system: System, ways: List[Way], batches: Batches) -> Way:
    """Judged by a few steps of each; what this processor cannot do (bf16 without AVX-512) is out."""
    if len(ways) == 1:
        return ways[0]
    seconds: Dict[Way, float] = {}
    for way in ways:
        try:
            training = Training(system, way, batches)
            training.step()
            seconds[way] = median_seconds(training.step, 3, 0.2)
        except RuntimeError:
            continue
    return min(seconds, key=lambda way: seconds[way])


def measure_step(training: Training, arguments: argparse.Namespace) -> float:
    for _ in range(arguments.warm_up):
        training.step()
    seconds = median_seconds(training.step, max(1, arguments.steps), arguments.seconds)
    report = training.step()
    if not all(np.isfinite(value) for value in report.values()):
        raise SystemExit(f"the training diverged: {report}")
    return seconds


def measure_sampling(training: Training, seconds: float) -> float:
    def draw() -> None:
        training.sample(training.draw_latent(SAMPLING_BATCH))

    draw()
    return SAMPLING_BATCH / median_seconds(draw, 3, seconds)


def peak_rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts kilobytes


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE",
                        help=f"which [all]: {', '.join(SYSTEMS)}")
    parser.add_argument("--images", required=True, metavar="FILE",
                        help="MNIST's training images, IDX, gzipped or not")
    parser.add_argument("--way", choices=WAYS, default="eager", help="[eager]")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10, help="measured for each recipe [10]")
    parser.add_argument("--steps", type=int, default=3, help="measured at least [3]")
    parser.add_argument("--warm-up", type=int, default=5, help="steps before measuring [5]")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.recipes if name not in SYSTEMS]
    if unknown:
        parser.error(f"unknown recipe {unknown[0]}; there are: {', '.join(SYSTEMS)}")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    torch.set_flush_denormal(True)  # before the pool: its threads inherit the setting
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    np.random.seed(1)
    images = read_idx_images(arguments.images)
    for name in arguments.recipes or SYSTEMS:
        system = SYSTEMS[name]
        batches = Batches(images, system)
        way = quickest(system, WAYS[arguments.way], batches)
        training = Training(system, way, batches)
        step_ms = 1e3 * measure_step(training, arguments)
        samples_per_s = measure_sampling(training, arguments.seconds / 5)
        print(json.dumps({"recipe": name, "way": arguments.way, "settings": way.names(),
                          "batch": system.batch, "threads": arguments.threads,
                          "step_ms": round(step_ms, 3),
                          "samples_per_s": round(samples_per_s, 1),
                          "peak_rss_mb": round(peak_rss_mb(), 1),
                          "torch": torch.__version__}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
