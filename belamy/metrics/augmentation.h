// Small random changes to training images that do not change what they show.
#pragma once

#include <cstdint>
#include <string>

#include "belamy/core/rng.h"

namespace belamy {

struct Augmentation {
  double shift = 0;           // pixels, either way in each direction
  double rotation = 0;        // degrees, either way
  double scale = 0;           // share, either way: 0.1 is 0.9..1.1
  bool flip = false;          // left and right, every other image
  bool whole_pixels = false;  // of the shift: nothing is resampled, textures stay sharp
};

/// What suits a data set; nothing but a shift of 1 where nothing is known of it.
Augmentation augmentation_for(const std::string& data_name);

/// Images [count, channels, height, width], each moved, turned, scaled and flipped on its own,
/// resampled bilinearly; what comes in from outside repeats the border. In place. The same whatever
/// the number of threads.
struct ImageBlock {
  int64_t count = 0;
  int64_t channels = 0;
  int64_t height = 0;
  int64_t width = 0;
  float* values = nullptr;
};
void augment(const ImageBlock& images, const Augmentation& how, RandomStream& random);

}  // namespace belamy
