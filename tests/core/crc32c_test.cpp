#include "belamy/core/crc32c.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace belamy {
namespace {

uint32_t crc_of(std::string_view text) {
  return crc32c({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(Crc32c, agrees_with_published_values) {
  EXPECT_EQ(crc_of("123456789"), 0xe3069283u);
  EXPECT_EQ(crc_of(""), 0u);
  EXPECT_EQ(crc_of("a"), 0xc1d04330u);
}

TEST(Crc32c, agrees_with_the_examples_of_rfc_3720) {
  EXPECT_EQ(crc32c(std::vector<uint8_t>(32, 0x00)), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::vector<uint8_t>(32, 0xff)), 0x62a8ab43u);
  std::vector<uint8_t> rising(32);
  for (size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eu);
}

}  // namespace
}  // namespace belamy
