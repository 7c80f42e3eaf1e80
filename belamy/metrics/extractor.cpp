#include "belamy/metrics/extractor.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/metrics/feature_model.h"

namespace belamy {
namespace {

constexpr int64_t kBatch = 256;  // bounds memory

at::Tensor with_channels(const at::Tensor& images, int64_t channels) {
  const int64_t given = images.size(1);
  if (channels == given) return images;
  if (given == 1) return images.expand({-1, channels, -1, -1});
  if (given == 3 && channels == 1) {  // ITU-R BT.601, as belamy/image/resize.h
    const at::Tensor luma = at::tensor({0.299f, 0.587f, 0.114f}).view({1, 3, 1, 1});
    return (images * luma).sum(1, /*keepdim=*/true);
  }
  fail(ErrorKind::kShape, "images of {} channels cannot be turned into {}; use 1 or 3", given,
       channels);
}

at::Tensor fitted(const at::Tensor& images, const Shape& wanted) {
  const at::Tensor x = with_channels(images, wanted[0]);
  if (x.size(2) == wanted[1] && x.size(3) == wanted[2]) return x;
  return at::_upsample_bilinear2d_aa(x, {wanted[1], wanted[2]}, /*align_corners=*/false);
}

void require_images(const at::Tensor& images) {
  if (images.dim() != 4 || images.size(0) < 1 || images.scalar_type() != at::kFloat) {
    fail(ErrorKind::kShape, "an extractor takes images as float32 [N, C, H, W], got {}",
         shape_text(images.sizes().vec()));
  }
}

void require_features(const Extractor::Features& found, int64_t images, const FeatureModel& model) {
  const auto check = [&](const at::Tensor& values, const char* what) {
    if (!values.defined() || values.dim() != 2 || values.size(0) != images || values.size(1) < 1) {
      fail(ErrorKind::kData, "extractor {} must give {} [N, D] for N images, got {} for {}",
           model.name(), what, values.defined() ? shape_text(values.sizes().vec()) : "nothing",
           images);
    }
    if (!at::isfinite(values).all().item<bool>()) {
      fail(ErrorKind::kData,
           "extractor {} gave {} that are not finite numbers; look at the images and their range",
           model.name(), what);
    }
  };
  check(found.features, "features");
  if (model.classes() > 0) check(found.logits, "logits");
}

}  // namespace

Extractor::Extractor(std::shared_ptr<const FeatureModel> model, ResizeRule rule)
    : model_(std::move(model)), rule_(rule) {}

Extractor::Features Extractor::operator()(const at::Tensor& images) const {
  require_images(images);
  const Shape& wanted = model_->input_shape();
  if (rule_ == ResizeRule::kExact && images.sizes().slice(1) != at::IntArrayRef(wanted)) {
    fail(ErrorKind::kShape,
         "extractor {} takes images of {}, got {}; let them be resized by --resize bilinear",
         model_->name(), shape_text(wanted), shape_text(images.sizes().slice(1).vec()));
  }
  std::vector<at::Tensor> features, logits;
  for (const at::Tensor& batch : images.split(kBatch)) {
    const Features found = model_->run(fitted(batch, wanted));
    require_features(found, batch.size(0), *model_);
    features.push_back(found.features);
    if (found.logits.defined()) logits.push_back(found.logits);
  }
  return {at::cat(features), logits.empty() ? at::Tensor() : at::cat(logits)};
}

Extractor Extractor::with_resize(ResizeRule rule) const {
  return Extractor(model_, rule);
}

const std::string& Extractor::name() const {
  return model_->name();
}

const std::string& Extractor::hash() const {
  return model_->hash();
}

int64_t Extractor::classes() const {
  return model_->classes();
}

std::string Extractor::resize_text() const {
  return fmt::format("{} {}", shape_text(model_->input_shape()), resize_rule_name(rule_));
}

const Shape& Extractor::input_shape() const {
  return model_->input_shape();
}

const char* resize_rule_name(ResizeRule rule) {
  return rule == ResizeRule::kExact ? "exact" : "bilinear";
}

}  // namespace belamy
