// Bytes of another character set as UTF-8, through iconv. One thread.
#pragma once

#include <memory>
#include <string>

#include "app/publish/line_reader.h"

namespace clientele::app {

// INVALID_ARGUMENT: iconv does not know `encoding`. UTF-8 comes back as it is: what is not valid is
// found event by event. A byte that the encoding does not have becomes U+FFFD.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> ToUtf8(std::unique_ptr<ByteSource> source,
                                                               const std::string& encoding);

}  // namespace clientele::app
