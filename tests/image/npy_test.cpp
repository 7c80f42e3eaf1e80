#include "belamy/image/npy.h"

#include <gtest/gtest.h>

#include <string>

#include "belamy/core/error.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(Npy, bytes_are_what_numpy_save_writes) {
  const std::vector<uint8_t> values = {1, 2, 3, 4, 5, 6};
  const std::vector<uint8_t> file = encode_npy(values, {2, 3});
  // numpy.save of np.arange(1, 7, dtype=np.uint8).reshape(2, 3): a header of 118 bytes.
  const std::string head("\x93NUMPY\x01\x00\x76\x00", 10);
  const std::string dict = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
  std::string expected = head + dict;
  expected.resize(127, ' ');
  expected += '\n';
  for (const uint8_t value : values) expected += static_cast<char>(value);
  EXPECT_EQ(std::string(file.begin(), file.end()), expected);
}

TEST(Npy, floats_are_little_endian) {
  const std::vector<float> values = {1.0f};
  const std::vector<uint8_t> file = encode_npy(values, {1});
  EXPECT_EQ(file.size() % 64, 4u);
  EXPECT_EQ(std::vector<uint8_t>(file.end() - 4, file.end()),
            (std::vector<uint8_t>{0, 0, 0x80, 0x3f}));
}

TEST(Npy, a_shape_of_another_size_is_refused) {
  const std::vector<float> values = {1.0f};
  EXPECT_THROW(encode_npy(values, {2}), Error);
}

std::vector<uint8_t> file_of(const std::string& dict, const std::vector<uint8_t>& data) {
  std::string text = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(dict.size()) + '\0';
  text += dict;
  std::vector<uint8_t> file(text.begin(), text.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

TEST(Npy, what_was_written_is_read_back) {
  const std::vector<float> values = {1, -2, 3.5f, 4, 5, 6};
  const NpyArray array = decode_npy(encode_npy(values, {3, 2}), "z.npy");
  EXPECT_EQ(array.dtype, "<f4");
  EXPECT_EQ(array.shape, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(array.floats("z.npy"), values);
  EXPECT_EQ(decode_npy(encode_npy(values, {6}), "z.npy").shape, std::vector<int64_t>{6});
}

TEST(Npy, doubles_are_rounded) {
  // 1.5 as a double, in an array without dimensions, as numpy.save(numpy.float64(1.5)).
  const auto file = file_of("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n",
                            {0, 0, 0, 0, 0, 0, 0xf8, 0x3f});
  EXPECT_EQ(decode_npy(file, "z.npy").floats("z.npy"), std::vector<float>{1.5f});
}

TEST(Npy, what_is_no_plain_array_is_refused_with_the_reason) {
  const auto refused = [](const std::string& dict, const std::string& reason) {
    testing::expect_error(ErrorKind::kData, {"z.npy", reason}, [&] {
      decode_npy(file_of(dict, {1, 2, 3, 4}), "z.npy");
    });
  };
  refused("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "dtype is '|O'");
  refused("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "dtype is '>f4'");
  refused("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "plain");
  refused("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "ascontiguousarray");
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "needs 8 bytes, 4");
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "tuple of numbers");
  refused("{'descr': '<f4', 'shape': (1,), }", "lacks 'fortran_order'");
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 2), }",
          "needs 18446744073709551615 bytes");
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 2), }",
          "needs 18446744073709551615 bytes");
  testing::expect_error(ErrorKind::kData, {"z.npy", "does not begin"},
                        [] { decode_npy(std::vector<uint8_t>(40, 7), "z.npy"); });
  const auto bytes = decode_npy(encode_npy(std::vector<uint8_t>{1, 2}, {2}), "z.npy");
  testing::expect_error(ErrorKind::kData, {"z.npy", "'|u1'", "astype('float32')"},
                        [&] { bytes.floats("z.npy"); });
}

TEST(Npy, an_empty_array_is_read) {
  const auto file = encode_npy(std::vector<float>{}, {0, 3});
  EXPECT_EQ(decode_npy(file, "z.npy").floats("z.npy"), std::vector<float>{});
}

TEST(Npy, a_mutated_file_decodes_or_is_refused) {
  const auto valid = encode_npy(std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_GT(testing::count_refused(valid, "npy",
                                   [](const auto& bytes) { decode_npy(bytes, "mutated.npy"); }),
            500);
}

}  // namespace
}  // namespace belamy
