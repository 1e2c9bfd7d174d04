#include "app/import_command.h"

#include <fmt/core.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include "app/import/csv.h"
#include "app/import/mapping.h"
#include "app/import/parquet_source.h"
#include "app/import/recode.h"
#include "app/publish/client.h"
#include "app/publish/progress.h"
#include "app/publish/rejected_file.h"
#include "app/tenant_option.h"

namespace clientele::app {
namespace {

constexpr uint64_t kShowEveryRows = 1'000;

struct ImportWanted {
  std::string mapping;
  std::vector<std::string> files;
  PublishClient::Options client;
  int64_t patience_s = 60;
  bool dry_run = false;
};

struct ImportCounts {
  uint64_t rows = 0;
  uint64_t broken = 0;
  PublishCounts events;
};

base::Result<CsvReader> OpenRows(const std::string& path, const Mapping& head) {
  if (path.ends_with(".xlsx") || path.ends_with(".xls")) {
    return base::FailField("", "is a workbook: save its sheet as CSV (UTF-8) first");
  }
  const bool parquet = path.ends_with(".parquet");
  auto source = parquet ? OpenParquetSource(path) : OpenByteSource(path);
  if (!source) return tl::unexpected(source.error());
  auto text = ToUtf8(std::move(*source), parquet ? "UTF-8" : head.encoding);
  if (!text) return tl::unexpected(text.error());
  return CsvReader::Open(LineReader(std::move(*text)), parquet ? ',' : head.delimiter);
}

// The same event makes the same text: MessageToJsonString prints a map in another order in every
// process.
base::Status PrintEvent(const event::v1::Event& event) {
  using google::protobuf::DescriptorPool;
  static const std::unique_ptr<google::protobuf::util::TypeResolver> resolver(
      google::protobuf::util::NewTypeResolverForDescriptorPool("type.googleapis.com",
                                                               DescriptorPool::generated_pool()));
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    (void)event.SerializeToCodedStream(&coded);
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto printed = google::protobuf::util::BinaryToJsonString(
      resolver.get(), "type.googleapis.com/" + event.GetDescriptor()->full_name(), bytes, &json,
      options);
  if (!printed.ok()) {
    return base::Fail(base::Code::kInternal, "event: {}", printed.message().ToString());
  }
  fmt::print("{}\n", json);
  return {};
}

// `client` null: dry run.
base::Status SendRows(CsvReader& rows, const Mapping& mapping, PublishClient* client,
                      RejectedFile& rejected, Progress& progress, ImportCounts& counts) {
  CsvRow row;
  for (;;) {
    const auto more = rows.Next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    ++counts.rows;
    auto events =
        row.error.empty() ? MapRow(mapping, row.fields) : base::FailField("", "{}", row.error);
    if (!events) {
      ++counts.broken;
      const base::Error& error = events.error();
      rejected.AddText(
          row.line,
          error.field.empty() ? error.message : fmt::format("{}: {}", error.field, error.message),
          row.text);
      continue;
    }
    for (event::v1::Event& event : *events) {
      if (client == nullptr) {
        if (auto printed = PrintEvent(event); !printed) return printed;
        continue;
      }
      const auto place = client->Next(row.line);
      if (!place) return tl::unexpected(place.error());
      (*place)->Swap(&event);
    }
    if (counts.rows % kShowEveryRows == 0) {
      progress.SetTotal(rows.Expected());
      progress.Show(counts.rows);
    }
  }
}

// Adds to `counts` what became of the rows, also if the file or the server failed half-way.
base::Status ImportFile(const std::string& path, const ImportWanted& wanted, ImportCounts& counts) {
  const auto head = LoadMappingHead(wanted.mapping);
  if (!head) return tl::unexpected(head.error());
  auto rows = OpenRows(path, *head);
  if (!rows) return tl::unexpected(WithFile(path, rows.error()));
  const auto mapping = LoadMapping(wanted.mapping, rows->columns());
  if (!mapping) return tl::unexpected(mapping.error());
  RejectedFile rejected(path);
  std::unique_ptr<PublishClient> client;
  if (!wanted.dry_run) {
    client = std::make_unique<PublishClient>(
        wanted.client,
        [&](uint64_t line, const event::v1::Event& event, const ingest::v1::EventResult& result) {
          rejected.AddEvent(line, event, result);
        });
  }
  Progress progress(path, "rows", 0);
  const uint64_t before = counts.rows;
  base::Status sent = SendRows(*rows, *mapping, client.get(), rejected, progress, counts);
  if (client) {
    const auto finished = client->Finish();
    counts.events += client->counts();
    client.reset();
    if (sent && !finished) sent = tl::unexpected(finished.error());
  }
  progress.Finish(counts.rows - before);
  if (auto kept = rejected.Finish("rows or events"); !kept) return kept;
  if (!sent) return tl::unexpected(WithFile(path, sent.error()));
  return {};
}

int Import(const ImportWanted& wanted) {
  ImportCounts sum;
  int status = 0;
  for (const std::string& path : wanted.files) {
    const base::Status done = ImportFile(path, wanted, sum);
    if (!done) status = PrintError(done.error());
  }
  // A dry run's standard output is the events alone.
  fmt::print(wanted.dry_run ? stderr : stdout,
             "{{\"rows\":{},\"broken_rows\":{},\"accepted\":{},\"unknown\":{},\"rejected\":{}}}\n",
             sum.rows, sum.broken, sum.events.accepted, sum.events.unknown, sum.events.rejected);
  return sum.broken + sum.events.unknown + sum.events.rejected > 0 ? 1 : status;
}

}  // namespace

void AddImport(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "import", "Turn another system's export (CSV or Parquet) into events by a mapping file");
  const auto wanted = std::make_shared<ImportWanted>();
  command->add_option("--mapping", wanted->mapping, "Mapping file; see mappings/README.md")
      ->required()
      ->check(CLI::ExistingFile);
  command
      ->add_option("files", wanted->files,
                   "CSV (plain, .gz, .zst, - for standard input) or .parquet files")
      ->required();
  command->add_option("--address", wanted->client.address,
                      "host:port of the ingest service; default: grpc.listen");
  AddTenant(*command, wanted->client.tenant, "Tenant; empty: the server's default");
  command->add_flag("--dry-run", wanted->dry_run,
                    "Send nothing: print the events, one JSON object a line");
  command
      ->add_option("--patience", wanted->patience_s,
                   "Seconds to try again while the server does not answer")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command->footer(
      "Broken rows and refused events go to FILE.rejected.ndjson with line number and reason; the\n"
      "others are sent. Importing the same file again changes nothing. The last line is JSON\n"
      "{\"rows\":..,\"broken_rows\":..,\"accepted\":..,\"unknown\":..,\"rejected\":..}; exit "
      "status 1 "
      "if any\n"
      "was refused.");
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      if (!config) return PrintError(config.error());
      wanted->client.patience = std::chrono::seconds(wanted->patience_s);
      if (wanted->client.address.empty()) wanted->client.address = config->grpc.listen;
      return Import(*wanted);
    };
  });
}

}  // namespace clientele::app
