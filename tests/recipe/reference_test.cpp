// docs/recipes.md against the options themselves: every key, range and default it should list.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "belamy/core/file.h"
#include "belamy/recipe/recipe.h"
#include "tests/support/places.h"

namespace belamy {
namespace {

using Lines = std::vector<std::string>;

Lines page() {
  constexpr uint64_t kLargestPage = 1 << 20;
  const auto path = testing::test_file("../docs/recipes.md");
  std::istringstream stream(read_text(path, kLargestPage));
  Lines lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The lines under the heading that names `name` in backticks, or that is it, up to the next one.
Lines below_heading(const std::string& name) {
  Lines found;
  bool inside = false;
  for (const std::string& line : page()) {
    if (line.starts_with("##")) {
      inside = holds(line, "`" + name + "`") || line.ends_with("# " + name);
    } else if (inside) {
      found.push_back(line);
    }
  }
  return found;
}

// The rows of a table under `heading` that begin with the type, and those that go on with it.
Lines rows_of_type(const std::string& heading, const std::string& type) {
  Lines found;
  bool inside = false;
  for (const std::string& line : below_heading(heading)) {
    const std::string first = line.substr(0, line.find('|', 1));
    if (!line.starts_with("| |")) inside = holds(first, "`" + type + "`");
    if (inside) found.push_back(line);
  }
  return found;
}

// 1e-07 is written 1e-7.
std::string shown_number(double value) {
  return std::regex_replace(fmt::format("{}", value), std::regex("e-0"), "e-");
}

std::string bounds(Range range) {
  return shown_number(range.low) + ".." + shown_number(range.high);
}

/// Looks each visited key up in `lines`; `where` is for the complaint.
class KeyCheck final : public OptionsVisitor {
 public:
  KeyCheck(Lines lines, std::string where) : lines_(std::move(lines)), where_(std::move(where)) {}

  void boolean(const char* name, bool& value, const char*) override {
    expect(name, {"true or false", value ? "| true |" : "| false |"});
  }
  void integer(const char* name, int64_t& value, Range range, const char*) override {
    // 0 below the range is a key that must be given.
    const bool required = static_cast<double>(value) < range.low;
    expect(name, {bounds(range), required ? "must be given" : fmt::format("| {} |", value)});
  }
  void number(const char* name, double& value, Range range, const char*) override {
    const std::string shown = shown_number(value);
    expect(name, {bounds(range)}, {"| " + shown + " |", "default " + shown});
  }
  void text(const char* name, std::string&, const char*) override { expect(name, {}); }
  void choice(const char* name, std::string& value, const std::vector<std::string>& allowed,
              const char*) override {
    Lines parts = {fmt::format("| `\"{}\"` |", value)};
    for (const std::string& word : allowed) parts.push_back(fmt::format("`\"{}\"`", word));
    expect(name, parts);
  }
  void integers(const char* name, std::vector<int64_t>& value, Length, Range range,
                const char*) override {
    expect(name, {bounds(range), value.empty() ? "" : fmt::format("| {} |", value.front())});
  }
  void numbers(const char* name, std::vector<double>&, Length, Range range, const char*) override {
    expect(name, {bounds(range)});
  }

 protected:
  void visit_section(const char* name, OptionsRef& options, const char*) override {
    const std::string heading = fmt::format("[{}]", name);
    KeyCheck section(below_heading(heading), heading);
    options.visit(section);
  }
  void visit_variant(const char* name, VariantRef& options, const char*) override {
    const bool top_level = where_.empty();
    if (!top_level) {
      expect(name, {},
             {"`\"" + options.type() + "\"`", "[optimiser]", "[schedule]", "[architecture]"});
    }
    for (const std::string& type : options.types()) {
      options.select(type);
      KeyCheck check(lines_of(options.types().front(), type), type);
      EXPECT_FALSE(check.lines_.empty()) << "docs/recipes.md does not list " << type;
      options.visit(check);
    }
  }
  void visit_optional(const char* name, OptionalRef& options, const char* help) override {
    options.emplace();
    options.forward(name, *this, help);
  }
  void visit_list(const char* name, ListRef& options, const char*) override {
    expect(name, {});
    options.resize(1);
    for (const std::string& type : options.at(0)->types()) {
      const auto entry = options.at(0);
      entry->select(type);
      KeyCheck check(below_heading(type), type);
      EXPECT_FALSE(check.lines_.empty()) << "docs/recipes.md has no heading for " << type;
      entry->visit(check);
    }
  }

 private:
  // A family of types is told by its first.
  static Lines lines_of(const std::string& first, const std::string& type) {
    if (first == "adam") return rows_of_type("Optimisers", type);
    if (first == "constant") return rows_of_type("Schedules", type);
    if (first == "dcgan") return rows_of_type("Architectures", type);
    if (first == "linear") return rows_of_type("Activations", type);
    return rows_of_type("Initialisers", type);
  }

  // A line with the key, all of `parts` and one of `either`, if there are any.
  void expect(const std::string& name, const Lines& parts, const Lines& either = {""}) const {
    const auto has = [](const std::string& line) {
      return [&line](const std::string& part) { return holds(line, part); };
    };
    for (const std::string& line : lines_) {
      if (holds(line, "`" + name + "`") && std::all_of(parts.begin(), parts.end(), has(line)) &&
          std::any_of(either.begin(), either.end(), has(line))) {
        return;
      }
    }
    ADD_FAILURE() << "docs/recipes.md, " << (where_.empty() ? "without a section" : where_)
                  << ": no row of `" << name << "` with "
                  << fmt::format("{} {}", fmt::join(parts, ", "), fmt::join(either, " or "));
  }

  Lines lines_;
  std::string where_;
};

TEST(RecipeReference, lists_every_key_with_its_range_and_default) {
  Recipe recipe;
  KeyCheck check(below_heading("Without a section"), "");
  recipe.visit(check);
}

TEST(RecipeReference, lists_the_keys_of_every_game) {
  Recipe recipe;
  recipe.game.type = "cycle";
  KeyCheck check(below_heading("[game]"), "[game]");
  recipe.game.cycle.visit(check);
}

TEST(RecipeReference, example_is_a_recipe) {
  std::string text;
  bool inside = false;
  for (const std::string& line : below_heading("An example")) {
    if (line.starts_with("```")) {
      inside = line == "```toml";
    } else if (inside) {
      text += line + "\n";
    }
  }
  const Recipe recipe = parse_recipe(text, "docs/recipes.md");
  check_recipe(recipe, recipe_sample_shape(recipe));
  EXPECT_EQ(recipe.data.name, "fashion-mnist");
}

}  // namespace
}  // namespace belamy
