#include "belamy/image/canvas.h"

#include <gtest/gtest.h>

#include "tests/image/pixels.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::bounds_of;
using testing::colour_at;

constexpr Colour kWhite = {255, 255, 255};
constexpr Colour kRed = {200, 30, 10};

TEST(Canvas, is_white_before_anything_is_drawn) {
  EXPECT_EQ(Canvas(3, 5).image(), blank_image(3, 5, 3, 255));
}

TEST(Canvas, an_area_covers_its_pixels_in_its_colour_and_no_others) {
  Canvas canvas(10, 12);
  const std::vector<Point> box = {{2, 3}, {6, 3}, {6, 8}, {2, 8}};
  canvas.fill(box, {kRed, 1});
  const Image image = canvas.image();
  EXPECT_EQ(colour_at(image, 2, 3), kRed);
  EXPECT_EQ(colour_at(image, 5, 7), kRed);
  EXPECT_EQ(colour_at(image, 6, 7), kWhite);
  EXPECT_EQ(colour_at(image, 5, 8), kWhite);
}

TEST(Canvas, opacity_mixes_with_what_lies_beneath) {
  Canvas canvas(4, 4);
  const std::vector<Point> box = {{0, 0}, {4, 0}, {4, 4}, {0, 4}};
  canvas.fill(box, {{0, 0, 0}, 0.5});
  EXPECT_NEAR(colour_at(canvas.image(), 1, 1)[0], 128, 2);
}

TEST(Canvas, a_line_has_its_width_and_a_slanted_one_soft_edges) {
  Canvas canvas(40, 40);
  canvas.draw_line(std::vector<Point>{{5, 10}, {35, 10}}, {{kRed, 1}, 2, false});
  EXPECT_EQ(colour_at(canvas.image(), 20, 9), kRed);
  EXPECT_EQ(colour_at(canvas.image(), 20, 10), kRed);
  EXPECT_EQ(colour_at(canvas.image(), 20, 8), kWhite);
  EXPECT_EQ(colour_at(canvas.image(), 20, 11), kWhite);
  Canvas slanted(40, 40);
  slanted.draw_line(std::vector<Point>{{3, 5}, {37, 22}}, {{kRed, 1}, 2, false});
  int soft = 0;
  const Image image = slanted.image();
  for (int64_t i = 0; i < 1600; ++i) {
    const Colour colour = colour_at(image, i % 40, i / 40);
    soft += colour != kWhite && colour != kRed ? 1 : 0;
  }
  EXPECT_GT(soft, 30);
}

TEST(Canvas, a_dashed_line_has_gaps_and_a_single_point_is_a_dot) {
  Canvas canvas(20, 60);
  canvas.draw_line(std::vector<Point>{{0, 10}, {60, 10}}, {{kRed, 1}, 2, true});
  int inked = 0;
  for (int64_t x = 0; x < 60; ++x) inked += colour_at(canvas.image(), x, 10) == kRed ? 1 : 0;
  EXPECT_GT(inked, 20);
  EXPECT_LT(inked, 50);
  Canvas dotted(20, 20);
  dotted.draw_line(std::vector<Point>{{10, 10}}, {{kRed, 1}, 2, false});
  EXPECT_EQ(colour_at(dotted.image(), 10, 10), kRed);
  EXPECT_EQ(colour_at(dotted.image(), 14, 10), kWhite);
}

TEST(Canvas, nothing_is_drawn_beyond_the_clip_until_it_is_lifted) {
  Canvas canvas(20, 20);
  const std::vector<Point> all = {{0, 0}, {20, 0}, {20, 20}, {0, 20}};
  canvas.clip({5, 5, 10, 10});
  canvas.fill(all, {kRed, 1});
  EXPECT_EQ(colour_at(canvas.image(), 7, 7), kRed);
  EXPECT_EQ(colour_at(canvas.image(), 12, 7), kWhite);
  canvas.unclip();
  canvas.fill(all, {kRed, 1});
  EXPECT_EQ(colour_at(canvas.image(), 12, 7), kRed);
}

TEST(Canvas, text_lies_where_its_alignment_says) {
  const auto text_bounds = [](const TextStyle& style) {
    Canvas canvas(200, 400);
    canvas.draw_text("Hxg", {200, 100}, style);
    return bounds_of(canvas.image(), [](const Colour& colour) { return colour != kWhite; });
  };
  TextStyle style;
  style.size = 30;
  const Rectangle right_below = text_bounds(style);
  EXPECT_GE(right_below.left, 198);
  EXPECT_GE(right_below.top, 98);
  EXPECT_GT(right_below.right, 220) << "the text was drawn";
  style.align_x = style.align_y = 1;
  const Rectangle left_above = text_bounds(style);
  EXPECT_LE(left_above.right, 202);
  EXPECT_LE(left_above.bottom, 102);
  style.align_x = style.align_y = 0.5;
  const Rectangle centred = text_bounds(style);
  EXPECT_NEAR((centred.left + centred.right) / 2, 200, 6);
  EXPECT_NEAR((centred.top + centred.bottom) / 2, 100, 10);
  style.is_upwards = true;
  const Rectangle upwards = text_bounds(style);
  EXPECT_GT(upwards.bottom - upwards.top, upwards.right - upwards.left);
  EXPECT_NEAR((upwards.top + upwards.bottom) / 2, 100, 6);
}

TEST(Canvas, more_text_and_larger_text_is_wider) {
  Canvas canvas(10, 10);
  TextStyle style;
  const double width = canvas.text_width("loss", style);
  EXPECT_GT(width, 5);
  EXPECT_GT(canvas.text_width("losses", style), width);
  style.size *= 2;
  EXPECT_NEAR(canvas.text_width("loss", style), 2 * width, 0.3 * width);
}

TEST(Canvas, bytes_that_are_not_utf8_show_as_question_marks) {
  const auto drawn = [](std::string_view text) {
    Canvas canvas(40, 200);
    canvas.draw_text(text, {5, 5}, {});
    return canvas.image();
  };
  EXPECT_EQ(drawn("a\xff"
                  "b"),
            drawn("a?b"));
  EXPECT_EQ(drawn("\xc3"), drawn("?")) << "cut short";
  EXPECT_EQ(drawn("\xc0\xaf"), drawn("??")) << "longer than need be";
  EXPECT_EQ(drawn("\xed\xa0\x80"), drawn("???")) << "half of a surrogate pair";
  EXPECT_EQ(drawn(std::string_view("\0x", 2)), drawn("?x"));
  EXPECT_NE(drawn("\xc2\xb1"), drawn("??")) << "a plus-minus sign is one character";
}

TEST(Canvas, sides_out_of_range_are_refused) {
  testing::expect_error(ErrorKind::kUsage, {"1..16384", "0x5"}, [] { Canvas(0, 5); });
  testing::expect_error(ErrorKind::kUsage, {"5x20000"}, [] { Canvas(5, 20000); });
}

}  // namespace
}  // namespace belamy
