#include "belamy/nn/flat_tensors.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace belamy {
namespace {

constexpr size_t kAlignment = 64 / sizeof(float);  // ATen's allocations start on 64 bytes too

}  // namespace

FlatTensors::FlatTensors(std::vector<NamedTensor> tensors) : views_(std::move(tensors)) {
  for (const NamedTensor& view : views_) {
    offsets_.push_back(count_);
    const auto size = static_cast<size_t>(view.tensor.numel());
    count_ += (size + kAlignment - 1) / kAlignment * kAlignment;
  }
  const at::NoGradGuard no_grad;
  buffer_ = at::zeros({static_cast<int64_t>(count_)}, at::kFloat);
  for (size_t i = 0; i < views_.size(); ++i) {
    const at::Tensor& tensor = views_[i].tensor;
    const at::Tensor place =
        buffer_.narrow(0, static_cast<int64_t>(offsets_[i]), tensor.numel()).view(tensor.sizes());
    place.copy_(tensor);
    tensor.set_(buffer_.storage(), place.storage_offset(), place.sizes(), place.strides());
  }
}

FlatTensors FlatTensors::zeros_like(const std::string& suffix) const {
  std::vector<NamedTensor> zeros;
  for (const NamedTensor& view : views_) {
    zeros.push_back({view.name + suffix, at::zeros(view.tensor.sizes(), at::kFloat)});
  }
  return FlatTensors(std::move(zeros));
}

float* FlatTensors::data() const {
  return buffer_.defined() ? buffer_.data_ptr<float>() : nullptr;
}

void FlatTensors::mark_changed() const {
  for (const NamedTensor& view : views_) view.tensor.unsafeGetTensorImpl()->bump_version();
}

}  // namespace belamy
