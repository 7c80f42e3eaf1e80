// A white sheet to draw antialiased lines, areas and text on, by cairo.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "belamy/image/image.h"
#include "belamy/image/palette.h"

namespace belamy {

/// In pixels from the upper left corner; the centre of the first pixel is at 0.5, 0.5.
struct Point {
  double x = 0;
  double y = 0;
};

struct Rectangle {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

struct Ink {
  Colour colour = {0, 0, 0};
  double opacity = 1;
};

struct Pen {
  Ink ink;
  double width = 1;
  bool is_dashed = false;
};

/// Where the anchor lies in the text's box: 0 left or top, 0.5 the middle, 1 right or bottom.
struct TextStyle {
  double size = 14;  // pixels
  bool is_bold = false;
  Ink ink;
  double align_x = 0;
  double align_y = 0;
  bool is_upwards = false;  // turned to read from below, around the anchor
};

/// Text is drawn in DejaVu Sans, in what fontconfig finds instead, or, on a machine without any
/// font, in the one that cairo brings along.
class Canvas {
 public:
  /// Throws kUsage for a side outside 1..kMaxImageSide.
  Canvas(int64_t height, int64_t width);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  int64_t height() const;
  int64_t width() const;

  /// A line with round joins through the points; a single point is a dot of the pen's width.
  void draw_line(std::span<const Point> points, const Pen& pen);
  void fill(std::span<const Point> outline, const Ink& ink);
  /// Bytes that are not UTF-8 show as question marks.
  void draw_text(std::string_view text, Point anchor, const TextStyle& style);
  double text_width(std::string_view text, const TextStyle& style);

  /// Limits what is drawn from now on; unclip() lifts it.
  void clip(const Rectangle& area);
  void unclip();

  /// What was drawn so far, 3 channels.
  Image image() const;

 private:
  struct Cairo;
  std::unique_ptr<Cairo> cairo_;
};

}  // namespace belamy
