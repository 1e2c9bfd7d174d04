// Questions for figures, asked again and again over the public API, and by turns with each of them
// the same one in SQL written by hand, over the store's own socket. One thread, one question at a
// time: what is measured is how long one answer takes.
#include <fmt/ranges.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "clickhouse/store.h"
#include "clientele/query/v1/query.grpc.pb.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;
using query::v1::MetricsService;
using query::v1::QueryRequest;
using query::v1::QueryResponse;

constexpr std::chrono::seconds kPatience{120};

struct AskWanted {
  std::string address;
  std::string store;
  std::string folder;
  int warm = 2;
  int repeat = 10;
  std::vector<std::string> parameters;  // of the statements: NAME=VALUE
};

// NAME.requests holds a request in JSON a line, NAME.sql beside it, if there is one, statements
// that are separated by lines of only ";". What a question takes is what all of them take, one
// after another.
struct Question {
  std::string name;
  std::vector<QueryRequest> requests;
  std::vector<std::string> statements;
};

// What one asking came to.
struct Outcome {
  double ms = 0;        // as the client sees it
  double store_ms = 0;  // as the store says
  uint64_t rows_read = 0;
  uint64_t rows = 0;            // of the answer
  uint64_t figures = 0;         // in it
  uint64_t not_applicable = 0;  // of the figures
  double sum = 0;               // of all values: whether two ask for the same
};

// A share of nothing has no value.
void AddValue(double value, Outcome& outcome) {
  if (std::isfinite(value)) outcome.sum += value;
}

void AddResponse(const QueryResponse& response, Outcome& outcome) {
  outcome.store_ms += response.meta().elapsed_ms();
  outcome.rows_read += response.meta().rows_read();
  outcome.rows += static_cast<uint64_t>(response.rows_size());
  for (const auto& row : response.rows()) {
    for (const auto& figure : row.figures()) {
      ++outcome.figures;
      if (figure.empty() == query::v1::Figure::NOT_APPLICABLE) ++outcome.not_applicable;
      if (figure.has_value()) AddValue(figure.value(), outcome);
      if (figure.compared().has_value()) AddValue(figure.compared().value(), outcome);
    }
  }
}

// Columns that hold figures are called value.. or earlier..; others are keys, n and what intervals
// are made of.
bool HoldsFigures(const clickhouse::Column& column) {
  return column.name.starts_with("value") || column.name.starts_with("earlier");
}

base::Status AddColumn(const clickhouse::Column& column, Outcome& outcome) {
  const auto add = [&](const auto& values) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (column.null.empty() || column.null[i] == 0) {
        AddValue(static_cast<double>(values[i]), outcome);
      }
    }
  };
  if (std::holds_alternative<std::vector<double>>(column.values)) {
    add(std::get<std::vector<double>>(column.values));
  } else if (std::holds_alternative<std::vector<int64_t>>(column.values)) {
    add(std::get<std::vector<int64_t>>(column.values));
  } else if (std::holds_alternative<std::vector<uint64_t>>(column.values)) {
    add(std::get<std::vector<uint64_t>>(column.values));
  } else {
    return Fail(Code::kInvalidArgument, "column {}: its type {} must be a number", column.name,
                column.type);
  }
  return {};
}

class Asker {
 public:
  static base::Result<std::unique_ptr<Asker>> Open(const AskWanted& wanted) {
    auto asker = std::make_unique<Asker>();
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    const auto channel =
        grpc::CreateCustomChannel(wanted.address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      return Fail(Code::kUnavailable, "{}: no connection within 10 s", wanted.address);
    }
    asker->stub_ = MetricsService::NewStub(channel);
    asker->store_ = clickhouse::OpenHttpStore({wanted.store, "default", ""});
    for (const std::string& parameter : wanted.parameters) {
      const size_t equals = parameter.find('=');
      if (equals == std::string::npos) {
        return Fail(Code::kInvalidArgument, "--parameter {}: must be NAME=VALUE", parameter);
      }
      asker->parameters_[parameter.substr(0, equals)] = parameter.substr(equals + 1);
    }
    return asker;
  }

