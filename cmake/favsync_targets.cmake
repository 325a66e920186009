include(GoogleTest)

# How this project declares its libraries and tests, so that each folder only lists its files.

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Werror)

# GCC 12 sees overlaps in std::string's operator+ at -O3 where there are none (its bug 105651).
target_compile_options(project_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

if(FAVSYNC_SANITIZE)
  add_compile_options(-fsanitize=${FAVSYNC_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FAVSYNC_SANITIZE})
  # GCC's manual: its sanitizers' instrumentation sets this warning off where nothing is amiss.
  target_compile_options(project_warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

find_program(FAVSYNC_CCACHE ccache)
if(FAVSYNC_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${FAVSYNC_CCACHE}")
endif()

# favsync_library(NAME sources... [PUBLIC libs...] [PRIVATE libs...]): one static library a folder.
function(favsync_library name)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  add_library(favsync::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>" "$<INSTALL_INTERFACE:include/favsync>")
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC}
                        PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:project_warnings>)
endfunction()

# add_unit_test(NAME sources... DEPS libs...): each TEST becomes a ctest test of its own.
function(add_unit_test name)
  if(NOT FAVSYNC_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} GTest::gmock GTest::gmock_main
                        project_warnings)
  target_compile_definitions(${name} PRIVATE FAVSYNC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()

# favsync_embed(TARGET HEADER NAMESPACE NAME=FILE...): compiles files into a library. HEADER, kept in
# git, declares for each `extern const std::string_view NAME;` in NAMESPACE.
function(favsync_embed target header namespace)
  set(files)
  set(pairs)
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.+)$" _ "${pair}")
    set(name "${CMAKE_MATCH_1}")
    get_filename_component(file "${CMAKE_MATCH_2}" ABSOLUTE)
    list(APPEND files "${file}")
    list(APPEND pairs "${name}=${file}")
  endforeach()
  string(MAKE_C_IDENTIFIER "${header}" stem)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${stem}_embedded.cc")
  string(REPLACE ";" "|" pairs "${pairs}")
  add_custom_command(OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DHEADER=${header}" "-DNAMESPACE=${namespace}"
            "-DPAIRS=${pairs}" -P "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    COMMENT "Embedding files for ${header}" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
