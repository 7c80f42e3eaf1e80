# embed_weights(TARGET FOLDER): makes every FOLDER/*.safetensors part of the library, in alphabetical
# order, behind belamy/metrics/builtin_weights.h. The assembler copies the bytes: as a C++ array
# they would take the compiler minutes.
function(embed_weights target folder)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.safetensors")
  list(SORT files)
  set(declarations "")
  set(entries "")
  set(index 0)
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    set(symbol "belamy_weights_${index}")
    string(APPEND declarations "asm(\".section .rodata\\n.balign 64\\n.global ${symbol}_begin, ${symbol}_end\\n\"
    \"${symbol}_begin:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.previous\\n\");
extern \"C\" const uint8_t ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND entries "      {\"${name}\", {${symbol}_begin, ${symbol}_end}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/builtin_weights.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"#include \"belamy/metrics/builtin_weights.h\"

@declarations@
namespace belamy {

const std::vector<BuiltinWeights>& builtin_weights() {
  static const std::vector<BuiltinWeights> weights = {
@entries@  };
  return weights;
}

}  // namespace belamy
")
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${files}"
                                                     SKIP_PRECOMPILE_HEADERS ON)
endfunction()