  base::Result<Outcome> Ask(const Question& question) {
    Outcome outcome;
    std::vector<QueryResponse> responses(question.requests.size());
    const auto begin = Clock::now();
    for (size_t i = 0; i < responses.size(); ++i) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + kPatience);
      const grpc::Status status = stub_->Query(&context, question.requests[i], &responses[i]);
      if (!status.ok()) {
        return Fail(Code::kInternal, "{}: {}", question.name, status.error_message());
      }
    }
    outcome.ms = SecondsSince(begin) * 1e3;
    for (const QueryResponse& response : responses) AddResponse(response, outcome);
    return outcome;
  }

  base::Result<Outcome> AskByHand(const Question& question) {
    Outcome outcome;
    std::vector<clickhouse::Block> blocks;
    const auto begin = Clock::now();
    for (const std::string& sql : question.statements) {
      const auto done = store_->Select({.sql = sql,
                                        .parameters = parameters_,
                                        .settings = {},
                                        .query_id = {},
                                        .deadline = kPatience,
                                        .cancel = {}},
                                       [&](const clickhouse::Block& block) -> base::Status {
                                         blocks.push_back(block);
                                         return {};
                                       });
      if (!done) {
        return Fail(Code::kInternal, "{}, by hand: {}", question.name, done.error().message);
      }
      outcome.store_ms += done->elapsed_ms;
      outcome.rows_read += done->rows_read;
    }
    outcome.ms = SecondsSince(begin) * 1e3;
    for (const clickhouse::Block& block : blocks) {
      outcome.rows += block.rows;
      for (const clickhouse::Column& column : block.columns) {
        if (!HoldsFigures(column)) continue;
        ++outcome.figures;
        if (base::Status added = AddColumn(column, outcome); !added) {
          return tl::unexpected(added.error());
        }
      }
    }
    if (!blocks.empty() && outcome.figures == 0) {
      return Fail(Code::kInvalidArgument, "{}, by hand: no column is called value", question.name);
    }
    return outcome;
  }

  base::Result<std::string> List() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    query::v1::ListMetricsResponse response;
    if (const auto status = stub_->ListMetrics(&context, {}, &response); !status.ok()) {
      return Fail(Code::kInternal, "ListMetrics: {}", status.error_message());
    }
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string text;
    if (!google::protobuf::util::MessageToJsonString(response, &text, options).ok()) {
      return Fail(Code::kInternal, "ListMetrics: its answer cannot be written as JSON");
    }
    return text;
  }

 private:
  std::unique_ptr<MetricsService::Stub> stub_;
  std::unique_ptr<clickhouse::Store> store_;
  clickhouse::Parameters parameters_;
};

base::Result<std::string> TextOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return Fail(Code::kNotFound, "{}: cannot be read", path.string());
  }
  return text.str();
}

// The parts of a text between lines that hold the separator alone; none is empty.
std::vector<std::string> PartsOf(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

base::Result<Question> ReadQuestion(const std::filesystem::path& path) {
  Question question{.name = path.stem().string(), .requests = {}, .statements = {}};
  const auto lines = TextOf(path);
  if (!lines) return tl::unexpected(lines.error());
  for (const std::string& line : PartsOf(*lines, "\n")) {
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(line, &question.requests.emplace_back());
    if (!parsed.ok()) {
      return Fail(Code::kInvalidArgument, "{}: {}", path.string(), parsed.message().ToString());
    }
  }
  const auto by_hand = std::filesystem::path(path).replace_extension(".sql");
  if (!std::filesystem::exists(by_hand)) return question;
  const auto sql = TextOf(by_hand);
  if (!sql) return tl::unexpected(sql.error());
  question.statements = PartsOf(*sql, "\n;\n");
  return question;
}

base::Result<std::vector<Question>> ReadQuestions(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".requests") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Question> questions;
  for (const auto& path : paths) {
    auto question = ReadQuestion(path);
    if (!question) return tl::unexpected(question.error());
    questions.push_back(*std::move(question));
  }
  if (questions.empty()) return Fail(Code::kNotFound, "{}: holds no *.requests", folder);
  return questions;
}

