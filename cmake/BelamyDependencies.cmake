# What Belamy stands on. All of it is in Debian 12 and 13: scripts/setup installs it.
set(BELAMY_SETUP_HINT "run scripts/setup, which installs what the build needs on Debian")

find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(spng REQUIRED IMPORTED_TARGET spng)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(jemalloc IMPORTED_TARGET jemalloc)

# Debian's libtorch-dev installs its CMake package where find_package looks; any other LibTorch is
# found by CMAKE_PREFIX_PATH.
find_package(Torch REQUIRED)
message(STATUS "LibTorch ${Torch_VERSION}")

# Torch's headers are not ours to warn about, and its flags would override our C++ standard.
add_library(belamy_torch INTERFACE)
target_link_libraries(belamy_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(belamy_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
