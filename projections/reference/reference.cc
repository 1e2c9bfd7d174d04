#include "projections/reference/reference.h"

#include "projections/reference/code_hash.h"
#include "projections/reference/models.h"
#include "projections/reference/organisation.h"
#include "projections/reference/schema.h"
#include "projections/reference/tables.h"

namespace clientele::projections::reference {
namespace {

using event::v1::Event;

// The statements of all files, as one text.
std::string Schema() {
  std::string text;
  for (const auto& file : schema::kFiles) {
    text += text.empty() ? "" : ";\n";
    text += file.text;
  }
  return text;
}

class Reference final : public Projection {
 public:
  std::string_view name() const override { return "reference"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema_; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    switch (telling.payload_case()) {
      case Event::kStaff:
        return WriteStaff(telling.staff(), rows);
      case Event::kTarget:
        return WriteTarget(telling.target(), rows);
      case Event::kServiceTarget:
        return WriteServiceTarget(telling.service_target(), rows);
      case Event::kIncident:
        return WriteIncident(telling.incident(), rows);
      case Event::kCalendar:
        return WriteCalendar(telling.calendar(), rows);
      case Event::kScorecard:
        return WriteScorecard(telling.scorecard(), rows);
      case Event::kSamplingPlan:
        return WriteSamplingPlan(telling.sampling_plan(), rows);
      case Event::kIncentivePlan:
        return WriteIncentivePlan(telling.incentive_plan(), rows);
      case Event::kJourneyModel:
        return WriteJourneyModel(telling.journey_model(), rows);
      default:
        return;
    }
  }

 private:
  const std::vector<Table> tables_ = Tables();
  const std::string schema_ = Schema();
};

}  // namespace

std::unique_ptr<const Projection> MakeReference() { return std::make_unique<Reference>(); }

}  // namespace clientele::projections::reference
