// The report's tables.
#pragma once

#include <filesystem>
#include <string>

namespace belamy {

class Network;

/// Layer, output shape, parameters; the totals.
std::string network_table(const Network& network);

/// The newest value of each metric in a metrics.jsonl; "" when there is none. Throws kIo.
std::string metrics_table(const std::filesystem::path& path);

}  // namespace belamy
