#include "belamy/image/png.h"

#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "tests/image/png_bytes.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::expect_error;
using testing::png_bytes;

Image counting_image(int64_t height, int64_t width, int64_t channels) {
  const auto size = static_cast<size_t>(height * width * channels);
  return {height, width, channels, testing::counting_bytes(size)};
}

TEST(Png, what_is_encoded_decodes_to_the_same_pixels_with_1_to_4_channels) {
  for (int64_t channels = 1; channels <= 4; ++channels) {
    const Image image = counting_image(5, 7, channels);
    EXPECT_EQ(decode_png(encode_png(image), "memory"), image) << channels << " channels";
  }
}

TEST(Png, a_written_file_reads_back_and_leaves_nothing_beside_it) {
  const testing::TemporaryFolder folder;
  const Image image = counting_image(28, 28, 1);
  write_png(folder / "a.png", image);
  EXPECT_EQ(read_png(folder / "a.png"), image);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Png, a_palette_becomes_colour) {
  const Bytes file = png_bytes({.width = 4,
                                .depth = 2,
                                .colour_type = 3,
                                .palette = {1, 2, 3, 40, 50, 60, 7, 8, 9},
                                .transparency = {},
                                .samples = {0b00'01'10'01}});
  const Image image = decode_png(file, "palette.png");
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.pixels, (Bytes{1, 2, 3, 40, 50, 60, 7, 8, 9, 40, 50, 60}));
}

TEST(Png, a_palette_with_transparency_becomes_colour_with_alpha) {
  const Bytes file = png_bytes({.width = 2,
                                .colour_type = 3,
                                .palette = {1, 2, 3, 4, 5, 6},
                                .transparency = {9},
                                .bytes_a_row = 2,
                                .samples = {0, 1}});
  EXPECT_EQ(decode_png(file, "p.png"), (Image{1, 2, 4, {1, 2, 3, 9, 4, 5, 6, 255}}));
}

TEST(Png, sixteen_bits_keep_their_upper_eight) {
  const Bytes grey = png_bytes({.width = 2,
                                .depth = 16,
                                .palette = {},
                                .transparency = {},
                                .bytes_a_row = 4,
                                .samples = {0x12, 0x34, 0xff, 0xfe}});
  EXPECT_EQ(decode_png(grey, "g.png"), (Image{1, 2, 1, {0x12, 0xff}}));
  const Bytes colour = png_bytes({.depth = 16,
                                  .colour_type = 2,
                                  .palette = {},
                                  .transparency = {},
                                  .bytes_a_row = 6,
                                  .samples = {0x10, 1, 0x20, 2, 0x30, 3}});
  EXPECT_EQ(decode_png(colour, "c.png"), (Image{1, 1, 3, {0x10, 0x20, 0x30}}));
}

TEST(Png, one_bit_grey_spans_black_to_white) {
  const Bytes file = png_bytes(
      {.width = 3, .depth = 1, .palette = {}, .transparency = {}, .samples = {0b1010'0000}});
  EXPECT_EQ(decode_png(file, "bit.png"), (Image{1, 3, 1, {255, 0, 255}}));
}

TEST(Png, grey_with_alpha_keeps_both_channels_also_at_sixteen_bits) {
  const Bytes eight = png_bytes(
      {.colour_type = 4, .palette = {}, .transparency = {}, .bytes_a_row = 2, .samples = {7, 200}});
  EXPECT_EQ(decode_png(eight, "ga.png"), (Image{1, 1, 2, {7, 200}}));
  const Bytes sixteen = png_bytes({.depth = 16,
                                   .colour_type = 4,
                                   .palette = {},
                                   .transparency = {},
                                   .bytes_a_row = 4,
                                   .samples = {7, 0, 200, 0}});
  EXPECT_EQ(decode_png(sixteen, "ga16.png"), (Image{1, 1, 2, {7, 200}}));
}

TEST(Png, an_interlaced_picture_decodes_as_a_plain_one) {
  testing::PngSpec spec{.width = 11,
                        .height = 9,
                        .colour_type = 2,
                        .palette = {},
                        .transparency = {},
                        .bytes_a_row = 33,
                        .samples = testing::counting_bytes(11 * 9 * 3)};
  const Image plain = decode_png(png_bytes(spec), "plain.png");
  spec.interlaced = true;
  EXPECT_EQ(decode_png(png_bytes(spec), "interlaced.png"), plain);
  EXPECT_EQ(plain.pixels, spec.samples);
}

TEST(Png, zero_bytes_garbage_and_a_cut_file_are_refused_with_the_file_name) {
  const auto decode = [](const Bytes& bytes) { decode_png(bytes, "broken.png"); };
  expect_error(ErrorKind::kData, {"broken.png", "0 bytes"}, [&] { decode({}); });
  expect_error(ErrorKind::kData, {"broken.png", "12 bytes"},
               [&] { decode(testing::counting_bytes(12)); });
  Bytes cut = encode_png(counting_image(28, 28, 3));
  cut.resize(cut.size() / 2);
  expect_error(ErrorKind::kData, {"broken.png"}, [&] { decode(cut); });
}

TEST(Png, a_missing_file_is_an_io_error_with_its_name) {
  expect_error(ErrorKind::kIo, {"nowhere.png"}, [] { read_png("/nonexistent/nowhere.png"); });
}

TEST(Png, claimed_sizes_beyond_the_limits_are_refused_before_memory_is_taken) {
  testing::PngSpec spec{.width = 20000, .palette = {}, .transparency = {}, .samples = {}};
  spec.height = 0;
  Bytes wide = png_bytes(spec);
  wide[23] = 1;  // a height of 1, without its pixels
  expect_error(ErrorKind::kData, {"wide.png", "16384"},
               [&] { decode_png(testing::with_checksums(wide), "wide.png"); });
  Bytes many = wide;
  many[18] = 0x40, many[19] = 0;  // 16384 x 16384 colours with alpha: 1 GiB
  many[22] = 0x40, many[23] = 0;
  many[25] = 6;
  expect_error(ErrorKind::kData, {"many.png", "16384x16384"},
               [&] { decode_png(testing::with_checksums(many), "many.png"); });
  Bytes forged = wide;
  forged[18] = 0x40, forged[19] = 0;  // 16384 x 16384 of grey: 256 MiB that 60 bytes cannot hold
  forged[22] = 0x40, forged[23] = 0;
  expect_error(ErrorKind::kData, {"forged.png", "cannot hold a picture of 16384x16384"},
               [&] { decode_png(testing::with_checksums(forged), "forged.png"); });
}

TEST(Png, a_large_picture_of_one_colour_is_not_taken_for_a_forged_one) {
  for (const int64_t channels : {1, 4}) {
    const Image flat = blank_image(3000, 2000, channels, 7);
    EXPECT_EQ(decode_png(encode_png(flat), "flat.png"), flat);
  }
}

TEST(Png, pixels_that_do_not_fit_the_size_are_not_encoded) {
  expect_error(ErrorKind::kData, {"12 bytes", "got 11"}, [] { encode_png({2, 2, 3, Bytes(11)}); });
  expect_error(ErrorKind::kData, {"16384"}, [] { encode_png({0, 2, 3, {}}); });
  expect_error(ErrorKind::kData, {"1 to 4 channels"}, [] { encode_png({1, 1, 5, Bytes(5)}); });
}

TEST(Png, a_mutated_file_decodes_or_is_refused) {
  const Bytes valid = png_bytes({.width = 6,
                                 .height = 5,
                                 .colour_type = 3,
                                 .palette = {1, 2, 3, 4, 5, 6},
                                 .transparency = {9},
                                 .interlaced = true,
                                 .bytes_a_row = 6,
                                 .samples = Bytes(30, 1)});
  const auto decode = [](const Bytes& bytes) { decode_png(bytes, "mutated.png"); };
  EXPECT_GT(testing::count_refused(valid, "png", decode), 1500);
  const auto decode_repaired = [](const Bytes& bytes) {
    if (bytes.size() > 8) decode_png(testing::with_checksums(bytes), "mutated.png");
  };
  EXPECT_GT(testing::count_refused(valid, "png.repaired", decode_repaired), 500);
}

}  // namespace
}  // namespace belamy
