# tacho_room_sources(VAR room...): the sources of these folders of src/, without their tests
function(tacho_room_sources var)
  set(all "")
  foreach(room IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.c)
    list(FILTER found EXCLUDE REGEX "_test\\.c$")
    list(APPEND all ${found})
  endforeach()
  set(${var} ${all} PARENT_SCOPE)
endfunction()

# tacho_rooms(TARGET room...): their objects, for every library that wants them
function(tacho_rooms target)
  tacho_room_sources(sources ${ARGN})
  add_library(${target} OBJECT ${sources})
endfunction()
