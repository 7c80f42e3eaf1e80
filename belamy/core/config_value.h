// A tree of settings that remembers where each value was written, so that every complaint can
// name file and line. Readers (TOML in belamy/recipe) build it; options (options.h) consume it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace belamy {

struct Origin {
  std::string source;  // file name, or "--set path=value"
  int line = 0;        // 0 when the source has no lines

  /// "mnist.toml:14"
  std::string text() const;
};

struct ConfigMember;

struct ConfigValue {
  using Array = std::vector<ConfigValue>;
  using Table = std::vector<ConfigMember>;  // in the order written

  std::variant<bool, int64_t, double, std::string, Array, Table> value;
  Origin origin;

  const Table* table() const { return std::get_if<Table>(&value); }
  Table* table() { return std::get_if<Table>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  Array* array() { return std::get_if<Array>(&value); }

  /// The member of that name, or nullptr (also when this is not a table).
  const ConfigValue* find(std::string_view name) const;
  ConfigValue* find(std::string_view name);

  /// 3, "x", a table: for "must be ..., got ..."
  std::string described() const;
};

struct ConfigMember {
  std::string name;
  ConfigValue value;
};

/// Lays `over` on `base`: tables member by member, anything else replaced whole. A table whose
/// `type` differs from the one it lies on replaces it whole too, since the keys of one type mean
/// nothing to another: optimizer.type = "sgd" over an Adam starts from SGD's defaults. A table
/// without a `type` over a string takes the string for its type: "leaky_relu" is short for
/// { type = "leaky_relu" }.
void merge(ConfigValue& base, ConfigValue over);

}  // namespace belamy
