# What `make install` puts where, and in which of the Debian packages (packaging/): runtime is libtacho0, development is
# libtacho-dev, command is tacho.  The .pc files and the CMake package find their prefix from where they lie, so that
# --prefix and DESTDIR need no configuring.
set(libraries tacho_session)
if(TARGET tacho)
  list(PREPEND libraries tacho)
endif()
add_custom_target(installable DEPENDS ${libraries} tacho_command)
foreach(library IN LISTS libraries)
  if(TARGET ${library}_static)
    add_dependencies(installable ${library}_static)
  endif()
endforeach()
install(TARGETS ${libraries} EXPORT tacho-targets
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
install(TARGETS tacho_command COMPONENT command)
install(DIRECTORY include/tacho TYPE INCLUDE COMPONENT development)
install(FILES LICENSE TYPE DOC COMPONENT documentation)
file(GLOB manual_pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.1)
install(FILES ${manual_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT command)
install(FILES docs/man/libtacho.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT development)

file(RELATIVE_PATH pkgconfig_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pkgconfig_to_prefix "${pkgconfig_to_prefix}")
list(TRANSFORM libraries REPLACE tacho_session libtacho-session OUTPUT_VARIABLE packages)
foreach(library IN LISTS packages)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${library}.pc.in ${CMAKE_BINARY_DIR}/${library}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${library}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()

include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tacho)
set_target_properties(tacho_session PROPERTIES EXPORT_NAME session)
install(EXPORT tacho-targets NAMESPACE tacho:: DESTINATION ${package} COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/tacho-config.cmake.in ${CMAKE_BINARY_DIR}/tacho-config.cmake
  INSTALL_DESTINATION ${package} PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tacho-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tacho-config.cmake ${CMAKE_BINARY_DIR}/tacho-config-version.cmake
  DESTINATION ${package} COMPONENT development)
