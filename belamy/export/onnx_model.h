// An ONNX model in memory and as a file: the few messages of onnx.proto that a network needs.
//
//   ModelProto    1 ir_version  2 producer_name  3 producer_version  7 graph  8 opset_import
//                 14 metadata_props
//   GraphProto    1 node  2 name  5 initializer  11 input  12 output
//   NodeProto     1 input  2 output  3 name  4 op_type  5 attribute
//   AttributeProto  1 name  2 f  3 i  4 s  8 ints  20 type
//   TensorProto   1 dims  2 data_type  8 name  9 raw_data
//   ValueInfoProto  1 name  2 type { 1 tensor_type { 1 elem_type  2 shape { 1 dim } } }
//   Dimension     1 dim_value  2 dim_param
//
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "belamy/nn/named_tensor.h"
#include "belamy/nn/shape.h"

namespace belamy::onnx {

/// The version of the operators' meaning; runtimes since ONNX 1.8 (2020) have it.
inline constexpr int64_t kOpset = 13;

struct Attribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

struct Node {
  std::string type;                 // "Conv"
  std::vector<std::string> inputs;  // names of values; "" for one left out
  std::string output;               // also the node's name
  std::vector<Attribute> attributes;
};

/// float32; the batch's size stays open.
struct Value {
  std::string name;
  Shape sample;
};

struct Model {
  std::string name;
  std::vector<Node> nodes;             // each after those whose output it takes
  std::vector<NamedTensor> constants;  // float32 or int64
  Value input;
  Value output;
  std::map<std::string, std::string> metadata;
};

/// Equal models give equal bytes. Throws kUsage for a model beyond the 2 GiB of a message.
std::string encode_model(const Model& model);

}  // namespace belamy::onnx
