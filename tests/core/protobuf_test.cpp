#include "belamy/core/protobuf.h"

#include <gtest/gtest.h>

#include "belamy/core/rng.h"

namespace belamy::protobuf {
namespace {

// The examples of https://protobuf.dev/programming-guides/encoding.
TEST(Protobuf, bytes_are_those_of_the_format_s_own_examples) {
  std::string out;
  append_integer(out, 1, 150);
  EXPECT_EQ(out, "\x08\x96\x01");
  out.clear();
  append_bytes(out, 2, "testing");
  EXPECT_EQ(out, std::string("\x12\x07") + "testing");
  out.clear();
  append_integer(out, 1, -2);
  EXPECT_EQ(out, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Protobuf, numbers_of_fixed_size_are_little_endian) {
  std::string out;
  append_float(out, 2, 1.0f);
  append_double(out, 3, -2.0);
  EXPECT_EQ(out, std::string("\x15\x00\x00\x80\x3f\x19\x00\x00\x00\x00\x00\x00\x00\xc0", 14));
}

TEST(Protobuf, fields_are_taken_in_order) {
  std::string out;
  append_integer(out, 20, -1);
  append_bytes(out, 3, "abc");
  append_float(out, 4, 1.0f);
  append_double(out, 5, 1.0);
  std::string_view rest = out;
  const auto number = take_field(rest), text = take_field(rest);
  EXPECT_EQ(number->number, 20u);
  EXPECT_EQ(static_cast<int64_t>(number->value), -1);
  EXPECT_EQ(text->number, 3u);
  EXPECT_EQ(text->bytes, "abc");
  EXPECT_EQ(take_field(rest)->bytes.size(), 4u);
  EXPECT_EQ(take_field(rest)->bytes.size(), 8u);
  EXPECT_TRUE(rest.empty());
}

TEST(Protobuf, what_is_cut_short_is_no_field) {
  std::string out;
  append_bytes(out, 1, "four");
  for (size_t length = 0; length < out.size(); ++length) {
    std::string_view rest = std::string_view(out).substr(0, length);
    EXPECT_FALSE(take_field(rest).has_value()) << length;
  }
}

TEST(Protobuf, random_damage_is_read_or_refused_but_never_more) {
  std::string whole;
  for (uint64_t i = 1; i < 20; ++i) {
    append_integer(whole, i, static_cast<int64_t>(i * i * i * i * i * i));
    append_bytes(whole, i, std::string(i, 'x'));
    append_double(whole, i, 0.1);
  }
  RandomStream random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = whole;
    for (uint64_t i = 0, n = 1 + random.below(4); i < n; ++i) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    std::string_view rest = bytes;
    size_t taken = 0;
    while (!rest.empty()) {
      const size_t before = rest.size();
      const auto field = take_field(rest);
      if (!field) {
        ++refused;
        break;
      }
      taken += before - rest.size();
      ASSERT_LT(rest.size(), before);
    }
    ASSERT_LE(taken, bytes.size());
  }
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace belamy::protobuf
