# tacho_library(TARGET NAME objects... [m]): NAME.so, which exports what cmake/NAME.map names, and NAME.a, one object of which
# only the same names can be seen: what programs link statically cannot clash with names between our files.
function(tacho_library target name)
  string(REGEX REPLACE "^lib" "" output ${name})
  set(map ${CMAKE_SOURCE_DIR}/cmake/${name}.map)
  set(rooms ${ARGN})
  list(REMOVE_ITEM rooms m)
  add_library(${target} SHARED)
  target_link_libraries(${target} PRIVATE ${ARGN} Threads::Threads)
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_options(${target} PRIVATE LINKER:--version-script=${map})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} VERSION ${PROJECT_VERSION} SOVERSION 0
    LINK_DEPENDS ${map} LINKER_LANGUAGE C)
  if(TACHO_SANITIZE) # clang leaves the sanitizer's own functions to the program, and nobody links such a library statically
    return()
  endif()
  target_link_options(${target} PRIVATE LINKER:--no-undefined)

  set(objects "")
  foreach(room IN LISTS rooms)
    list(APPEND objects $<TARGET_OBJECTS:${room}>)
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${map})
  file(STRINGS ${map} names REGEX "tacho_.*;")
  set(keep "")
  foreach(line IN LISTS names)
    string(REGEX REPLACE "[ \t;]" "" pattern "${line}")
    list(APPEND keep --keep-global-symbol=${pattern})
  endforeach()
  set(for_machine "")
  if(CMAKE_C_COMPILER_TARGET AND CMAKE_C_COMPILER_ID STREQUAL "Clang")
    set(for_machine --target=${CMAKE_C_COMPILER_TARGET})
  endif()
  # A program may link both: what both define is weak, so that it has one of it (see src/base/error.c).
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${name}.a DEPENDS ${objects} VERBATIM COMMAND_EXPAND_LISTS
    COMMAND ${CMAKE_C_COMPILER} ${for_machine} -r -nostdlib -o ${CMAKE_BINARY_DIR}/${name}.o ${objects}
    COMMAND ${CMAKE_OBJCOPY} --wildcard --localize-hidden ${keep} --weaken-symbol=tacho_last_error --weaken-symbol=tacho_error_sentence
            ${CMAKE_BINARY_DIR}/${name}.o
    COMMAND ${CMAKE_COMMAND} -E rm -f ${CMAKE_BINARY_DIR}/${name}.a
    COMMAND ${CMAKE_AR} rcs ${CMAKE_BINARY_DIR}/${name}.a ${CMAKE_BINARY_DIR}/${name}.o)
  add_custom_target(${target}_static ALL DEPENDS ${CMAKE_BINARY_DIR}/${name}.a)
  install(FILES ${CMAKE_BINARY_DIR}/${name}.a TYPE LIB COMPONENT development)
endfunction()
