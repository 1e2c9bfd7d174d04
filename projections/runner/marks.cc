#include "projections/runner/marks.h"

#include <algorithm>

#include "base/kill_point.h"
#include "base/patience.h"
#include "clientele/log/v1/log.pb.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

clickhouse::BlockWriter MarkBlock(const std::deque<Mark>& marks, size_t count) {
  clickhouse::BlockWriter block({{"id", "UInt64"},
                                 {"known_at", "DateTime64(6, 'UTC')"},
                                 {"next", "Array(UInt64)"},
                                 {"projections", "Array(String)"},
                                 {"versions", "Array(UInt32)"}});
  for (size_t i = 0; i < count; ++i) {
    const Mark& mark = marks[i];
    block.column(0).Append(mark.id);
    block.column(1).Append(mark.known_at);
    block.column(2).AppendArraySize(mark.next.size());
    for (const uint64_t offset : mark.next) block.column(2).Append(offset);
    block.column(3).AppendArraySize(mark.versions.size());
    block.column(4).AppendArraySize(mark.versions.size());
    for (const auto& [projection, version] : mark.versions) {
      block.column(3).Append(std::string_view(projection));
      block.column(4).Append(version);
    }
    block.EndRow();
  }
  return block;
}

}  // namespace

bool Covers(const std::vector<uint64_t>& next, const std::vector<uint64_t>& least) {
  if (next.size() < least.size()) return false;
  for (size_t p = 0; p < least.size(); ++p) {
    if (next[p] < least[p]) return false;
  }
  return true;
}

std::optional<Mark> MarkLog::Take(const kafka::LogReader::OwnedRecord& record) {
  next_offset_ = record.offset.value + 1;
  log::v1::MarkRecord message;
  if (!message.ParseFromString(record.value) || message.next().empty()) return std::nullopt;
  Mark mark;
  mark.id = static_cast<uint64_t>(record.offset.value);
  mark.known_at = message.known_at();
  mark.next.assign(message.next().begin(), message.next().end());
  mark.epoch = message.epoch();
  for (const auto& active : message.versions()) {
    mark.versions[active.projection()] = active.version();
  }
  if (last_ && (mark.epoch < last_->epoch || mark.known_at <= last_->known_at ||
                !Covers(mark.next, last_->next))) {
    return std::nullopt;
  }
  last_ = mark;
  return mark;
}

MarkWriter::MarkWriter(FencedStore& store, kafka::Producer& producer, kafka::LogReader& reader,
                       const base::Clock& clock, std::chrono::milliseconds patience)
    : store_(store), producer_(producer), reader_(reader), clock_(clock), patience_(patience) {}

