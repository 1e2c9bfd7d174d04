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

std::string Counted(uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

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
      R"({{"equal":{},"complete":{},"mark":{},"known_at":"{}","log_id":"{}","partitions":{},)"
      R"("records":{},"events":{},"quarantined":{},"genesis":{},"gaps":{},"acknowledged":{},)"
      R"("figures":{},"figures_checked":{},)",
      equal() && complete, complete, mark_id, MomentText(known_at), log_id.ToString(), partitions,
      records, events, quarantined, genesis, gaps,
      acknowledged ? std::to_string(*acknowledged) : "null", figures, figures_checked);
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
  std::string text =
      fmt::format("mark {} of {}, log {}\n{} in {}: {}, {} quarantined, {} genesis, {}\n", mark_id,
                  MomentText(known_at), log_id.ToString(), Counted(records, "record"),
                  Counted(static_cast<uint64_t>(partitions), "partition"), Counted(events, "event"),
                  quarantined, genesis, Counted(gaps, "gap"));
  for (const TableCount& table : tables) {
    text += fmt::format("{}: {}, signs add up to {}\n", table.table, Counted(table.rows, "row"),
                        table.sign);
  }
  text += fmt::format("ledgers: {}\n", fmt::join(versions, ", "));
  if (acknowledged) text += fmt::format("acknowledged: {}\n", Counted(*acknowledged, "event"));
  if (figures > 0) text += fmt::format("figures: {} compared\n", figures);
  for (const std::string& note : notes_) text += fmt::format("note: {}\n", note);
  for (const Difference& one : differences_) {
    text += fmt::format("{} {}: {}\n", one.invariant, Place(one), one.text);
  }
  if (found_ > differences_.size()) {
    text += fmt::format("and {} more: see --most\n",
                        Counted(found_ - differences_.size(), "difference"));
  }
  if (!complete) {
    return text + fmt::format("{} so far, not all was checked\n", Counted(found_, "difference"));
  }
  if (!equal()) return text + Counted(found_, "difference") + "\n";
  return text + (figures_checked ? "equal\n" : "equal, figures not checked\n");
}

}  // namespace clientele::verify
