// What a game draws, to be judged.
#pragma once

#include <memory>

#include "belamy/games/game.h"
#include "belamy/metrics/image_source.h"

namespace belamy {

/// The images of `belamy sample --seed N --count COUNT`; of a game with classes they come with the
/// classes they were made for, in turn. The game, whose samples lie in `range`, must outlive it.
/// Throws as generator_source.
std::unique_ptr<ImageSource> game_source(const Game& game, ByteRange range, int64_t count,
                                         uint64_t seed);

}  // namespace belamy
