#include "belamy/games/diff_augment.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "belamy/nn/fused.h"

namespace belamy {
namespace {

// What happens to one image [H, W, C]: pixel x (its values, one a channel) becomes
// own * x + grey * (x's mean) + overall * (the image's mean) + constant; then the image is shifted,
// and a rectangle blanked. Linear but for the constant.
struct Change {
  double own = 1, grey = 0, overall = 0, constant = 0;
  int64_t down = 0, right = 0;  // output (r, c) comes from (r + down, c + right)
  int64_t cut_top = 0, cut_bottom = 0, cut_left = 0, cut_right = 0;

  bool is_cut(int64_t row, int64_t column) const {
    return row >= cut_top && row < cut_bottom && column >= cut_left && column < cut_right;
  }
};

using Changes = std::vector<Change>;

// As autograd can keep them: [N, sizeof(Change)] bytes.
at::Tensor as_bytes(Changes& changes) {
  const auto count = static_cast<int64_t>(changes.size());
  return at::from_blob(changes.data(), {count, int64_t{sizeof(Change)}}, at::kByte).clone();
}

double between(double low, double high, RandomStream& random) {
  return low + (high - low) * random.uniform();
}

// Each of the three for all images, one after another.
void draw_colors(Changes& changes, RandomStream& random) {
  for (Change& change : changes) change.constant = between(-0.5, 0.5, random);  // brightness
  for (Change& change : changes) {
    change.own = between(0, 2, random);  // saturation
    change.grey = 1 - change.own;
  }
  for (Change& change : changes) {
    const double contrast = between(0.5, 1.5, random);
    change.own *= contrast;
    change.grey *= contrast;
    change.overall = 1 - contrast;
  }
}

void draw_shifts(Changes& changes, int64_t rows, int64_t columns, RandomStream& random) {
  const auto shift = [&](int64_t side) {
    const int64_t most = (side + 4) / 8;
    return static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * most + 1))) - most;
  };
  for (Change& change : changes) {
    change.down = shift(rows);
    change.right = shift(columns);
  }
}

// The square's centre lies anywhere, so part of it may lie outside.
void draw_cuts(Changes& changes, int64_t rows, int64_t columns, RandomStream& random) {
  const auto cut = [&](int64_t side, int64_t& begin, int64_t& end) {
    const auto centre = static_cast<int64_t>(random.below(static_cast<uint64_t>(side)));
    const int64_t length = (side + 1) / 2, first = centre - length / 2;
    begin = std::max<int64_t>(first, 0);
    end = std::min(first + length, side);
  };
  for (Change& change : changes) {
    cut(rows, change.cut_top, change.cut_bottom);
    cut(columns, change.cut_left, change.cut_right);
  }
}

struct ImageSize {
  int64_t rows, columns, channels;
  int64_t values() const { return rows * columns * channels; }
};

template <class T>
double mean(const T* values, int64_t count) {
  return std::accumulate(values, values + count, 0.0) / static_cast<double>(count);
}

// Calls body(source pixel, pixel) for what comes from inside and is not blanked.
template <class Body>
void for_kept_pixels(const Change& change, const ImageSize& size, const Body& body) {
  for (int64_t row = 0; row < size.rows; ++row) {
    const int64_t from_row = row + change.down;
    if (from_row < 0 || from_row >= size.rows) continue;
    const int64_t first = std::max<int64_t>(0, -change.right);
    const int64_t end = std::min(size.columns, size.columns - change.right);
    for (int64_t column = first; column < end; ++column) {
      if (change.is_cut(row, column)) continue;
      body(from_row * size.columns + column + change.right, row * size.columns + column);
    }
  }
}

template <class T>
void change_image(const T* x, const Change& change, const ImageSize& size, bool with_constant,
                  T* y) {
  std::fill_n(y, size.values(), T{});
  const double constant = (change.overall == 0 ? 0 : change.overall * mean(x, size.values())) +
                          (with_constant ? change.constant : 0);
  for_kept_pixels(change, size, [&](int64_t from, int64_t to) {
    const T* pixel = x + from * size.channels;
    const double added = change.grey * mean(pixel, size.channels) + constant;
    for (int64_t c = 0; c < size.channels; ++c) {
      y[to * size.channels + c] = static_cast<T>(change.own * pixel[c] + added);
    }
  });
}

// The gradient through the above: the same colours, which are symmetric, after the way back.
template <class T>
void change_gradient(const T* dy, const Change& change, const ImageSize& size, T* dx) {
  double total = 0;
  for_kept_pixels(change, size, [&](int64_t, int64_t to) {
    const T* pixel = dy + to * size.channels;
    total += std::accumulate(pixel, pixel + size.channels, 0.0);
  });
  const double everywhere = change.overall * total / static_cast<double>(size.values());
  std::fill_n(dx, size.values(), static_cast<T>(everywhere));
  for_kept_pixels(change, size, [&](int64_t from, int64_t to) {
    const T* pixel = dy + to * size.channels;
    const double added = change.grey * mean(pixel, size.channels) + everywhere;
    for (int64_t c = 0; c < size.channels; ++c) {
      dx[from * size.channels + c] = static_cast<T>(change.own * pixel[c] + added);
    }
  });
}

enum class Direction { kChange, kChangeWithoutConstant, kGradient };

// x: [N, C, H, W]
at::Tensor changed(const at::Tensor& x, const at::Tensor& bytes, Direction direction) {
  const auto* changes = reinterpret_cast<const Change*>(bytes.data_ptr<uint8_t>());
  const at::Tensor input = dense_layout(x, x.scalar_type());
  const at::Tensor output = at::empty_like(input);
  const ImageSize size{x.size(2), x.size(3), x.size(1)};
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "augmented", [&] {
    const auto* from = input.data_ptr<scalar_t>();
    auto* to = output.data_ptr<scalar_t>();
    at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const Change& change = changes[i];
        const auto* image = from + i * size.values();
        auto* out = to + i * size.values();
        if (direction == Direction::kGradient) {
          change_gradient(image, change, size, out);
        } else {
          change_image(image, change, size, direction == Direction::kChange, out);
        }
      }
    });
  });
  return output;
}

// Linear: the gradient of the gradient is the change without its constant, and so on.
class AugmentFunction : public torch::autograd::Function<AugmentFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& changes, Direction direction) {
    context->saved_data["changes"] = changes;
    context->saved_data["gradient"] = direction == Direction::kGradient;
    return changed(x, changes, direction);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const bool was_gradient = context->saved_data["gradient"].toBool();
    const Direction back = was_gradient ? Direction::kChangeWithoutConstant : Direction::kGradient;
    const at::Tensor changes = context->saved_data["changes"].toTensor();
    return {AugmentFunction::apply(gradients[0], changes, back), {}, {}};
  }
};

}  // namespace

at::Tensor augmented(const at::Tensor& x, const AugmentOptions& options, RandomStream& random) {
  if (!options.any()) return x;
  Changes changes(static_cast<size_t>(x.size(0)));
  if (options.color) draw_colors(changes, random);
  if (options.translation) draw_shifts(changes, x.size(2), x.size(3), random);
  if (options.cutout) draw_cuts(changes, x.size(2), x.size(3), random);
  return AugmentFunction::apply(x, as_bytes(changes), Direction::kChange);
}

}  // namespace belamy
