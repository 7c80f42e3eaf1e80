#include "belamy/metrics/reference.h"

#include <fmt/format.h>

#include <optional>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/cache.h"
#include "belamy/data/catalog.h"
#include "belamy/data/open.h"
#include "belamy/data/sha256.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

constexpr int kCacheVersion = 1;
constexpr size_t kHashDigits = 16;

std::filesystem::path cache_path(const CatalogEntry& entry, const std::string& split,
                                 const Extractor& extractor) {
  std::string key = fmt::format("{}|{}|{}|{}|{}", kCacheVersion, entry.name, split,
                                extractor.hash(), extractor.resize_text());
  const CatalogEntry& source = entry.base.empty() ? entry : find_in_catalog(entry.base);
  for (const CatalogFile& file : source.files) key += "|" + file.sha256;
  const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(key.data()), key.size());
  return data_cache_folder() / "features" /
         fmt::format("{}-{}-{}.safetensors", entry.name, split,
                     sha256_hex(bytes).substr(0, kHashDigits));
}

std::optional<FeatureTable> cached(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    return load_features(path);
  } catch (const Error&) {
    return std::nullopt;  // it will be replaced
  }
}

void keep(const std::filesystem::path& path, const FeatureTable& table) {
  try {
    make_folder(path.parent_path());
    save_features(path, table);
  } catch (const Error&) {
    // A read-only or full cache costs time, not the result.
  }
}

FeatureTable limited(FeatureTable table, int64_t count, uint64_t seed) {
  if (count == 0 || count == table.count()) return table;
  if (count > table.count()) {
    fail(ErrorKind::kUsage, "{} reference images are asked for, there are {}", count,
         table.count());
  }
  return table.rows(random_subset(table.count(), count, seed));
}

}  // namespace

FeatureTable named_reference(const std::string& data_name, const std::string& split, int64_t count,
                             uint64_t seed, const Extractor& extractor,
                             const ExtractionProgress& progress) {
  const std::filesystem::path path = cache_path(find_in_catalog(data_name), split, extractor);
  if (auto found = cached(path)) return limited(std::move(*found), count, seed);
  const auto dataset = open_named(data_name, split, {});
  FeatureTable table = extract_features(*dataset_source(*dataset, 0, seed), extractor, progress);
  keep(path, table);
  return limited(std::move(table), count, seed);
}

FeatureTable reference_features(const Dataset& dataset, int64_t count, uint64_t seed,
                                const Extractor& extractor, const ExtractionProgress& progress) {
  return extract_features(*dataset_source(dataset, count, seed), extractor, progress);
}

}  // namespace belamy
