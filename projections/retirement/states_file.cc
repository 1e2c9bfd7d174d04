#include "projections/retirement/states_file.h"

#include <filesystem>
#include <system_error>

namespace clientele::projections::retirement {

StatesFile::StatesFile(rocksdb::DB& db, const std::string& folder)
    : db_(db),
      path_(folder + "/incoming"),
      writer_(rocksdb::EnvOptions(), db.GetOptions(), /*column_family=*/nullptr,
              /*invalidate_page_cache=*/false),
      status_(writer_.Open(path_)) {}

StatesFile::~StatesFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void StatesFile::Put(std::string_view key, std::string_view value) {
  if (status_.ok()) status_ = writer_.Put({key.data(), key.size()}, {value.data(), value.size()});
}

rocksdb::Status StatesFile::Finish() {
  if (status_.ok()) status_ = writer_.Finish();
  if (!status_.ok()) return status_;
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  return db_.IngestExternalFile({path_}, options);
}

}  // namespace clientele::projections::retirement
