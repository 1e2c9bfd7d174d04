#include "engine/parquet.h"

#include <filesystem>

#include "engine/connection.h"
#include "engine/statements.h"

namespace clientele::engine {

base::Status PrintParquet(const std::string& library, const std::string& file) {
  const auto chdb = LoadChdb(library);
  if (!chdb) return tl::unexpected(chdb.error());
  (*chdb)->set_signal_handlers_enabled(0);
  // No data folder: the engine of this process lives in memory.
  auto connection = Connection::Open(**chdb, {"--session_timezone=UTC"});
  if (!connection) return tl::unexpected(connection.error());
  // A bound string is read with escapes.
  std::string path = std::filesystem::absolute(file).string();
  for (size_t i = path.find('\\'); i != std::string::npos; i = path.find('\\', i + 2)) {
    path.insert(i, 1, '\\');
  }
  const NameValue parameters[] = {{"file", std::move(path)}};
  const Outcome outcome = connection->Query(statements::kStatementsParquet, "Null", parameters);
  connection->Close();
  if (outcome.error.empty()) return {};
  return base::Fail(base::Code::kInvalidArgument, "{}: {}", file, outcome.error);
}

}  // namespace clientele::engine
