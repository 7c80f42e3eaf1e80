#include "belamy/games/fake_pool.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/nn/shape.h"

namespace belamy {

at::Tensor FakePool::exchange(const at::Tensor& fakes, RandomStream& random) {
  if (size_ == 0) return fakes;
  std::vector<at::Tensor> given;
  for (const at::Tensor& fake : fakes.detach().unbind(0)) {
    const at::Tensor own = fake.contiguous().clone();
    if (static_cast<int64_t>(kept_.size()) < size_) {
      kept_.push_back(own);
      given.push_back(own);
    } else if (random.below(2) == 0) {
      given.push_back(own);
    } else {
      at::Tensor& place = kept_[random.below(kept_.size())];
      given.push_back(place);
      place = own;
    }
  }
  return at::stack(given);
}

at::Tensor FakePool::state() const {
  return kept_.empty() ? at::Tensor() : at::stack(kept_);
}

void FakePool::load_state(const at::Tensor& kept, const std::vector<int64_t>& sample,
                          const std::string& source) {
  kept_.clear();
  if (!kept.defined()) return;
  std::vector<int64_t> expected = {kept.dim() > 0 ? kept.size(0) : 0};
  expected.insert(expected.end(), sample.begin(), sample.end());
  if (kept.sizes().vec() != expected || expected[0] > size_) {
    fail(ErrorKind::kCheckpoint, "{} keeps fakes of {}, expected at most {} of {}", source,
         shape_text(kept.sizes().vec()), size_, shape_text(sample));
  }
  for (const at::Tensor& fake : kept.unbind(0)) kept_.push_back(fake.clone());
}

}  // namespace belamy
