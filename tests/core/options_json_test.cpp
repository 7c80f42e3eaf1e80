#include "belamy/core/options_json.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

struct Plain {
  static constexpr const char* kType = "plain";
  void visit(OptionsVisitor&) {}
};

struct Inner {
  static constexpr const char* kType = "inner";
  int64_t count = 3;
  double rate = 0.5;
  void visit(OptionsVisitor& v) {
    v.integer("count", count, {}, "");
    v.number("rate", rate, {}, "");
  }
};

struct Outer {
  static constexpr const char* kType = "outer";
  bool flag = true;
  std::string word = "a \"b\"";
  std::string chosen = "x";
  std::vector<int64_t> sizes = {1, 2};
  std::vector<double> numbers;
  Inner section;
  std::variant<Plain, Inner> one = Plain{};
  std::optional<std::variant<Plain, Inner>> none;
  std::vector<std::variant<Plain, Inner>> list = {Inner{}, Plain{}};
  void visit(OptionsVisitor& v) {
    v.boolean("flag", flag, "");
    v.text("word", word, "");
    v.choice("chosen", chosen, {"x", "y"}, "");
    v.integers("sizes", sizes, {}, {}, "");
    v.numbers("numbers", numbers, {}, {}, "");
    v.section("section", section, "");
    v.one_of("one", one, "");
    v.optional_one_of("none", none, "");
    v.list_of("list", list, "");
  }
};

TEST(OptionsJson, holds_every_field_in_order) {
  EXPECT_EQ(options_json(std::variant<Outer, Plain>(Outer{})).dump(),
            R"({"type":"outer","flag":true,"word":"a \"b\"","chosen":"x","sizes":[1,2],)"
            R"("numbers":[],"section":{"count":3,"rate":0.5},"one":{"type":"plain"},)"
            R"("list":[{"type":"inner","count":3,"rate":0.5},{"type":"plain"}]})");
}

TEST(OptionsJson, an_optional_that_is_there_is_written) {
  Outer outer;
  outer.none = Inner{.count = 9};
  EXPECT_EQ(options_json(std::variant<Outer>(outer)).at("none").at("count"), 9);
}

}  // namespace
}  // namespace belamy
