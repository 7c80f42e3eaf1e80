#include "belamy/export/onnx_model.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/core/protobuf.h"
#include "belamy/core/version.h"

namespace belamy::onnx {

using protobuf::append_bytes;
using protobuf::append_float;
using protobuf::append_integer;

namespace {

constexpr int64_t kIrVersion = 7;  // ONNX 1.8's
constexpr size_t kLargestMessage = (size_t{1} << 31) - 1;

enum class DataType : int64_t { kFloat = 1, kInt64 = 7 };
enum class AttributeType : int64_t { kFloat = 1, kInt = 2, kString = 3, kInts = 7 };

struct EncodeAttributeValue {
  std::string& out;

  void operator()(int64_t value) const {
    append_integer(out, 3, value);
    append_type(AttributeType::kInt);
  }
  void operator()(float value) const {
    append_float(out, 2, value);
    append_type(AttributeType::kFloat);
  }
  void operator()(const std::string& value) const {
    append_bytes(out, 4, value);
    append_type(AttributeType::kString);
  }
  void operator()(const std::vector<int64_t>& values) const {
    for (const int64_t value : values) append_integer(out, 8, value);
    append_type(AttributeType::kInts);
  }
  void append_type(AttributeType type) const {
    append_integer(out, 20, static_cast<int64_t>(type));
  }
};

std::string encode(const Attribute& attribute) {
  std::string out;
  append_bytes(out, 1, attribute.name);
  std::visit(EncodeAttributeValue{out}, attribute.value);
  return out;
}

std::string encode(const Node& node) {
  std::string out;
  for (const std::string& input : node.inputs) append_bytes(out, 1, input);
  append_bytes(out, 2, node.output);
  append_bytes(out, 3, node.output);
  append_bytes(out, 4, node.type);
  for (const Attribute& attribute : node.attributes) append_bytes(out, 5, encode(attribute));
  return out;
}

std::string encode(const NamedTensor& constant) {
  const at::Tensor dense = constant.tensor.detach().contiguous();
  const bool whole = dense.scalar_type() == at::kLong;
  std::string out;
  for (const int64_t size : dense.sizes()) append_integer(out, 1, size);
  append_integer(out, 2, static_cast<int64_t>(whole ? DataType::kInt64 : DataType::kFloat));
  append_bytes(out, 8, constant.name);
  append_bytes(out, 9, {static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
  return out;
}

std::string encode(const Value& value) {
  std::string batch, shape;
  append_bytes(batch, 2, "batch");
  append_bytes(shape, 1, batch);
  for (const int64_t size : value.sample) {
    std::string dimension;
    append_integer(dimension, 1, size);
    append_bytes(shape, 1, dimension);
  }
  std::string tensor, type, out;
  append_integer(tensor, 1, static_cast<int64_t>(DataType::kFloat));
  append_bytes(tensor, 2, shape);
  append_bytes(type, 1, tensor);
  append_bytes(out, 1, value.name);
  append_bytes(out, 2, type);
  return out;
}

std::string encode_graph(const Model& model) {
  std::string out;
  for (const Node& node : model.nodes) append_bytes(out, 1, encode(node));
  append_bytes(out, 2, model.name);
  for (const NamedTensor& constant : model.constants) append_bytes(out, 5, encode(constant));
  append_bytes(out, 11, encode(model.input));
  append_bytes(out, 12, encode(model.output));
  return out;
}

}  // namespace

std::string encode_model(const Model& model) {
  std::string out, opset;
  append_integer(out, 1, kIrVersion);
  append_bytes(out, 2, "Belamy");
  append_bytes(out, 3, kVersion);
  append_bytes(out, 7, encode_graph(model));
  append_bytes(opset, 1, "");
  append_integer(opset, 2, kOpset);
  append_bytes(out, 8, opset);
  for (const auto& [key, value] : model.metadata) {
    std::string entry;
    append_bytes(entry, 1, key);
    append_bytes(entry, 2, value);
    append_bytes(out, 14, entry);
  }
  if (out.size() > kLargestMessage) {
    fail(ErrorKind::kUsage,
         "{} needs {} bytes, an ONNX file holds 2 GiB at most; export it as safetensors or "
         "torchscript",
         model.name, out.size());
  }
  return out;
}

}  // namespace belamy::onnx
