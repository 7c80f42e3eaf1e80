#include "belamy/metrics/feature_table.h"

#include "belamy/weights/safetensors.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;

Safetensors kept_table() {
  const testing::TemporaryFolder folder;
  const at::Tensor rows = at::arange(6.f).view({3, 2});
  const at::Tensor numbers = at::arange(3, at::kDouble) / 3;
  save_features(folder / "table", {rows, rows, at::arange(3), numbers, numbers});
  return read_safetensors(folder / "table");
}

at::Tensor& tensor_of(Safetensors& file, const std::string& name) {
  for (NamedTensor& held : file.tensors) {
    if (held.name == name) return held.tensor;
  }
  throw std::logic_error(name);
}

FeatureTable read(const Safetensors& file) {
  return decode_features(encode_safetensors(file), "kept");
}

TEST(FeatureTable, comes_back_as_it_was_kept) {
  const FeatureTable table = read(kept_table());
  EXPECT_EQ(table.count(), 3);
  EXPECT_EQ(table.dimensions(), 2);
  EXPECT_TRUE(at::equal(table.pixel_mean, at::arange(3, at::kDouble) / 3)) << "every digit";
  EXPECT_TRUE(at::equal(table.labels, at::arange(3)));
}

// Another type would be read as bits of the right one, or end the process in a metric.
TEST(FeatureTable, a_tensor_of_another_type_is_refused) {
  for (const char* name : {"features", "logits"}) {
    Safetensors file = kept_table();
    tensor_of(file, name) = tensor_of(file, name).to(at::kLong);
    expect_error(ErrorKind::kCheckpoint, {"kept", name, "remove it"}, [&] { read(file); });
  }
  for (const char* name : {"labels", "pixel_mean", "pixel_square"}) {
    Safetensors file = kept_table();
    tensor_of(file, name) = tensor_of(file, name).to(at::kFloat);
    expect_error(ErrorKind::kCheckpoint, {"kept", name, "remove it"}, [&] { read(file); });
  }
}

TEST(FeatureTable, a_tensor_of_another_shape_is_refused) {
  for (const char* name : {"features", "logits", "labels", "pixel_mean", "pixel_square"}) {
    for (const bool is_scalar : {true, false}) {
      Safetensors file = kept_table();
      at::Tensor& values = tensor_of(file, name);
      values = is_scalar ? values.flatten()[0] : values.slice(0, 0, 2).contiguous();
      expect_error(ErrorKind::kCheckpoint, {"kept", "remove it"}, [&] { read(file); });
    }
  }
}

}  // namespace
}  // namespace belamy
