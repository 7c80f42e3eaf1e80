#include "belamy/weights/safetensors.h"

#include <ATen/ATen.h>

#include "belamy/core/rng.h"
#include "belamy/core/subprocess.h"
#include "tests/support/errors.h"
#include "tests/support/places.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::fixture;
using testing::TemporaryFolder;

std::vector<uint8_t> file_of(const std::string& header, const std::vector<uint8_t>& data) {
  std::vector<uint8_t> bytes(8);
  bytes[0] = static_cast<uint8_t>(header.size());
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Safetensors small() {
  return {{{"w", at::arange(6.f).view({2, 3})}, {"b", at::ones({2})}}, {{"format", "pt"}}};
}

TEST(Safetensors, bytes_are_those_of_the_reference_implementation) {
  // safetensors.numpy.save({"a": np.array([1.0], np.float32)}) of the Python package.
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string padded = header;
  padded.resize((header.size() + 7) / 8 * 8, ' ');
  EXPECT_EQ(encode_safetensors({{{"a", at::ones({1})}}, {}}), file_of(padded, {0, 0, 0x80, 0x3f}));
}

TEST(Safetensors, what_was_written_is_read) {
  const TemporaryFolder folder;
  write_safetensors(folder / "x.safetensors", small());
  const Safetensors read = read_safetensors(folder / "x.safetensors");
  ASSERT_EQ(read.tensors.size(), 2u);
  EXPECT_EQ(read.metadata.at("format"), "pt");
  for (const NamedTensor& tensor : read.tensors) {
    const at::Tensor expected = tensor.name == "w" ? small().tensors[0].tensor : at::ones({2});
    EXPECT_TRUE(at::equal(tensor.tensor, expected)) << tensor.name;
  }
}

TEST(Safetensors, tensors_in_another_memory_layout_are_written_in_order) {
  const at::Tensor turned = at::arange(6.f).view({2, 3}).t();
  const Safetensors read = decode_safetensors(encode_safetensors({{{"t", turned}}, {}}), "t");
  EXPECT_TRUE(at::equal(read.tensors[0].tensor, turned));
}

TEST(Safetensors, every_truncation_is_refused_with_the_file_name) {
  const std::vector<uint8_t> whole = encode_safetensors(small());
  for (size_t length = 0; length < whole.size(); ++length) {
    const std::string message = error_of(ErrorKind::kCheckpoint, [&] {
      decode_safetensors(std::span(whole).first(length), "weights.safetensors");
    });
    ASSERT_NE(message.find("weights.safetensors"), std::string::npos);
  }
}

TEST(Safetensors, hostile_headers_are_refused) {
  const std::vector<uint8_t> four(4, 0);
  for (const char* header : {
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})",   // out of range
           R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",   // wrong size
           R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}})",   // dtype
           R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",  // negative
           R"({"a":{"dtype":"F32","shape":[4294967297,4294967297],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})",  // backwards
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})",
           R"({"a":{"shape":[1],"data_offsets":[0,4]}})", R"({"a":[]})",
           R"({"__metadata__":{"x":1}})",
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
           R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",  // overlap
           R"([])", R"({)",
           R"({})",  // trailing bytes
       }) {
    SCOPED_TRACE(header);
    error_of(ErrorKind::kCheckpoint, [&] { decode_safetensors(file_of(header, four), "file"); });
  }
}

TEST(Safetensors, random_damage_is_read_or_refused_but_never_more) {
  const std::vector<uint8_t> whole = encode_safetensors(small());
  RandomStream random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint8_t> bytes = whole;
    for (uint64_t i = 0, n = 1 + random.below(4); i < n; ++i) {
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
    }
    if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 1));
    try {
      decode_safetensors(bytes, "file");
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(Safetensors, the_widest_dtypes_come_first_so_that_all_are_aligned) {
  const Safetensors mixed = {{{"a", at::ones({3})}, {"z", at::ones({2}, at::kLong)}}, {}};
  const std::vector<uint8_t> bytes = encode_safetensors(mixed);
  const std::string text(bytes.begin() + 8, bytes.end());
  EXPECT_NE(text.find(R"({"z":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},)"
                      R"("a":{"dtype":"F32","shape":[3],"data_offsets":[16,28]}})"),
            std::string::npos)
      << text.substr(0, 120);
  EXPECT_EQ(bytes[0] % 8, 0);
}

TEST(Safetensors, an_independent_reader_in_python_finds_the_same) {
  if (!program_exists("python3")) GTEST_SKIP() << "there is no python3";
  const TemporaryFolder folder;
  const Safetensors content = {{{"dense.weight", at::arange(6.f).view({2, 3}) / 4},
                                {"empty", at::zeros({0, 4})},
                                {"scalar", at::full({}, -2.5)},
                                {"größe \"x\"", at::ones({5})},
                                {"steps", at::full({1}, int64_t{1} << 40, at::kLong)}},
                               {{"format", "pt"}, {"note", "a \\ and a\nnew line"}}};
  write_safetensors(folder / "x.safetensors", content);
  const std::string script = fixture("read_safetensors.py");
  const ProcessResult read = run_process({"python3", script, (folder / "x.safetensors").string()});
  EXPECT_EQ(read.exit_code, 0) << read.output;
  EXPECT_EQ(read.output,
            "steps I64 [1] 1.09951163e+12\n"
            "dense.weight F32 [2, 3] 3.75\n"
            "empty F32 [0, 4] 0\n"
            "größe \"x\" F32 [5] 5\n"
            "scalar F32 [] -2.5\n");
}

}  // namespace
}  // namespace belamy
