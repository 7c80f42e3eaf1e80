#include "belamy/core/options_reader.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"

namespace belamy {
namespace {

constexpr size_t kLongestList = 4096;  // entries; keeps a hostile recipe from exhausting memory

std::string range_text(Range range) {
  const auto bound = [](double value) {
    const bool whole = std::floor(value) == value && std::abs(value) < 1e15;
    return whole ? fmt::format("{}", static_cast<int64_t>(value)) : fmt::format("{}", value);
  };
  if (std::isinf(range.low) && std::isinf(range.high)) return "a finite number";
  if (std::isinf(range.high)) return fmt::format("{} or more", bound(range.low));
  if (std::isinf(range.low)) return fmt::format("{} or less", bound(range.high));
  return fmt::format("{}..{}", bound(range.low), bound(range.high));
}

class Reader final : public OptionsVisitor {
 public:
  Reader(const ConfigValue& table, std::string path) : table_(table), path_(std::move(path)) {}

  void accept(const char* name) { known_.emplace_back(name); }

  void refuse_unknown_keys() const {
    for (const ConfigMember& member : *table_.table()) {
      if (std::find(known_.begin(), known_.end(), member.name) != known_.end()) continue;
      fail(ErrorKind::kRecipe, "{} is not a known key{} ({})", full(member.name),
           suggestion(member.name, known_), member.value.origin.text());
    }
  }

  void boolean(const char* name, bool& value, const char*) override {
    const ConfigValue* found = find(name);
    if (found == nullptr) return;
    const bool* held = std::get_if<bool>(&found->value);
    if (held == nullptr) complain(name, *found, "true or false");
    value = *held;
  }

  void integer(const char* name, int64_t& value, Range range, const char*) override {
    if (const ConfigValue* found = find(name)) value = to_integer(name, *found, range);
  }

  void number(const char* name, double& value, Range range, const char*) override {
    if (const ConfigValue* found = find(name)) value = to_number(name, *found, range);
  }

  void text(const char* name, std::string& value, const char*) override {
    const ConfigValue* found = find(name);
    if (found == nullptr) return;
    const std::string* held = std::get_if<std::string>(&found->value);
    if (held == nullptr) complain(name, *found, "a string in quotes");
    value = *held;
  }

  void choice(const char* name, std::string& value, const std::vector<std::string>& allowed,
              const char* help) override {
    const ConfigValue* found = find(name);
    if (found == nullptr) return;
    std::string chosen;
    text(name, chosen, help);
    if (std::find(allowed.begin(), allowed.end(), chosen) == allowed.end()) {
      fail(ErrorKind::kRecipe, "{} cannot be '{}'{} ({})", full(name), chosen,
           suggestion(chosen, allowed), found->origin.text());
    }
    value = chosen;
  }

  void integers(const char* name, std::vector<int64_t>& value, Length length, Range range,
                const char*) override {
    read_list(name, value, length,
              [&](const ConfigValue& entry) { return to_integer(name, entry, range); });
  }

  void numbers(const char* name, std::vector<double>& value, Length length, Range range,
               const char*) override {
    read_list(name, value, length,
              [&](const ConfigValue& entry) { return to_number(name, entry, range); });
  }

 protected:
  void visit_section(const char* name, OptionsRef& options, const char*) override {
    const ConfigValue* found = find(name);
    if (found != nullptr) read_options(options, *found, full(name));
  }

  void visit_variant(const char* name, VariantRef& options, const char*) override {
    const ConfigValue* found = find(name);
    if (found != nullptr) read_variant(options, *found, full(name));
  }

  void visit_optional(const char* name, OptionalRef& options, const char* help) override {
    if (table_.find(name) == nullptr) {
      accept(name);
      return;
    }
    options.emplace();
    options.forward(name, *this, help);
  }

  void visit_list(const char* name, ListRef& options, const char*) override {
    const ConfigValue* found = find(name);
    if (found == nullptr) return;
    const ConfigValue::Array* entries = found->array();
    if (entries == nullptr) complain(name, *found, "a list of tables");
    if (entries->size() > kLongestList) complain(name, *found, "at most 4096 entries");
    options.resize(0);
    options.resize(entries->size());
    for (size_t i = 0; i < entries->size(); ++i) {
      const auto entry = options.at(i);
      read_variant(*entry, (*entries)[i], fmt::format("{}[{}]", full(name), i + 1));
    }
  }

