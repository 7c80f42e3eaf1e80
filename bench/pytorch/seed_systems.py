#!/usr/bin/env python3
"""The training step of Belamy's five seed recipes in plain PyTorch, timed.

The same layers, initial weights' distribution, costs, updates and order of work as recipes/s*.toml,
written as a PyTorch user would: eager, fp32, torch.nn and torch.optim. A line of JSON a recipe:

    {"recipe": "s1-mlp", "batch": 128, "threads": 2, "step_ms": 20.9, "torch": "2.6.0"}

step_ms is the median of whole steps: a batch taken from MNIST's bytes, the discriminator's updates,
the generator's update, and the losses and accuracies read back. Runs on PyTorch 1.13 and later.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Callable, Dict, Iterator, Tuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-7  # Keras's, for Adam and RMSprop


def same_conv(inputs: int, filters: int, kernel: int) -> nn.Module:
    return nn.Conv2d(inputs, filters, kernel, padding=kernel // 2)


def same_conv_by_2(inputs: int, filters: int) -> nn.Module:
    """3×3 of stride 2 with Keras's "same" padding, which is uneven on an even input."""
    return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(inputs, filters, 3, stride=2))


def batch_norm(layer: Callable[..., nn.Module], features: int, momentum: float) -> nn.Module:
    return layer(features, eps=1e-3, momentum=1 - momentum)  # Keras's momentum is 1 minus PyTorch's


def s1_networks() -> Tuple[nn.Module, nn.Module]:
    generator = nn.Sequential(
        nn.Linear(100, 256), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 256, 0.8),
        nn.Linear(256, 512), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 512, 0.8),
        nn.Linear(512, 1024), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 1024, 0.8),
        nn.Linear(1024, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28)))
    discriminator = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256),
        nn.LeakyReLU(0.2), nn.Linear(256, 1))
    return generator, discriminator


def s2_networks() -> Tuple[nn.Module, nn.Module]:
    def normalised(features: int) -> nn.Module:
        return batch_norm(nn.BatchNorm2d, features, 0.8)

    generator = nn.Sequential(
        nn.Linear(100, 128 * 28 * 28), nn.ReLU(), nn.Unflatten(1, (128, 28, 28)),
        nn.ConvTranspose2d(128, 128, 3, padding=1), nn.Dropout(0.25), normalised(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 3, padding=1), nn.Dropout(0.25), normalised(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 3, padding=1), nn.Tanh())
    discriminator = nn.Sequential(
        same_conv_by_2(1, 32), nn.LeakyReLU(0.2), nn.Dropout(0.25),
        same_conv_by_2(32, 64), nn.ZeroPad2d((0, 1, 0, 1)), normalised(64), nn.LeakyReLU(0.2),
        nn.Dropout(0.25),
        same_conv_by_2(64, 128), normalised(128), nn.LeakyReLU(0.2), nn.Dropout(0.25),
        same_conv(128, 256, 3), normalised(256), nn.LeakyReLU(0.2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(256 * 4 * 4, 1))
    return generator, discriminator


def s3_networks() -> Tuple[nn.Module, nn.Module]:
    generator = nn.Sequential(
        nn.Linear(100, 512), nn.LeakyReLU(0.2), nn.Linear(512, 784), nn.Sigmoid(),
        nn.Unflatten(1, (1, 28, 28)))
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 1))
    return generator, discriminator


def s4_networks() -> Tuple[nn.Module, nn.Module]:
    generator = nn.Sequential(
        nn.Linear(100, 1024), nn.Tanh(), nn.Linear(1024, 128 * 7 * 7),
        batch_norm(nn.BatchNorm1d, 128 * 7 * 7, 0.99), nn.Tanh(), nn.Unflatten(1, (128, 7, 7)),
        nn.Upsample(scale_factor=2), same_conv(128, 64, 5), nn.Tanh(),
        nn.Upsample(scale_factor=2), same_conv(64, 1, 5), nn.Tanh())
    discriminator = nn.Sequential(
        same_conv(1, 64, 5), nn.Tanh(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 5), nn.Tanh(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128 * 5 * 5, 1024), nn.Tanh(), nn.Linear(1024, 1))
    return generator, discriminator


def adam(parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=2e-4, betas=(0.5, 0.999), eps=EPSILON)


