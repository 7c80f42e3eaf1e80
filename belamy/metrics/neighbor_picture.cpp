#include "belamy/metrics/neighbor_picture.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/image/grid.h"
#include "belamy/kernels/bytes.h"
#include "belamy/metrics/nearest_neighbors.h"

namespace belamy {
namespace {

constexpr int64_t kRows = 16;
constexpr int64_t kNeighbors = 3;

// How near each generated image is to its nearest real one, in units of how near that one's own
// nearest real neighbour is: plain distances would only show what all images of a simple kind do.
at::Tensor relative_distances(const Nearest& nearest, const at::Tensor& real) {
  const at::Tensor found = real.index_select(0, nearest.indices);
  std::vector<at::Tensor> spacing;
  for_distances(found, real, [&](int64_t, const at::Tensor& distances) {
    spacing.push_back(std::get<0>(distances.kthvalue(2, 1)));  // the first is the image itself
  });
  constexpr double kDuplicates = 1e-6;  // real images that occur twice have no spacing
  return nearest.distances / at::cat(spacing).clamp_min(kDuplicates);
}

std::vector<int64_t> closest_rows(const at::Tensor& distances) {
  const at::Tensor order = distances.argsort().contiguous();
  const auto* data = order.data_ptr<int64_t>();
  return {data, data + std::min(kRows, order.numel())};
}

// For each of `points` the numbers of its nearest, [n * kNeighbors].
std::vector<int64_t> neighbors_of(const at::Tensor& points, const at::Tensor& among) {
  std::vector<int64_t> found;
  for_distances(points, among, [&](int64_t, const at::Tensor& distances) {
    const at::Tensor nearest =
        std::get<1>(distances.topk(kNeighbors, 1, /*largest=*/false)).contiguous();
    const auto* data = nearest.data_ptr<int64_t>();
    found.insert(found.end(), data, data + nearest.numel());
  });
  return found;
}

}  // namespace

Image neighbor_picture(ImageSource& generated, const FeatureTable& fake, const Dataset& dataset,
                       const FeatureTable& real) {
  const Shape shape = generated.shape();
  if (dataset.shape().dims != shape || real.count() < kNeighbors) {
    fail(ErrorKind::kData, "pairs show images of one size; these are {} and {}", shape_text(shape),
         dataset.shape().text());
  }
  const Nearest nearest = nearest_neighbors(fake.features, real.features);
  const std::vector<int64_t> chosen = closest_rows(relative_distances(nearest, real.features));
  const std::vector<int64_t> neighbors = neighbors_of(fake.rows(chosen).features, real.features);
  at::Tensor reals =
      at::empty({static_cast<int64_t>(neighbors.size()), shape[0], shape[1], shape[2]}, at::kFloat);
  dataset.gather(neighbors, reals.data_ptr<float>());
  const auto rows = static_cast<int64_t>(chosen.size());
  const at::Tensor cells =
      at::cat({pick_images(generated, chosen).unsqueeze(1),
               at::full({rows, 1, shape[0], shape[1], shape[2]}, -1.0, at::kFloat),
               reals.view({rows, kNeighbors, shape[0], shape[1], shape[2]})},
              1);  // [rows, 2 + neighbours, C, H, W]
  const at::Tensor flat = cells.flatten(0, 1).permute({0, 2, 3, 1}).contiguous();  // [N, H, W, C]
  std::vector<uint8_t> bytes(static_cast<size_t>(flat.numel()));
  kernels::floats_to_bytes(flat.data_ptr<float>(), bytes.data(), bytes.size(), -1, 1);
  return make_grid({.count = flat.size(0),
                    .height = shape[1],
                    .width = shape[2],
                    .channels = shape[0],
                    .pixels = bytes},
                   {.columns = 2 + kNeighbors, .gap = 2, .zoom = 2});
}

}  // namespace belamy
