#include "projections/workforce/workforce.h"

#include "projections/column_values.h"
#include "projections/workforce/code_hash.h"
#include "projections/workforce/schema.h"

namespace clientele::projections::workforce {
namespace {

using event::v1::AgentState;
using event::v1::Event;
using event::v1::Training;

enum TableNumber : size_t { kAgentStates, kTrainings };

Table AgentStatesTable() {
  return {.name = "agent_states",
          .lineage = Lineage::kTelling,
          .columns = {{"employee_id", "LowCardinality(String)"},
                      {"state",
                       "Enum8('UNSPECIFIED' = 0, 'LOGGED_IN' = 1, 'READY' = 2, 'BUSY' = 3, 'WRAP' "
                       "= 4, 'BREAK' = 5, 'TRAINING' = 6, 'LOGGED_OUT' = 7)"},
                      {"from_at", "DateTime64(6, 'UTC')"},
                      {"to_at", "DateTime64(6, 'UTC')"}}};
}

Table TrainingsTable() {
  return {
      .name = "trainings",
      .lineage = Lineage::kTelling,
      .columns = {{"employee_id", "LowCardinality(String)"},
                  {"kind", "Enum8('UNSPECIFIED' = 0, 'COURSE' = 1, 'TEST' = 2, 'ATTESTATION' = 3)"},
                  {"training_id", "String"},
                  {"score_told", "UInt8"},
                  {"score", "Float64"},
                  {"passed", "Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2)"}}};
}

// What lies outside 0..100, or is no number, is not told.
bool ScoreTold(const Training& training) {
  return training.has_score() && training.score() >= 0 && training.score() <= 100;
}

int8_t Passed(const Training& training) {
  if (!training.has_passed()) return 0;
  return training.passed() ? int8_t{1} : int8_t{2};
}

void WriteState(const AgentState& state, RowWriter row) {
  row.Add(state.employee_id())
      .Add(EnumOr0(state.state(), AgentState::LOGGED_OUT))
      .Add(MomentOr0(state.from()))
      .Add(MomentOr0(state.to()))
      .End();
}

void WriteTraining(const Training& training, RowWriter row) {
  const bool told = ScoreTold(training);
  row.Add(training.employee_id())
      .Add(EnumOr0(training.kind(), Training::ATTESTATION))
      .Add(training.id())
      .Add(static_cast<uint8_t>(told))
      .Add(told ? training.score() : 0.0)
      .Add(Passed(training))
      .End();
}

class Workforce final : public Projection {
 public:
  std::string_view name() const override { return "workforce"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (telling.has_agent_state()) WriteState(telling.agent_state(), rows.Begin(kAgentStates));
    if (telling.has_training()) WriteTraining(telling.training(), rows.Begin(kTrainings));
  }

 private:
  const std::vector<Table> tables_ = {AgentStatesTable(), TrainingsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeWorkforce() { return std::make_unique<Workforce>(); }

}  // namespace clientele::projections::workforce
