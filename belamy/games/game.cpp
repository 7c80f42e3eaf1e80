#include "belamy/games/game.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/kernels/finite.h"
#include "belamy/nn/network.h"

namespace belamy {
namespace {

[[noreturn]] void refuse_latent_vectors() {
  fail(ErrorKind::kUsage,
       "this run's game makes no samples of latent vectors; if it translates, use `belamy "
       "translate`");
}

}  // namespace

void Game::load_discriminator(const GameState&, const std::string&) {
  refuse_latent_vectors();
}

std::unique_ptr<LatentSampler> Game::latent_sampler(std::optional<int64_t>) const {
  refuse_latent_vectors();
}

at::Tensor Game::sample_classes(const std::vector<int64_t>&, RandomStream&) const {
  fail(ErrorKind::kUsage,
       "this run's game knows no classes; train one with game.condition, such as cgan-mnist");
}

at::Tensor Game::translate(const at::Tensor&, Direction) const {
  fail(ErrorKind::kUsage,
       "this run's game does not translate images; train one that does, such as cyclegan-emoji");
}

SampleSheet Game::sheet(int64_t count, RandomStream& random, const Dataset&) const {
  return {sample(count, random), 0};
}

at::Tensor Game::probe(int64_t count, RandomStream& random, const Dataset&) const {
  return sample(count, random);
}

bool Game::is_finite() const {
  for (const Network* network : networks()) {
    for (const NamedTensor& held : network->state()) {
      const auto count = static_cast<size_t>(held.tensor.numel());
      if (!kernels::all_finite(held.tensor.data_ptr<float>(), count)) return false;
    }
  }
  return true;
}

}  // namespace belamy
