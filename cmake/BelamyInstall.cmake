# Installs the command, the libraries and their headers, and a CMake package: with it,
#   find_package(belamy REQUIRED)
#   target_link_libraries(yours PRIVATE belamy::belamy)
# is all that a user of the library writes.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/belamy")
set(libraries belamy_core belamy_kernels belamy_data belamy)
foreach(library IN LISTS libraries)
  string(REPLACE "belamy_" "" export_name ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${export_name})
endforeach()
# A LibTorch that is not the system's stays findable after installation.
set_target_properties(belamy_command PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)

install(TARGETS belamy_command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS ${libraries} EXPORT belamyTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/belamy" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h")
install(EXPORT belamyTargets NAMESPACE belamy:: DESTINATION "${package_folder}")

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/belamyConfig.cmake.in" "${PROJECT_BINARY_DIR}/belamyConfig.cmake"
  INSTALL_DESTINATION "${package_folder}"
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/belamyConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/belamyConfig.cmake"
              "${PROJECT_BINARY_DIR}/belamyConfigVersion.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/BelamyDependencies.cmake"
        DESTINATION "${package_folder}")
