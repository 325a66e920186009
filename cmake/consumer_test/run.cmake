# Installs the build tree BUILD below WORK, then configures, builds and runs the project CONSUMER there, with
# the compiler CXX, the generator GENERATOR and the sanitizers SANITIZE. Any failing step fails the script.
function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what}: expected exit status 0, got ${status}:\n${said}")
  endif()
endfunction()

set(flags "-O0")
if(SANITIZE)
  string(APPEND flags " -fsanitize=${SANITIZE}")
endif()

file(REMOVE_RECURSE "${WORK}")
run("install" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
run("configure" "${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${flags}"
    -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
run("build" "${CMAKE_COMMAND}" --build "${WORK}/build")
run("test" "${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/build" --output-on-failure --no-tests=error)