def rmsprop(parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(parameters, lr=5e-4, alpha=0.9, eps=EPSILON)


def nesterov(parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=5e-4, momentum=0.9, nesterov=True)


@dataclass
class System:
    networks: Callable[[], Tuple[nn.Module, nn.Module]]
    parameters: Tuple[int, int]  # as Keras counts: moving averages included
    optimizer: Callable[[Iterator[nn.Parameter]], torch.optim.Optimizer]
    batch: int
    low: float  # what byte 0 becomes; 255 becomes 1
    uniform: bool  # z ~ U(-1, 1), else N(0, 1)
    two_updates: bool  # the discriminator is updated on real, then on fake; else on both at once
    shared_noise: bool  # the generator step takes the discriminator step's z
    replacement: bool  # batches are drawn at random, else taken as stored


SYSTEMS: Dict[str, System] = {
    "s0-dcgan-sgd": System(s4_networks, (6763777, 3485441), nesterov, 225, -1,
                           uniform=True, two_updates=False, shared_noise=False, replacement=False),
    "s1-mlp": System(s1_networks, (1493520, 533505), adam, 128, 0,
                     uniform=False, two_updates=True, shared_noise=False, replacement=True),
    "s2-dcgan-transpose": System(s2_networks, (10358273, 393729), adam, 32, -1,
                                 uniform=False, two_updates=True, shared_noise=True,
                                 replacement=True),
    "s3-scratch": System(s3_networks, (453904, 402433), adam, 128, 0,
                         uniform=False, two_updates=False, shared_noise=True, replacement=False),
    "s4-dcgan-rmsprop": System(s4_networks, (6763777, 3485441), rmsprop, 225, -1,
                               uniform=True, two_updates=False, shared_noise=False,
                               replacement=False),
}


def initialize(module: nn.Module) -> None:
    """Keras's default: Glorot uniform weights, zero biases."""
    if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def count_parameters(network: nn.Module) -> int:
    return sum(tensor.numel() for name, tensor in network.state_dict().items()
               if not name.endswith("num_batches_tracked"))


def keep_moving_averages(network: nn.Module, keep: bool) -> None:
    """In training, whether batch normalisation leaves its moving averages as they are."""
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.track_running_stats = not keep


def as_real(logits: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def as_fake(logits: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


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
    def __init__(self, system: System, batches: Batches):
        self.system, self.batches = system, batches
        self.generator, self.discriminator = system.networks()
        for network, expected in zip((self.generator, self.discriminator), system.parameters):
            if count_parameters(network) != expected:
                raise SystemExit(f"the network has {count_parameters(network)} parameters, "
                                 f"expected {expected}:\n{network}")
            network.apply(initialize)
            network.train()
        self.generator_optimizer = system.optimizer(self.generator.parameters())
        self.discriminator_optimizer = system.optimizer(self.discriminator.parameters())

    def step(self) -> Dict[str, float]:
        real, latent = self.batches.next(), self.draw_latent()
        self.generator.eval()
        with torch.no_grad():
            fake = self.generator(latent)
        self.generator.train()
        report = self.train_discriminator(real, fake)
        report["g_loss"] = self.train_generator(
            latent if self.system.shared_noise else self.draw_latent())
        return report

    def draw_latent(self) -> torch.Tensor:
        size = (self.system.batch, 100)
        return torch.rand(size) * 2 - 1 if self.system.uniform else torch.randn(size)

    def train_discriminator(self, real: torch.Tensor, fake: torch.Tensor) -> Dict[str, float]:
        if self.system.two_updates:
            real_logits = self.discriminator(real)
            real_loss = as_real(real_logits)
            self.descend(real_loss, self.discriminator_optimizer)
            fake_logits = self.discriminator(fake)
            fake_loss = as_fake(fake_logits)
            self.descend(fake_loss, self.discriminator_optimizer)
            loss = (real_loss.detach() + fake_loss.detach()) / 2
        else:
            real_logits, fake_logits = self.discriminator(torch.cat([real, fake])).chunk(2)
            loss = (as_real(real_logits) + as_fake(fake_logits)) / 2
            self.descend(loss, self.discriminator_optimizer)
        return {"d_loss": loss.item(),
                "d_accuracy_real": (real_logits > 0).float().mean().item(),
                "d_accuracy_fake": (fake_logits <= 0).float().mean().item()}

    def train_generator(self, latent: torch.Tensor) -> float:
        self.discriminator.requires_grad_(False)
        keep_moving_averages(self.discriminator, True)
        loss = as_real(self.discriminator(self.generator(latent)))
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


def measure(training: Training, warm_up: int, steps: int, seconds: float) -> float:
    """Milliseconds: the median of at least `steps` steps and `seconds` seconds."""
    for _ in range(warm_up):
        training.step()
    times = []
    while len(times) < steps or sum(times) < seconds:
        begin = time.perf_counter()
        report = training.step()
        times.append(time.perf_counter() - begin)
    if not all(np.isfinite(value) for value in report.values()):
        raise SystemExit(f"the training diverged: {report}")
    return 1e3 * statistics.median(times)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE",
                        help=f"which [all]: {', '.join(SYSTEMS)}")
    parser.add_argument("--images", required=True, metavar="FILE",
                        help="MNIST's training images, IDX, gzipped or not")
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
        training = Training(system, Batches(images, system))
        step_ms = measure(training, arguments.warm_up, max(1, arguments.steps), arguments.seconds)
        print(json.dumps({"recipe": name, "batch": system.batch, "threads": arguments.threads,
                          "step_ms": round(step_ms, 3), "torch": torch.__version__}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
