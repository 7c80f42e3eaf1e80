# Compiler settings shared by every target of ours: link `belamy_compiler` privately.
find_program(BELAMY_CCACHE ccache)
if(BELAMY_CCACHE)
  # With a precompiled header ccache must be told to key by its content, not its time.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" "${BELAMY_CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# The kernels say themselves what is a vector; -O3 only makes LibTorch's headers slower to build.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# What a mistake with bytes from outside would run into. Kernels, which get pointers and sizes from
# us alone, do without stack protectors (belamy/CMakeLists.txt).
string(APPEND CMAKE_CXX_FLAGS_RELEASE
  " -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong")
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
add_link_options(-Wl,-z,relro -Wl,-z,now)

add_library(belamy_compiler INTERFACE)
target_compile_features(belamy_compiler INTERFACE cxx_std_20)
target_compile_options(belamy_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  $<$<BOOL:${BELAMY_WARNINGS_AS_ERRORS}>:-Werror>)
# gcc sees overlaps and overruns in std::string and std::vector where there are none (gcc PR 105329,
# 105651 and relatives); the sanitizers watch for real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(belamy_compiler INTERFACE
    -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()

if(BELAMY_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # likewise, of what the sanitizers insert
    target_compile_options(belamy_compiler INTERFACE -Wno-maybe-uninitialized)
  endif()
  add_compile_options(-fsanitize=${BELAMY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BELAMY_SANITIZE})
endif()
