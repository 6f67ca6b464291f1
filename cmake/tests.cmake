# Every src/ROOM/NAME_test.c and tests/NAME_test.c is a program of its own, found by its name and run by ctest.
find_library(CMOCKA cmocka REQUIRED)
set(TACHO_REFERENCE_DATA "${CMAKE_SOURCE_DIR}/../shared/data" CACHE PATH "Reference cases that tests read where they lie")

file(GLOB test_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*/*_test.c ${CMAKE_SOURCE_DIR}/tests/*_test.c)
foreach(source IN LISTS test_sources)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(room ${folder} NAME)
  set(target ${room}_${name})
  add_executable(${target} ${source})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${target} PRIVATE tacho_cli ${CMOCKA})
  add_test(NAME ${room}/${name} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_property(TEST ${room}/${name} PROPERTY ENVIRONMENT
    "TACHO_REFERENCE_DATA=${TACHO_REFERENCE_DATA}" "TACHO_BUILD=${CMAKE_BINARY_DIR}")
endforeach()

# Every tests/NAME_test.sh and tests/NAME_test.py is a test too; it finds the build in TACHO_BUILD.
file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*_test.sh ${CMAKE_SOURCE_DIR}/tests/*_test.py)
foreach(script IN LISTS scripts)
  get_filename_component(name ${script} NAME_WE)
  if(script MATCHES "\\.py$")
    add_test(NAME tests/${name} COMMAND python3 ${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  else()
    add_test(NAME tests/${name} COMMAND bash ${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  set_property(TEST tests/${name} PROPERTY ENVIRONMENT
    "TACHO_REFERENCE_DATA=${TACHO_REFERENCE_DATA}" "TACHO_BUILD=${CMAKE_BINARY_DIR}")
endforeach()
