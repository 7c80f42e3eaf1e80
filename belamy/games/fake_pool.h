// A pool of past fakes, so that a discriminator does not forget what the generator did before.
// Shrivastava et al., "Learning from simulated and unsupervised images through adversarial
// training" (2017), as CycleGAN uses it.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "belamy/core/rng.h"

namespace belamy {

class FakePool {
 public:
  /// 0: what is given comes back at once.
  explicit FakePool(int64_t size) : size_(size) {}

  /// fakes: [N, sample...]. Until the pool is full they are kept and returned; then each is
  /// returned, or by even chance exchanged for one from the pool.
  at::Tensor exchange(const at::Tensor& fakes, RandomStream& random);

  /// [kept, sample...]; undefined when empty.
  at::Tensor state() const;
  /// Throws kCheckpoint, naming `source`, for more than the pool holds or another shape than
  /// `sample`.
  void load_state(const at::Tensor& kept, const std::vector<int64_t>& sample,
                  const std::string& source);

 private:
  int64_t size_;
  std::vector<at::Tensor> kept_;  // [sample...]
};

}  // namespace belamy
