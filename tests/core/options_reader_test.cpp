#include "belamy/core/options_reader.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <variant>
#include <vector>

#include "tests/core/config_values.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::at_line;
using testing::expect_error;
using testing::list;
using testing::table;
using testing::value;

struct Circle {
  static constexpr const char* kType = "circle";
  double radius = 1;
  void visit(OptionsVisitor& v) { v.number("radius", radius, {0, 10}, "half its width"); }
};

struct Square {
  static constexpr const char* kType = "square";
  int64_t side = 2;
  void visit(OptionsVisitor& v) { v.integer("side", side, {1, 8}, "length of an edge"); }
};

using ShapeChoice = std::variant<Circle, Square>;

struct Inner {
  bool flag = false;
  void visit(OptionsVisitor& v) { v.boolean("flag", flag, "yes or no"); }
};

struct Options {
  int64_t count = 5;
  int64_t at_least = 1;
  double rate = 0.5;
  double any = 0;
  std::string name = "default";
  std::string order = "first";
  std::vector<int64_t> sizes = {1, 2};
  std::vector<double> range = {0, 1};
  Inner inner;
  ShapeChoice shape;
  std::optional<ShapeChoice> extra;
  std::vector<ShapeChoice> shapes;

  void visit(OptionsVisitor& v) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    v.integer("count", count, {1, 10}, "how many");
    v.integer("at_least", at_least, {1, kInfinity}, "no upper bound");
    v.number("rate", rate, {0, 1}, "a share");
    v.number("any", any, {}, "any number");
    v.text("name", name, "a name");
    v.choice("order", order, {"first", "shuffled"}, "one of two");
    v.integers("sizes", sizes, {1, 3}, {0, 9}, "a few");
    v.numbers("range", range, {2, 2}, {-5, 5}, "a pair");
    v.section("inner", inner, "a table");
    v.one_of("shape", shape, "one of two");
    v.optional_one_of("extra", extra, "one of two, or none");
    v.list_of("shapes", shapes, "a list");
  }
};

Options read(ConfigValue::Table members) {
  Options options;
  read_options(options, table(std::move(members)));
  return options;
}

void expect_refused(ConfigValue::Table members, const std::vector<std::string>& words) {
  expect_error(ErrorKind::kRecipe, words, [&] { read(members); });
}

TEST(OptionsReader, what_is_not_mentioned_keeps_its_default) {
  const Options options = read({});
  EXPECT_EQ(options.count, 5);
  EXPECT_EQ(options.name, "default");
  EXPECT_EQ(options.sizes, (std::vector<int64_t>{1, 2}));
  EXPECT_FALSE(options.extra.has_value());
  EXPECT_TRUE(options.shapes.empty());
}

TEST(OptionsReader, every_kind_of_field_is_read) {
  const Options options = read({{"count", value(7)},
                                {"rate", value(1)},  // an integer where a number is wanted
                                {"name", value("mine")},
                                {"order", value("shuffled")},
                                {"sizes", list({value(3), value(4), value(5)})},
                                {"range", list({value(-1), value(0.5)})},
                                {"inner", table({{"flag", value(true)}})},
                                {"shape", table({{"type", value("square")}, {"side", value(3)}})},
                                {"extra", value("circle")}});
  EXPECT_EQ(options.count, 7);
  EXPECT_EQ(options.rate, 1.0);
  EXPECT_EQ(options.name, "mine");
  EXPECT_EQ(options.order, "shuffled");
  EXPECT_EQ(options.sizes, (std::vector<int64_t>{3, 4, 5}));
  EXPECT_EQ(options.range, (std::vector<double>{-1, 0.5}));
  EXPECT_TRUE(options.inner.flag);
  EXPECT_EQ(std::get<Square>(options.shape).side, 3);
  EXPECT_EQ(std::get<Circle>(options.extra.value()).radius, 1);
}

TEST(OptionsReader, a_lists_entries_are_tables_with_a_type_or_bare_type_names) {
  const Options options =
      read({{"shapes",
             list({value("square"), table({{"type", value("circle")}, {"radius", value(2.5)}})})}});
  ASSERT_EQ(options.shapes.size(), 2u);
  EXPECT_EQ(std::get<Square>(options.shapes[0]).side, 2);
  EXPECT_EQ(std::get<Circle>(options.shapes[1]).radius, 2.5);
}

TEST(OptionsReader, an_unknown_key_is_refused_with_its_line_and_the_nearest_name) {
  expect_refused({{"cuont", at_line(value(1), 14)}},
                 {"cuont is not a known key", "did you mean 'count'?", "(test.toml:14)"});
  expect_refused({{"inner", table({{"zebra", at_line(value(1), 3)}})}},
                 {"inner.zebra", "valid: flag", "(test.toml:3)"});
}

