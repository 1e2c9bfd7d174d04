#include "projections/quality/quality.h"

#include "projections/column_values.h"
#include "projections/quality/code_hash.h"
#include "projections/quality/schema.h"
#include "projections/real_values.h"

namespace clientele::projections::quality {
namespace {

using event::v1::Event;
using event::v1::Score;
using event::v1::ScoreItem;
using event::v1::Subject;

enum TableNumber : size_t { kEvaluations, kEvaluationItems };

constexpr const char* kName = "LowCardinality(String)";
constexpr const char* kText = "String";
constexpr const char* kMoment = "DateTime64(6, 'UTC')";
constexpr const char* kReal = "Float64";
constexpr const char* kByte = "UInt8";
constexpr const char* kNumber = "UInt16";
constexpr const char* kVersion = "UInt32";
constexpr const char* kWhole = "Int64";
constexpr const char* kUnitType =
    "Enum8('UNSPECIFIED' = 0, 'LEAD' = 1, 'IN_HOUSE' = 2, 'OUTSOURCED' = 3)";
constexpr const char* kByType =
    "Enum8('UNSPECIFIED' = 0, 'HUMAN' = 1, 'AUTO' = 2, 'MYSTERY_VISIT' = 3, 'MYSTERY_CALL' = 4, "
    "'VIDEO' = 5, 'CRM_AUDIT' = 6, 'SELF' = 7)";
constexpr const char* kOutcomeType = "Enum8('UNSPECIFIED' = 0, 'UPHELD' = 1, 'OVERTURNED' = 2)";

// The most that an event may tell of an answer.
constexpr double kMostValue = 1e9;
// A subject drawn with a smaller chance would stand for more than a million others.
constexpr double kLeastProbability = 1e-6;

Table EvaluationsTable() {
  return {.name = "evaluations",
          .lineage = Lineage::kTelling,
          .columns = {
              {"evaluation_id", kText},
              {"subject_kind",
               "Enum8('UNSPECIFIED' = 0, 'CALL' = 1, 'TOUCHPOINT' = 2, 'CASE' = 3, 'JOURNEY' = 4)"},
              {"subject_id", kText},
              {"employee_id", kName},
              {"team_id", kName},
              {"evaluator_id", kName},
              {"evaluator_unit", kUnitType},
              {"evaluated_by", kByType},
              {"scorecard_id", kName},
              {"scorecard_version", kVersion},
              {"items", kNumber},
              {"submitted_at", kMoment},
              {"disputed_at", kMoment},
              {"decided_at", kMoment},
              {"outcome", kOutcomeType},
              {"acknowledged_at", kMoment},
              {"coached_at", kMoment},
              {"calibration_session_id", kText},
              {"plan_id", kName},
              {"inclusion_probability", kReal},
              {"evaluation_ms", kWhole}}};
}

Table EvaluationItemsTable() {
  return {.name = "evaluation_items",
          .lineage = Lineage::kTelling,
          .columns = {{"evaluation_id", kText},
                      {"employee_id", kName},
                      {"team_id", kName},
                      {"evaluator_id", kName},
                      {"evaluator_unit", kUnitType},
                      {"evaluated_by", kByType},
                      {"scorecard_id", kName},
                      {"scorecard_version", kVersion},
                      {"submitted_at", kMoment},
                      {"outcome", kOutcomeType},
                      {"calibration_session_id", kText},
                      {"item", kNumber},
                      {"criterion_id", kName},
                      {"level", kName},
                      {"value_told", kByte},
                      {"value", kReal},
                      {"not_applicable", kByte},
                      {"set_by_system", kByte},
                      {"failure_cause", "Enum8('UNSPECIFIED' = 0, 'KNOWLEDGE' = 1, 'WILL' = 2)"}}};
}

// 0, not drawn by a plan, for what is no chance.
double ProbabilityOr0(double probability) {
  return probability >= kLeastProbability && probability <= 1 ? probability : 0;
}

void WriteEvaluation(const Score& score, RowWriter row) {
  row.Add(score.evaluation_id())
      .Add(EnumOr0(score.subject().kind(), Subject::JOURNEY))
      .Add(score.subject().entity_id())
      .Add(score.employee_id())
      .Add(score.team_id())
      .Add(score.evaluator_id())
      .Add(EnumOr0(score.evaluator_unit(), Score::OUTSOURCED))
      .Add(EnumOr0(score.by(), Score::SELF))
      .Add(score.scorecard_id())
      .Add(score.scorecard_version())
      .Add(CountUpToMost<uint16_t>(static_cast<uint64_t>(score.items_size())))
      .Add(MomentOr0(score.submitted_at()))
      .Add(MomentOr0(score.disputed_at()))
      .Add(MomentOr0(score.decided_at()))
      .Add(EnumOr0(score.outcome(), Score::OVERTURNED))
      .Add(MomentOr0(score.acknowledged_at()))
      .Add(MomentOr0(score.coached_at()))
      .Add(score.calibration_session_id())
      .Add(score.sample().plan_id())
      .Add(ProbabilityOr0(score.sample().inclusion_probability()))
      .Add(DurationMs(score.evaluation_ms()))
      .End();
}

void WriteItem(const Score& score, uint64_t number, const ScoreItem& item, RowWriter row) {
  // A value that is none is no answer.
  const bool value_told = item.has_value() && std::isfinite(item.value()) && item.value() >= 0;
  row.Add(score.evaluation_id())
      .Add(score.employee_id())
      .Add(score.team_id())
      .Add(score.evaluator_id())
      .Add(EnumOr0(score.evaluator_unit(), Score::OUTSOURCED))
      .Add(EnumOr0(score.by(), Score::SELF))
      .Add(score.scorecard_id())
      .Add(score.scorecard_version())
      .Add(MomentOr0(score.submitted_at()))
      .Add(EnumOr0(score.outcome(), Score::OVERTURNED))
      .Add(score.calibration_session_id())
      .Add(CountUpToMost<uint16_t>(number))
      .Add(item.criterion_id())
      .Add(item.level())
      .Add(static_cast<uint8_t>(value_told))
      .Add(RealOr0(item.value(), 0, kMostValue))
      .Add(static_cast<uint8_t>(item.not_applicable()))
      .Add(static_cast<uint8_t>(item.set_by_system()))
      .Add(EnumOr0(item.cause(), ScoreItem::WILL))
      .End();
}

class Quality final : public Projection {
 public:
  std::string_view name() const override { return "quality"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (!telling.has_score()) return;
    const Score& score = telling.score();
    WriteEvaluation(score, rows.Begin(kEvaluations));
    uint64_t number = 0;
    for (const ScoreItem& item : score.items()) {
      WriteItem(score, ++number, item, rows.Begin(kEvaluationItems));
    }
  }

 private:
  const std::vector<Table> tables_ = {EvaluationsTable(), EvaluationItemsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeQuality() { return std::make_unique<Quality>(); }

}  // namespace clientele::projections::quality
