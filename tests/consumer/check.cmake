# Installs a build into a prefix of its own, then builds and runs the consumer against it.
#   cmake -D BUILD_FOLDER=... -D WORK_FOLDER=... -D COMPILER=... -D FLAGS=... -D TORCH=... -P ...
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(prefix "${WORK_FOLDER}/prefix")
set(build "${WORK_FOLDER}/build")
file(REMOVE_RECURSE "${WORK_FOLDER}")

run(${CMAKE_COMMAND} --install "${BUILD_FOLDER}" --prefix "${prefix}")
run(${CMAKE_COMMAND} -G Ninja -S "${CMAKE_CURRENT_LIST_DIR}" -B "${build}" -D "belamy_ROOT=${prefix}"
    -D "Torch_DIR=${TORCH}" -D "CMAKE_CXX_COMPILER=${COMPILER}" -D "CMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build "${build}")
run("${build}/consumer")
