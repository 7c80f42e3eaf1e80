#include "belamy/sampling/translation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "belamy/core/error.h"
#include "belamy/data/two_sides.h"
#include "belamy/image/resize.h"
#include "belamy/kernels/bytes.h"

namespace belamy {
namespace {

constexpr int64_t kMultiple = 4, kSmallest = 16;  // what generators that halve twice can take

int64_t taken_side(int64_t side) {
  return std::max((side + kMultiple - 1) / kMultiple * kMultiple, kSmallest);
}

// [1, C, H, W], the last row and column repeated up to sides the networks take.
at::Tensor to_tensor(const Image& image, ByteRange range) {
  const int64_t height = taken_side(image.height), width = taken_side(image.width);
  std::vector<uint8_t> planes;
  for (int64_t c = 0; c < image.channels; ++c) {
    for (int64_t y = 0; y < height; ++y) {
      const int64_t row = std::min(y, image.height - 1) * image.width;
      for (int64_t x = 0; x < width; ++x) {
        const int64_t pixel = row + std::min(x, image.width - 1);
        planes.push_back(image.pixels[static_cast<size_t>(pixel * image.channels + c)]);
      }
    }
  }
  at::Tensor tensor = at::empty({1, image.channels, height, width}, at::kFloat);
  kernels::bytes_to_floats(planes.data(), tensor.data_ptr<float>(), planes.size(), range.low,
                           range.high);
  return tensor;
}

// The upper left height x width of [C, H, W].
Image to_image(const at::Tensor& tensor, int64_t height, int64_t width, ByteRange range) {
  const at::Tensor pixels = tensor.narrow(1, 0, height)
                                .narrow(2, 0, width)
                                .permute({1, 2, 0})
                                .to(at::kFloat)
                                .contiguous();
  Image image = blank_image(height, width, tensor.size(0));
  kernels::floats_to_bytes(pixels.data_ptr<float>(), image.pixels.data(), image.pixels.size(),
                           range.low, range.high);
  return image;
}

Image image_of(const Dataset& data, int64_t index, ByteRange range) {
  const std::vector<int64_t> dims = data.shape().dims;
  at::Tensor sample = at::empty(dims, at::kFloat);
  data.gather(std::array{index}, sample.data_ptr<float>());
  return to_image(sample, dims[1], dims[2], range);
}

// Of each channel over all samples, in bytes.
std::vector<double> mean_color(const Dataset& data, ByteRange range) {
  std::vector<double> sum;
  for (int64_t i = 0; i < data.size(); ++i) {
    const Image image = image_of(data, i, range);
    const auto channels = static_cast<size_t>(image.channels);
    sum.resize(channels);
    for (size_t p = 0; p < image.pixels.size(); ++p) sum[p % channels] += image.pixels[p];
  }
  const auto pixels =
      static_cast<double>(data.size() * data.shape().dims[1] * data.shape().dims[2]);
  for (double& value : sum) value /= pixels;
  return sum;
}

Image shifted(Image image, const std::vector<double>& shift) {
  for (size_t p = 0; p < image.pixels.size(); ++p) {
    const double value = image.pixels[p] + shift[p % shift.size()];
    image.pixels[p] = static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  }
  return image;
}

at::Tensor self_ensemble(const Game& game, const at::Tensor& images, Direction direction) {
  const at::Tensor both = game.translate(at::cat({images, images.flip({3})}), direction);
  const int64_t count = images.size(0);
  return (both.narrow(0, 0, count) + both.narrow(0, count, count).flip({3})) / 2;
}

TranslationScore score(const std::string& method, const Dataset& from, const Dataset& truth,
                       ByteRange range, const std::function<Image(const Image&)>& made) {
  TranslationScore result{method, {}, from.size()};
  const auto count = static_cast<double>(from.size());
  for (int64_t i = 0; i < from.size(); ++i) {
    const ImageDifference difference =
        image_difference(made(image_of(from, i, range)), image_of(truth, i, range));
    constexpr double kEqual = 100;  // dB that equal pictures count as, so that a mean exists
    result.difference.mean_absolute_error += difference.mean_absolute_error / count;
    result.difference.psnr += std::min(difference.psnr, kEqual) / count;
    result.difference.ssim += difference.ssim / count;
  }
  return result;
}

}  // namespace

Direction direction_of(const std::string& word) {
  if (word == "a2b") return Direction::kAToB;
  if (word == "b2a") return Direction::kBToA;
  fail(ErrorKind::kUsage, "a direction is a2b or b2a, got '{}'", word);
}

Image translate_picture(const Game& game, const Image& picture, const TranslationOptions& options) {
  const int64_t channels = game.sample_shape().size() == 3 ? game.sample_shape()[0] : 0;
  if (channels == 1 && picture.channels > 2) {
    fail(ErrorKind::kData,
         "the picture is in colour, the run's are grey; convert it to grey first, or train in "
         "colour");
  }
  const Image fitted = to_channels(picture, channels);
  const at::Tensor images = to_tensor(fitted, options.range);
  const at::Tensor made = options.use.self_ensemble ? self_ensemble(game, images, options.direction)
                                                    : game.translate(images, options.direction);
  const at::Tensor mixed = at::lerp(images, made, options.use.strength);
  return to_image(mixed[0], picture.height, picture.width, options.range);
}

std::vector<TranslationScore> judge_translation(const Game& game, const Dataset& data,
                                                const TranslationOptions& options) {
  const Dataset& shown = data.shown();
  if (shown.partner() == nullptr || !are_matched(shown, *shown.partner())) {
    fail(ErrorKind::kUsage,
         "these data do not know which picture of one side belongs to which of the other; there is "
         "no truth to judge by");
  }
  const ByteRange range = options.range;
  const bool forth = options.direction == Direction::kAToB;
  const Dataset& from = forth ? shown : *shown.partner();
  const Dataset& truth = forth ? *shown.partner() : shown;
  std::vector<double> shift = mean_color(*data.partner(), range);
  const std::vector<double> of_a = mean_color(data, range);
  for (size_t c = 0; c < shift.size(); ++c) shift[c] = (shift[c] - of_a[c]) * (forth ? 1 : -1);
  const auto translated = [&](TranslationUse use) {
    const TranslationOptions chosen{options.direction, range, use};
    return [&game, chosen](const Image& x) { return translate_picture(game, x, chosen); };
  };
  return {score("translated", from, truth, range, translated(options.use)),
          score("whole", from, truth, range, translated({})),
          score("nothing", from, truth, range, [](const Image& x) { return x; }),
          score("mean_color_shift", from, truth, range,
                [&](const Image& x) { return shifted(x, shift); })};
}

}  // namespace belamy
