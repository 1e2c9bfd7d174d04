// A file of states, made whole and then given to the index's database in one step: all of its
// records are there or none. Made and used by the entity index within one call.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>

#include <string>
#include <string_view>

namespace clientele::projections::retirement {

class StatesFile {
 public:
  // Begins it beside the database, in the index's folder.
  StatesFile(rocksdb::DB& db, const std::string& folder);
  ~StatesFile();
  StatesFile(const StatesFile&) = delete;
  StatesFile& operator=(const StatesFile&) = delete;

  // In the order of keys. What fails is told by Finish.
  void Put(std::string_view key, std::string_view value);
  // The database holds all of it, or what was wrong.
  [[nodiscard]] rocksdb::Status Finish();

 private:
  rocksdb::DB& db_;
  const std::string path_;
  rocksdb::SstFileWriter writer_;
  rocksdb::Status status_;
};

}  // namespace clientele::projections::retirement
