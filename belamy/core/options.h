// Options are plain structs with defaults inline and one `visit`, which yields strict reading,
// the printed resolved recipe, and the reference of keys:
//
//   struct AdamOptions {
//     static constexpr const char* kType = "adam";
//     double beta1 = 0.9;
//     void visit(OptionsVisitor& v) {
//       v.number("beta1", beta1, {0, 1}, "decay of the mean of gradients");
//     }
//   };
//
// Alternatives are std::variants of such structs, told apart in a recipe by their `type`.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace belamy {

/// Inclusive bounds of a number, or of each number in a list.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Inclusive bounds of a list's length.
struct Length {
  size_t low = 0;
  size_t high = 64;
};

class OptionsRef;
class VariantRef;
class ListRef;
class OptionalRef;

/// What is done with each field. `help` is one line, no full stop.
class OptionsVisitor {
 public:
  virtual ~OptionsVisitor() = default;

  virtual void boolean(const char* name, bool& value, const char* help) = 0;
  virtual void integer(const char* name, int64_t& value, Range range, const char* help) = 0;
  virtual void number(const char* name, double& value, Range range, const char* help) = 0;
  virtual void text(const char* name, std::string& value, const char* help) = 0;
  virtual void choice(const char* name, std::string& value, const std::vector<std::string>& allowed,
                      const char* help) = 0;
  virtual void integers(const char* name, std::vector<int64_t>& value, Length length, Range range,
                        const char* help) = 0;
  virtual void numbers(const char* name, std::vector<double>& value, Length length, Range range,
                       const char* help) = 0;

  /// A struct of its own: a sub-table.
  template <class T>
  void section(const char* name, T& options, const char* help);
  /// One of several structs, told apart by `type`.
  template <class... Ts>
  void one_of(const char* name, std::variant<Ts...>& options, const char* help);
  template <class... Ts>
  void optional_one_of(const char* name, std::optional<std::variant<Ts...>>& options,
                       const char* help);
  /// A list, each entry one of several structs.
  template <class... Ts>
  void list_of(const char* name, std::vector<std::variant<Ts...>>& options, const char* help);

 protected:
  virtual void visit_section(const char* name, OptionsRef& options, const char* help) = 0;
  virtual void visit_variant(const char* name, VariantRef& options, const char* help) = 0;
  virtual void visit_optional(const char* name, OptionalRef& options, const char* help) = 0;
  virtual void visit_list(const char* name, ListRef& options, const char* help) = 0;
};

/// Any options struct, seen only through its visit.
class OptionsRef {
 public:
  virtual ~OptionsRef() = default;
  virtual void visit(OptionsVisitor& visitor) = 0;
};

/// A std::variant of options structs.
class VariantRef : public OptionsRef {
 public:
  virtual std::vector<std::string> types() const = 0;
  virtual std::string type() const = 0;
  /// Makes the variant hold that alternative's defaults; `type` must be one of types().
  virtual void select(const std::string& type) = 0;
};

/// A std::optional of a variant.
class OptionalRef {
 public:
  virtual ~OptionalRef() = default;
  virtual bool has_value() const = 0;
  virtual void emplace() = 0;
  /// Visits the value under `name`.
  virtual void forward(const char* name, OptionsVisitor& visitor, const char* help) = 0;
};

/// A std::vector of variants.
class ListRef {
 public:
  virtual ~ListRef() = default;
  virtual size_t size() const = 0;
  virtual void resize(size_t size) = 0;
  virtual std::unique_ptr<VariantRef> at(size_t index) = 0;
};

}  // namespace belamy

#include "belamy/core/options_ref.h"  // the templates behind the declarations above
