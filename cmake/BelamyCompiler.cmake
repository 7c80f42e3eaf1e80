# Compiler settings shared by every target of ours: link `belamy_compiler` privately.
find_program(BELAMY_CCACHE ccache)
if(BELAMY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BELAMY_CCACHE}")
  # ccache needs to be told that a precompiled header is keyed by its content, not its time.
  set(ENV{CCACHE_SLOPPINESS} "pch_defines,time_macros")
endif()

add_library(belamy_compiler INTERFACE)
target_compile_features(belamy_compiler INTERFACE cxx_std_20)
target_compile_options(belamy_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  $<$<BOOL:${BELAMY_WARNINGS_AS_ERRORS}>:-Werror>)
# gcc 12 sees overlapping copies in `"text" + std::string()` where there are none (gcc PR 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(belamy_compiler INTERFACE -Wno-restrict)
endif()

if(BELAMY_SANITIZE)
  add_compile_options(-fsanitize=${BELAMY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BELAMY_SANITIZE})
endif()
