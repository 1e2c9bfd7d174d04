#include "app/tenant_option.h"

#include "ingest/validation.h"

namespace clientele::app {

void AddTenant(CLI::App& command, std::string& tenant, const char* text) {
  // gRPC ends the process over metadata that are not ASCII.
  command.add_option("--tenant", tenant, text)
      ->check(CLI::Validator(
          [](const std::string& name) {
            const auto good = name.empty() ? base::Status() : ingest::CheckTenant(name);
            return good ? std::string() : good.error().message;
          },
          ""));
}

}  // namespace clientele::app
