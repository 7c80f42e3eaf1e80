#include "belamy/data/loader.h"

#include <numeric>
#include <utility>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy {

Loader::Loader(const Dataset& dataset, int64_t batch_size, Order order, uint64_t seed)
    : Loader(dataset, batch_size, order, seed, "data") {
  if (dataset.partner() == nullptr) return;
  const Order apart = order == Order::kReplacement ? Order::kShuffled : order;
  partner_.reset(new Loader(*dataset.partner(), batch_size, apart, seed, "data.partner"));
}

Loader::Loader(const Dataset& dataset, int64_t batch_size, Order order, uint64_t seed,
               std::string stream)
    : dataset_(dataset),
      batch_size_(batch_size),
      order_(order),
      seed_(seed),
      stream_(std::move(stream)) {
  if (batch_size < 1 || batch_size > dataset.size()) {
    fail(ErrorKind::kRecipe,
         "a batch must have 1..{} samples, the size of the data set ({}), got {}; lower "
         "train.batch_size or use more data",
         dataset.size(), dataset.description(), batch_size);
  }
  order_epoch();
}

void Loader::order_epoch() {
  if (order_ == Order::kReplacement) {
    indices_.resize(static_cast<size_t>(batch_size_));
    return;
  }
  indices_.resize(static_cast<size_t>(dataset_.size()));
  std::iota(indices_.begin(), indices_.end(), int64_t{0});
  if (order_ == Order::kSequential) return;
  // A stream an epoch: the order follows from the epoch's number alone.
  RandomStream random(seed_, fmt::format("{}.epoch.{}", stream_, state_.epoch));
  for (size_t i = indices_.size() - 1; i > 0; --i) {
    std::swap(indices_[i], indices_[random.below(i + 1)]);
  }
}

std::span<const int64_t> Loader::next_indices() {
  if (state_.position + batch_size_ > dataset_.size()) {
    ++state_.epoch;
    state_.position = 0;
    if (order_ == Order::kShuffled) order_epoch();
  }
  const auto first = static_cast<size_t>(state_.position);
  state_.position += batch_size_;
  const auto count = static_cast<size_t>(batch_size_);
  if (order_ != Order::kReplacement) return {indices_.data() + first, count};
  RandomStream random(seed_, stream_ + ".replacement");
  random.seek(state_.random_position);
  for (int64_t& index : indices_) {
    index = static_cast<int64_t>(random.below(static_cast<uint64_t>(dataset_.size())));
  }
  state_.random_position = random.position();
  return indices_;
}

std::span<const int64_t> Loader::next(float* out) {
  const std::span<const int64_t> indices = next_indices();
  dataset_.gather(indices, out);
  return indices;
}

void Loader::restore(const LoaderState& state) {
  if (state.position < 0 || state.position > dataset_.size() || state.position % batch_size_ != 0) {
    fail(ErrorKind::kCheckpoint,
         "a position in the data must be a multiple of the batch size ({}) up to {}, got {}; "
         "resume with the data and batch size of the run",
         batch_size_, dataset_.size(), state.position);
  }
  state_ = state;
  order_epoch();
  if (partner_ == nullptr) return;
  int64_t given = 0;
  if (__builtin_mul_overflow(state.epoch, batches_per_epoch(), &given) ||
      __builtin_add_overflow(given, state.position / batch_size_, &given)) {
    fail(ErrorKind::kCheckpoint, "epoch {} of the data is beyond what a training reaches",
         state.epoch);
  }
  if (given == 0) return partner_->restore({});
  const int64_t of_epoch = partner_->batches_per_epoch();
  partner_->restore({static_cast<uint64_t>((given - 1) / of_epoch),
                     ((given - 1) % of_epoch + 1) * batch_size_, 0});
}

}  // namespace belamy
