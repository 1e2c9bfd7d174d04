#include "projections/replay/holder.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "base/owned_folder.h"
#include "base/patience.h"
#include "projections/replay/sql.h"
#include "projections/runner/fence.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using std::chrono::milliseconds;

constexpr milliseconds kBetweenWords{5'000};
// Who is silent for so long has ended.
constexpr milliseconds kMostSilent{30'000};
constexpr milliseconds kHolderDeadline{10'000};

// The same one as long as the folder is there.
base::Result<base::Uuid> IdOf(const std::string& folder) {
  const std::string file = folder + "/HOLDER";
  if (const auto text = base::ReadWhole(file)) {
    if (const auto id = base::ParseUuid(*text)) return *id;
  }
  const base::Uuid id = base::RandomUuid();
  if (auto written = base::WriteDurably(file, id.ToString()); !written) {
    return tl::unexpected(written.error());
  }
  return id;
}

// Whether it ran on this machine and was killed.
bool IsGone(const Holding& holding) {
  return holding.host == runner::HostName() &&
         kill(static_cast<pid_t>(holding.process_id), 0) != 0 && errno == ESRCH;
}

}  // namespace

base::Result<std::vector<Holding>> ReadHoldings(clickhouse::Store& store,
                                                const std::string& projection) {
  std::vector<Holding> holdings;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsHolders;
  statement.parameters = {{"projection", projection},
                          {"most_silent_ms", std::to_string(kMostSilent.count())}};
  statement.deadline = kHolderDeadline;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      holdings.push_back(
          {block.Get<base::Uuid>("holder")[i], block.Get<std::string>("latest_host")[i],
           block.Get<int64_t>("latest_process_id")[i], block.Get<int64_t>("since_micros")[i],
           block.Get<int64_t>("silent_ms")[i]});
    }
    return {};
  });
  if (!read && read.error().code == Code::kNotFound) {
    return Fail(Code::kFailedPrecondition,
                "replay of {}: the store was made by an older program: start clientele run of this "
                "one first ({})",
                projection, read.error().message);
  }
  if (!read) return tl::unexpected(read.error());
  return holdings;
}

base::Result<std::string> WhoReplays(clickhouse::Store& store, const std::string& projection) {
  const auto holdings = ReadHoldings(store, projection);
  if (!holdings) return tl::unexpected(holdings.error());
  if (holdings->empty() || IsGone(holdings->front())) {
    return fmt::format("no process replays it now; start clientele replay {}", projection);
  }
  const Holding& first = holdings->front();
  return fmt::format("process {} on {} replays it and said so {} ms ago", first.process_id,
                     first.host, first.silent_ms);
}

Holder::Holder(clickhouse::Store& store, std::string projection, const base::Uuid& id)
    : store_(store), projection_(std::move(projection)), id_(id) {}

base::Result<std::unique_ptr<Holder>> Holder::Claim(clickhouse::Store& store,
                                                    const std::string& projection,
                                                    const std::string& folder) {
  const auto id = IdOf(folder);
  if (!id) return tl::unexpected(id.error());
  std::unique_ptr<Holder> holder(new Holder(store, projection, *id));
  if (auto alone = holder->CheckAlone(); !alone) return tl::unexpected(alone.error());
  holder->since_ = 0;  // of an earlier process in this folder
  if (auto said = holder->Say(false); !said) {
    if (!base::MayPass(said.error())) return tl::unexpected(said.error());
    base::LogWarning("who replays is not written yet", {{"error", said.error().message}});
  }
  // Again: two that began at one moment see each other now.
  if (auto alone = holder->CheckAlone(); !alone) {
    static_cast<void>(holder->Say(true));
    return tl::unexpected(alone.error());
  }
  holder->saying_ = std::jthread([own = holder.get()](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "replay-holder");
    own->Run(stop);
  });
  return holder;
}

Holder::~Holder() {
  if (!saying_.joinable()) return;
  saying_.request_stop();
  saying_.join();
  static_cast<void>(Say(true));
}

base::Status Holder::CheckAlone() {
  const auto holdings = ReadHoldings(store_, projection_);
  if (!holdings) return tl::unexpected(holdings.error());
  if (holdings->empty()) return {};
  // Who comes after this one is told so itself.
  const Holding& first = holdings->front();
  if (first.holder == id_) {
    since_ = first.since;
    return {};
  }
  return Fail(Code::kFailedPrecondition,
              "replay of {}: only one at a time: process {} on {} replays it and said so {} ms "
              "ago; let it end or cancel it; if it was killed, give the command again in {} s",
              projection_, first.process_id, first.host, first.silent_ms,
              (kMostSilent.count() - first.silent_ms) / 1'000 + 1);
}

base::Status Holder::Say(bool ended) {
  std::vector<clickhouse::BlockWriter::ColumnType> columns = {{"projection", "String"},
                                                              {"holder", "UUID"},
                                                              {"host", "String"},
                                                              {"process_id", "Int64"},
                                                              {"ended", "UInt8"}};
  // Without it the store says when.
  if (since_ != 0) columns.push_back({"since", "DateTime64(6, 'UTC')"});
  clickhouse::BlockWriter block(columns);
  const std::string host = runner::HostName();
  block.column(0).Append(std::string_view(projection_));
  block.column(1).Append(id_);
  block.column(2).Append(std::string_view(host));
  block.column(3).Append(int64_t{getpid()});
  block.column(4).Append(static_cast<uint8_t>(ended ? 1 : 0));
  if (since_ != 0) block.column(5).Append(since_);
  block.EndRow();
  clickhouse::Statement how;
  how.deadline = kHolderDeadline;
  const auto said = store_.Insert("clientele.replay_holders", block, how);
  if (!said) return tl::unexpected(said.error());
  return {};
}

void Holder::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!never.wait_for(lock, stop, kBetweenWords, [&] { return stop.stop_requested(); })) {
    if (auto said = Say(false); !said) {
      base::LogWarning("who replays is not written yet", {{"error", said.error().message}});
    }
  }
}

}  // namespace clientele::projections::replay
