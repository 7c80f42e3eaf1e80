// Images one batch after another, whatever they come from.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/data/dataset.h"
#include "belamy/nn/shape.h"

namespace belamy {

/// Images as a PNG would hold them: the 256 levels between -1 and 1.
class ImageSource {
 public:
  virtual ~ImageSource() = default;

  virtual int64_t count() const = 0;
  virtual Shape shape() const = 0;  // [C, H, W]

  struct Images {
    at::Tensor pixels;  // [n, C, H, W] float32 in -1..1
    at::Tensor labels;  // [n] int64; undefined without labels
  };
  /// The next min(most, those left) images; none left: pixels are undefined.
  virtual Images next(int64_t most) = 0;
  /// Begins anew, with the same images.
  virtual void rewind() = 0;
};

/// `count` images of a data set (0: all), chosen at random by `seed`, in its order. `range` is the
/// data set's. Throws kUsage when it has fewer or holds no images.
std::unique_ptr<ImageSource> dataset_source(const Dataset& dataset, int64_t count, uint64_t seed,
                                            ByteRange range = {});

/// What a generator draws: `draw` makes [n, C, H, W] float32 in `range` of a stream that is at its
/// start after each rewind.
struct GeneratorSource {
  std::function<at::Tensor(int64_t n, RandomStream& random)> draw;
  Shape shape;
  ByteRange range;
  int64_t count = 0;
  uint64_t seed = 0;
  int64_t classes = 0;  // of a generator that is told them; images are then made by
  std::function<at::Tensor(const std::vector<int64_t>& labels, RandomStream& random)> draw_classes;
};
std::unique_ptr<ImageSource> generator_source(GeneratorSource generator);

/// The images of these numbers, in their order: [n, C, H, W]. Leaves the source at its start.
at::Tensor pick_images(ImageSource& source, std::span<const int64_t> indices);

}  // namespace belamy
