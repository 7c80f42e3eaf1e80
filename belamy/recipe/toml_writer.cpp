#include "belamy/recipe/toml_writer.h"

#include <fmt/format.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

std::string toml_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The shortest text that reads back as the same double, and as a float, not an integer.
std::string number_text(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

/// Writes fields one by one through put(name, text).
class FieldWriter : public OptionsVisitor {
 public:
  void boolean(const char* name, bool& value, const char*) override {
    put(name, value ? "true" : "false");
  }
  void integer(const char* name, int64_t& value, Range, const char*) override {
    put(name, fmt::format("{}", value));
  }
  void number(const char* name, double& value, Range, const char*) override {
    put(name, number_text(value));
  }
  void text(const char* name, std::string& value, const char*) override {
    if (!value.empty()) put(name, toml_string(value));
  }
  void choice(const char* name, std::string& value, const std::vector<std::string>&,
              const char* help) override {
    text(name, value, help);
  }
  void integers(const char* name, std::vector<int64_t>& value, Length, Range,
                const char*) override {
    std::string list;
    for (const int64_t entry : value) list += fmt::format("{}{}", list.empty() ? "" : ", ", entry);
    if (!value.empty()) put(name, "[" + list + "]");
  }
  void numbers(const char* name, std::vector<double>& value, Length, Range, const char*) override {
    std::string list;
    for (const double entry : value) list += (list.empty() ? "" : ", ") + number_text(entry);
    if (!value.empty()) put(name, "[" + list + "]");
  }

 protected:
  virtual void put(const char* name, const std::string& value) = 0;

  void visit_section(const char* name, OptionsRef& options, const char*) override;
  void visit_variant(const char* name, VariantRef& options, const char*) override;
  void visit_optional(const char* name, OptionalRef& options, const char* help) override {
    if (options.has_value()) options.forward(name, *this, help);
  }
  void visit_list(const char* name, ListRef& options, const char*) override;
};

/// { a = 1, b = 2 }
class InlineWriter final : public FieldWriter {
 public:
  static std::string table(OptionsRef& options) {
    InlineWriter writer;
    options.visit(writer);
    return "{ " + writer.text_ + " }";
  }

  static std::string variant(VariantRef& options) {
    InlineWriter writer;
    options.visit(writer);
    const std::string type = toml_string(options.type());
    if (writer.text_.empty()) return type;
    return fmt::format("{{ type = {}, {} }}", type, writer.text_);
  }

 private:
  void put(const char* name, const std::string& value) override {
    text_ += fmt::format("{}{} = {}", text_.empty() ? "" : ", ", name, value);
  }

  std::string text_;
};

void FieldWriter::visit_section(const char* name, OptionsRef& options, const char*) {
  put(name, InlineWriter::table(options));
}

void FieldWriter::visit_variant(const char* name, VariantRef& options, const char*) {
  put(name, InlineWriter::variant(options));
}

void FieldWriter::visit_list(const char* name, ListRef& options, const char*) {
  std::string entries;
  for (size_t i = 0; i < options.size(); ++i) {
    entries += fmt::format("  {},\n", InlineWriter::variant(*options.at(i)));
  }
  put(name, "[\n" + entries + "]");
}

/// Lines of a [table].
class TableWriter final : public FieldWriter {
 public:
  std::string take() { return std::move(text_); }

 private:
  void put(const char* name, const std::string& value) override {
    text_ += fmt::format("{} = {}\n", name, value);
  }

  std::string text_;
};

/// The whole document.
class DocumentWriter final : public FieldWriter {
 public:
  std::string take() { return scalars_ + tables_; }

 private:
  void put(const char* name, const std::string& value) override {
    scalars_ += fmt::format("{} = {}\n", name, value);
  }
  void visit_section(const char* name, OptionsRef& options, const char*) override {
    TableWriter writer;
    options.visit(writer);
    tables_ += fmt::format("\n[{}]\n{}", name, writer.take());
  }
  void visit_variant(const char* name, VariantRef& options, const char*) override {
    TableWriter writer;
    options.visit(writer);
    tables_ +=
        fmt::format("\n[{}]\ntype = {}\n{}", name, toml_string(options.type()), writer.take());
  }

  std::string scalars_;
  std::string tables_;
};

}  // namespace

std::string options_toml(OptionsRef& options) {
  DocumentWriter writer;
  options.visit(writer);
  return writer.take();
}

}  // namespace belamy
