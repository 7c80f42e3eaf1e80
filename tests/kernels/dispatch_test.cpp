#include "belamy/kernels/dispatch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "belamy/core/error.h"
#include "belamy/kernels/bf16_unit.h"
#include "belamy/kernels/finite.h"

namespace belamy::kernels {
namespace {

using testing::HasSubstr;

// A process of its own, in which no kernel has run yet.
void exits_after_printing(const char* value, void (*body)(), const std::string& expected) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  ::setenv("BELAMY_MAX_SIMD", value, 1);
  EXPECT_EXIT(body(), testing::ExitedWithCode(0), HasSubstr(expected));
  ::unsetenv("BELAMY_MAX_SIMD");
}

TEST(Dispatch, the_best_instruction_set_is_used_unless_limited) {
  EXPECT_EQ(simd_target(), simd_targets().front());
}

TEST(Dispatch, a_limit_takes_effect_in_either_case_and_can_be_lifted) {
  const auto targets = simd_targets();
  std::string last = targets.back();
  for (char& c : last) c = static_cast<char>(std::tolower(c));
  limit_simd(last);
  EXPECT_EQ(simd_target(), targets.back());
  EXPECT_EQ(simd_targets(), targets);
  limit_simd(targets.front());
  EXPECT_EQ(simd_target(), targets.front());
}

// Both come with AVX-512's vectors of 8- and 16-bit lanes.
TEST(Dispatch, limits_forbid_units_for_bfloat16) {
  const Bf16Unit best = bf16_unit();
  limit_bf16_unit(Bf16Unit::kNone);
  EXPECT_EQ(bf16_unit(), Bf16Unit::kNone);
  limit_bf16_unit(Bf16Unit::kTiles);
  limit_simd(simd_targets().back());
  EXPECT_EQ(bf16_unit(), uses_avx512() ? best : Bf16Unit::kNone);
  limit_simd(simd_targets().front());
  EXPECT_EQ(bf16_unit(), best);
}

TEST(Dispatch, an_unknown_limit_is_refused_with_the_known_ones) {
  try {
    limit_simd("mmx");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("'mmx'"));
    std::string best = simd_targets().front();
    for (char& c : best) c = static_cast<char>(std::tolower(c));
    EXPECT_THAT(error.what(), HasSubstr(best));
  }
  EXPECT_EQ(simd_target(), simd_targets().front());
}

TEST(Dispatch, the_environment_variable_limits_before_the_first_kernel) {
  const std::string last = simd_targets().back();
  exits_after_printing(
      last.c_str(),
      [] {
        std::fprintf(stderr, "uses %s.", simd_target().c_str());
        std::exit(0);
      },
      "uses " + last + ".");
}

TEST(Dispatch, a_wrong_environment_variable_stops_the_first_kernel_and_the_second) {
  exits_after_printing(
      "pentium",
      [] {
        for (int i = 0; i < 2; ++i) {
          try {
            all_finite(nullptr, 0);
          } catch (const Error& error) {
            std::fprintf(stderr, "%d: %s\n", i, error.what());
          }
        }
        std::exit(0);
      },
      "1: [usage] BELAMY_MAX_SIMD must be one of ");
}

}  // namespace
}  // namespace belamy::kernels
