# What the library stands on. All of it is in Debian 12 and 13, and scripts/setup installs it.
# This file is installed too: the package's configuration includes it.

# Debian's libtorch-dev installs its CMake package where find_package looks.
# Debian 13's warns of a static library that nobody needs, hence the log level.
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch QUIET)
unset(CMAKE_MESSAGE_LOG_LEVEL)
if(NOT Torch_FOUND)
  message(FATAL_ERROR "Belamy needs LibTorch. On Debian 12 and 13 scripts/setup installs it with "
                      "everything else; any other LibTorch is found by CMAKE_PREFIX_PATH.")
endif()

find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GIF REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(spng REQUIRED IMPORTED_TARGET spng)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)

# Torch as one target. It is imported, so that its headers are not ours to warn about, and so that
# what we export refers to it by name instead of by the paths of the machine that built it.
if(NOT TARGET belamy_torch)
  add_library(belamy_torch INTERFACE IMPORTED)
  target_link_libraries(belamy_torch INTERFACE ${TORCH_LIBRARIES})
  target_include_directories(belamy_torch INTERFACE ${TORCH_INCLUDE_DIRS})
endif()
