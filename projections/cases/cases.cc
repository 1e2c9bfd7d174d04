#include "projections/cases/cases.h"

#include <algorithm>

#include "projections/cases/code_hash.h"
#include "projections/cases/schema.h"
#include "projections/column_values.h"
#include "projections/shared_columns.h"

namespace clientele::projections::cases {
namespace {

using event::v1::Case;
using event::v1::Event;

enum TableNumber : size_t { kCases, kCaseMoments };

// Where an open case ends: the first moment that no column holds (2200-01-01).
constexpr int64_t kOpen = 7'258'118'400'000'000;

enum class Step : int8_t {
  kOpened = 1,
  kFirstResponse = 2,
  kInformed = 3,
  kResolved = 4,
  kReopened = 5,
};

Table CasesTable() {
  return {.name = "cases",
          .lineage = Lineage::kTelling,
          .columns = {{"case_id", "String"},
                      {"type", "LowCardinality(String)"},
                      {"priority", "LowCardinality(String)"},
                      {"topic", "LowCardinality(String)"},
                      {"opened_at", "DateTime64(6, 'UTC')"},
                      {"first_response_at", "DateTime64(6, 'UTC')"},
                      {"resolved_at", "DateTime64(6, 'UTC')"},
                      {"due_at", "DateTime64(6, 'UTC')"},
                      {"closed_at", "DateTime64(6, 'UTC')"},
                      {"resolution_ms", "Int64"},
                      {"longest_gap_ms", "Int64"},
                      {"times_informed", "UInt16"},
                      {"times_reopened", "UInt16"},
                      {"state", "LowCardinality(String)"},
                      {"root_cause", "LowCardinality(String)"},
                      {"fault_side",
                       "Enum8('UNSPECIFIED' = 0, 'COMPANY' = 1, 'CUSTOMER' = 2, 'THIRD' = 3)"},
                      {"compensation_told", "UInt8"},
                      {"compensation_minor", "Int64"},
                      {"currency", "LowCardinality(String)"},
                      {"owner", "LowCardinality(String)"},
                      {"team", "LowCardinality(String)"}}};
}

Table CaseMomentsTable() {
  return {.name = "case_moments",
          .lineage = Lineage::kTelling,
          .columns = {{"case_id", "String"},
                      {"step",
                       "Enum8('OPENED' = 1, 'FIRST_RESPONSE' = 2, 'INFORMED' = 3, 'RESOLVED' = 4, "
                       "'REOPENED' = 5)"},
                      {"at", "DateTime64(6, 'UTC')"},
                      {"type", "LowCardinality(String)"},
                      {"priority", "LowCardinality(String)"},
                      {"topic", "LowCardinality(String)"},
                      {"owner", "LowCardinality(String)"},
                      {"team", "LowCardinality(String)"}}};
}

struct Moment {
  Step step = Step::kOpened;
  int64_t at = 0;  // microseconds
};

// All that are told, step by step.
std::vector<Moment> MomentsOf(const Case& ticket) {
  std::vector<Moment> moments;
  const auto add = [&](Step step, int64_t micros) {
    if (const int64_t at = MomentOr0(micros); at != 0) moments.push_back({step, at});
  };
  add(Step::kOpened, ticket.opened_at());
  add(Step::kFirstResponse, ticket.first_response_at());
  for (const int64_t at : ticket.informed_at()) add(Step::kInformed, at);
  add(Step::kResolved, ticket.resolved_at());
  for (const int64_t at : ticket.reopened_at()) add(Step::kReopened, at);
  return moments;
}

uint16_t TimesOf(Step step, const std::vector<Moment>& moments) {
  const auto times = std::ranges::count(moments, step, &Moment::step);
  return CountUpToMost<uint16_t>(static_cast<uint64_t>(times));
}

// When it was resolved for good; kOpen if it is not, or was opened again after.
int64_t ClosedAt(const std::vector<Moment>& moments) {
  int64_t resolved = 0;
  int64_t reopened = 0;
  for (const auto& [step, at] : moments) {
    if (step == Step::kResolved) resolved = at;
    if (step == Step::kReopened) reopened = std::max(reopened, at);
  }
  return resolved != 0 && resolved >= reopened ? resolved : kOpen;
}

// Milliseconds from opening to closing; -1 if it is open, or not known.
int64_t ResolutionMs(int64_t opened_at, int64_t closed_at) {
  if (opened_at == 0 || closed_at == kOpen || closed_at < opened_at) return -1;
  return (closed_at - opened_at) / 1'000;
}

// The longest that a closed case stood without any of its moments, milliseconds; -1 if it is open,
// or not known.
int64_t LongestGapMs(const std::vector<Moment>& moments, int64_t opened_at, int64_t closed_at) {
  if (ResolutionMs(opened_at, closed_at) < 0) return -1;
  std::vector<int64_t> within;
  for (const Moment& moment : moments) {
    if (moment.at >= opened_at && moment.at <= closed_at) within.push_back(moment.at);
  }
  std::ranges::sort(within);
  int64_t longest = 0;
  for (size_t i = 1; i < within.size(); ++i) {
    longest = std::max(longest, within[i] - within[i - 1]);
  }
  return longest / 1'000;
}

void WriteCase(const Event& event, const std::vector<Moment>& moments, RowWriter row) {
  const Case& ticket = event.case_();
  const int64_t opened_at = MomentOr0(ticket.opened_at());
  const int64_t closed_at = ClosedAt(moments);
  row.Add(event.entity_id())
      .Add(ticket.type())
      .Add(ticket.priority())
      .Add(ticket.topic())
      .Add(opened_at)
      .Add(MomentOr0(ticket.first_response_at()))
      .Add(MomentOr0(ticket.resolved_at()))
      .Add(MomentOr0(ticket.due_at()))
      .Add(closed_at)
      .Add(ResolutionMs(opened_at, closed_at))
      .Add(LongestGapMs(moments, opened_at, closed_at))
      .Add(TimesOf(Step::kInformed, moments))
      .Add(TimesOf(Step::kReopened, moments))
      .Add(ticket.state())
      .Add(ticket.root_cause())
      .Add(EnumOr0(ticket.fault_side(), Case::THIRD))
      .Add(static_cast<uint8_t>(ticket.has_compensation_minor()))
      .Add(AmountMinor(ticket.compensation_minor()))
      .Add(ticket.currency())
      .Add(ticket.owner())
      .Add(ticket.team())
      .End();
}

void WriteMoment(const Event& event, const Moment& moment, RowWriter row) {
  const Case& ticket = event.case_();
  row.Add(event.entity_id())
      .Add(static_cast<int8_t>(moment.step))
      .Add(moment.at)
      .Add(ticket.type())
      .Add(ticket.priority())
      .Add(ticket.topic())
      .Add(ticket.owner())
      .Add(ticket.team())
      .End();
}

class Cases final : public Projection {
 public:
  std::string_view name() const override { return "cases"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (!telling.has_case_()) return;
    const std::vector<Moment> moments = MomentsOf(telling.case_());
    WriteCase(telling, moments, rows.Begin(kCases));
    for (const Moment& moment : moments) WriteMoment(telling, moment, rows.Begin(kCaseMoments));
  }

 private:
  const std::vector<Table> tables_ = {CasesTable(), CaseMomentsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeCases() { return std::make_unique<Cases>(); }

}  // namespace clientele::projections::cases
