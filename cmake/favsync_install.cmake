# cmake --install: the program (component "program"), and the libraries with their headers and a package
# for find_package(favsync) (component "development").
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(FAVSYNC_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/favsync")

set(installed_libraries)
foreach(folder IN ITEMS wire sync_engine mock_server contract_tests)
  if(TARGET ${folder})
    list(APPEND installed_libraries ${folder})
    # Below include/favsync, so that "wire/timestamp.h" is written the same inside and outside.
    install(DIRECTORY "${CMAKE_SOURCE_DIR}/${folder}"
            DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/favsync" COMPONENT development
            FILES_MATCHING PATTERN "*.h" PATTERN "test_*.h" EXCLUDE)
  endif()
endforeach()

if(TARGET self_test)
  list(APPEND installed_libraries self_test)
endif()

if(installed_libraries)
  install(TARGETS ${installed_libraries} EXPORT favsyncTargets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/favsync" COMPONENT development)
  install(EXPORT favsyncTargets NAMESPACE favsync::
          DESTINATION "${FAVSYNC_CONFIG_DIR}" COMPONENT development)
  configure_package_config_file(
    cmake/favsync-config.cmake.in "${CMAKE_BINARY_DIR}/favsync-config.cmake"
    INSTALL_DESTINATION "${FAVSYNC_CONFIG_DIR}")
  # Before 1.0 a minor version may break what stands on it.
  write_basic_package_version_file("${CMAKE_BINARY_DIR}/favsync-config-version.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(FILES "${CMAKE_BINARY_DIR}/favsync-config.cmake"
                "${CMAKE_BINARY_DIR}/favsync-config-version.cmake"
          DESTINATION "${FAVSYNC_CONFIG_DIR}" COMPONENT development)
endif()

if(TARGET favsync)
  install(TARGETS favsync RUNTIME COMPONENT program)
  install(FILES "${CMAKE_SOURCE_DIR}/docs/schema/certify.schema.json"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/favsync" COMPONENT program)
endif()

# A project of its own, outside this tree, installs the build, finds the package and embeds the mock.
if(FAVSYNC_TESTS AND TARGET mock_server AND EXISTS "${CMAKE_SOURCE_DIR}/mock_server/mock_server.h")
  add_test(NAME install.consumer
           COMMAND "${CMAKE_COMMAND}"
                   "-DBUILD=${CMAKE_BINARY_DIR}"
                   "-DCONSUMER=${CMAKE_SOURCE_DIR}/cmake/consumer_test"
                   "-DWORK=${CMAKE_BINARY_DIR}/consumer_test"
                   "-DCXX=${CMAKE_CXX_COMPILER}"
                   "-DGENERATOR=${CMAKE_GENERATOR}"
                   "-DSANITIZE=${FAVSYNC_SANITIZE}"
                   -P "${CMAKE_SOURCE_DIR}/cmake/consumer_test/run.cmake")
  set_tests_properties(install.consumer PROPERTIES TIMEOUT 300)
endif()
