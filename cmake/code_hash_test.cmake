# What a code hash sees and what it does not: run by ctest.
set(root "${CMAKE_CURRENT_BINARY_DIR}/code_hash_test")
function(hash_of CODE SQL RESULT)
  file(WRITE "${root}/a.cc" "${CODE}")
  file(WRITE "${root}/b.sql" "${SQL}")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DOUT=${root}/hash.h -DNAMESPACE=a -DROOT=${root} "-DFILES=a.cc;b.sql"
            -P "${CMAKE_CURRENT_LIST_DIR}/code_hash.cmake"
    COMMAND_ERROR_IS_FATAL ANY)
  file(READ "${root}/hash.h" header)
  string(REGEX MATCH "\"[0-9a-f]+\"" hash "${header}")
  set(${RESULT} "${hash}" PARENT_SCOPE)
endfunction()

hash_of("int a = 1; // one\nint b[2];\n" "SELECT 1 -- one\n" base)
hash_of("// two\nint a\n    = 1;\n\nint b[2];" "SELECT\n  1\n" same)
hash_of("int a = 2;\nint b[2];\n" "SELECT 1\n" other_code)
hash_of("int a = 1;\nint b[2];\n" "SELECT 2\n" other_sql)
string(LENGTH "${base}" length)
if(NOT length EQUAL 66 OR NOT base STREQUAL same)
  message(FATAL_ERROR "comments and white space must not count: ${base} and ${same}")
endif()
if(base STREQUAL other_code OR base STREQUAL other_sql)
  message(FATAL_ERROR "code and schema must count: ${base}, ${other_code}, ${other_sql}")
endif()
