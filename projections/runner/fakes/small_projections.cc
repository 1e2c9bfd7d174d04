#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::runner {

namespace {

class Log final : public Projection {
 public:
  std::string_view name() const override { return "log"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return {}; }
  std::string_view code_hash() const override { return "log's code"; }
  void Project(const event::v1::Event&, RowSink&) const override {}
  void Journal(const Record& record, RowSink& rows) const override {
    rows.Begin(0).Add(record.takes_back).Add(record.value).End();
  }

 private:
  const std::vector<Table> tables_ = {
      {"records", Lineage::kRecord, {{"takes_back", "UInt64"}, {"payload", "String"}}}};
};

class Tellings final : public Projection {
 public:
  Tellings(uint32_t version, std::string code_hash)
      : version_(version), code_hash_(std::move(code_hash)) {}

  std::string_view name() const override { return "tellings"; }
  uint32_t version() const override { return version_; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return {}; }
  std::string_view code_hash() const override { return code_hash_; }
  void Project(const event::v1::Event& telling, RowSink& rows) const override {
    rows.Begin(0).Add(telling.entity_id()).Add(telling.revision()).End();
    uint32_t leg = 0;
    for (const auto& one : telling.call().legs()) {
      rows.Begin(1).Add(one.employee_id()).Add(leg++).End();
    }
  }

 private:
  const uint32_t version_;
  const std::string code_hash_;
  const std::vector<Table> tables_ = {
      {"tellings", Lineage::kTelling, {{"entity_id", "String"}, {"revision", "UInt32"}}},
      {"legs", Lineage::kTelling, {{"employee_id", "String"}, {"leg", "UInt32"}}}};
};

}  // namespace

std::unique_ptr<const Projection> MakeLog() { return std::make_unique<Log>(); }

std::unique_ptr<const Projection> MakeTellings(uint32_t version, std::string code_hash) {
  return std::make_unique<Tellings>(version, std::move(code_hash));
}

}  // namespace clientele::projections::runner
