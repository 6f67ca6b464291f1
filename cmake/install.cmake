# What `make install` puts where.  The .pc file finds its prefix from where it lies, so that --prefix and DESTDIR need no
# configuring.
install(TARGETS tacho tacho_session tacho_command)
install(DIRECTORY include/tacho TYPE INCLUDE)
configure_file(${CMAKE_CURRENT_LIST_DIR}/tacho.pc.in ${CMAKE_BINARY_DIR}/tacho.pc @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/tacho-session.pc.in ${CMAKE_BINARY_DIR}/tacho-session.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/tacho.pc ${CMAKE_BINARY_DIR}/tacho-session.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(GLOB manual_pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.1)
install(FILES ${manual_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
