#include "belamy/latent/class_means.h"

#include <ATen/ATen.h>

#include <cmath>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy {
namespace {

constexpr int64_t kBatch = 256;

}  // namespace

at::Tensor ClassifiedLatent::of_class(int64_t wanted) const {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < predicted.size(); ++i) {
    if (predicted[i] == wanted) rows.push_back(static_cast<int64_t>(i));
  }
  return z.index_select(0, at::tensor(rows, at::kLong));
}

ClassifiedLatent classify_latent(const LatentSampler& sampler, const at::Tensor& z,
                                 const ClassReader& classifier, const Progress& progress) {
  const at::NoGradGuard no_grad;
  ClassifiedLatent result{z, {}, 0};
  for (const at::Tensor& batch : z.split(kBatch)) {
    const at::Tensor logits = classifier(sampler.decode(batch.contiguous()));
    const at::Tensor best = logits.argmax(1).contiguous();
    const int64_t* classes = best.data_ptr<int64_t>();
    result.predicted.insert(result.predicted.end(), classes, classes + best.numel());
    result.classes = logits.size(1);
    if (progress) progress(static_cast<int64_t>(result.predicted.size()), z.size(0));
  }
  return result;
}

at::Tensor class_means(const at::Tensor& of_class, int64_t count, int64_t average,
                       RandomStream& random) {
  const int64_t found = of_class.size(0);
  if (found == 0) fail(ErrorKind::kUsage, "there is no latent vector of the class to average");
  std::vector<at::Tensor> means = {of_class.mean(0)};
  for (int64_t i = 1; i < count; ++i) {
    std::vector<int64_t> rows;
    for (int64_t j = 0; j < std::min(average, found); ++j) {
      rows.push_back(static_cast<int64_t>(random.below(static_cast<uint64_t>(found))));
    }
    means.push_back(of_class.index_select(0, at::tensor(rows, at::kLong)).mean(0));
  }
  return at::stack(means);
}

double prior_length(int64_t latent_size, LatentPrior prior) {
  const auto size = static_cast<double>(latent_size);
  return std::sqrt(prior == LatentPrior::kUniform ? size / 3 : size);
}

at::Tensor at_prior_length(const at::Tensor& z, LatentPrior prior) {
  const at::Tensor length = z.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-12);
  const at::Tensor scaled = z * (prior_length(z.size(1), prior) / length);
  return prior == LatentPrior::kUniform ? scaled.clamp(-1, 1) : scaled;
}

}  // namespace belamy
