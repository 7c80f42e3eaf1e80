#include "belamy/train/prefetcher.h"

#include <algorithm>
#include <utility>

#include "belamy/core/profile.h"

namespace belamy {

namespace {

const std::string kData = "data";

// The first batch meets memory that is not there yet.
constexpr int kTrials = 4;

}  // namespace

Prefetcher::Prefetcher(Loader& loader, int64_t batches, Shape sample, Duration quick)
    : loader_(loader),
      batches_(batches),
      sample_(std::move(sample)),
      state_(loader.state()),
      quick_(quick) {}

Prefetcher::~Prefetcher() {
  ahead_.reset();
  if (loader_.state() != state_) loader_.restore(state_);
}

Prefetcher::Made Prefetcher::make() {
  Batch batch = next_batches(loader_, batches_, sample_);
  return {std::move(batch), loader_.state()};
}

Prefetcher::Made Prefetcher::make_here() {
  const auto begin = std::chrono::steady_clock::now();
  Made made = make();
  quickest_ = std::min(quickest_, {std::chrono::steady_clock::now() - begin});
  if (++made_here_ == kTrials && quickest_ > quick_) ahead_.emplace([this] { return make(); });
  return made;
}

Batch Prefetcher::next() {
  const ProfileScope scope(kData, "wait");
  Made made = ahead_ ? ahead_->next() : make_here();
  state_ = made.behind;
  return std::move(made.batch);
}

}  // namespace belamy
