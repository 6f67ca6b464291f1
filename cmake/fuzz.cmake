# Every fuzz/NAME_fuzz.c has an LLVMFuzzerTestOneInput() and a corpus fuzz/corpus/NAME.  With TACHO_FUZZ it becomes a libFuzzer
# program, fuzz/NAME_fuzz; else fuzz/replay.c drives it, with any compiler, and ctest runs it: over the corpus in the
# optimised builds, over mutations of the corpus under the sanitizers.
set(TACHO_FUZZ_RUNS 200000 CACHE STRING "Mutations per fuzz target in the tests under AddressSanitizer")

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.c)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(target ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name ${target})
  set(corpus ${CMAKE_SOURCE_DIR}/fuzz/corpus/${name})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE tacho_internal)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(TACHO_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/fuzz/replay.c)
    if(COMMAND tacho_test_properties)
      set(runs 0)
      if(TACHO_SANITIZE MATCHES "address")
        set(runs ${TACHO_FUZZ_RUNS})
      endif()
      add_test(NAME fuzz/${name} COMMAND ${target} -runs=${runs} ${corpus} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      tacho_test_properties(fuzz/${name} release clang asan)
      set_tests_properties(fuzz/${name} PROPERTIES COST ${runs}) # long ones first, beside the others
    endif()
  endif()
endforeach()
