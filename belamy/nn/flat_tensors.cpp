#include "belamy/nn/flat_tensors.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace belamy {
namespace {

constexpr size_t kAlignment = 64 / sizeof(float);  // ATen's allocations start on 64 bytes too

// Room for a tensor of those sizes from `offset` on. Kernels read a convolution's weights in
// channels-last order.
at::Tensor place_for(const at::Tensor& buffer, size_t offset, at::IntArrayRef sizes) {
  const int64_t count = c10::multiply_integers(sizes);
  const at::Tensor run = buffer.narrow(0, static_cast<int64_t>(offset), count);
  if (sizes.size() != 4) return run.view(sizes);
  return run.view({sizes[0], sizes[2], sizes[3], sizes[1]}).permute({0, 3, 1, 2});
}

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
    const at::Tensor place = place_for(buffer_, offsets_[i], tensor.sizes());
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