std::string AsJson(const std::vector<Outcome>& outcomes) {
  std::vector<double> ms;
  std::vector<double> store_ms;
  for (const Outcome& outcome : outcomes) {
    ms.push_back(outcome.ms);
    store_ms.push_back(outcome.store_ms);
  }
  const Outcome& last = outcomes.back();
  return fmt::format(
      "{{\"ms\":[{:.3f}],\"store_ms\":[{:.3f}],\"rows_read\":{},\"rows\":{},\"figures\":{},"
      "\"not_applicable\":{},\"sum\":{:.17g}}}",
      fmt::join(ms, ","), fmt::join(store_ms, ","), last.rows_read, last.rows, last.figures,
      last.not_applicable, last.sum);
}

// Both by turns, the first ones not counted, as one line of JSON's object.
base::Result<std::string> Measure(Asker& asker, const Question& question, const AskWanted& wanted) {
  std::vector<Outcome> ours;
  std::vector<Outcome> by_hand;
  for (int turn = -wanted.warm; turn < wanted.repeat; ++turn) {
    const auto answer = asker.Ask(question);
    if (!answer) return tl::unexpected(answer.error());
    if (turn >= 0) ours.push_back(*answer);
    if (question.statements.empty()) continue;
    const auto other = asker.AskByHand(question);
    if (!other) return tl::unexpected(other.error());
    if (turn >= 0) by_hand.push_back(*other);
  }
  const std::string second = by_hand.empty() ? "" : ",\"by_hand\":" + AsJson(by_hand);
  return fmt::format("\"{}\":{{\"ours\":{}{}}}", question.name, AsJson(ours), second);
}

base::Status AskAll(const AskWanted& wanted) {
  const auto questions = ReadQuestions(wanted.folder);
  if (!questions) return tl::unexpected(questions.error());
  const auto asker = Asker::Open(wanted);
  if (!asker) return tl::unexpected(asker.error());
  std::vector<std::string> measured;
  for (const Question& question : *questions) {
    auto one = Measure(**asker, question, wanted);
    if (!one) return tl::unexpected(one.error());
    measured.push_back(*std::move(one));
  }
  fmt::print("{{{}}}\n", fmt::join(measured, ","));
  return {};
}

base::Status ListAll(const AskWanted& wanted) {
  const auto asker = Asker::Open(wanted);
  if (!asker) return tl::unexpected(asker.error());
  const auto text = (*asker)->List();
  if (!text) return tl::unexpected(text.error());
  fmt::print("{}\n", *text);
  return {};
}

}  // namespace

void AddAsk(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("ask", "Questions for figures, and the same by hand");
  const auto wanted = std::make_shared<AskWanted>();
  command->add_option("--address", wanted->address)->required();
  command->add_option("--store", wanted->store)->required();
  command->add_option("--folder", wanted->folder)->required()->check(CLI::ExistingDirectory);
  command->add_option("--warm", wanted->warm)->check(CLI::Range(0, 1'000));
  command->add_option("--repeat", wanted->repeat)->check(CLI::Range(1, 1'000));
  command->add_option("--parameter", wanted->parameters);
  command->callback([wanted, &chosen] { chosen = [wanted] { return AskAll(*wanted); }; });
}

void AddMetrics(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("metrics", "What can be asked for, as JSON");
  const auto wanted = std::make_shared<AskWanted>();
  command->add_option("--address", wanted->address)->required();
  command->callback([wanted, &chosen] { chosen = [wanted] { return ListAll(*wanted); }; });
}

}  // namespace clientele::bench
