// A Parquet file as CSV text with a header line: the embedded ClickHouse engine reads it, in a
// child process of this same program (`clientele engine --convert FILE`), so that this one stays a
// plain client. One thread; the child ends with the source.
#pragma once

#include <memory>
#include <string>

#include "app/publish/line_reader.h"

namespace clientele::app {

[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> OpenParquetSource(const std::string& path);

}  // namespace clientele::app
