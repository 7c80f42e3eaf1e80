#include "belamy/metrics/game_source.h"

namespace belamy {

std::unique_ptr<ImageSource> game_source(const Game& game, ByteRange range, int64_t count,
                                         uint64_t seed) {
  RandomStream unused(seed, "sample");
  if (!game.draws_samples()) game.sample(1, unused);  // says what can be done instead
  GeneratorSource source;
  source.shape = game.sample_shape();
  source.range = range;
  source.count = count;
  source.seed = seed;
  source.classes = game.classes();
  source.draw = [&game](int64_t n, RandomStream& random) { return game.sample(n, random); };
  source.draw_classes = [&game](const std::vector<int64_t>& labels, RandomStream& random) {
    return game.sample_classes(labels, random);
  };
  return generator_source(std::move(source));
}

}  // namespace belamy
