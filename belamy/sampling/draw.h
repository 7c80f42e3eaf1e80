// Samples of a game, as numbers, bytes and pictures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "belamy/data/dataset.h"
#include "belamy/image/image.h"

namespace belamy {

class Game;
class RandomStream;

struct Samples {
  int64_t count = 0;
  std::vector<int64_t> shape;  // [C, H, W] or [2]
  std::vector<float> values;   // [count, shape...] in the data's range
  int64_t columns = 0;         // of a grid; 0 where it does not matter

  bool are_images() const { return shape.size() == 3; }
};

/// `count` samples of latent vectors drawn from `random`: equal streams give equal samples.
Samples draw_samples(const Game& game, int64_t count, RandomStream& random);

/// What the game shows of itself (Game::sheet).
Samples draw_sheet(const Game& game, int64_t count, RandomStream& random, const Dataset& data);

/// What the game's health is judged by (Game::probe).
Samples draw_probe(const Game& game, int64_t count, RandomStream& random, const Dataset& data);

/// uint8 [count, H, W, C]. Throws kUsage when the samples are not images.
std::vector<uint8_t> image_bytes(const Samples& samples, ByteRange range);

/// A picture a sample. Throws kUsage when the samples are not images.
std::vector<Image> separate_images(const Samples& samples, ByteRange range);

/// Images as a grid; points in the plane over points of the real data, if given.
Image samples_picture(const Samples& samples, ByteRange range, const Dataset* real);

}  // namespace belamy
