// The real images that generated ones are compared with.
#pragma once

#include <cstdint>
#include <string>

#include "belamy/data/dataset.h"
#include "belamy/metrics/feature_table.h"

namespace belamy {

/// Features of the first `count` (0: all) images of a random order of a named data set's split.
/// Features of a whole split are kept below data_cache_folder()/features under a name made of the
/// files' checksums, the extractor's hash and its resize rule. A cache that cannot be written is
/// done without; one that is damaged is made again. Throws kUsage, kData as open_named and
/// extract_features.
FeatureTable named_reference(const std::string& data_name, const std::string& split, int64_t count,
                             uint64_t seed, const Extractor& extractor,
                             const ExtractionProgress& progress = {});

/// Of any data set whose range is -1..1; not kept.
FeatureTable reference_features(const Dataset& dataset, int64_t count, uint64_t seed,
                                const Extractor& extractor,
                                const ExtractionProgress& progress = {});

}  // namespace belamy
