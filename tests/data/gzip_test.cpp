#include "belamy/data/gzip.h"

#include <gtest/gtest.h>

#include "tests/data/byte_files.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::counting_bytes;
using testing::expect_error;
using testing::gzip_bytes;

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(Gzip, round_trips_at_sizes_around_its_limit) {
  for (const size_t size : {0, 1, 999, 1000}) {
    EXPECT_EQ(gunzip(gzip_bytes(counting_bytes(size)), 1000, "a.gz"), counting_bytes(size));
  }
  expect_error(ErrorKind::kData, {"a.gz", "more than the 1000 bytes"},
               [] { gunzip(gzip_bytes(counting_bytes(1001)), 1000, "a.gz"); });
}

TEST(Gzip, a_bomb_is_refused_at_the_limit) {
  const Bytes bomb = gzip_bytes(Bytes(50'000'000));  // 1000 to 1
  ASSERT_LT(bomb.size(), 60'000u);
  expect_error(ErrorKind::kData, {"bomb.gz", "1000000"},
               [&] { gunzip(bomb, 1'000'000, "bomb.gz"); });
}

TEST(Gzip, a_trailer_that_lies_about_the_size_is_refused) {
  Bytes file = gzip_bytes(counting_bytes(100));
  file[file.size() - 2] = 0xff;
  expect_error(ErrorKind::kData, {"a.gz", "broken"}, [&] { gunzip(file, 1u << 30, "a.gz"); });
}

TEST(Gzip, members_follow_each_other) {
  const Bytes two = joined(gzip_bytes({1, 2, 3}), gzip_bytes(counting_bytes(500)));
  EXPECT_EQ(gunzip(two, 1000, "a.gz"), joined({1, 2, 3}, counting_bytes(500)));
}

TEST(Gzip, other_bytes_after_the_end_are_refused) {
  expect_error(ErrorKind::kData, {"a.gz", "3 bytes", "follow"}, [] {
    gunzip(joined(gzip_bytes({1, 2}), {7, 7, 7}), 100, "a.gz");
  });
}

TEST(Gzip, every_cut_is_refused) {
  const Bytes whole = gzip_bytes(counting_bytes(300));
  for (size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    expect_error(ErrorKind::kData, {"a.gz"}, [&] { gunzip(cut, 1000, "a.gz"); });
  }
}

TEST(Gzip, garbage_behind_the_magic_is_refused) {
  Bytes garbage = counting_bytes(64);
  garbage[0] = 0x1f, garbage[1] = 0x8b;
  ASSERT_TRUE(is_gzip(garbage));
  expect_error(ErrorKind::kData, {"a.gz"}, [&] { gunzip(garbage, 1000, "a.gz"); });
}

TEST(Gzip, a_mutated_file_decompresses_or_is_refused) {
  const Bytes valid = gzip_bytes(counting_bytes(300));
  EXPECT_GT(testing::count_refused(valid, "gzip",
                                   [](const Bytes& bytes) { gunzip(bytes, 10'000, "mutated.gz"); }),
            1500);
}

}  // namespace
}  // namespace belamy
