#include "belamy/core/profile.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace belamy {
namespace {

TEST(Profile, nothing_is_recorded_while_nobody_profiles) {
  const std::string name = "work";
  { const ProfileScope scope(name, "forward"); }
  start_profiling();
  EXPECT_TRUE(stop_profiling().empty());
}

TEST(Profile, spans_carry_name_kind_and_nesting) {
  const std::string outer = "outer", inner = "inner";
  start_profiling();
  {
    const ProfileScope a(outer, "backward");
    const ProfileScope b(inner, "forward");
  }
  const auto spans = stop_profiling();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].name, "inner");
  EXPECT_EQ(spans[1].kind, "backward");
  EXPECT_LE(spans[1].begin, spans[0].begin);
  EXPECT_GE(spans[1].duration, spans[0].duration);
}

TEST(Profile, a_row_counts_its_own_time_without_what_is_nested) {
  const std::vector<ProfileSpan> spans = {{"leaf", "forward", 1, 3, 0},
                                          {"leaf", "forward", 5, 2, 0},
                                          {"middle", "forward", 0, 8, 0},
                                          {"leaf", "forward", 2, 50, 1},  // another thread's
                                          {"top", "update", 0, 10, 0}};
  const auto table = profile_table(spans);
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].name, "leaf");
  EXPECT_EQ(table[0].count, 3u);
  EXPECT_DOUBLE_EQ(table[0].total, 55);
  EXPECT_EQ(table[1].name, "middle");
  EXPECT_DOUBLE_EQ(table[1].total, 3);
  EXPECT_DOUBLE_EQ(table[2].total, 2);
}

TEST(Profile, trace_is_what_chrome_reads) {
  const auto trace = nlohmann::json::parse(chrome_trace({{"dense_1", "forward", 1.5, 2.5, 3}}));
  const auto& event = trace.at("traceEvents").at(0);
  EXPECT_EQ(event.at("name"), "dense_1");
  EXPECT_EQ(event.at("ph"), "X");
  EXPECT_EQ(event.at("ts"), 1.5);
  EXPECT_EQ(event.at("dur"), 2.5);
  EXPECT_EQ(event.at("tid"), 3);
}

}  // namespace
}  // namespace belamy
