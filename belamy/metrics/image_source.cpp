#include "belamy/metrics/image_source.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

// To the 256 levels that a picture's file has, so that a run and its exported samples score alike.
at::Tensor quantized(const at::Tensor& images, ByteRange range) {
  const at::Tensor share = (images - range.low) / (range.high - range.low);
  return at::round(share.clamp(0, 1) * 255) * (2.0 / 255) - 1;
}

class DatasetSource final : public ImageSource {
 public:
  DatasetSource(const Dataset& dataset, std::vector<int64_t> indices, ByteRange range)
      : dataset_(dataset), indices_(std::move(indices)), range_(range) {}

  int64_t count() const override { return static_cast<int64_t>(indices_.size()); }
  Shape shape() const override { return dataset_.shape().dims; }
  void rewind() override { done_ = 0; }

  Images next(int64_t most) override {
    const int64_t n = std::min(most, count() - done_);
    if (n <= 0) return {};
    const std::span<const int64_t> chosen(indices_.data() + done_, static_cast<size_t>(n));
    const Shape dims = shape();
    Images images{at::empty({n, dims[0], dims[1], dims[2]}, at::kFloat), {}};
    dataset_.gather(chosen, images.pixels.data_ptr<float>());
    images.pixels = quantized(images.pixels, range_);
    if (dataset_.classes() > 0) {
      images.labels = at::empty({n}, at::kLong);
      auto* labels = images.labels.data_ptr<int64_t>();
      for (size_t i = 0; i < chosen.size(); ++i) labels[i] = dataset_.label(chosen[i]).value();
    }
    done_ += n;
    return images;
  }

 private:
  const Dataset& dataset_;
  std::vector<int64_t> indices_;
  ByteRange range_;
  int64_t done_ = 0;
};

class Generated final : public ImageSource {
 public:
  explicit Generated(GeneratorSource generator)
      : generator_(std::move(generator)), random_(generator_.seed, "sample") {}

  int64_t count() const override { return generator_.count; }
  Shape shape() const override { return generator_.shape; }
  void rewind() override {
    done_ = 0;
    random_.seek(0);
  }

  Images next(int64_t most) override {
    const int64_t n = std::min(most, count() - done_);
    if (n <= 0) return {};
    const Images images =
        generator_.classes > 0 ? of_classes(n) : Images{generator_.draw(n, random_), {}};
    done_ += n;
    return {quantized(images.pixels, generator_.range), images.labels};
  }

 private:
  // In turn, as Game::sample has them.
  Images of_classes(int64_t n) {
    std::vector<int64_t> labels;
    for (int64_t i = done_; i < done_ + n; ++i) labels.push_back(i % generator_.classes);
    return {generator_.draw_classes(labels, random_), at::tensor(labels)};
  }

  GeneratorSource generator_;
  RandomStream random_;
  int64_t done_ = 0;
};

}  // namespace

std::unique_ptr<ImageSource> dataset_source(const Dataset& dataset, int64_t count, uint64_t seed,
                                            ByteRange range) {
  if (!dataset.is_image()) {
    fail(ErrorKind::kUsage, "metrics compare images; this is {}", dataset.description());
  }
  if (count > dataset.size()) {
    fail(ErrorKind::kUsage, "{} images are asked for, there are {}: {}", count, dataset.size(),
         dataset.description());
  }
  return std::make_unique<DatasetSource>(
      dataset, random_subset(dataset.size(), count == 0 ? dataset.size() : count, seed), range);
}

std::unique_ptr<ImageSource> generator_source(GeneratorSource generator) {
  if (generator.shape.size() != 3) {
    fail(ErrorKind::kUsage, "metrics compare images; this run makes points in the plane");
  }
  return std::make_unique<Generated>(std::move(generator));
}

at::Tensor pick_images(ImageSource& source, std::span<const int64_t> indices) {
  constexpr int64_t kBatch = 256;
  const Shape shape = source.shape();
  at::Tensor picked =
      at::empty({static_cast<int64_t>(indices.size()), shape[0], shape[1], shape[2]}, at::kFloat);
  source.rewind();
  int64_t first = 0;
  for (auto images = source.next(kBatch); images.pixels.defined(); images = source.next(kBatch)) {
    const int64_t n = images.pixels.size(0);
    for (size_t i = 0; i < indices.size(); ++i) {
      if (indices[i] < first || indices[i] >= first + n) continue;
      picked[static_cast<int64_t>(i)].copy_(images.pixels[indices[i] - first]);
    }
    first += n;
  }
  source.rewind();
  return picked;
}

}  // namespace belamy
