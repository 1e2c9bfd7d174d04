#include "query/rows_query.h"

#include <algorithm>
#include <array>

#include "query/expression.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;

constexpr std::array<std::string_view, 10> kRowsParameters = {"from:Int64",
                                                              "to:Int64",
                                                              "known_at:Int64",
                                                              kBoundsParameter,
                                                              kBoundsBeforeParameter,
                                                              "open_moments:Array(Int64)",
                                                              "open_measures:Array(Int64)",
                                                              "open_lengths:Array(Int64)",
                                                              "open_from:Int64",
                                                              "open_to:Int64"};

// Names in double braces; what is not closed is one with its braces.
std::set<std::string> PlacesIn(std::string_view sql) {
  std::set<std::string> names;
  for (size_t open = sql.find("{{"); open != std::string_view::npos; open = sql.find("{{")) {
    sql.remove_prefix(open);
    const size_t close = sql.find("}}");
    if (close == std::string_view::npos) {
      names.emplace(sql);
      break;
    }
    names.emplace(sql.substr(2, close - 2));
    sql.remove_prefix(close + 2);
  }
  return names;
}

// Names of the columns that a statement adds to the rows.
bool IsReserved(std::string_view word) {
  for (const std::string_view before : {"key_", "near_", "net_", "state_", "value_"}) {
    if (!word.starts_with(before)) continue;
    return word.find_first_not_of("0123456789", before.size()) == std::string_view::npos;
  }
  if (word.starts_with("looked_up_")) return true;
  return word == "bucket" || word == "counted" || word == "left_rows" || word == "observations";
}

}  // namespace

std::string WithoutComments(std::string_view sql) {
  std::string text;
  bool quoted = false;
  for (size_t at = 0; at < sql.size(); ++at) {
    if (!quoted && sql.substr(at).starts_with("--")) {
      at = std::min(sql.find('\n', at), sql.size());
      text.erase(text.find_last_not_of(' ') + 1);
      if (at == sql.size()) break;
      // Of a line that is nothing else, nothing is left.
      if (text.empty() || text.back() == '\n') continue;
    }
    if (sql[at] == '\'') quoted = !quoted;
    text += sql[at];
  }
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

base::Status CheckRowsQuery(std::string_view path, const RowsQuery& rows) {
  const std::set<std::string> places = PlacesIn(rows.sql);
  for (const std::string& name : places) {
    if (std::ranges::find(rows.reads, name) != rows.reads.end()) continue;
    return Fail(Code::kInvalidArgument, "{}: rows: {} has {{{{{}}}}}, which is not in reads", path,
                rows.file, name);
  }
  for (const std::string& id : rows.reads) {
    if (places.contains(id)) continue;
    return Fail(Code::kInvalidArgument, "{}: reads: {} is not used in {}", path, id, rows.file);
  }
  for (const std::string& name : ParametersOf(rows.sql)) {
    const bool place = name.starts_with('{');
    if (place || std::ranges::find(kRowsParameters, name) != kRowsParameters.end()) continue;
    return Fail(Code::kInvalidArgument, "{}: rows: {} has {{{}}}, must be one of {}", path,
                rows.file, name, fmt::join(kRowsParameters, ", "));
  }
  for (const std::string& word : WordsOf(rows.sql)) {
    if (!IsReserved(word)) continue;
    return Fail(Code::kInvalidArgument, "{}: rows: {} has {}, which names a column of figures",
                path, rows.file, word);
  }
  if (rows.sql.ends_with(';')) {
    return Fail(Code::kInvalidArgument, "{}: rows: {} must not end in ;", path, rows.file);
  }
  return {};
}

ColumnTypes ColumnsOf(const RowsQuery& rows) {
  ColumnTypes columns;
  std::string_view last;  // of a column: its name, which ends it
  int depth = 0;
  bool selected = false;
  for (const Piece& piece : PiecesOf(rows.sql)) {
    const bool is_word = piece.kind == Piece::Kind::kWord;
    if (piece.text == "(" || piece.text == "[") ++depth;
    if (piece.text == ")" || piece.text == "]") --depth;
    if (depth > 0) continue;
    if (!selected) {
      selected = is_word && piece.text == "SELECT";
      continue;
    }
    const bool ends = is_word && piece.text == "FROM";
    if (ends || piece.text == ",") {
      if (last == "*") return {};
      columns.emplace(last, "");
    }
    if (ends) break;
    if (is_word || piece.text == "*") last = piece.text;
  }
  return columns;
}

bool UsesOpenHours(const Table& table) {
  return table.rows && std::ranges::any_of(ParametersOf(table.rows->sql), [](const auto& name) {
           return name.starts_with(kOpenHoursPrefix);
         });
}

}  // namespace clientele::query
