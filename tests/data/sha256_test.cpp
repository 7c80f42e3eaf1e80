#include "belamy/data/sha256.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace belamy {
namespace {

std::string sum_of(std::string_view text) {
  return sha256_hex(std::vector<uint8_t>(text.begin(), text.end()));
}

// FIPS 180-4's examples.
TEST(Sha256, gives_the_published_sums) {
  EXPECT_EQ(sum_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sum_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sum_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace belamy