 private:
  static void read_variant(VariantRef& options, const ConfigValue& given, const std::string& path) {
    // A bare string is short for { type = "..." }.
    if (const std::string* type = std::get_if<std::string>(&given.value)) {
      select(options, *type, path, given.origin);
      return;
    }
    if (given.table() == nullptr) {
      fail(ErrorKind::kRecipe, "{} must be a table with a type, got {} ({})", path,
           given.described(), given.origin.text());
    }
    if (const ConfigValue* type = given.find("type")) {
      const std::string* name = std::get_if<std::string>(&type->value);
      if (name == nullptr) {
        fail(ErrorKind::kRecipe, "{}.type must be a string, got {} ({})", path, type->described(),
             type->origin.text());
      }
      select(options, *name, path + ".type", type->origin);
    } else {
      fail(ErrorKind::kRecipe, "{} has no type{} ({})", path, suggestion("", options.types()),
           given.origin.text());
    }
    Reader reader(given, path);
    reader.accept("type");
    options.visit(reader);
    reader.refuse_unknown_keys();
  }

  static void select(VariantRef& options, const std::string& type, const std::string& path,
                     const Origin& origin) {
    const std::vector<std::string> types = options.types();
    if (std::find(types.begin(), types.end(), type) == types.end()) {
      fail(ErrorKind::kRecipe, "{} cannot be '{}'{} ({})", path, type, suggestion(type, types),
           origin.text());
    }
    options.select(type);
  }

  template <class T, class Convert>
  void read_list(const char* name, std::vector<T>& value, Length length, Convert convert) {
    const ConfigValue* found = find(name);
    if (found == nullptr) return;
    const bool one = length.low <= 1 && found->array() == nullptr;
    if (one) {  // kernel = 3 is short for kernel = [3]
      value = {convert(*found)};
      return;
    }
    const ConfigValue::Array* entries = found->array();
    if (entries == nullptr || entries->size() < length.low || entries->size() > length.high) {
      const std::string count = length.low == length.high
                                    ? fmt::format("{}", length.low)
                                    : fmt::format("{} to {}", length.low, length.high);
      complain(name, *found, fmt::format("a list of {} numbers", count));
    }
    value.clear();
    for (const ConfigValue& entry : *entries) value.push_back(convert(entry));
  }

  int64_t to_integer(const char* name, const ConfigValue& given, Range range) const {
    const int64_t* held = std::get_if<int64_t>(&given.value);
    if (held == nullptr) complain(name, given, "an integer, " + range_text(range));
    const auto value = static_cast<double>(*held);
    if (value < range.low || value > range.high) complain(name, given, range_text(range));
    return *held;
  }

  double to_number(const char* name, const ConfigValue& given, Range range) const {
    double value = 0;
    if (const double* held = std::get_if<double>(&given.value)) {
      value = *held;
    } else if (const int64_t* integer = std::get_if<int64_t>(&given.value)) {
      value = static_cast<double>(*integer);
    } else {
      complain(name, given, "a number, " + range_text(range));
    }
    const bool inside = value >= range.low && value <= range.high;  // false for NaN
    if (!inside || std::isinf(value)) complain(name, given, range_text(range));
    return value;
  }

  const ConfigValue* find(const char* name) {
    accept(name);
    return table_.find(name);
  }

  std::string full(const std::string& name) const {
    return path_.empty() ? name : path_ + "." + name;
  }

  [[noreturn]] void complain(const char* name, const ConfigValue& given,
                             const std::string& expected) const {
    fail(ErrorKind::kRecipe, "{} must be {}, got {} ({})", full(name), expected, given.described(),
         given.origin.text());
  }

  const ConfigValue& table_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace

void read_options(OptionsRef& options, const ConfigValue& table, const std::string& path) {
  if (table.table() == nullptr) {
    fail(ErrorKind::kRecipe, "{} must be a table, got {} ({})", path, table.described(),
         table.origin.text());
  }
  Reader reader(table, path);
  options.visit(reader);
  reader.refuse_unknown_keys();
}

}  // namespace belamy
