# Called by clientele_code_hash: writes the SHA-256 of source files without comments and white
# space into one header. A string that holds "//" (or "--" in SQL) is cut there: such a change
# would go unseen, so a projection has none.
set(code "")
foreach(file ${FILES})
  file(READ "${ROOT}/${file}" text)
  if(file MATCHES "\\.sql$")
    string(REGEX REPLACE "--[^\n]*" "" text "${text}")
  else()
    string(REGEX REPLACE "//[^\n]*" "" text "${text}")
  endif()
  string(REGEX REPLACE "[ \t\r\n]+" "" text "${text}")
  string(APPEND code "${text}\n")
endforeach()
string(SHA256 hash "${code}")
file(WRITE "${OUT}" "// Made by cmake/code_hash.cmake.\n#pragma once\n#include <string_view>\n"
  "namespace ${NAMESPACE} {\ninline constexpr std::string_view kCodeHash =\n    \"${hash}\";\n}\n")
