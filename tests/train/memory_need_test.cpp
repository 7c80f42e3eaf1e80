#include "belamy/train/memory_need.h"

#include "belamy/core/memory.h"
#include "tests/recipe/small_recipe.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::small_recipe;

const Shape kSample = {1, 2, 2};

TEST(MemoryNeed, is_the_sum_of_what_is_kept) {
  const MemoryNeed need = memory_need(small_recipe(), kSample);
  EXPECT_EQ(need.fixed, 4 * 49 * 4) << "weights, gradients and Adam's two means of 49 floats";
  // A fake on its way through both networks, and the real sample.
  EXPECT_EQ(need.a_sample, 4 * (4 + 1 + 4));
  EXPECT_EQ(need.of_batch(1000), need.fixed + 1000 * need.a_sample);
}

TEST(MemoryNeed, grows_by_averages_and_batches_a_round) {
  const MemoryNeed plain = memory_need(small_recipe(), kSample);
  EXPECT_EQ(memory_need(small_recipe({"average.decay=0.9"}), kSample).fixed, plain.fixed + 4 * 44);
  const Recipe many = small_recipe({"game.discriminator_steps=5", "train.accumulate=3"});
  EXPECT_EQ(memory_need(many, kSample).a_sample, plain.a_sample + 4 * 14 * 4);
  EXPECT_EQ(memory_need(small_recipe({"optimizer={type=\"sgd\"}"}), kSample).fixed, 4 * 49 * 2);
}

TEST(MemoryNeed, a_batch_that_does_not_fit_is_refused_with_one_that_does) {
  const MemoryNeed need = memory_need(small_recipe(), kSample);
  EXPECT_NO_THROW(require_memory(small_recipe(), kSample, kUnknownMemory));
  EXPECT_NO_THROW(
      require_memory(small_recipe(), kSample, static_cast<uint64_t>(need.of_batch(1000))));
  const auto half = static_cast<uint64_t>(need.of_batch(500));
  const std::string message =
      error_of(ErrorKind::kUsage, [&] { require_memory(small_recipe(), kSample, half); });
  EXPECT_NE(message.find("try train.batch_size = 343 instead of 1000"), std::string::npos)
      << message;
  EXPECT_NO_THROW(require_memory(small_recipe({"train.batch_size=343"}), kSample, half));
}

TEST(MemoryNeed, where_no_batch_fits_the_networks_are_named) {
  const Recipe huge =
      small_recipe({"discriminator.layers=[{type=\"flatten\"}, {type=\"dense\", "
                    "units=16777216}, {type=\"dense\", units=16777216}, {type=\"dense\", "
                    "units=1}]"});
  const std::string message =
      error_of(ErrorKind::kUsage, [&] { require_memory(huge, kSample, uint64_t{1} << 40); });
  EXPECT_NE(message.find("needs at least 4503"), std::string::npos) << message;
  EXPECT_NE(message.find("no batch fits"), std::string::npos) << message;
}

TEST(MemoryNeed, this_machine_tells_how_much_it_has) {
  EXPECT_GT(available_memory(), uint64_t{1} << 20);
  EXPECT_EQ(gigabytes_text(12.34e9), "12.3 GB");
  EXPECT_EQ(gigabytes_text(4.5e15), "4500000 GB");
}

}  // namespace
}  // namespace belamy
