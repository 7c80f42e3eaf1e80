# Installs a build into a prefix of its own, then builds and runs the consumer against it.
#   cmake -D BUILD_FOLDER=... -D WORK_FOLDER=... -D COMPILER=... -D FLAGS=... -D TORCH=... -P ...
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The consumer is what docs/library.md shows, to the letter.
set(docs "${CMAKE_CURRENT_LIST_DIR}/../../docs")
file(READ "${docs}/examples/train_ring.cpp" example)
file(READ "${docs}/library.md" page)
string(FIND "${page}" "```cpp\n${example}```\n" shown)
if(shown EQUAL -1)
  message(FATAL_ERROR "docs/library.md does not show docs/examples/train_ring.cpp as it is; copy "
                      "the file into the page's first code block")
endif()

set(prefix "${WORK_FOLDER}/prefix")
set(build "${WORK_FOLDER}/build")
set(run_folder "${WORK_FOLDER}/run")
file(REMOVE_RECURSE "${WORK_FOLDER}")

run(${CMAKE_COMMAND} --install "${BUILD_FOLDER}" --prefix "${prefix}")
run(${CMAKE_COMMAND} -G Ninja -S "${CMAKE_CURRENT_LIST_DIR}" -B "${build}" -D "belamy_ROOT=${prefix}"
    -D "Torch_DIR=${TORCH}" -D "CMAKE_CXX_COMPILER=${COMPILER}" -D "CMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build "${build}")

execute_process(COMMAND "${build}/consumer" "${run_folder}"
                OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed STREQUAL "${run_folder}\n")
  message(FATAL_ERROR "the consumer should print '${run_folder}', it printed '${printed}'")
endif()
foreach(left recipe.toml log.jsonl samples/step_0000200.png
             checkpoints/step_0000200/generator.safetensors)
  if(NOT EXISTS "${run_folder}/${left}")
    message(FATAL_ERROR "the consumer's training left no ${left} in ${run_folder}")
  endif()
endforeach()

# A second training there is refused: the library's exception arrives, with its message.
execute_process(COMMAND "${build}/consumer" "${run_folder}"
                RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE complaint)
if(NOT code EQUAL 1 OR NOT complaint MATCHES "holds a run already")
  message(FATAL_ERROR "training into a run should fail with 1 and say why; it gave ${code}: "
                      "${complaint}")
endif()
