#include "app/publish_command.h"

#include <fmt/core.h>
#include <google/protobuf/util/json_util.h>

#include <optional>

#include "app/publish/acknowledged_file.h"
#include "app/publish/client.h"
#include "app/publish/line_reader.h"
#include "app/publish/progress.h"
#include "app/publish/rejected_file.h"
#include "app/tenant_option.h"

namespace clientele::app {
namespace {

constexpr uint64_t kShowEveryLines = 1'000;

struct PublishWanted {
  std::vector<std::string> files;
  PublishClient::Options client;
  int64_t patience_s = 60;
  std::string acknowledged;  // file; empty: none
};

base::Status SendLines(LineReader& lines, PublishClient& client, RejectedFile& rejected,
                       Progress& progress, uint64_t& unreadable) {
  std::string line;
  event::v1::Event event;
  for (;;) {
    const auto more = lines.Next(line);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    if (lines.cut()) {
      rejected.AddText(lines.number(),
                       fmt::format("longer than {} bytes; the text is its beginning",
                                   LineReader::kMostLineBytes),
                       line);
      ++unreadable;
      continue;
    }
    if (line.empty()) continue;
    event.Clear();
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &event);
    if (!parsed.ok()) {
      rejected.AddText(lines.number(), "not an event: " + parsed.message().ToString(), line);
      ++unreadable;
      continue;
    }
    const auto place = client.Next(lines.number());
    if (!place) return tl::unexpected(place.error());
    (*place)->Swap(&event);
    if (lines.number() % kShowEveryLines == 0) {
      progress.SetTotal(lines.Expected());
      progress.Show(client.counts().accepted);
    }
  }
}

// One file through a stream of its own, so that line numbers tell rejected lines apart. Adds to
// `sum` what became of the lines, also if the file or the server failed half-way.
base::Status PublishFile(const std::string& path, const PublishWanted& wanted,
                         const PublishClient::OnAccepted& on_accepted, PublishCounts& sum) {
  auto source = OpenByteSource(path);
  if (!source) return tl::unexpected(source.error());
  LineReader lines(std::move(*source));
  RejectedFile rejected(path);
  uint64_t unreadable = 0;
  base::Status sent;
  base::Result<PublishCounts> counts;
  {
    PublishClient client(
        wanted.client,
        [&](uint64_t line, const event::v1::Event& event, const ingest::v1::EventResult& result) {
          rejected.AddEvent(line, event, result);
        },
        on_accepted);
    Progress progress(path, "events", 0);
    sent = SendLines(lines, client, rejected, progress, unreadable);
    counts = client.Finish();
    sum += client.counts();
    progress.Finish(client.counts().accepted);
  }
  sum.rejected += unreadable;
  if (auto kept = rejected.Finish("lines"); !kept) return kept;
  if (!sent) return tl::unexpected(WithFile(path, sent.error()));
  if (!counts) return tl::unexpected(counts.error());
  return {};
}

int Publish(const PublishWanted& wanted, const std::string& tenant) {
  PublishCounts sum;
  int status = 0;
  std::optional<AcknowledgedFile> acknowledged;
  PublishClient::OnAccepted on_accepted;
  if (!wanted.acknowledged.empty()) {
    acknowledged.emplace(wanted.acknowledged, tenant);
    if (const auto good = acknowledged->Check(); !good) return PrintError(good.error());
    on_accepted = [&](const event::v1::Event& event) { acknowledged->Add(event); };
  }
  for (const std::string& path : wanted.files) {
    const auto sent = PublishFile(path, wanted, on_accepted, sum);
    if (!sent) status = PrintError(sent.error());
  }
  if (acknowledged) {
    if (const auto kept = acknowledged->Finish(); !kept) status = PrintError(kept.error());
  }
  fmt::print("{{\"accepted\":{},\"unknown\":{},\"rejected\":{}}}\n", sum.accepted, sum.unknown,
             sum.rejected);
  return sum.unknown + sum.rejected > 0 ? 1 : status;
}

}  // namespace

void AddPublish(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "publish",
      "Send events: newline-delimited JSON of Event, plain, .gz or .zst, - for standard input");
  const auto wanted = std::make_shared<PublishWanted>();
  command->add_option("files", wanted->files, "Files to send, in order")->required();
  command->add_option("--address", wanted->client.address,
                      "host:port of the ingest service; default: grpc.listen");
  AddTenant(*command, wanted->client.tenant, "Tenant; empty: the server's default");
  command->add_option("--batch", wanted->client.batch_events, "Events of a message")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command
      ->add_option("--patience", wanted->patience_s,
                   "Seconds to try again while the server does not answer")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command->add_option("--acknowledged", wanted->acknowledged,
                      "Add the event_id of every acknowledged event to this file, for "
                      "clientele verify; --tenant unless it is this configuration's default");
  command->footer(
      "Refused lines go to FILE.rejected.ndjson with line number, field and reason; the last line\n"
      "is JSON {\"accepted\":..,\"unknown\":..,\"rejected\":..}; exit status 1 if any was "
      "refused.");
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      if (!config) return PrintError(config.error());
      PublishClient::Options& client = wanted->client;
      client.patience = std::chrono::seconds(wanted->patience_s);
      if (client.address.empty()) client.address = config->grpc.listen;
      return Publish(*wanted,
                     client.tenant.empty() ? config->ingest.default_tenant : client.tenant);
    };
  });
}

}  // namespace clientele::app
