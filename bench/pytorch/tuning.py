"""What an expert does by hand to make a training step fast on a CPU, with PyTorch's own means.

The networks stay the same functions of as many weights, the updates the same rules. What lies
outside the process, the allocator, is for the caller: LD_PRELOAD=libjemalloc.so.2.
"""

import contextlib
import dataclasses
from dataclasses import dataclass
from typing import ContextManager

import torch
from torch import nn

from networks import Rule


@dataclass(frozen=True)
class Way:
    bf16: bool = False  # products and convolutions by autocast
    first_fp32: bool = False  # but for the product with z, too short to be worth casting weights
    channels_last: bool = False
    fused: bool = False  # one kernel an update, or one a list of tensors
    turned: bool = False  # transposed convolutions of stride 1 as convolutions
    quick_masks: bool = False  # dropout from raw random bytes
    reused_fakes: bool = False  # drawn once where training and inference give the same images

    def prepare(self, network: nn.Module) -> nn.Module:
        if self.turned:
            turn_transposed(network)
        if self.quick_masks:
            replace(network, nn.Dropout, lambda layer: QuickDropout(layer.p))
        if self.first_fp32:
            replace(network, nn.Linear, Fp32Linear.of_latent)
        if self.channels_last:
            network.to(memory_format=torch.channels_last)
            replace(network, nn.Unflatten, lambda layer: nn.Sequential(layer, ChannelsLast()))
        return network

    def names(self) -> str:
        used = [name for name, chosen in dataclasses.asdict(self).items() if chosen]
        return ", ".join(used) or "as it comes"

    def images(self, x: torch.Tensor) -> torch.Tensor:
        return x.contiguous(memory_format=torch.channels_last) if self.channels_last else x

    def computing(self) -> ContextManager[None]:
        if not self.bf16:
            return contextlib.nullcontext()
        return torch.autocast("cpu", dtype=torch.bfloat16)

    def optimizer(self, network: nn.Module, rule: Rule) -> torch.optim.Optimizer:
        make, options = rule
        if not self.fused:
            return make(network.parameters(), **options)
        try:  # PyTorch 2.6 has Adam and SGD in one kernel on the CPU
            return make(network.parameters(), fused=True, **options)
        except (TypeError, RuntimeError):
            return make(network.parameters(), foreach=True, **options)


def depends_on_mode(network: nn.Module) -> bool:
    kinds = (nn.modules.batchnorm._BatchNorm, nn.Dropout, QuickDropout)
    return any(isinstance(module, kinds) for module in network.modules())


BY_HAND = Way(bf16=True, channels_last=True, fused=True, turned=True, quick_masks=True,
              reused_fakes=True)

# The fastest of those a name stands for is measured: casting weights pays on some networks and
# versions, and on others it does not.
WAYS = {"eager": [Way()],
        "tuned": [BY_HAND, dataclasses.replace(BY_HAND, first_fp32=True),
                  dataclasses.replace(BY_HAND, bf16=False)]}


def replace(network: nn.Module, kind: type, substitute) -> None:
    for name, child in network.named_children():
        if isinstance(child, kind):
            setattr(network, name, substitute(child))
        else:
            replace(child, kind, substitute)


def turn_transposed(network: nn.Module) -> None:
    """Transposed convolutions of stride 1 and "same" padding go through im2col; a convolution with
    its kernel turned about, which is as good a start, does not."""

    def turned(layer: nn.ConvTranspose2d) -> nn.Module:
        kernel, padding = layer.kernel_size[0], layer.padding[0]
        if layer.stride != (1, 1) or padding != kernel // 2:
            return layer
        convolution = nn.Conv2d(layer.in_channels, layer.out_channels, kernel, padding=padding)
        with torch.no_grad():
            convolution.weight.copy_(layer.weight.flip(2, 3).transpose(0, 1))
            convolution.bias.copy_(layer.bias)
        return convolution

    replace(network, nn.ConvTranspose2d, turned)


class ChannelsLast(nn.Module):
    """Turned about while it is small, not after every upsampling."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.contiguous(memory_format=torch.channels_last)


class Fp32Linear(nn.Linear):
    @staticmethod
    def of_latent(layer: nn.Linear) -> nn.Linear:
        if layer.in_features == 100:
            layer.__class__ = Fp32Linear
        return layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


class QuickDropout(nn.Module):
    """nn.Dropout draws a double a value on one thread; this draws eight values at a time. The rate
    is rounded to 1/256."""

    def __init__(self, rate: float):
        super().__init__()
        self.dropped = round(256 * rate)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-2**63, None)
        kept = words.view(torch.uint8)[:x.numel()] >= self.dropped
        scale = kept.to(x.dtype).mul_(256 / (256 - self.dropped))
        return x * scale.as_strided(x.shape, x.stride())
