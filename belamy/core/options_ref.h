// Type-erased views of options structs, variants, optionals and lists. Included by options.h.
#pragma once

#include "belamy/core/options.h"

namespace belamy {

template <class T>
class StructRef final : public OptionsRef {
 public:
  explicit StructRef(T& options) : options_(options) {}
  void visit(OptionsVisitor& visitor) override { options_.visit(visitor); }

 private:
  T& options_;
};

template <class... Ts>
class StdVariantRef final : public VariantRef {
 public:
  explicit StdVariantRef(std::variant<Ts...>& options) : options_(options) {}

  std::vector<std::string> types() const override { return {Ts::kType...}; }
  std::string type() const override {
    return std::visit([](const auto& held) { return std::string(held.kType); }, options_);
  }
  void select(const std::string& type) override {
    ((type == Ts::kType ? void(options_ = Ts{}) : void()), ...);
  }
  void visit(OptionsVisitor& visitor) override {
    std::visit([&](auto& held) { held.visit(visitor); }, options_);
  }

 private:
  std::variant<Ts...>& options_;
};

template <class Variant>
class StdOptionalRef final : public OptionalRef {
 public:
  explicit StdOptionalRef(std::optional<Variant>& options) : options_(options) {}

  bool has_value() const override { return options_.has_value(); }
  void emplace() override { options_.emplace(); }
  void forward(const char* name, OptionsVisitor& visitor, const char* help) override {
    visitor.one_of(name, *options_, help);
  }

 private:
  std::optional<Variant>& options_;
};

template <class... Ts>
class StdListRef final : public ListRef {
 public:
  explicit StdListRef(std::vector<std::variant<Ts...>>& list) : list_(list) {}

  size_t size() const override { return list_.size(); }
  void resize(size_t size) override { list_.resize(size); }
  std::unique_ptr<VariantRef> at(size_t index) override {
    return std::make_unique<StdVariantRef<Ts...>>(list_.at(index));
  }

 private:
  std::vector<std::variant<Ts...>>& list_;
};

template <class T>
void OptionsVisitor::section(const char* name, T& options, const char* help) {
  StructRef<T> ref(options);
  visit_section(name, ref, help);
}

template <class... Ts>
void OptionsVisitor::one_of(const char* name, std::variant<Ts...>& options, const char* help) {
  StdVariantRef<Ts...> ref(options);
  visit_variant(name, ref, help);
}

template <class... Ts>
void OptionsVisitor::optional_one_of(const char* name, std::optional<std::variant<Ts...>>& options,
                                     const char* help) {
  StdOptionalRef<std::variant<Ts...>> ref(options);
  visit_optional(name, ref, help);
}

template <class... Ts>
void OptionsVisitor::list_of(const char* name, std::vector<std::variant<Ts...>>& options,
                             const char* help) {
  StdListRef<Ts...> ref(options);
  visit_list(name, ref, help);
}

}  // namespace belamy
