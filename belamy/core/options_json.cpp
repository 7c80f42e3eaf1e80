#include "belamy/core/options_json.h"

namespace belamy {
namespace {

class JsonWriter final : public OptionsVisitor {
 public:
  explicit JsonWriter(nlohmann::ordered_json& object) : object_(object) {}

  void boolean(const char* name, bool& value, const char*) override { object_[name] = value; }
  void integer(const char* name, int64_t& value, Range, const char*) override {
    object_[name] = value;
  }
  void number(const char* name, double& value, Range, const char*) override {
    object_[name] = value;
  }
  void text(const char* name, std::string& value, const char*) override { object_[name] = value; }
  void choice(const char* name, std::string& value, const std::vector<std::string>&,
              const char*) override {
    object_[name] = value;
  }
  void integers(const char* name, std::vector<int64_t>& value, Length, Range,
                const char*) override {
    object_[name] = value;
  }
  void numbers(const char* name, std::vector<double>& value, Length, Range, const char*) override {
    object_[name] = value;
  }

 protected:
  void visit_section(const char* name, OptionsRef& options, const char*) override {
    object_[name] = options_json(options);
  }
  void visit_variant(const char* name, VariantRef& options, const char*) override {
    object_[name] = options_json(options);
  }
  void visit_optional(const char* name, OptionalRef& options, const char* help) override {
    if (options.has_value()) options.forward(name, *this, help);
  }
  void visit_list(const char* name, ListRef& options, const char*) override {
    object_[name] = nlohmann::ordered_json::array();
    for (size_t i = 0; i < options.size(); ++i) {
      object_[name].push_back(options_json(*options.at(i)));
    }
  }

 private:
  nlohmann::ordered_json& object_;
};

}  // namespace

nlohmann::ordered_json options_json(OptionsRef& options) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  JsonWriter writer(object);
  options.visit(writer);
  return object;
}

nlohmann::ordered_json options_json(VariantRef& options) {
  nlohmann::ordered_json object = {{"type", options.type()}};
  JsonWriter writer(object);
  options.visit(writer);
  return object;
}

}  // namespace belamy
