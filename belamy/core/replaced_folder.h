// What AtomicFolder does where a file system cannot exchange two names in one step: the old folder
// is renamed to ".NAME.replaced", the new one to NAME, and the old one removed.
#pragma once

#include <filesystem>

namespace belamy {

/// Gives folders below `parent` their names back that a commit had set aside when it was killed, if
/// the new ones are not in their places. Throws kIo.
void put_back_replaced_folders(const std::filesystem::path& parent);

}  // namespace belamy
