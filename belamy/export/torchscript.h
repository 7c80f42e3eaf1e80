// TorchScript: what PyTorch's torch.jit.load opens, in Python and C++.
#pragma once

#include <string>

#include "belamy/export/description.h"

namespace belamy {

/// The file's bytes. Traced from the plain layers in inference mode: float32 [N, input...] ->
/// float32 [N, output...] for any N, the last activation included. Parameters keep their names
/// ("dense_1.weight"). The metadata are JSON in the extra file "belamy.json".
std::string encode_torchscript(const Network& network, const NetworkDescription& description);

}  // namespace belamy