base::Status MarkWriter::Start() {
  int64_t in_table = -1;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsLastMark;
  const auto read =
      store_.store().Select(statement, [&](const clickhouse::Block& block) -> base::Status {
        if (block.rows > 0) in_table = block.Get<int64_t>("last_id").front();
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  auto records = reader_.ReadToEnd(kafka::kMarksTopic, kafka::Partition{0},
                                   kafka::Offset{std::max<int64_t>(in_table, 0)});
  if (!records) return tl::unexpected(records.error());
  if (in_table >= 0 && (records->empty() || records->front().offset.value != in_table)) {
    return Fail(Code::kFailedPrecondition,
                "clientele.marks knows mark {}, which {} does not hold: the topic was made anew; "
                "restore it, or start with an empty store",
                in_table, kafka::kMarksTopic);
  }
  for (const auto& record : *records) {
    auto mark = log_.Take(record);
    if (mark && record.offset.value > in_table) pending_.push_back(*std::move(mark));
  }
  return {};
}

base::Status MarkWriter::Advance(const std::vector<uint64_t>& next,
                                 const std::map<std::string, uint32_t>& versions,
                                 std::stop_token stop) {
  if (auto filled = FillTable(next, stop); !filled) return filled;
  if (!pending_.empty()) return {};
  const auto& last = log_.last();
  if (last && !Covers(next, last->next)) return {};
  restored_ = true;
  if (last && last->next == next && last->versions == versions) return {};
  base::KillPoint("before-mark-topic");
  if (auto appended = Append(next, versions, stop); !appended) return appended;
  base::KillPoint("after-mark-topic");
  if (auto filled = FillTable(next, stop); !filled) return filled;
  base::KillPoint("after-mark-table");
  return {};
}

base::Status MarkWriter::FillTable(const std::vector<uint64_t>& next, std::stop_token stop) {
  constexpr size_t kMostMarks = 10'000;
  base::Patience patience(patience_, stop);
  for (;;) {
    const auto uncovered = std::ranges::find_if_not(
        pending_, [&](const Mark& mark) { return Covers(next, mark.next); });
    const auto count =
        std::min(static_cast<size_t>(std::distance(pending_.begin(), uncovered)), kMostMarks);
    if (count == 0) return {};
    // The same mark twice is the same row: the table's key is its id.
    const auto block = MarkBlock(pending_, count);
    auto inserted = base::KeepTrying(patience, "mark not in the table yet", [&] {
      return store_.Insert("marks", "clientele.marks", block).status;
    });
    if (!inserted) return inserted;
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

base::Status MarkWriter::ReadTopic() {
  auto records =
      reader_.ReadToEnd(kafka::kMarksTopic, kafka::Partition{0}, kafka::Offset{log_.next_offset()});
  if (!records) return tl::unexpected(records.error());
  for (const auto& record : *records) {
    if (auto mark = log_.Take(record)) pending_.push_back(*std::move(mark));
  }
  return {};
}

base::Status MarkWriter::AppendOnce(const std::vector<uint64_t>& next,
                                    const std::map<std::string, uint32_t>& versions) {
  log::v1::MarkRecord message;
  const int64_t last_known_at = log_.last() ? log_.last()->known_at : 0;
  message.set_known_at(std::max(clock_.NowMicros(), last_known_at + 1));
  message.mutable_next()->Assign(next.begin(), next.end());
  message.set_epoch(store_.fence().epoch);
  for (const auto& [projection, version] : versions) {
    auto* active = message.add_versions();
    active->set_projection(projection);
    active->set_version(version);
  }
  const std::string value = message.SerializeAsString();
  const auto delivery = producer_.ProduceAndWait(kafka::kMarksTopic, kafka::Partition{0}, "", value,
                                                 kafka::kDeliveryTimeout);
  const bool persisted = delivery && delivery->outcome == kafka::Delivery::Outcome::kPersisted;
  if (persisted && delivery->offset.value == log_.next_offset()) {
    if (auto mark = log_.Take({delivery->partition, delivery->offset, 0, "", value})) {
      pending_.push_back(*std::move(mark));
    }
    return {};
  }
  // Another writer's record lies between, or the answer is unclear: the topic decides.
  if (auto read = ReadTopic(); !read) return read;
  const auto& last = log_.last();
  if (last && last->epoch > store_.fence().epoch) {
    return Fail(Code::kFailedPrecondition,
                "marks: epoch {} has taken over from epoch {}: another process writes", last->epoch,
                store_.fence().epoch);
  }
  if (last && last->epoch == store_.fence().epoch && last->known_at == message.known_at()) {
    return {};
  }
  if (delivery) {
    return Fail(Code::kUnavailable, "mark at {}: {}", message.known_at(),
                persisted ? "is void, a newer one lies before it" : delivery->error.message);
  }
  return tl::unexpected(delivery.error());
}

base::Status MarkWriter::Append(const std::vector<uint64_t>& next,
                                const std::map<std::string, uint32_t>& versions,
                                std::stop_token stop) {
  base::Patience patience(patience_, stop);
  return base::KeepTrying(patience, "mark not written yet", [&]() -> base::Status {
    // Another's mark may have moved beyond ours meanwhile: it stands for both.
    if (log_.last() && !Covers(next, log_.last()->next)) return {};
    return AppendOnce(next, versions);
  });
}

}  // namespace clientele::projections::runner
