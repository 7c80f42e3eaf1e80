#include "belamy/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/image/gif.h"
#include "belamy/image/png.h"
#include "belamy/nn/summary.h"
#include "belamy/report/html.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;

struct Grid {
  int64_t step = 0;
  fs::path path;
};

std::vector<Grid> grids_of(const Run& run) {
  std::vector<Grid> grids;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(run.samples_folder(), code)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".png" || !name.starts_with("step_")) continue;
    int64_t step = 0;
    const char* end = name.data() + name.size();
    if (std::from_chars(name.data() + 5, end, step).ptr == end) grids.push_back({step, entry});
  }
  std::ranges::sort(grids, {}, &Grid::step);
  return grids;
}

uint64_t bytes_of(const std::vector<Grid>& grids, const std::vector<size_t>& chosen) {
  uint64_t bytes = 0;
  for (const size_t index : chosen) {
    std::error_code code;
    const uint64_t size = fs::file_size(grids[index].path, code);
    if (!code) bytes += size;
  }
  return bytes;
}

std::vector<size_t> chosen_of(const std::vector<Grid>& grids, uint64_t max_bytes) {
  size_t limit = std::max<size_t>(grids.size(), 2);
  for (;;) {
    std::vector<size_t> chosen = spread_indices(grids.size(), limit);
    if (limit == 2 || bytes_of(grids, chosen) <= max_bytes) return chosen;
    limit = std::max<size_t>(2, limit * 3 / 4);
  }
}

struct Frames {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  int64_t broken = 0;
};

Frames frames_of(const std::vector<Grid>& grids, const std::vector<size_t>& chosen) {
  Frames frames;
  for (const size_t index : chosen) {
    try {
      const auto bytes = read_bytes(grids[index].path, kMaxDecodedBytes);
      decode_png(bytes, grids[index].path.string());  // a browser would show a hole
      frames.list.push_back({{"step", grids[index].step}, {"src", png_uri(bytes)}});
    } catch (const Error&) {
      ++frames.broken;
    }
  }
  return frames;
}

}  // namespace

std::string timeline_html(const Run& run, uint64_t max_bytes) {
  const std::vector<Grid> grids = grids_of(run);
  const std::vector<size_t> chosen =
      grids.empty() ? std::vector<size_t>() : chosen_of(grids, max_bytes);
  const Frames frames = frames_of(grids, chosen);
  std::string notes;
  if (chosen.size() < grids.size()) {
    notes += fmt::format("<p class=\"note\">{} of {} grids, evenly spaced.</p>", chosen.size(),
                         grids.size());
  }
  if (frames.broken > 0) {
    notes += fmt::format("<p class=\"note\">{} grid{} could not be read.</p>", frames.broken,
                         frames.broken == 1 ? "" : "s");
  }
  if (frames.list.empty()) {
    return "<div class=\"card timeline\"><script type=\"application/json\">[]</script>"
           "<p class=\"note\">No samples yet.</p>" +
           notes + "</div>";
  }
  const auto& last = frames.list.back();
  const size_t final = frames.list.size() - 1;
  const auto step = last.at("step").get<int64_t>();
  return fmt::format(
      "<div class=\"card timeline\"><img src=\"{0}\" alt=\"Samples at step {1}\">"
      "<div class=\"controls\" hidden><button type=\"button\" aria-label=\"Play\">▶</button>"
      "<input type=\"range\" min=\"0\" max=\"{2}\" value=\"{2}\" aria-label=\"Step\">"
      "<output>step {3}</output></div>{4}<script type=\"application/json\">{5}</script></div>",
      last.at("src").get<std::string>(), step, final, with_thousands(step), notes,
      frames.list.dump());
}

}  // namespace belamy
