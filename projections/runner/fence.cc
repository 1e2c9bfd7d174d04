#include "projections/runner/fence.h"

#include <unistd.h>

#include <array>

#include "base/kill_point.h"
#include "base/log.h"
#include "clientele/log/v1/log.pb.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

constexpr std::chrono::milliseconds kKillTimeout{60'000};

// The offset of our ownership record.
base::Result<uint64_t> WriteOwnerRecord(kafka::Producer& producer, const base::Clock& clock,
                                        const LogIdentity& log, std::string_view group) {
  log::v1::OwnerRecord record;
  record.set_group(std::string(group));
  for (int32_t p = 0; p < log.partitions; ++p) record.add_partitions(static_cast<uint32_t>(p));
  record.set_host(HostName());
  record.set_process_id(getpid());
  record.set_started_at(clock.NowMicros());
  record.set_log_id(log.log_id.ToString());
  auto delivery = producer.ProduceAndWait(kafka::kOwnersTopic, kafka::Partition{0}, group,
                                          record.SerializeAsString(), kafka::kDeliveryTimeout);
  if (!delivery) return tl::unexpected(delivery.error());
  if (delivery->outcome != kafka::Delivery::Outcome::kPersisted) {
    return Fail(Code::kUnavailable, "ownership record of group {}: {}", group,
                delivery->error.message);
  }
  return static_cast<uint64_t>(delivery->offset.value);
}

base::Status Announce(clickhouse::Store& store, const base::Clock& clock, const Fence& fence,
                      const std::string& writer) {
  clickhouse::BlockWriter block({{"partition_group", "String"},
                                 {"writer", "String"},
                                 {"epoch", "UInt64"},
                                 {"taken_at", "DateTime64(6, 'UTC')"}});
  block.column(0).Append(std::string_view(fence.group));
  block.column(1).Append(std::string_view(writer));
  block.column(2).Append(fence.epoch);
  block.column(3).Append(clock.NowMicros());
  block.EndRow();
  clickhouse::Statement how;
  how.query_id = fence.QueryId(writer, 0);
  const auto inserted = store.Insert("clientele.owners", block, how);
  if (!inserted) return tl::unexpected(inserted.error());
  return {};
}

}  // namespace

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

std::string Fence::QueryId(std::string_view writer, uint64_t number) const {
  // Padded, so that no id is the beginning of another.
  return fmt::format("w:{}:{}:{}:{:012}", writer, group, epoch, number);
}

base::Result<Fence> TakeOver(clickhouse::Store& store, kafka::Producer& producer,
                             const base::Clock& clock, const LogIdentity& log,
                             std::string_view group, const std::vector<std::string>& writers) {
  const auto epoch = WriteOwnerRecord(producer, clock, log, group);
  if (!epoch) return tl::unexpected(epoch.error());
  Fence fence{std::string(group), *epoch};
  for (const std::string& writer : writers) {
    if (auto announced = Announce(store, clock, fence, writer); !announced) {
      return tl::unexpected(announced.error());
    }
    if (base::Broken("no-fence")) continue;
    // Of any epoch: this one runs nothing yet.
    const std::string prefix = fmt::format("w:{}:{}:", writer, group);
    if (auto killed = store.Kill(prefix, kKillTimeout); !killed) {
      return tl::unexpected(killed.error());
    }
  }
  base::LogInfo("partition group taken over", {{"group", group}, {"epoch", fence.epoch}});
  return fence;
}

}  // namespace clientele::projections::runner
