#include "belamy/image/palette.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr size_t kMaxColours = 256;
constexpr size_t kBins = 1 << 15;  // 5 bits a channel

Colour colour_at(const Image& image, size_t pixel) {
  const uint8_t* from = image.pixels.data() + pixel * 3;
  return {from[0], from[1], from[2]};
}

size_t bin_of(const Colour& colour) {
  return static_cast<size_t>(colour[0] >> 3) << 10 | static_cast<size_t>(colour[1] >> 3) << 5 |
         static_cast<size_t>(colour[2] >> 3);
}

std::optional<PalettedImage> exact_palette(const Image& image) {
  PalettedImage out;
  std::unordered_map<uint32_t, uint8_t> known;
  const size_t count = image.pixels.size() / 3;
  out.indices.reserve(count);
  for (size_t pixel = 0; pixel < count; ++pixel) {
    const Colour colour = colour_at(image, pixel);
    const uint32_t key = uint32_t{colour[0]} << 16 | uint32_t{colour[1]} << 8 | colour[2];
    const auto [place, is_new] = known.try_emplace(key, static_cast<uint8_t>(out.palette.size()));
    if (is_new) {
      if (out.palette.size() == kMaxColours) return std::nullopt;
      out.palette.push_back(colour);
    }
    out.indices.push_back(place->second);
  }
  return out;
}

// The pixels that share their upper five bits in each channel.
struct Bin {
  uint64_t count = 0;
  std::array<uint64_t, 3> sum{};

  double mean(size_t channel) const {
    return static_cast<double>(sum[channel]) / static_cast<double>(count);
  }
};

std::vector<Bin> used_bins(const Image& image) {
  std::vector<Bin> bins(kBins);
  for (size_t pixel = 0; pixel < image.pixels.size() / 3; ++pixel) {
    const Colour colour = colour_at(image, pixel);
    Bin& bin = bins[bin_of(colour)];
    ++bin.count;
    for (size_t c = 0; c < 3; ++c) bin.sum[c] += colour[c];
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.count == 0; });
  return bins;
}

// bins[first, last): what one colour will stand for.
struct Box {
  size_t first = 0, last = 0;
  size_t widest = 0;  // the channel that varies most
  double spread = 0;  // its summed squared distance from the mean: what a split can win
};

Box make_box(const std::vector<Bin>& bins, size_t first, size_t last) {
  Box box{first, last};
  for (size_t c = 0; c < 3; ++c) {
    double count = 0, sum = 0, squares = 0;
    for (size_t i = first; i < last; ++i) {
      const auto weight = static_cast<double>(bins[i].count);
      const double mean = bins[i].mean(c);
      count += weight;
      sum += weight * mean;
      squares += weight * mean * mean;
    }
    const double spread = last - first > 1 ? squares - sum * sum / count : 0;
    if (spread > box.spread) box.widest = c, box.spread = spread;
  }
  return box;
}

// Half of the pixels to either side of the median, at least one bin each.
size_t split_place(std::vector<Bin>& bins, const Box& box) {
  const auto begin = bins.begin() + static_cast<std::ptrdiff_t>(box.first);
  const auto end = bins.begin() + static_cast<std::ptrdiff_t>(box.last);
  std::sort(begin, end,
            [&](const Bin& a, const Bin& b) { return a.mean(box.widest) < b.mean(box.widest); });
  uint64_t total = 0;
  for (auto bin = begin; bin != end; ++bin) total += bin->count;
  uint64_t below = 0;
  size_t place = box.first;
  while (place + 1 < box.last && (place == box.first || below + bins[place].count <= total / 2)) {
    below += bins[place++].count;
  }
  return place;
}

Colour mean_colour(const std::vector<Bin>& bins, const Box& box) {
  Bin all;
  for (size_t i = box.first; i < box.last; ++i) {
    all.count += bins[i].count;
    for (size_t c = 0; c < 3; ++c) all.sum[c] += bins[i].sum[c];
  }
  Colour colour{};
  for (size_t c = 0; c < 3; ++c) colour[c] = static_cast<uint8_t>(std::lround(all.mean(c)));
  return colour;
}

std::vector<Colour> median_cut(const Image& image) {
  std::vector<Bin> bins = used_bins(image);
  std::vector<Box> boxes = {make_box(bins, 0, bins.size())};
  while (boxes.size() < kMaxColours) {
    const auto widest = std::max_element(
        boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.spread < b.spread; });
    if (widest->spread <= 0) break;
    const Box box = *widest;
    const size_t place = split_place(bins, box);
    *widest = make_box(bins, box.first, place);
    boxes.push_back(make_box(bins, place, box.last));
  }
  std::vector<Colour> palette;
  palette.reserve(boxes.size());
  for (const Box& box : boxes) palette.push_back(mean_colour(bins, box));
  return palette;
}

// Finds the nearest colour of a palette, once for each bin asked for.
class NearestColour {
 public:
  explicit NearestColour(const std::vector<Colour>& palette)
      : palette_(palette), found_(kBins, kUnknown) {}

  uint8_t find(const Colour& colour) {
    int& found = found_[bin_of(colour)];
    if (found == kUnknown) found = search(colour);
    return static_cast<uint8_t>(found);
  }

 private:
  static constexpr int kUnknown = -1;

  int search(const Colour& colour) const {
    int best = 0;
    int best_distance = std::numeric_limits<int>::max();
    for (size_t i = 0; i < palette_.size(); ++i) {
      int distance = 0;
      for (size_t c = 0; c < 3; ++c) {
        const int middle = (colour[c] & 0xf8) + 4;
        distance += (middle - palette_[i][c]) * (middle - palette_[i][c]);
      }
      if (distance < best_distance) best = static_cast<int>(i), best_distance = distance;
    }
    return best;
  }

  const std::vector<Colour>& palette_;
  std::vector<int> found_;
};

// Errors are passed on in sixteenths: 7 to the right, 3, 5 and 1 below.
std::vector<uint8_t> dither(const Image& image, const std::vector<Colour>& palette) {
  NearestColour nearest(palette);
  const auto width = static_cast<size_t>(image.width);
  std::vector<uint8_t> indices(width * static_cast<size_t>(image.height));
  // A column of margin on either side.
  std::vector<std::array<int, 3>> here(width + 2), below(width + 2);
  for (size_t pixel = 0; pixel < indices.size(); ++pixel) {
    const size_t x = pixel % width;
    if (x == 0) {
      here.swap(below);
      std::fill(below.begin(), below.end(), std::array<int, 3>{});
    }
    const Colour exact = colour_at(image, pixel);
    Colour wanted{};
    for (size_t c = 0; c < 3; ++c) {
      wanted[c] = static_cast<uint8_t>(std::clamp(exact[c] + here[x + 1][c] / 16, 0, 255));
    }
    indices[pixel] = nearest.find(wanted);
    const Colour& chosen = palette[indices[pixel]];
    for (size_t c = 0; c < 3; ++c) {
      const int error = wanted[c] - chosen[c];
      here[x + 2][c] += error * 7;
      below[x][c] += error * 3;
      below[x + 1][c] += error * 5;
      below[x + 2][c] += error;
    }
  }
  return indices;
}

}  // namespace

PalettedImage to_palette(const Image& image) {
  if (image.channels != 3) {
    fail(ErrorKind::kShape, "a palette is made for pictures of 3 channels, got {}", image.channels);
  }
  if (auto exact = exact_palette(image)) return *std::move(exact);
  PalettedImage out;
  out.palette = median_cut(image);
  out.indices = dither(image, out.palette);
  return out;
}

}  // namespace belamy
