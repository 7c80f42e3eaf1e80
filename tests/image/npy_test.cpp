#include "belamy/image/npy.h"

#include <gtest/gtest.h>

#include <string>

#include "belamy/core/error.h"

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

}  // namespace
}  // namespace belamy
