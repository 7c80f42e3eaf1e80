#include "belamy/nn/named_tensor.h"

#include <ATen/ATen.h>

#include <map>

#include "belamy/core/error.h"
#include "belamy/nn/shape.h"

namespace belamy {

void copy_tensors(const std::vector<NamedTensor>& given, const std::vector<NamedTensor>& own,
                  const std::string& source, const std::string& owner) {
  std::map<std::string, at::Tensor> by_name;
  for (const NamedTensor& tensor : given) by_name[tensor.name] = tensor.tensor;
  const auto refuse = [&](const std::string& why) {
    fail(ErrorKind::kCheckpoint, "{} does not fit this recipe's {}: {}", source, owner, why);
  };
  for (const NamedTensor& target : own) {
    const auto found = by_name.find(target.name);
    if (found == by_name.end()) refuse(fmt::format("it has no tensor {}", target.name));
    if (found->second.sizes() != target.tensor.sizes()) {
      refuse(fmt::format("{} is {} there and {} here", target.name,
                         shape_text(found->second.sizes().vec()),
                         shape_text(target.tensor.sizes().vec())));
    }
  }
  if (by_name.size() != own.size()) {
    for (const NamedTensor& target : own) by_name.erase(target.name);
    refuse(fmt::format("it has a tensor {} too many", by_name.begin()->first));
  }
  const at::NoGradGuard no_grad;
  for (const NamedTensor& target : own) {
    at::Tensor destination = target.tensor;
    destination.copy_(by_name[target.name]);
  }
}

}  // namespace belamy
