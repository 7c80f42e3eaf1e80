// The layer table of a network, as Keras prints it.
#pragma once

#include <cstdint>
#include <string>

namespace belamy {

class Network;

/// Layer (type), output shape, parameters; totals, trainable and not.
std::string summary_text(const Network& network);

/// "1,493,520"
std::string with_thousands(int64_t number);

}  // namespace belamy
