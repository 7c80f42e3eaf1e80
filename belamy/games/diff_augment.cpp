#include "belamy/games/diff_augment.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace belamy {
namespace {

// [N, 1, 1, 1] in low..high
at::Tensor factors(int64_t count, double low, double high, RandomStream& random) {
  at::Tensor drawn = at::empty({count, 1, 1, 1}, at::kFloat);
  for (int64_t i = 0; i < count; ++i) {
    drawn.data_ptr<float>()[i] = static_cast<float>(low + (high - low) * random.uniform());
  }
  return drawn;
}

at::Tensor recolored(at::Tensor x, RandomStream& random) {
  const int64_t count = x.size(0);
  x = x + factors(count, -0.5, 0.5, random);
  const at::Tensor grey = x.mean({1}, /*keepdim=*/true);
  x = (x - grey) * factors(count, 0, 2, random) + grey;
  const at::Tensor mean = x.mean({1, 2, 3}, /*keepdim=*/true);
  return (x - mean) * factors(count, 0.5, 1.5, random) + mean;
}

at::Tensor translated(const at::Tensor& x, RandomStream& random) {
  const int64_t rows = x.size(2), columns = x.size(3);
  const int64_t most_down = (rows + 4) / 8, most_right = (columns + 4) / 8;
  const at::Tensor padded =
      at::constant_pad_nd(x, {most_right, most_right, most_down, most_down}, 0);
  std::vector<at::Tensor> images = padded.unbind(0);
  for (at::Tensor& image : images) {
    const auto down = static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * most_down + 1)));
    const auto right =
        static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * most_right + 1)));
    image = image.narrow(1, down, rows).narrow(2, right, columns);
  }
  return at::stack(images);
}

at::Tensor cut_out(const at::Tensor& x, RandomStream& random) {
  const int64_t rows = x.size(2), columns = x.size(3);
  const int64_t tall = (rows + 1) / 2, wide = (columns + 1) / 2;
  at::Tensor kept = at::ones({x.size(0), 1, rows, columns}, at::kFloat);
  for (int64_t i = 0; i < x.size(0); ++i) {
    // The square's centre lies anywhere, so part of it may lie outside.
    const auto centre_row = static_cast<int64_t>(random.below(static_cast<uint64_t>(rows)));
    const auto centre_column = static_cast<int64_t>(random.below(static_cast<uint64_t>(columns)));
    const int64_t top = std::max<int64_t>(centre_row - tall / 2, 0);
    const int64_t left = std::max<int64_t>(centre_column - wide / 2, 0);
    const int64_t bottom = std::min(centre_row - tall / 2 + tall, rows);
    const int64_t right = std::min(centre_column - wide / 2 + wide, columns);
    kept.select(0, i).narrow(1, top, bottom - top).narrow(2, left, right - left).zero_();
  }
  return x * kept;
}

}  // namespace

at::Tensor augmented(const at::Tensor& x, const AugmentOptions& options, RandomStream& random) {
  at::Tensor y = x;
  if (options.color) y = recolored(y, random);
  if (options.translation) y = translated(y, random);
  if (options.cutout) y = cut_out(y, random);
  return y;
}

}  // namespace belamy
