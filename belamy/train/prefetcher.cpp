#include "belamy/train/prefetcher.h"

#include <utility>

#include "belamy/core/profile.h"

namespace belamy {

namespace {

const std::string kData = "data";

}  // namespace

Prefetcher::Prefetcher(Loader& loader, int64_t batches, Shape sample)
    : loader_(loader),
      batches_(batches),
      sample_(std::move(sample)),
      state_(loader.state()),
      thread_([this] { make_batches(); }) {}

Prefetcher::~Prefetcher() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (loader_.state() != state_) loader_.restore(state_);
}

Batch Prefetcher::next() {
  const ProfileScope scope(kData, "wait");
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return made_.has_value(); });
  Made made = *std::exchange(made_, std::nullopt);
  lock.unlock();
  changed_.notify_one();
  if (made.error) std::rethrow_exception(made.error);
  state_ = made.behind;
  return std::move(made.batch);
}

void Prefetcher::make_batches() {
  for (std::unique_lock lock(mutex_); !is_over_;) {
    lock.unlock();
    Made made = make_one();
    lock.lock();
    made_ = std::move(made);
    changed_.notify_one();
    changed_.wait(lock, [this] { return is_over_ || !made_; });
  }
}

Prefetcher::Made Prefetcher::make_one() {
  try {
    Batch batch = next_batches(loader_, batches_, sample_);
    return {std::move(batch), loader_.state(), nullptr};
  } catch (...) {
    return {{}, loader_.state(), std::current_exception()};
  }
}

}  // namespace belamy
