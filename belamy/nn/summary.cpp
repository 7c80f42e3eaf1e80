#include "belamy/nn/summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "belamy/nn/network.h"

namespace belamy {
namespace {

constexpr size_t kShapeColumn = 26;
constexpr size_t kCountColumn = 15;
constexpr size_t kSourceColumn = 30;

}  // namespace

std::string with_thousands(int64_t number) {
  if (number < 0) return "-" + with_thousands(-number);
  if (number < 1000) return fmt::format("{}", number);
  return fmt::format("{},{:03}", with_thousands(number / 1000), number % 1000);
}

std::string summary_text(const Network& network) {
  const auto& rows = network.rows();
  size_t name_column = 28;
  for (const auto& row : rows) {
    name_column = std::max(name_column, row.name.size() + row.keras_name.size() + 5);
  }
  const bool is_chain = network.is_chain();  // as in Keras, others tell what takes what
  const size_t width = name_column + kShapeColumn + kCountColumn + (is_chain ? 0 : kSourceColumn);
  const auto line = [&](const std::string& name, const std::string& shape, const std::string& count,
                        const std::string& sources) {
    return fmt::format("{:<{}}{:<{}}{:>{}}{}{}\n", name, name_column, shape, kShapeColumn, count,
                       kCountColumn, sources.empty() || is_chain ? "" : "  ",
                       is_chain ? "" : sources);
  };

  std::string text = fmt::format("Network: \"{}\"\n{:_<{}}\n", network.name(), "", width);
  text += line("Layer (type)", "Output Shape", "Param #", "Connected to");
  text += fmt::format("{:=<{}}\n", "", width);
  const std::vector<Shape>& inputs = network.input_shapes();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string name = inputs.size() == 1 ? "input" : fmt::format("input_{}", i + 1);
    text += line(name, keras_text(inputs[i]), "0", "");
  }
  int64_t trainable = 0, non_trainable = 0;
  for (const auto& row : rows) {
    text += line(fmt::format("{} ({})", row.name, row.keras_name), keras_text(row.output),
                 with_thousands(row.trainable + row.non_trainable),
                 fmt::format("{}", fmt::join(row.from, ", ")));
    trainable += row.trainable;
    non_trainable += row.non_trainable;
  }
  text += fmt::format("{:=<{}}\n", "", width);
  text += fmt::format("Total params: {}\n", with_thousands(trainable + non_trainable));
  text += fmt::format("Trainable params: {}\n", with_thousands(trainable));
  text += fmt::format("Non-trainable params: {}\n", with_thousands(non_trainable));
  text += fmt::format("Multiply-adds a sample: {}\n", with_thousands(network.multiply_adds()));
  return text;
}

}  // namespace belamy
