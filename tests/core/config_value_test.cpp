#include "belamy/core/config_value.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config_values.h"

namespace belamy {
namespace {

using testing::list;
using testing::table;
using testing::value;

TEST(Origin, has_a_line_only_where_its_source_has_lines) {
  EXPECT_EQ((Origin{"mnist.toml", 14}.text()), "mnist.toml:14");
  EXPECT_EQ((Origin{"--set a=1", 0}.text()), "--set a=1");
}

TEST(ConfigValue, find_gives_members_of_tables_and_nothing_else) {
  const ConfigValue tree = table({{"a", value(1)}, {"b", table({{"c", value("x")}})}});
  ASSERT_NE(tree.find("b"), nullptr);
  EXPECT_EQ(std::get<std::string>(tree.find("b")->find("c")->value), "x");
  EXPECT_EQ(tree.find("c"), nullptr);
  EXPECT_EQ(tree.find("a")->find("b"), nullptr) << "an integer has no members";
}

TEST(ConfigValue, is_described_as_a_user_would_recognise_it) {
  EXPECT_EQ(value(true).described(), "true");
  EXPECT_EQ(value(-3).described(), "-3");
  EXPECT_EQ(value(0.25).described(), "0.25");
  EXPECT_EQ(value("adam").described(), "\"adam\"");
  EXPECT_EQ(list({value(1), value(2)}).described(), "a list of 2");
  EXPECT_EQ(table({}).described(), "a table");
}

TEST(Merge, lays_tables_member_by_member_and_replaces_the_rest) {
  ConfigValue base = table({{"kept", value(1)},
                            {"deep", table({{"kept", value(2)}, {"changed", value(3)}})},
                            {"list", list({value(1), value(2)})}});
  merge(base, table({{"deep", table({{"changed", value(30)}, {"added", value(4)}})},
                     {"list", list({value(9)})}}));
  EXPECT_EQ(std::get<int64_t>(base.find("kept")->value), 1);
  EXPECT_EQ(std::get<int64_t>(base.find("deep")->find("kept")->value), 2);
  EXPECT_EQ(std::get<int64_t>(base.find("deep")->find("changed")->value), 30);
  EXPECT_EQ(std::get<int64_t>(base.find("deep")->find("added")->value), 4);
  EXPECT_EQ(base.find("list")->array()->size(), 1u) << "lists are replaced, not appended to";
}

TEST(Merge, a_value_takes_the_origin_of_what_replaced_it) {
  ConfigValue base = table({{"a", value(1)}});
  ConfigValue over = table({{"a", value(2)}});
  over.find("a")->origin = {"other.toml", 7};
  merge(base, std::move(over));
  EXPECT_EQ(base.find("a")->origin.text(), "other.toml:7");
}

TEST(Merge, a_changed_type_starts_from_that_types_defaults) {
  ConfigValue base = table({{"type", value("adam")}, {"beta1", value(0.5)}});
  merge(base, table({{"type", value("sgd")}}));
  EXPECT_EQ(base.find("beta1"), nullptr);
  EXPECT_EQ(std::get<std::string>(base.find("type")->value), "sgd");
}

TEST(Merge, the_same_type_or_none_keeps_the_other_keys) {
  ConfigValue base = table({{"type", value("adam")}, {"beta1", value(0.5)}});
  merge(base, table({{"type", value("adam")}, {"beta2", value(0.9)}}));
  merge(base, table({{"epsilon", value(1e-8)}}));
  EXPECT_NE(base.find("beta1"), nullptr);
  EXPECT_NE(base.find("beta2"), nullptr);
  EXPECT_NE(base.find("epsilon"), nullptr);
}

TEST(Merge, a_scalar_over_a_table_and_the_reverse_replace_it) {
  ConfigValue base = table({{"a", table({{"b", value(1)}})}, {"c", value(2)}});
  merge(base, table({{"a", value("short")}, {"c", table({{"d", value(3)}})}}));
  EXPECT_EQ(base.find("a")->described(), "\"short\"");
  EXPECT_NE(base.find("c")->find("d"), nullptr);
}

}  // namespace
}  // namespace belamy
