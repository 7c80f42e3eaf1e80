#include "belamy/core/config_value.h"

#include <fmt/format.h>

namespace belamy {
namespace {

bool is_another_type(const ConfigValue& base, const ConfigValue& over) {
  const ConfigValue* base_type = base.find("type");
  const ConfigValue* over_type = over.find("type");
  if (base_type == nullptr || over_type == nullptr) return false;
  return base_type->value.index() != over_type->value.index() ||
         base_type->described() != over_type->described();
}

}  // namespace

std::string Origin::text() const {
  return line > 0 ? fmt::format("{}:{}", source, line) : source;
}

const ConfigValue* ConfigValue::find(std::string_view name) const {
  const Table* members = table();
  if (members == nullptr) return nullptr;
  for (const ConfigMember& member : *members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

ConfigValue* ConfigValue::find(std::string_view name) {
  return const_cast<ConfigValue*>(std::as_const(*this).find(name));
}

std::string ConfigValue::described() const {
  struct Describe {
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(int64_t i) const { return fmt::format("{}", i); }
    std::string operator()(double d) const { return fmt::format("{}", d); }
    std::string operator()(const std::string& s) const { return fmt::format("\"{}\"", s); }
    std::string operator()(const Array& a) const { return fmt::format("a list of {}", a.size()); }
    std::string operator()(const Table&) const { return "a table"; }
  };
  return std::visit(Describe{}, value);
}

void merge(ConfigValue& base, ConfigValue over) {
  const bool names_a_type = std::holds_alternative<std::string>(base.value);
  if (names_a_type && over.table() != nullptr && over.find("type") == nullptr) {
    ConfigValue type = std::move(base);
    base = {ConfigValue::Table{}, type.origin};
    base.table()->push_back({"type", std::move(type)});
  }
  if (base.table() == nullptr || over.table() == nullptr || is_another_type(base, over)) {
    base = std::move(over);
    return;
  }
  for (ConfigMember& member : *over.table()) {
    ConfigValue* existing = base.find(member.name);
    if (existing != nullptr) {
      merge(*existing, std::move(member.value));
    } else {
      base.table()->push_back(std::move(member));
    }
  }
}

}  // namespace belamy
