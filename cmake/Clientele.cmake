# Build rules shared by every folder: language, warnings, sanitizers, and the functions that the
# folders use: clientele_library, clientele_test, clientele_embed, clientele_code_hash.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")

set(CLIENTELE_SANITIZE "" CACHE STRING "address,undefined or thread; empty for none")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Protobuf REQUIRED) # the module, before gRPC
find_package(gRPC CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(tl-expected REQUIRED)
find_package(date REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(GTest REQUIRED)
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(ROCKSDB REQUIRED IMPORTED_TARGET rocksdb)

# Flags that every file of ours is compiled with. Sanitizers are global, so that the generated
# code carries them too.
add_library(clientele_flags INTERFACE)
target_include_directories(clientele_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(clientele_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(CMAKE_UNITY_BUILD)
  # g++ takes a source file that is joined with others for a header: a class that only it defines
  # may well have members of its unnamed namespace.
  target_compile_options(clientele_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()
if(CLIENTELE_SANITIZE STREQUAL "thread")
  # protobuf's map fields have two more members under this macro, which the packaged library does
  # not know: any message with a map would be torn. libstdc++ asks for its own.
  add_compile_options(-U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1)
endif()
if(CLIENTELE_SANITIZE)
  add_compile_options(-fsanitize=${CLIENTELE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CLIENTELE_SANITIZE})
endif()
if(CLIENTELE_SANITIZE STREQUAL "address,undefined")
  # What the address sanitizer finds too, or the build ubsan: a third of the time to compile.
  add_compile_options(-fno-sanitize=null,vptr,object-size,alignment)
endif()

# clientele_library(NAME SOURCES a.cc .. DEPS lib ..): the library clientele_<NAME>, alias
# clientele::<NAME>. NAME is the folder's path with "_" for "/".
function(clientele_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(clientele_${NAME} STATIC ${ARG_SOURCES})
  add_library(clientele::${NAME} ALIAS clientele_${NAME})
  target_link_libraries(clientele_${NAME} PUBLIC ${ARG_DEPS} PRIVATE clientele_flags)
  target_include_directories(clientele_${NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
endfunction()

# What the builds tsan and ubsan make (tests/run): the tests that ask for it.
add_custom_target(tsan_tests)
add_custom_target(ubsan_tests)

# clientele_test(NAME LABEL unit|kafka|clickhouse|e2e [TSAN] [UBSAN] SOURCES a_test.cc ..
# DEPS lib .. [ARGS ..] [TIMEOUT s]): one GoogleTest program, registered with ctest under its
# label and "gtest", 300 s at most: tests/run runs these in the asan build. TSAN: has threads of
# ours, runs in the tsan build too; UBSAN: tests the engine process, runs in the ubsan build too.
function(clientele_test NAME)
  cmake_parse_arguments(ARG "TSAN;UBSAN" "LABEL;TIMEOUT" "SOURCES;DEPS;ARGS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_DEPS} clientele_flags GTest::gmock GTest::gtest_main)
  set(labels ${ARG_LABEL} gtest)
  if(ARG_TSAN)
    list(APPEND labels tsan)
    add_dependencies(tsan_tests ${NAME})
  endif()
  if(ARG_UBSAN)
    list(APPEND labels ubsan)
    add_dependencies(ubsan_tests ${NAME})
  endif()
  add_test(NAME ${NAME} COMMAND ${NAME} ${ARG_ARGS})
  set_tests_properties(${NAME} PROPERTIES LABELS "${labels}" TIMEOUT ${ARG_TIMEOUT})
  if(CLIENTELE_SANITIZE STREQUAL "thread")
    set_tests_properties(${NAME} PROPERTIES ENVIRONMENT
      "TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:second_deadlock_stack=1:suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
  endif()
endfunction()

# A header below embedded/ that a script makes from files of the current folder.
function(clientele_generated_header TARGET SCRIPT)
  cmake_parse_arguments(ARG "" "HEADER;NAMESPACE" "FILES" ${ARGN})
  set(out "${CMAKE_BINARY_DIR}/embedded/${ARG_HEADER}")
  set(script "${CMAKE_SOURCE_DIR}/cmake/${SCRIPT}")
  list(TRANSFORM ARG_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE inputs)
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DNAMESPACE=${ARG_NAMESPACE}"
            "-DROOT=${CMAKE_CURRENT_SOURCE_DIR}" "-DFILES=${ARG_FILES}" -P "${script}"
    DEPENDS ${inputs} "${script}"
    VERBATIM)
  target_sources(${TARGET} PRIVATE "${out}")
  target_include_directories(${TARGET} PUBLIC "${CMAKE_BINARY_DIR}/embedded")
endfunction()

# clientele_embed(TARGET HEADER path/name.h NAMESPACE a::b FILES x.sql ..): writes every file's
# text into a constant of the generated header, named k + the file's path below the current folder
# in PascalCase (schema/0001_create.sql -> kSchema0001Create; of two that differ in their extension
# alone the second has it too: kSchema0001CreateToml), and lists them all, with their relative path,
# in kFiles. #include "<HEADER>".
function(clientele_embed TARGET)
  clientele_generated_header(${TARGET} embed.cmake ${ARGN})
endfunction()

# clientele_code_hash(TARGET HEADER path/code_hash.h NAMESPACE a::b FILES x.cc schema/y.sql ..):
# writes a hash of what the files say, without comments and white space, as kCodeHash into the
# generated header: what tells that a projection's code is the code that wrote its tables.
function(clientele_code_hash TARGET)
  clientele_generated_header(${TARGET} code_hash.cmake ${ARGN})
endfunction()
