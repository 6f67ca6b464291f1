add_compile_options(-Wall -Wextra -Wshadow -Wundef -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
                    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
                    $<$<COMPILE_LANGUAGE:C>:-Wold-style-definition>)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  # A goto past a TACHO_SPAN would run its clean-up on memory nobody wrote.
  add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wjump-misses-init>)
endif()
if(TACHO_WERROR)
  add_compile_options(-Werror)
endif()
