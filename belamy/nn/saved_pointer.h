// What a custom autograd function keeps from forward to backward beside tensors: pointers to the
// stage that runs it.
#pragma once

#include <torch/autograd.h>

#include <cstdint>
#include <string>

namespace belamy {

/// Keeps `pointer` under `name`. What it points to must outlive the graph: stages belong to their
/// networks.
template <class T>
void save_pointer(torch::autograd::AutogradContext& context, const std::string& name,
                  const T* pointer) {
  context.saved_data[name] = reinterpret_cast<int64_t>(pointer);
}

/// What save_pointer() of the same T kept.
template <class T>
const T* saved_pointer(torch::autograd::AutogradContext& context, const std::string& name) {
  // Autograd keeps numbers, not pointers. NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<const T*>(context.saved_data[name].toInt());
}

}  // namespace belamy
