#include "belamy/train/checkpoint.h"

#include <functional>
#include <set>

#include "belamy/core/file.h"
#include "belamy/core/json_text.h"
#include "belamy/core/version.h"
#include "belamy/data/sha256.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormatVersion = 2;
constexpr const char* kStateFile = "state.json";
constexpr const char* kEnding = ".safetensors";
constexpr uint64_t kLargestState = 64 << 20;

// What is read of state.json: the files' digests apart, by name without the ending.
struct ReadState {
  TrainingState training;
  std::map<std::string, std::string> digests;
};

template <class... Args>
[[noreturn]] void fail_damaged(fmt::format_string<Args...> format, Args&&... args) {
  throw DamagedCheckpoint(fmt::format(format, std::forward<Args>(args)...) +
                          "; choose another checkpoint of the run");
}

Json state_json(const TrainingState& state, const std::map<std::string, std::string>& digests) {
  Json json = {{"format_version", kFormatVersion},
               {"belamy_version", kVersion},
               {"step", state.step},
               {"data", state.data},
               {"loader",
                {{"epoch", state.loader.epoch},
                 {"position", state.loader.position},
                 {"random_position", state.loader.random_position}}}};
  if (state.best) {
    json["best"] = {
        {"step", state.best->step}, {"metric", state.best->metric}, {"value", state.best->value}};
  }
  json["game"] = Json::parse(state.game.counters);
  json["monitors"] = Json::object();
  for (const auto& [name, text] : state.monitors) json["monitors"][name] = Json::parse(text);
  json["sha256"] = digests;
  return json;
}

void require_readable_version(const Json& json, const fs::path& path) {
  const int64_t version = count_from(json.at("format_version"));
  if (version <= kFormatVersion) return;
  fail(ErrorKind::kCheckpoint,
       "{} has format version {}, written by Belamy {}; this is Belamy {} and reads up to {}: use "
       "a newer one",
       path.string(), version, json.value("belamy_version", "of a newer version"), kVersion,
       kFormatVersion);
}

// A checkpoint's files lie in its folder; a state from elsewhere must not lead out of it.
void require_file_name(const std::string& name) {
  if (!name.empty() && name.find('/') == std::string::npos) return;
  throw nlohmann::json::other_error::create(501, "\"" + name + "\" is not a file's name", nullptr);
}

ReadState read_state(const Json& json) {
  ReadState read;
  TrainingState& state = read.training;
  state.step = count_from(json.at("step"));
  const Json& loader = json.at("loader");
  state.loader = {static_cast<uint64_t>(count_from(loader.at("epoch"))),
                  count_from(loader.at("position")),
                  static_cast<uint64_t>(count_from(loader.at("random_position")))};
  state.game.counters = json.at("game").dump();
  if (count_from(json.at("format_version")) < 2) return read;
  state.data = json.at("data").get<std::string>();
  if (json.contains("best")) {
    const Json& best = json["best"];
    state.best = {count_from(best.at("step")), best.at("metric").get<std::string>(),
                  best.at("value").get<double>()};
  }
  for (const auto& [name, held] : json.at("monitors").items()) state.monitors[name] = held.dump();
  read.digests = json.at("sha256").get<std::map<std::string, std::string>>();
  for (const auto& [name, digest] : read.digests) require_file_name(name);
  return read;
}

ReadState parse_state(const fs::path& path) {
  if (!fs::exists(path)) fail_damaged("{} is missing", path.string());
  try {
    const auto json = parse_json<Json>(read_text(path, kLargestState));
    require_readable_version(json, path);
    return read_state(json);
  } catch (const nlohmann::json::exception& error) {
    fail_damaged("{} is damaged: {}", path.string(), error.what());
  }
}

std::vector<NamedTensor> load_file(const fs::path& path, const std::string& digest) {
  if (!fs::exists(path)) fail_damaged("{} is missing", path.string());
  const std::vector<uint8_t> bytes = read_bytes(path, kLargestSafetensors);
  if (!digest.empty() && sha256_hex(bytes) != digest) {
    fail_damaged("{} is damaged: its SHA-256 is not the one in {}", path.string(), kStateFile);
  }
  try {
    return decode_safetensors(bytes, path.string()).tensors;
  } catch (const Error& error) {
    fail_damaged("{}", error.reason());
  }
}

// Version 1 does not list the files: they are those that are there.
std::set<std::string> file_names(const fs::path& folder, const ReadState& state) {
  std::set<std::string> names;
  for (const auto& [name, digest] : state.digests) names.insert(name);
  if (!names.empty()) return names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().extension() == kEnding) names.insert(entry.path().stem().string());
  }
  return names;
}

GameState load_files(const fs::path& folder, const ReadState& state,
                     const std::function<bool(const std::string&)>& wants) {
  GameState game = state.training.game;
  for (const std::string& name : file_names(folder, state)) {
    if (!wants(name)) continue;
    const auto digest = state.digests.find(name);
    game.files[name] =
        load_file(folder / (name + kEnding), digest == state.digests.end() ? "" : digest->second);
  }
  return game;
}

}  // namespace

void save_checkpoint(const fs::path& folder, const TrainingState& state) {
  AtomicFolder aside(folder);
  const std::map<std::string, std::string> metadata = {{"format", "pt"},
                                                       {"belamy_version", kVersion}};
  std::map<std::string, std::string> digests;
  for (const auto& [name, tensors] : state.game.files) {
    const std::vector<uint8_t> bytes = encode_safetensors({tensors, metadata});
    digests[name] = sha256_hex(bytes);
    write_file_atomically(aside.path() / (name + kEnding), bytes);
  }
  write_file_atomically(aside.path() / kStateFile,
                        std::string_view(state_json(state, digests).dump(2) + "\n"));
  aside.commit();
}

TrainingState load_checkpoint(const fs::path& folder) {
  ReadState state = parse_state(folder / kStateFile);
  state.training.game = load_files(folder, state, [](const std::string&) { return true; });
  return std::move(state.training);
}

std::optional<BestStep> read_best(const fs::path& folder) {
  return parse_state(folder / kStateFile).training.best;
}

GameState load_weights(const fs::path& folder, Weights which) {
  const ReadState state = parse_state(folder / kStateFile);
  const std::set<std::string> names = file_names(folder, state);
  const auto is_average = [](const std::string& name) { return name.ends_with(kAverageSuffix); };
  GameState game = load_files(folder, state, [&](const std::string& name) {
    if (name.ends_with("optimizer")) return false;
    if (which == Weights::kRaw) return !is_average(name);
    return names.count(name + kAverageSuffix) == 0;
  });
  bool has_average = false;
  for (const std::string& name : names) {
    if (!is_average(name) || game.files.count(name) == 0) continue;
    auto averaged = game.files.extract(name);
    averaged.key().resize(name.size() - std::string_view(kAverageSuffix).size());
    game.files.insert(std::move(averaged));
    has_average = true;
  }
  if (which == Weights::kAveraged && !has_average) {
    fail(ErrorKind::kCheckpoint,
         "{} has no averaged weights, for the recipe's average.decay was 0; sample the raw ones",
         folder.string());
  }
  return game;
}

}  // namespace belamy
