"""The networks and rules of Belamy's recipes in plain PyTorch: the same layers, initial weights'
distribution and optimisers as recipes/*.toml, written as a PyTorch user would."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, Tuple

import torch
from torch import nn

EPSILON = 1e-7  # Keras's, for Adam and RMSprop

Networks = Tuple[nn.Module, nn.Module]  # generator, discriminator


def same_conv(inputs: int, filters: int, kernel: int) -> nn.Module:
    return nn.Conv2d(inputs, filters, kernel, padding=kernel // 2)


def same_conv_by_2(inputs: int, filters: int) -> nn.Module:
    """3×3 of stride 2 with Keras's "same" padding, which is uneven on an even input."""
    return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(inputs, filters, 3, stride=2))


def batch_norm(layer: Callable[..., nn.Module], features: int, momentum: float) -> nn.Module:
    return layer(features, eps=1e-3, momentum=1 - momentum)  # Keras's momentum is 1 minus PyTorch's


def s1_networks() -> Networks:
    generator = nn.Sequential(
        nn.Linear(100, 256), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 256, 0.8),
        nn.Linear(256, 512), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 512, 0.8),
        nn.Linear(512, 1024), nn.LeakyReLU(0.2), batch_norm(nn.BatchNorm1d, 1024, 0.8),
        nn.Linear(1024, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28)))
    discriminator = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256),
        nn.LeakyReLU(0.2), nn.Linear(256, 1))
    return generator, discriminator


def s2_networks() -> Networks:
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


def s3_networks() -> Networks:
    generator = nn.Sequential(
        nn.Linear(100, 512), nn.LeakyReLU(0.2), nn.Linear(512, 784), nn.Sigmoid(),
        nn.Unflatten(1, (1, 28, 28)))
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 1))
    return generator, discriminator


def s4_networks() -> Networks:
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


def dcgan_networks() -> Networks:
    generator = nn.Sequential(
        nn.Unflatten(1, (100, 1, 1)),
        nn.ConvTranspose2d(100, 256, 4, bias=False), nn.BatchNorm2d(256), nn.ReLU(),
        nn.ConvTranspose2d(256, 128, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, stride=2, padding=1, bias=False), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(1, 64, 4, stride=2, padding=1, bias=False), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(128),
        nn.LeakyReLU(0.2),
        nn.Conv2d(128, 256, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(256),
        nn.LeakyReLU(0.2),
        nn.Conv2d(256, 1, 3, bias=False), nn.Flatten())
    return generator, discriminator


# An optimiser's class and its options, PyTorch's names.
Rule = Tuple[Callable[..., torch.optim.Optimizer], Dict[str, Any]]

ADAM: Rule = (torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.999), "eps": EPSILON})
DCGAN_ADAM: Rule = (torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.5)})
RMSPROP: Rule = (torch.optim.RMSprop, {"lr": 5e-4, "alpha": 0.9, "eps": EPSILON})
NESTEROV: Rule = (torch.optim.SGD, {"lr": 5e-4, "momentum": 0.9, "nesterov": True})


@dataclass
class System:
    networks: Callable[[], Networks]
    parameters: Tuple[int, int]  # as Keras counts: moving averages included
    rule: Rule
    batch: int
    low: float = -1  # what byte 0 becomes; 255 becomes 1
    uniform: bool = False  # z ~ U(-1, 1), else N(0, 1)
    # As in the recipes: "one_batch", "two_batches" with one update, or "two_updates".
    discriminator_batches: str = "one_batch"
    shared_noise: bool = False  # the generator step takes the discriminator step's z
    shared_fakes: bool = False  # and its fakes: the generator runs once, in training mode
    replacement: bool = False  # batches are drawn at random, else taken as stored
    real_label: float = 1
    keras_start: bool = True  # Keras's initial weights, else PyTorch's


SYSTEMS: Dict[str, System] = {
    "s0-dcgan-sgd": System(s4_networks, (6763777, 3485441), NESTEROV, 225, uniform=True),
    "s1-mlp": System(s1_networks, (1493520, 533505), ADAM, 128, low=0, replacement=True,
                     discriminator_batches="two_updates"),
    "s2-dcgan-transpose": System(s2_networks, (10358273, 393729), ADAM, 32, shared_noise=True,
                                 replacement=True, discriminator_batches="two_updates"),
    "s3-scratch": System(s3_networks, (453904, 402433), ADAM, 128, low=0, shared_noise=True),
    "s4-dcgan-rmsprop": System(s4_networks, (6763777, 3485441), RMSPROP, 225, uniform=True),
    "dcgan-28": System(dcgan_networks, (838400, 660224), DCGAN_ADAM, 64, replacement=True,
                       discriminator_batches="two_batches", shared_fakes=True, real_label=0.9,
                       keras_start=False),
}


def keras_start(module: nn.Module) -> None:
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


def build(system: System) -> Networks:
    networks = system.networks()
    for network, expected in zip(networks, system.parameters):
        if count_parameters(network) != expected:
            raise SystemExit(f"the network has {count_parameters(network)} parameters, "
                             f"expected {expected}:\n{network}")
        if system.keras_start:
            network.apply(keras_start)
        network.train()
    return networks
