#include "app/run/roles.h"

namespace clientele::app {

base::Result<Roles> Roles::Of(const std::vector<std::string>& names) {
  if (names.empty()) return Roles{true, true, true};
  Roles roles;
  for (const std::string& name : names) {
    if (name == "ingest") {
      roles.ingest = true;
    } else if (name == "projections") {
      roles.projections = true;
    } else if (name == "query") {
      roles.query = true;
    } else {
      return base::FailField("role", "--role {}: must be ingest, projections or query", name);
    }
  }
  return roles;
}

}  // namespace clientele::app
