#include "belamy/train/prefetcher.h"

#include <utility>

#include "belamy/core/profile.h"

namespace belamy {

namespace {

const std::string kData = "data";

}  // namespace

Prefetcher::Prefetcher(Loader& loader, int64_t batches, Shape sample)
    : loader_(loader), state_(loader.state()) {
  ahead_.emplace([&loader, batches, sample = std::move(sample)] {
    Batch batch = next_batches(loader, batches, sample);
    return Made{std::move(batch), loader.state()};
  });
}

Prefetcher::~Prefetcher() {
  ahead_.reset();
  if (loader_.state() != state_) loader_.restore(state_);
}

Batch Prefetcher::next() {
  const ProfileScope scope(kData, "wait");
  Made made = ahead_->next();
  state_ = made.behind;
  return std::move(made.batch);
}

}  // namespace belamy
