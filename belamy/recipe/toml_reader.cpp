#include "belamy/recipe/toml_reader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "belamy/core/error.h"
#include "belamy/recipe/toml_depth.h"

namespace belamy {
namespace {

constexpr size_t kLargestRecipe = 1 << 20;
constexpr size_t kMostKeys = 1024;  // of one table; looking a key up is linear

class Converter {
 public:
  explicit Converter(const std::string& source) : source_(source) {}

  ConfigValue convert(const toml::node& node) const {
    ConfigValue value;
    value.origin = {source_, static_cast<int>(node.source().begin.line)};
    if (const toml::table* table = node.as_table()) {
      value.value = members(*table);
    } else if (const toml::array* array = node.as_array()) {
      ConfigValue::Array entries;
      for (const toml::node& entry : *array) entries.push_back(convert(entry));
      value.value = std::move(entries);
    } else if (const auto* text = node.as_string()) {
      value.value = text->get();
    } else if (const auto* integer = node.as_integer()) {
      value.value = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
      value.value = number->get();
    } else if (const auto* flag = node.as_boolean()) {
      value.value = flag->get();
    } else {
      fail(ErrorKind::kRecipe, "a date or time is of no use here ({})", value.origin.text());
    }
    return value;
  }

 private:
  // toml++ sorts its tables; the order of the file is restored from the lines.
  ConfigValue::Table members(const toml::table& table) const {
    if (table.size() > kMostKeys) {
      fail(ErrorKind::kRecipe, "a table has at most {} keys, this one {} ({})", kMostKeys,
           table.size(), source_);
    }
    ConfigValue::Table members;
    for (const auto& [key, node] : table) {
      ConfigValue value = convert(node);
      if (value.origin.line == 0) value.origin.line = static_cast<int>(key.source().begin.line);
      members.push_back({std::string(key.str()), std::move(value)});
    }
    std::stable_sort(members.begin(), members.end(),
                     [](const ConfigMember& a, const ConfigMember& b) {
                       return a.value.origin.line < b.value.origin.line;
                     });
    return members;
  }

  const std::string& source_;
};

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '.');) parts.push_back(part);
  return parts;
}

ConfigValue parse_value(const std::string& text, const Origin& origin) {
  ConfigValue value;
  try {
    ConfigValue document = parse_toml("v = " + text, origin.source);
    value = std::move(document.table()->front().value);
  } catch (const Error&) {
    value.value = text;
  }
  return value;
}

// Errors in an override should name the override, not lines of a text the user never saw.
void stamp(ConfigValue& value, const Origin& origin) {
  value.origin = origin;
  if (ConfigValue::Array* entries = value.array()) {
    for (ConfigValue& entry : *entries) stamp(entry, origin);
  }
  if (ConfigValue::Table* members = value.table()) {
    for (ConfigMember& member : *members) stamp(member.value, origin);
  }
}

ConfigValue& list_entry(ConfigValue::Array& entries, const std::string& part,
                        const Origin& origin) {
  size_t index = 0;
  const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool number = code == std::errc() && end == part.data() + part.size();
  if (!number || index < 1 || index > entries.size()) {
    fail(ErrorKind::kRecipe, "'{}' must be an entry 1..{} of the list ({})", part, entries.size(),
         origin.text());
  }
  return entries[index - 1];
}

// Wraps the value into tables for the path's parts from `first` on.
ConfigValue wrapped(const std::vector<std::string>& parts, size_t first, ConfigValue value,
                    const Origin& origin) {
  for (size_t i = parts.size(); i > first; --i) {
    ConfigValue table;
    table.origin = origin;
    table.value = ConfigValue::Table{{parts[i - 1], std::move(value)}};
    value = std::move(table);
  }
  return value;
}

}  // namespace

ConfigValue parse_toml(std::string_view text, const std::string& source) {
  if (text.size() > kLargestRecipe) {
    fail(ErrorKind::kRecipe, "{} has {} bytes; a recipe has at most {}", source, text.size(),
         kLargestRecipe);
  }
  if (is_too_deep_toml(text)) {
    fail(ErrorKind::kRecipe,
         "{} is nested too deeply: a key has at most {} parts, and lists and tables lie at most {} "
         "deep",
         source, kMostKeyParts, kDeepestBrackets);
  }
  try {
    const toml::table table = toml::parse(text, std::string_view(source));
    return Converter(source).convert(table);
  } catch (const toml::parse_error& error) {
    fail(ErrorKind::kRecipe, "not valid TOML: {} ({}:{})", error.description(), source,
         error.source().begin.line);
  }
}

void apply_override(ConfigValue& tree, const std::string& assignment) {
  const Origin origin{"--set " + assignment, 0};
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    fail(ErrorKind::kRecipe, "--set takes path=value, for example train.steps=1000, got '{}'",
         assignment);
  }
  const std::vector<std::string> parts = split_path(assignment.substr(0, equals));
  if (parts.size() > kMostKeyParts) {
    fail(ErrorKind::kRecipe, "a path has at most {} parts, got {} ({:.60}...)", kMostKeyParts,
         parts.size(), assignment);
  }
  ConfigValue value = parse_value(assignment.substr(equals + 1), origin);
  stamp(value, origin);

  ConfigValue* place = &tree;
  size_t first = 0;
  for (; first < parts.size(); ++first) {
    ConfigValue* next = place->array() != nullptr
                            ? &list_entry(*place->array(), parts[first], origin)
                            : place->find(parts[first]);
    if (next == nullptr || (next->array() == nullptr && next->table() == nullptr)) break;
    place = next;
  }
  if (first == parts.size()) {
    *place = std::move(value);
    return;
  }
  merge(*place, wrapped(parts, first, std::move(value), origin));
}

}  // namespace belamy