TEST(OptionsReader, a_key_of_another_alternative_is_unknown) {
  expect_refused({{"shape", table({{"type", value("circle")}, {"side", value(3)}})}},
                 {"shape.side is not a known key"});
}

TEST(OptionsReader, bounds_are_inclusive_and_named) {
  EXPECT_EQ(read({{"count", value(1)}}).count, 1);
  EXPECT_EQ(read({{"count", value(10)}}).count, 10);
  expect_refused({{"count", at_line(value(11), 2)}}, {"count must be 1..10, got 11 (test.toml:2)"});
  expect_refused({{"count", value(0)}}, {"count must be 1..10, got 0"});
  expect_refused({{"at_least", value(0)}}, {"at_least must be 1 or more, got 0"});
  expect_refused({{"rate", value(1.5)}}, {"rate must be 0..1, got 1.5"});
}

TEST(OptionsReader, numbers_must_be_finite) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  expect_refused({{"any", value(kInfinity)}}, {"any must be a finite number, got inf"});
  expect_refused({{"any", value(-kInfinity)}}, {"any must be a finite number"});
  expect_refused({{"rate", value(std::numeric_limits<double>::quiet_NaN())}},
                 {"rate must be 0..1, got nan"});
}

TEST(OptionsReader, wrong_types_say_what_was_expected_and_what_came) {
  expect_refused({{"count", value("three")}}, {"count must be an integer, 1..10, got \"three\""});
  expect_refused({{"count", value(2.0)}}, {"count must be an integer"});
  expect_refused({{"rate", value(true)}}, {"rate must be a number, 0..1, got true"});
  expect_refused({{"name", value(3)}}, {"name must be a string in quotes, got 3"});
  expect_refused({{"inner", value(3)}}, {"inner must be a table, got 3"});
  expect_refused({{"inner", table({{"flag", value(1)}})}}, {"inner.flag must be true or false"});
  expect_refused({{"shape", value(3)}}, {"shape must be a table with a type, got 3"});
  expect_refused({{"shapes", value("circle")}}, {"shapes must be a list of tables"});
}

TEST(OptionsReader, a_choice_outside_the_choices_names_the_nearest) {
  expect_refused({{"order", value("shufled")}},
                 {"order cannot be 'shufled'", "did you mean 'shuffled'?"});
  expect_refused({{"order", value("zebra")}}, {"valid: first, shuffled"});
}

TEST(OptionsReader, types_are_checked_wherever_they_stand) {
  expect_refused({{"shape", table({{"type", value("sqare")}})}},
                 {"shape.type cannot be 'sqare'", "did you mean 'square'?"});
  expect_refused({{"shape", table({{"side", value(3)}})}},
                 {"shape has no type", "valid: circle, square"});
  expect_refused({{"shape", table({{"type", value(3)}})}}, {"shape.type must be a string, got 3"});
  expect_refused({{"shapes", list({value("circle"), at_line(value("zebra"), 9)})}},
                 {"shapes[2] cannot be 'zebra'", "(test.toml:9)"});
}

TEST(OptionsReader, errors_inside_lists_name_the_entry) {
  const ConfigValue bad = at_line(value(99), 6);
  expect_refused(
      {{"shapes", list({value("circle"), table({{"type", value("square")}, {"side", bad}})})}},
      {"shapes[2].side must be 1..8, got 99 (test.toml:6)"});
}

TEST(OptionsReader, lists_of_numbers_have_bounded_lengths_and_entries) {
  expect_refused({{"sizes", list({})}},
                 {"sizes must be a list of 1 to 3 numbers, got a list of 0"});
  expect_refused({{"range", list({value(1)})}}, {"range must be a list of 2 numbers"});
  expect_refused({{"sizes", list({value(1), value(10)})}}, {"sizes must be 0..9, got 10"});
  expect_refused({{"range", value(1)}}, {"range must be a list of 2 numbers, got 1"});
}

TEST(OptionsReader, a_number_is_short_for_a_list_of_one_where_one_is_enough) {
  EXPECT_EQ(read({{"sizes", value(3)}}).sizes, std::vector<int64_t>{3});
  expect_refused({{"sizes", value(10)}}, {"sizes must be 0..9, got 10"});
  expect_refused({{"sizes", value("three")}}, {"sizes must be an integer, 0..9, got \"three\""});
}

TEST(OptionsReader, a_hostile_list_is_refused_before_memory_is_spent_on_it) {
  expect_refused({{"shapes", list(ConfigValue::Array(4097, value("circle")))}},
                 {"shapes must be at most 4096 entries"});
}

}  // namespace
}  // namespace belamy
