#include "belamy/train/memory_need.h"

#include "belamy/core/memory.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

// G: 10 -> 4, D: 4 -> 1: weights 44 and 5, kept outputs 4 and 1.
Recipe small(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all = {"game.latent_size=10",
                                  "generator.layers=[{type=\"dense\", units=4}, {type=\"reshape\", "
                                  "shape=[1, 2, 2]}]",
                                  "discriminator.layers=[{type=\"flatten\"}, {type=\"dense\", "
                                  "units=1}]",
                                  "optimizer={type=\"adam\"}",
                                  "game.discriminator_batches=two_batches",
                                  "train.precision=fp32",
                                  "train.batch_size=1000"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe("s3-scratch", all);
}

const Shape kSample = {1, 2, 2};

TEST(MemoryNeed, is_the_sum_of_what_is_kept) {
  const MemoryNeed need = memory_need(small(), kSample);
  EXPECT_EQ(need.fixed, 4 * 49 * 4) << "weights, gradients and Adam's two means of 49 floats";
  // A fake on its way through both networks, and the real sample.
  EXPECT_EQ(need.a_sample, 4 * (4 + 1 + 4));
  EXPECT_EQ(need.of_batch(1000), need.fixed + 1000 * need.a_sample);
}

TEST(MemoryNeed, grows_by_averages_and_batches_a_round) {
  const MemoryNeed plain = memory_need(small(), kSample);
  EXPECT_EQ(memory_need(small({"average.decay=0.9"}), kSample).fixed, plain.fixed + 4 * 44);
  const Recipe many = small({"game.discriminator_steps=5", "train.accumulate=3"});
  EXPECT_EQ(memory_need(many, kSample).a_sample, plain.a_sample + 4 * 14 * 4);
  EXPECT_EQ(memory_need(small({"optimizer={type=\"sgd\"}"}), kSample).fixed, 4 * 49 * 2);
}

TEST(MemoryNeed, a_batch_that_does_not_fit_is_refused_with_one_that_does) {
  const MemoryNeed need = memory_need(small(), kSample);
  EXPECT_NO_THROW(require_memory(small(), kSample, kUnknownMemory));
  EXPECT_NO_THROW(require_memory(small(), kSample, static_cast<uint64_t>(need.of_batch(1000))));
  const auto half = static_cast<uint64_t>(need.of_batch(500));
  const std::string message =
      error_of(ErrorKind::kUsage, [&] { require_memory(small(), kSample, half); });
  EXPECT_NE(message.find("try train.batch_size = 343 instead of 1000"), std::string::npos)
      << message;
  EXPECT_NO_THROW(require_memory(small({"train.batch_size=343"}), kSample, half));
}

TEST(MemoryNeed, where_no_batch_fits_the_networks_are_named) {
  const Recipe huge =
      small({"discriminator.layers=[{type=\"flatten\"}, {type=\"dense\", "
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
