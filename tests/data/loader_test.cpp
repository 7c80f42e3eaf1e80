#include "belamy/data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using Batch = std::vector<int64_t>;
using testing::expect_error;

// Point i is (i, -i).
PointSet numbered_points(int64_t count) {
  std::vector<float> points;
  for (int64_t i = 0; i < count; ++i) {
    points.push_back(static_cast<float>(i));
    points.push_back(static_cast<float>(-i));
  }
  return {std::move(points), {}, "numbered points"};
}

Batch take(Loader& loader) {
  const auto indices = loader.next_indices();
  return {indices.begin(), indices.end()};
}

std::vector<Batch> take(Loader& loader, int batches) {
  std::vector<Batch> all;
  for (int i = 0; i < batches; ++i) all.push_back(take(loader));
  return all;
}

TEST(Loader, sequential_order_drops_the_last_partial_batch_and_starts_over) {
  const PointSet data = numbered_points(7);
  Loader loader(data, 3, Order::kSequential, 1);
  EXPECT_EQ(loader.batches_per_epoch(), 2);
  EXPECT_EQ(take(loader, 3), (std::vector<Batch>{{0, 1, 2}, {3, 4, 5}, {0, 1, 2}}));
  EXPECT_EQ(loader.state(), (LoaderState{1, 3, 0}));
}

TEST(Loader, a_shuffled_epoch_gives_every_sample_once_and_each_epoch_differs) {
  const PointSet data = numbered_points(100);
  Loader loader(data, 10, Order::kShuffled, 1);
  std::set<Batch> orders;
  for (int epoch = 0; epoch < 5; ++epoch) {
    Batch order;
    for (const Batch& batch : take(loader, 10)) {
      order.insert(order.end(), batch.begin(), batch.end());
    }
    EXPECT_TRUE(orders.insert(order).second);
    std::sort(order.begin(), order.end());
    Batch all(100);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(order, all);
  }
}

TEST(Loader, the_shuffle_is_uniform_over_positions) {
  const PointSet data = numbered_points(10);
  Loader loader(data, 10, Order::kShuffled, 3);
  std::vector<std::vector<int>> counts(10, std::vector<int>(10));
  for (int epoch = 0; epoch < 5000; ++epoch) {
    const Batch order = take(loader);
    for (size_t i = 0; i < 10; ++i) ++counts[i][static_cast<size_t>(order[i])];
  }
  for (const auto& row : counts) {
    for (const int count : row) EXPECT_NEAR(count, 500, 120);  // 5.6 standard deviations
  }
}

TEST(Loader, the_order_follows_from_the_seed) {
  const PointSet data = numbered_points(50);
  for (const Order order : {Order::kShuffled, Order::kReplacement}) {
    Loader first(data, 10, order, 1), again(data, 10, order, 1), other(data, 10, order, 2);
    const auto batches = take(first, 12);
    EXPECT_EQ(take(again, 12), batches);
    EXPECT_NE(take(other, 12), batches);
  }
}

TEST(Loader, replacement_draws_all_samples_and_some_twice) {
  const PointSet data = numbered_points(20);
  Loader loader(data, 20, Order::kReplacement, 1);
  std::vector<int> counts(20);
  bool repeated = false;
  for (const Batch& batch : take(loader, 500)) {
    repeated |= std::set<int64_t>(batch.begin(), batch.end()).size() < batch.size();
    for (const int64_t index : batch) ++counts.at(static_cast<size_t>(index));
  }
  EXPECT_TRUE(repeated);
  for (const int count : counts) EXPECT_NEAR(count, 500, 130);
  EXPECT_EQ(loader.state().epoch, 499u);
}

TEST(Loader, next_writes_the_samples_of_the_indices_it_returns) {
  const PointSet data = numbered_points(30);
  Loader loader(data, 4, Order::kShuffled, 1);
  std::vector<float> out(8);
  const auto indices = loader.next(out.data());
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(out[2 * i], static_cast<float>(indices[i]));
    EXPECT_EQ(out[2 * i + 1], -static_cast<float>(indices[i]));
  }
}

TEST(Loader, a_restored_loader_goes_on_as_if_it_had_never_stopped) {
  const PointSet data = numbered_points(23);
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kReplacement}) {
    for (const int before : {0, 1, 4, 5, 13}) {
      Loader whole(data, 5, order, 9);
      take(whole, before);
      Loader resumed(data, 5, order, 9);
      take(resumed, 3);  // wherever it was
      resumed.restore(whole.state());
      EXPECT_EQ(take(resumed, 20), take(whole, 20)) << before;
      EXPECT_EQ(resumed.state(), whole.state());
    }
  }
}

TEST(Loader, a_batch_may_be_the_whole_data_set_but_not_more) {
  const PointSet data = numbered_points(10);
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kReplacement}) {
    Loader whole(data, 10, order, 1);
    EXPECT_EQ(take(whole, 2).back().size(), 10u);
    for (const int64_t size : {int64_t{11}, int64_t{0}, int64_t{-3}}) {
      expect_error(ErrorKind::kRecipe, {"1..10", "got " + std::to_string(size), "train.batch_size"},
                   [&] { Loader(data, size, order, 1); });
    }
  }
}

TEST(Loader, a_state_of_other_data_is_refused) {
  const PointSet data = numbered_points(10);
  Loader loader(data, 5, Order::kShuffled, 1);
  for (const int64_t position : {int64_t{-5}, int64_t{3}, int64_t{15}}) {
    expect_error(ErrorKind::kCheckpoint, {"batch size (5)", std::to_string(position)}, [&] {
      loader.restore({0, position, 0});
    });
  }
}

}  // namespace
}  // namespace belamy
