#include "belamy/data/idx.h"

#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::counting_bytes;
using testing::expect_error;
using testing::gzip_bytes;
using testing::idx_bytes;

TEST(Idx, one_to_four_dimensions_parse_plain_and_gzipped) {
  const std::vector<std::vector<uint32_t>> shapes = {{24}, {4, 6}, {2, 3, 4}, {2, 3, 2, 2}};
  for (const auto& shape : shapes) {
    const Bytes file = idx_bytes(shape, counting_bytes(24));
    for (const Bytes& form : {file, gzip_bytes(file)}) {
      const IdxArray array = parse_idx(form, "memory");
      EXPECT_EQ(array.dims, std::vector<int64_t>(shape.begin(), shape.end()));
      EXPECT_EQ(array.values, counting_bytes(24));
    }
  }
}

TEST(Idx, gzip_is_told_by_content_whatever_the_file_is_called) {
  const testing::TemporaryFolder folder;
  const Bytes zipped = gzip_bytes(idx_bytes({3}, {1, 2, 3}));
  write_file_atomically(folder / "plain-looking", std::span<const uint8_t>(zipped));
  EXPECT_EQ(read_idx(folder / "plain-looking").values, (Bytes{1, 2, 3}));
}

TEST(Idx, an_empty_or_tiny_file_is_refused_with_the_file_name) {
  expect_error(ErrorKind::kData, {"a.idx", "0 bytes"}, [] { parse_idx({}, "a.idx"); });
  const Bytes tiny = {0, 0, 8};
  expect_error(ErrorKind::kData, {"a.idx", "3 bytes"}, [&] { parse_idx(tiny, "a.idx"); });
}

TEST(Idx, wrong_magic_is_refused_with_the_file_name_and_what_came) {
  const Bytes png = {0x89, 'P', 'N', 'G', 0, 0, 0, 0};
  expect_error(ErrorKind::kData, {"a.idx", "00 00 08", "89 50 4e 47"},
               [&] { parse_idx(png, "a.idx"); });
  Bytes floats = idx_bytes({1}, {0, 0, 0, 0});
  floats[2] = 0x0d;
  expect_error(ErrorKind::kData, {"unsigned bytes", "00 00 0d 01"},
               [&] { parse_idx(floats, "a.idx"); });
  for (const uint8_t dims : {0, 5}) {
    Bytes file = idx_bytes({1}, {0});
    file[3] = dims;
    expect_error(ErrorKind::kData, {"a.idx"}, [&] { parse_idx(file, "a.idx"); });
  }
}

TEST(Idx, more_samples_than_labels_could_be_kept_of_are_refused_by_the_header) {
  const auto most = static_cast<uint32_t>(kMaxIdxSamples);
  expect_error(ErrorKind::kData, {"a.idx", "1..67108864 samples", "67108865"},
               [&] { parse_idx(idx_bytes({most + 1}, {0}), "a.idx"); });
  expect_error(ErrorKind::kData, {"a.idx", "cut short"},
               [&] { parse_idx(idx_bytes({most}, {0}), "a.idx"); });
}

TEST(Idx, a_header_cut_short_is_refused) {
  Bytes file = idx_bytes({2, 3, 4}, {});
  file.resize(15);
  expect_error(ErrorKind::kData, {"a.idx", "16 bytes", "got 15"},
               [&] { parse_idx(file, "a.idx"); });
}

TEST(Idx, values_missing_or_left_over_are_refused_with_both_sizes) {
  Bytes file = idx_bytes({2, 3}, counting_bytes(5));
  expect_error(ErrorKind::kData, {"a.idx", "2x3", "6 bytes", "got 5", "cut short"},
               [&] { parse_idx(file, "a.idx"); });
  file.push_back(0);
  EXPECT_EQ(parse_idx(file, "a.idx").values.size(), 6u);
  file.push_back(0);
  expect_error(ErrorKind::kData, {"a.idx", "6 bytes", "got 7", "added"},
               [&] { parse_idx(file, "a.idx"); });
}

TEST(Idx, dimensions_that_overflow_or_are_zero_are_refused) {
  const uint32_t most = 0xffffffffu;
  const std::vector<std::vector<uint32_t>> shapes = {
      {most}, {most, most, most, most}, {65536, 65536, 65536, 65536}, {0}, {3, 0}};
  for (const auto& shape : shapes) {
    const Bytes file = idx_bytes(shape, {});
    expect_error(ErrorKind::kData, {"a.idx", "header says"}, [&] { parse_idx(file, "a.idx"); });
  }
}

TEST(Idx, a_mutated_file_parses_or_is_refused) {
  const Bytes plain = idx_bytes({2, 3, 4}, counting_bytes(24));
  const auto parse = [](const Bytes& bytes) { parse_idx(bytes, "mutated"); };
  EXPECT_GT(testing::count_refused(plain, "idx", parse), 1000);
  EXPECT_GT(testing::count_refused(gzip_bytes(plain), "idx.gzip", parse), 1000);
}

TEST(Idx, a_gzip_of_a_mutated_file_parses_or_is_refused) {
  const Bytes plain = idx_bytes({2, 3, 4}, counting_bytes(24));
  const auto parse = [](const Bytes& bytes) { parse_idx(gzip_bytes(bytes), "mutated"); };
  EXPECT_GT(testing::count_refused(plain, "idx.inside", parse), 1000);
}

}  // namespace
}  // namespace belamy
