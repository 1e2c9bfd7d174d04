#include "app/keys_command.h"

#include <fmt/core.h>

#include <filesystem>

#include "ingest/keys.h"

namespace clientele::app {
namespace {

int Init(const base::Config& config) {
  const std::string path = config.KeysFile();
  // The data folder itself may be made here; a folder of the operator's is not.
  if (config.ingest.keys_file.empty()) {
    std::error_code failure;
    std::filesystem::create_directories(config.data_dir, failure);
    if (failure) {
      return PrintError({base::Code::kUnavailable,
                         fmt::format("{}: {}", config.data_dir, failure.message()), ""});
    }
  }
  const auto keys = ingest::KeySet::Init(path);
  if (!keys) return PrintError(keys.error());
  fmt::print("{}: made, fingerprint {}. Keep a copy in a safe place.\n", path,
             (*keys)->Fingerprint());
  return 0;
}

int Show(const base::Config& config) {
  const auto keys = ingest::KeySet::Load(config.KeysFile());
  if (!keys) return PrintError(keys.error());
  fmt::print("{}: fingerprint {}\n", config.KeysFile(), (*keys)->Fingerprint());
  return 0;
}

}  // namespace

void AddKeys(CLI::App& root, CommandLine& line) {
  CLI::App* keys = root.add_subcommand("keys", "The tenant key set");
  keys->require_subcommand(1);
  AddWithConfig(*keys, line, "init", "Make the key set; never overwrites one", Init);
  AddWithConfig(*keys, line, "show", "Print where the key set is and its fingerprint", Show);
}

}  // namespace clientele::app
