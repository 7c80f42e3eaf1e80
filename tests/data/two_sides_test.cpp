#include "belamy/data/two_sides.h"

#include "belamy/data/loader.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

// Point i is (first + i, 0).
std::unique_ptr<PointSet> points(int64_t count, float first = 0) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(first + static_cast<float>(i));
    values.push_back(0);
  }
  return std::make_unique<PointSet>(std::move(values), Labels{}, "points");
}

TEST(TwoSides, looks_like_a_and_has_b_beside_it) {
  const TwoSides data(points(3), points(5, 100));
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.partner()->size(), 5);
  EXPECT_EQ(&data.shown(), &data);
  EXPECT_FALSE(are_matched(data, *data.partner()));
  EXPECT_TRUE(are_matched(data, *points(3)));
}

TEST(TwoSides, of_two_shapes_are_refused) {
  expect_error(ErrorKind::kData, {"one shape", "2", "1×2×2"}, [] {
    TwoSides(points(1),
             std::make_unique<ImageBytes>(SampleShape{{1, 2, 2}}, std::vector<uint8_t>(4), Labels{},
                                          ByteRange{}, "a picture"));
  });
}

std::vector<int64_t> partners_of(Loader& loader, int batches) {
  std::vector<int64_t> all;
  for (int i = 0; i < batches; ++i) {
    loader.next_indices();
    const auto indices = loader.partner()->next_indices();
    all.insert(all.end(), indices.begin(), indices.end());
  }
  return all;
}

TEST(TwoSides, a_restored_loader_gives_the_same_partners) {
  const TwoSides data(points(7), points(5, 100));
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kReplacement}) {
    for (const int before : {0, 1, 2, 3, 4, 9}) {
      Loader whole(data, 2, order, 1), part(data, 2, order, 1), restored(data, 2, order, 1);
      const std::vector<int64_t> all = partners_of(whole, before + 6);
      partners_of(part, before);
      restored.restore(part.state());
      EXPECT_EQ(partners_of(restored, 6), std::vector<int64_t>(all.begin() + 2 * before, all.end()))
          << before;
    }
  }
}

TEST(TwoSides, each_side_is_shuffled_in_an_order_of_its_own) {
  const TwoSides data(points(50), points(50));
  Loader loader(data, 50, Order::kShuffled, 1);
  const auto a = loader.next_indices();
  const auto b = loader.partner()->next_indices();
  EXPECT_FALSE(std::equal(a.begin(), a.end(), b.begin()));
}

TEST(TwoSides, without_another_side_a_loader_has_no_partner) {
  const auto alone = points(4);
  EXPECT_EQ(Loader(*alone, 2, Order::kShuffled, 1).partner(), nullptr);
}

TEST(TwoSides, an_epoch_beyond_any_training_is_refused) {
  const TwoSides data(points(9), points(5));
  Loader loader(data, 2, Order::kShuffled, 1);
  loader.restore({uint64_t{3} << 40, 2, 0});  // as a third roll-back leaves it
  expect_error(ErrorKind::kCheckpoint, {"epoch 9223372036854775807"}, [&] {
    loader.restore({uint64_t{INT64_MAX}, 2, 0});
  });
}

}  // namespace
}  // namespace belamy
