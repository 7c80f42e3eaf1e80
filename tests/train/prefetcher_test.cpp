#include "belamy/train/prefetcher.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "belamy/core/error.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

// Point i is (i, -i), of class i % 3.
PointSet numbered_points(int64_t count) {
  std::vector<float> points;
  Labels labels{{}, 3};
  for (int64_t i = 0; i < count; ++i) {
    points.push_back(static_cast<float>(i));
    points.push_back(static_cast<float>(-i));
    labels.values.push_back(i % 3);
  }
  return {std::move(points), std::move(labels), "numbered points"};
}

// Numbered points of which one cannot be read.
class BrokenPoints : public PointSet {
 public:
  explicit BrokenPoints(int64_t broken) : PointSet(numbered_points(30)), broken_(broken) {}
  void gather(std::span<const int64_t> indices, float* out) const override {
    for (const int64_t index : indices) {
      if (index == broken_) fail(ErrorKind::kData, "sample {} is broken", index);
    }
    PointSet::gather(indices, out);
  }

 private:
  int64_t broken_;
};

// Made when asked for, always; by a thread, after the first few.
constexpr Prefetcher::Duration kQuicks[] = {Prefetcher::Duration::max(), Prefetcher::Duration(0)};

TEST(Prefetcher, hands_out_the_batches_of_its_loader_in_their_order) {
  const PointSet data = numbered_points(50);
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kReplacement}) {
    for (const Prefetcher::Duration quick : kQuicks) {
      Loader plain(data, 4, order, 7), fetched(data, 4, order, 7);
      Prefetcher prefetcher(fetched, 2, {2}, quick);
      for (int i = 0; i < 40; ++i) {  // over several epochs
        const Batch expected = next_batches(plain, 2, {2});
        const Batch batch = prefetcher.next();
        ASSERT_TRUE(at::equal(batch.samples, expected.samples)) << "batch " << i;
        ASSERT_TRUE(at::equal(batch.labels, expected.labels)) << "batch " << i;
        ASSERT_EQ(prefetcher.state(), plain.state()) << "batch " << i;
      }
    }
  }
}

TEST(Prefetcher, keeps_a_batch_that_was_handed_out_as_it_is) {
  const PointSet data = numbered_points(50);
  Loader loader(data, 4, Order::kShuffled, 7);
  for (const Prefetcher::Duration quick : kQuicks) {
    Prefetcher prefetcher(loader, 1, {2}, quick);
    for (int i = 0; i < 5; ++i) prefetcher.next();
    const Batch batch = prefetcher.next();
    const at::Tensor copy = batch.samples.clone();
    for (int i = 0; i < 20; ++i) prefetcher.next();
    EXPECT_TRUE(at::equal(batch.samples, copy));
  }
}

TEST(Prefetcher, leaves_the_loader_behind_the_last_batch_handed_out) {
  const PointSet data = numbered_points(10);
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kReplacement}) {
    for (const int taken : {0, 1, 2, 3, 4, 5, 8}) {
      Loader plain(data, 4, order, 7), fetched(data, 4, order, 7);
      {
        Prefetcher prefetcher(fetched, 1, {2}, Prefetcher::Duration(0));
        for (int i = 0; i < taken; ++i) prefetcher.next();
      }
      for (int i = 0; i < taken; ++i) next_batches(plain, 1, {2});
      EXPECT_EQ(fetched.state(), plain.state()) << taken << " taken";
      EXPECT_TRUE(
          at::equal(next_batches(fetched, 1, {2}).samples, next_batches(plain, 1, {2}).samples))
          << taken << " taken";
    }
  }
}

TEST(Prefetcher, tells_of_data_that_cannot_be_read_when_their_batch_is_asked_for) {
  for (const int64_t broken : {1, 2, 6}) {
    const BrokenPoints data(3 * broken + 2);
    Loader loader(data, 3, Order::kSequential, 7);
    Prefetcher prefetcher(loader, 1, {2}, Prefetcher::Duration(0));
    for (int64_t i = 0; i < broken; ++i) prefetcher.next();
    testing::expect_error(ErrorKind::kData, {fmt::format("sample {} is broken", 3 * broken + 2)},
                          [&] { prefetcher.next(); });
  }
}

}  // namespace
}  // namespace belamy
