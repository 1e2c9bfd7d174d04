#include "verify/report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace clientele::verify {
namespace {

std::string MomentText(int64_t micros) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(micros / 1'000'000),
                     micros % 1'000'000);
}

std::string Place(const Difference& difference) {
  std::string text = difference.table;
  if (difference.partition >= 0) text += fmt::format(" partition {}", difference.partition);
  if (difference.offset >= 0) text += fmt::format(" offset {}", difference.offset);
  return text;
}

template <typename Items, typename Print>
std::string Listed(const Items& items, Print print) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + print(item);
  return "[" + text + "]";
}

}  // namespace

void Report::Add(Difference difference) {
  ++found_;
  const auto same = [&](const Difference& kept) {
    return std::string_view(kept.invariant) == difference.invariant;
  };
  if (static_cast<size_t>(std::ranges::count_if(differences_, same)) >= most_) return;
  differences_.push_back(std::move(difference));
}

std::string Report::Json() const {
  std::string json = fmt::format(
      R"({{"equal":{},"mark":{},"known_at":"{}","log_id":"{}","partitions":{},"records":{},)"
      R"("events":{},"quarantined":{},"genesis":{},"gaps":{},"acknowledged":{},"figures":{},)"
      R"("figures_checked":{},)",
      equal(), mark_id, MomentText(known_at), log_id.ToString(), partitions, records, events,
      quarantined, genesis, gaps, acknowledged, figures, figures_checked);
  json += "\"tables\":" + Listed(tables, [](const TableCount& table) {
            return fmt::format(R"({{"table":{},"rows":{},"sign":{}}})",
                               base::JsonString(table.table), table.rows, table.sign);
          });
  json += ",\"versions\":" + Listed(versions, base::JsonString);
  json += ",\"notes\":" + Listed(notes_, base::JsonString);
  json += fmt::format(R"(,"found":{},"differences":)", found_);
  json += Listed(differences_, [](const Difference& one) {
    return fmt::format(
        R"({{"invariant":"{}","table":{},"partition":{},"offset":{},"text":{}}})", one.invariant,
        base::JsonString(one.table), one.partition < 0 ? "null" : std::to_string(one.partition),
        one.offset < 0 ? "null" : std::to_string(one.offset), base::JsonString(one.text));
  });
  return json + "}\n";
}

std::string Report::Text() const {
  std::string text = fmt::format(
      "mark {} of {}, log {}\n{} records in {} partitions: {} events, {} quarantined, {} genesis, "
      "{} gaps\n",
      mark_id, MomentText(known_at), log_id.ToString(), records, partitions, events, quarantined,
      genesis, gaps);
  for (const TableCount& table : tables) {
    text += fmt::format("{}: {} rows, signs add up to {}\n", table.table, table.rows, table.sign);
  }
  text += fmt::format("ledgers: {}\n", fmt::join(versions, ", "));
  if (acknowledged > 0) text += fmt::format("acknowledged: {} events\n", acknowledged);
  if (figures > 0) text += fmt::format("figures: {} compared\n", figures);
  for (const std::string& note : notes_) text += fmt::format("note: {}\n", note);
  for (const Difference& one : differences_) {
    text += fmt::format("{} {}: {}\n", one.invariant, Place(one), one.text);
  }
  if (found_ > differences_.size()) {
    text += fmt::format("and {} differences more: see --most\n", found_ - differences_.size());
  }
  if (!equal()) return text + fmt::format("{} differences\n", found_);
  return text + (figures_checked ? "equal\n" : "equal, figures not checked\n");
}

}  // namespace clientele::verify
