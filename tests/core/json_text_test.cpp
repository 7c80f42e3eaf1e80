#include "belamy/core/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace belamy {
namespace {

using nlohmann::json;

std::string nested(size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonText, is_read_up_to_the_depth_allowed) {
  EXPECT_EQ(parse_json(R"({"a": [1, {"b": null}]})").dump(), R"({"a":[1,{"b":null}]})");
  EXPECT_NO_THROW(parse_json(nested(kDeepestJson)));
  EXPECT_THROW(parse_json(nested(kDeepestJson + 1)), json::parse_error);
  EXPECT_THROW(parse_json("[1"), json::parse_error);
}

TEST(JsonText, a_million_brackets_do_not_take_the_stack) {
  EXPECT_THROW(parse_json(nested(1'000'000)), json::exception);
  EXPECT_TRUE(parse_json_or_discard(std::string(1'000'000, '{')).is_discarded());
}

TEST(JsonText, brackets_in_strings_and_side_by_side_are_no_depth) {
  EXPECT_EQ(parse_json("\"" + std::string(100, '[') + "\"").get<std::string>().size(), 100u);
  std::string many = "[";
  for (int i = 0; i < 100; ++i) many += R"({"\"[": "]\\"},)";
  EXPECT_EQ(parse_json(many + "0]").size(), 101u);
}

TEST(JsonText, counts_are_whole_numbers_that_fit) {
  EXPECT_EQ(count_from(json(7)), 7);
  EXPECT_EQ(count_from(json(uint64_t{INT64_MAX})), INT64_MAX);
  for (const char* text : {"-1", "1e300", "1.0", "true", "\"7\"", "null", "18446744073709551615"}) {
    EXPECT_THROW(count_from(parse_json(text)), json::type_error) << text;
  }
}

}  // namespace
}  // namespace belamy
