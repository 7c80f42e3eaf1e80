// How many threads to use. OpenMP's pool serves LibTorch, an OpenMP OpenBLAS and our kernels, so
// one number rules all three.
#pragma once

namespace belamy {

/// Physical cores this process may run on (hyper-threads of one core count once; a container's
/// CPU affinity is honoured). At least 1.
int physical_cores();

/// Logical processors this process may run on. At least 1.
int logical_processors();

}  // namespace belamy
