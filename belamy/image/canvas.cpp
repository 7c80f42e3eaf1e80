#include "belamy/image/canvas.h"

#include <cairo.h>

#include <array>
#include <cstring>
#include <numbers>
#include <string>

#include "belamy/core/error.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

// The length of the UTF-8 character at the front; 0 when there is none.
size_t character_length(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text.front());
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  uint32_t code = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3fu);
  }
  constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < kSmallest[length] || code > 0x10ffff || is_surrogate ? 0 : length;
}

// Cairo refuses to draw anything more after a text that is not UTF-8.
std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = character_length(text);
    out += length == 0 ? std::string_view("?") : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace

struct Canvas::Cairo {
  cairo_surface_t* surface;
  cairo_t* context;

  Cairo(int height, int width)
      : surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
        context(cairo_create(surface)) {}
  ~Cairo() {
    cairo_destroy(context);
    cairo_surface_destroy(surface);
  }
  Cairo(const Cairo&) = delete;
  Cairo& operator=(const Cairo&) = delete;

  void set_ink(const Ink& ink) const {
    cairo_set_source_rgba(context, ink.colour[0] / 255.0, ink.colour[1] / 255.0,
                          ink.colour[2] / 255.0, ink.opacity);
  }

  void set_path(std::span<const Point> points) const {
    cairo_new_path(context);
    for (const Point& point : points) cairo_line_to(context, point.x, point.y);
  }

  void set_font(const TextStyle& style) const {
    cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           style.is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, style.size);
  }

  double advance(const std::string& text) const {
    cairo_text_extents_t extents{};
    cairo_text_extents(context, text.c_str(), &extents);
    return extents.x_advance;
  }
};

Canvas::Canvas(int64_t height, int64_t width) {
  if (height < 1 || height > kMaxImageSide || width < 1 || width > kMaxImageSide) {
    fail(ErrorKind::kUsage, "a drawing must have sides of 1..{} pixels, got {}x{} (height x width)",
         kMaxImageSide, height, width);
  }
  cairo_ = std::make_unique<Cairo>(static_cast<int>(height), static_cast<int>(width));
  cairo_set_line_join(cairo_->context, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgb(cairo_->context, 1, 1, 1);
  cairo_paint(cairo_->context);
}

Canvas::~Canvas() = default;

int64_t Canvas::height() const {
  return cairo_image_surface_get_height(cairo_->surface);
}

int64_t Canvas::width() const {
  return cairo_image_surface_get_width(cairo_->surface);
}

void Canvas::draw_line(std::span<const Point> points, const Pen& pen) {
  if (points.empty()) return;
  cairo_->set_ink(pen.ink);
  if (points.size() == 1) {
    cairo_new_path(cairo_->context);
    cairo_arc(cairo_->context, points[0].x, points[0].y, pen.width, 0, 2 * std::numbers::pi);
    cairo_fill(cairo_->context);
    return;
  }
  constexpr std::array<double, 2> kDashes = {6, 4};
  cairo_set_dash(cairo_->context, kDashes.data(), pen.is_dashed ? kDashes.size() : 0, 0);
  cairo_set_line_width(cairo_->context, pen.width);
  cairo_->set_path(points);
  cairo_stroke(cairo_->context);
}

void Canvas::fill(std::span<const Point> outline, const Ink& ink) {
  cairo_->set_ink(ink);
  cairo_->set_path(outline);
  cairo_fill(cairo_->context);
}

void Canvas::draw_text(std::string_view text, Point anchor, const TextStyle& style) {
  const std::string shown = valid_utf8(text);
  cairo_t* context = cairo_->context;
  cairo_->set_ink(style.ink);
  cairo_->set_font(style);
  cairo_font_extents_t font{};
  cairo_font_extents(context, &font);
  cairo_save(context);
  cairo_translate(context, anchor.x, anchor.y);
  if (style.is_upwards) cairo_rotate(context, -std::numbers::pi / 2);
  const double top = -style.align_y * (font.ascent + font.descent);
  cairo_move_to(context, -style.align_x * cairo_->advance(shown), top + font.ascent);
  cairo_show_text(context, shown.c_str());
  cairo_restore(context);
}

double Canvas::text_width(std::string_view text, const TextStyle& style) {
  cairo_->set_font(style);
  return cairo_->advance(valid_utf8(text));
}

void Canvas::clip(const Rectangle& area) {
  cairo_rectangle(cairo_->context, area.left, area.top, area.right - area.left,
                  area.bottom - area.top);
  cairo_clip(cairo_->context);
}

void Canvas::unclip() {
  cairo_reset_clip(cairo_->context);
}

Image Canvas::image() const {
  const cairo_status_t status = cairo_status(cairo_->context);
  if (status != CAIRO_STATUS_SUCCESS) {
    fail(ErrorKind::kData, "cannot draw a picture of {}x{}: {}", height(), width(),
         cairo_status_to_string(status));
  }
  cairo_surface_flush(cairo_->surface);
  const unsigned char* rows = cairo_image_surface_get_data(cairo_->surface);
  const int stride = cairo_image_surface_get_stride(cairo_->surface);
  Image image = blank_image(height(), width(), 3);
  uint8_t* to = image.pixels.data();
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      uint32_t pixel = 0;  // 0x00RRGGBB, as this machine stores it
      std::memcpy(&pixel, rows + y * stride + x * 4, 4);
      for (const int shift : {16, 8, 0}) *to++ = static_cast<uint8_t>(pixel >> shift);
    }
  }
  return image;
}

}  // namespace belamy
