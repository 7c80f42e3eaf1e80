#include "belamy/recipe/game_memory.h"

#include "belamy/core/memory.h"
#include "tests/recipe/small_recipe.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::small_recipe;

const Shape kSample = {1, 2, 2};

TEST(GameMemory, is_of_weights_and_what_is_kept_of_each_and_the_largest_output) {
  constexpr uint64_t kNeed = 4 * 49 * 4 + 4 * 10;
  EXPECT_NO_THROW(require_game_memory(small_recipe(), kSample, kNeed));
  EXPECT_NO_THROW(require_game_memory(small_recipe(), kSample, kUnknownMemory));
  expect_error(ErrorKind::kUsage, {"s3-scratch", "need at least", "make them smaller"},
               [&] { require_game_memory(small_recipe(), kSample, kNeed - 1); });
}

// As of a run folder from elsewhere that is only to be sampled.
TEST(GameMemory, a_game_that_no_machine_could_hold_is_refused_before_it_is_made) {
  const Recipe huge = small_recipe(
      {"generator.layers=[{type=\"dense\", units=16777216}, {type=\"dense\", "
       "units=16777216}, {type=\"dense\", units=4}, {type=\"reshape\", shape=[1, 2, 2]}]"});
  expect_error(ErrorKind::kUsage, {"s3-scratch", "need at least 4503", "available"},
               [&] { make_game(huge, kSample); });
}

}  // namespace
}  // namespace belamy
