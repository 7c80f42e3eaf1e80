// Batches of sample numbers, in an order that a checkpoint can return to.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "belamy/data/dataset.h"

namespace belamy {

enum class Order {
  kSequential,   // as stored
  kShuffled,     // a new order each epoch
  kReplacement,  // each sample drawn on its own, as np.random.randint does
};

/// All it takes to go on where a loader stopped.
struct LoaderState {
  uint64_t epoch = 0;
  int64_t position = 0;          // samples given out in this epoch
  uint64_t random_position = 0;  // of the stream of kReplacement

  bool operator==(const LoaderState&) const = default;
};

/// An epoch has size / batch_size batches; the samples left over, too few for a batch, are dropped
/// as the seeds do. The data set must outlive the loader.
class Loader {
 public:
  /// Throws kRecipe for a batch size outside 1..dataset.size().
  Loader(const Dataset& dataset, int64_t batch_size, Order order, uint64_t seed);

  const Dataset& dataset() const { return dataset_; }

  /// Of the data set's other side (Dataset::partner), in an order of its own; null where there is
  /// none. To be asked for a batch whenever this loader is: its place follows from this one's. An
  /// order by replacement is shuffled here.
  Loader* partner() { return partner_.get(); }

  /// The numbers of the next batch's samples, valid until the next call.
  std::span<const int64_t> next_indices();
  /// next_indices(), with the samples written to `out`: float32 [batch_size, dims...].
  std::span<const int64_t> next(float* out);

  int64_t batch_size() const { return batch_size_; }
  int64_t batches_per_epoch() const { return dataset_.size() / batch_size_; }

  LoaderState state() const { return state_; }
  /// Throws kCheckpoint for a state that no loader of this data set and batch size has.
  void restore(const LoaderState& state);

 private:
  Loader(const Dataset& dataset, int64_t batch_size, Order order, uint64_t seed,
         std::string stream);
  void order_epoch();

  const Dataset& dataset_;
  int64_t batch_size_;
  Order order_;
  uint64_t seed_;
  std::string stream_;  // of random numbers
  LoaderState state_;
  std::vector<int64_t> indices_;  // the epoch's order, or kReplacement's batch
  std::unique_ptr<Loader> partner_;
};

}  // namespace belamy
