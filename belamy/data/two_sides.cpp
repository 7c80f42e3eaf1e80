#include "belamy/data/two_sides.h"

#include "belamy/core/error.h"
#include "belamy/data/sha256.h"

namespace belamy {

TwoSides::TwoSides(std::unique_ptr<Dataset> a, std::unique_ptr<Dataset> b,
                   std::unique_ptr<TwoSides> held_out)
    : a_(std::move(a)), b_(std::move(b)), held_out_(std::move(held_out)) {
  if (a_->shape() == b_->shape()) return;
  fail(ErrorKind::kData, "both sides must have samples of one shape: {} has {}, {} has {}",
       a_->description(), a_->shape().text(), b_->description(), b_->shape().text());
}

std::string TwoSides::description() const {
  return "A: " + a_->description() + "; B: " + b_->description();
}

std::string TwoSides::fingerprint() const {
  return sha256_hex(a_->fingerprint() + b_->fingerprint());
}

const Dataset& TwoSides::shown() const {
  if (held_out_ != nullptr) return *held_out_;
  return *this;
}

bool are_matched(const Dataset& a, const Dataset& b) {
  if (a.size() != b.size()) return false;
  for (int64_t i = 0; i < a.size(); ++i) {
    if (a.sample_name(i) != b.sample_name(i)) return false;
  }
  return true;
}

}  // namespace belamy
