#include "engine/sql_text.h"

#include <array>
#include <vector>

#include "engine/error_text.h"
#include "engine/lexer.h"
#include "engine/walls.h"

namespace clientele::engine {
namespace {

TextKind KindOf(const Token& first) {
  for (const char* word :
       {"SELECT", "WITH", "FROM", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "EXISTS"}) {
    if (first.Is(word)) return TextKind::kRead;
  }
  if (first.IsSymbol('(')) return TextKind::kRead;
  for (const char* word : {"CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "EXCHANGE", "OPTIMIZE",
                           "DELETE", "UPDATE", "REPLACE", "UNDROP"}) {
    if (first.Is(word)) return TextKind::kChange;
  }
  return TextKind::kOther;
}

// Where data begins behind the word that ends at `at`: blanks of its line, then one line break.
size_t DataBegin(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\f')) ++at;
  if (at < text.size() && text[at] == ';') ++at;
  if (at < text.size() && text[at] == '\r') ++at;
  if (at < text.size() && text[at] == '\n') ++at;
  return at;
}

void EndInsert(std::string_view text, size_t sql_end, std::string_view format, size_t data_begin,
               SqlText& out) {
  out.kind = TextKind::kInsertData;
  out.sql = std::string(text.substr(0, sql_end));
  out.format = std::string(format);
  out.data_begin = data_begin;
}

// INSERT INTO [TABLE] name [(columns)] [SETTINGS ..] and then FORMAT x, VALUES, a query, or
// nothing.
void ReadInsert(std::string_view text, std::string_view data_format, SqlText& out) {
  Lexer lexer(text);
  Token token = lexer.Next();
  token = lexer.Next();
  if (token.Is("INTO")) token = lexer.Next();
  if (token.Is("TABLE")) token = lexer.Next();
  if (token.Is("FUNCTION")) {
    out.refusal = "Inserting INTO FUNCTION writes outside the engine";
    out.refusal_code = error_code::kAccessDenied;
    return;
  }
  bool name_next = true;
  int depth = 0;
  for (;; token = lexer.Next()) {
    if (token.kind == Token::Kind::kEnd || token.kind == Token::Kind::kBroken) break;
    if (token.IsName() && name_next) {
      name_next = false;
      continue;
    }
    name_next = depth == 0 && token.IsSymbol('.');
    if (token.IsSymbol('(')) ++depth;
    if (token.IsSymbol(')')) --depth;
    if (token.Is("SELECT") || (depth == 0 && token.Is("WITH"))) {
      out.kind = TextKind::kChange;
      return;
    }
    if (depth > 0) continue;
    if (token.Is("FORMAT")) {
      const Token name = lexer.Next();
      if (!name.IsName()) break;
      return EndInsert(text, token.begin, name.Name(), DataBegin(text, name.end), out);
    }
    if (token.Is("VALUES")) return EndInsert(text, token.begin, "Values", token.end, out);
    if (token.Is("INFILE")) {
      out.refusal = "FROM INFILE reads outside the engine";
      out.refusal_code = error_code::kAccessDenied;
      return;
    }
    if (token.IsSymbol(';')) return EndInsert(text, token.begin, data_format, token.end, out);
  }
  if (token.kind == Token::Kind::kEnd && !data_format.empty()) {
    EndInsert(text, text.size(), data_format, text.size(), out);
  } else {
    out.kind = TextKind::kOther;
  }
}

struct Scan {
  std::vector<Token> tokens;  // without the last ";"
  bool broken = false;
  bool several = false;
};

Scan ScanAll(std::string_view text) {
  Scan scan;
  Lexer lexer(text);
  bool ended = false;
  for (Token token = lexer.Next(); token.kind != Token::Kind::kEnd; token = lexer.Next()) {
    if (token.kind == Token::Kind::kBroken) scan.broken = true;
    if (ended && !token.IsSymbol(';')) scan.several = true;
    if (token.IsSymbol(';')) {
      ended = true;
    } else {
      scan.tokens.push_back(token);
    }
  }
  return scan;
}

// The last FORMAT x, before the end or before SETTINGS.
void FindFormat(const std::vector<Token>& tokens, SqlText& out) {
  out.format_begin = out.format_end = out.sql.size();
  for (size_t i = tokens.size(); i-- > 1;) {
    if (!tokens[i - 1].Is("FORMAT") || !tokens[i].IsName()) continue;
    const bool last = i + 1 == tokens.size() || tokens[i + 1].Is("SETTINGS");
    const bool named = i >= 2 && (tokens[i - 2].IsSymbol('.') || tokens[i - 2].Is("AS"));
    if (!last || named) return;
    out.format = std::string(tokens[i].Name());
    out.format_begin = tokens[i - 1].begin;
    out.format_end = tokens[i].end;
    return;
  }
}

bool AsksProcesses(const std::vector<Token>& tokens) {
  for (size_t i = 2; i < tokens.size(); ++i) {
    if (tokens[i].IsName() && tokens[i].Name() == "processes" && tokens[i - 1].IsSymbol('.') &&
        tokens[i - 2].IsName() && tokens[i - 2].Name() == "system") {
      return true;
    }
  }
  return false;
}

}  // namespace

SqlText ReadSqlText(std::string_view text, std::string_view data_format) {
  SqlText out;
  Lexer lexer(text);
  const Token first = lexer.Next();
  if (first.kind == Token::Kind::kEnd) return out;
  if (first.Is("INSERT")) {
    out.insert = true;
    ReadInsert(text, data_format, out);
    if (!out.refusal.empty()) return out;
  } else {
    out.kind = KindOf(first);
    if (first.Is("KILL") && lexer.Next().Is("QUERY")) out.kind = TextKind::kKillQuery;
  }
  const Scan scan = ScanAll(out.kind == TextKind::kInsertData ? std::string_view(out.sql) : text);
  if (scan.tokens.empty()) return {};
  if (const auto wall = FindWall(scan.tokens)) {
    out.refusal = *wall;
    out.refusal_code = error_code::kAccessDenied;
    return out;
  }
  if (scan.several) {
    out.refusal = "Syntax error: Multi-statements are not allowed (SYNTAX_ERROR)";
    out.refusal_code = error_code::kSyntaxError;
    return out;
  }
  if (out.kind == TextKind::kInsertData) return out;
  if (scan.broken) out.kind = TextKind::kOther;
  out.sql = std::string(text.substr(0, scan.broken ? text.size() : scan.tokens.back().end));
  if (out.kind == TextKind::kRead) {
    FindFormat(scan.tokens, out);
    out.asks_processes = AsksProcesses(scan.tokens);
  }
  return out;
}

std::string WithOutput(const SqlText& text, std::string_view path, std::string_view format) {
  std::string out = text.sql.substr(0, text.format_begin);
  out += "\n INTO OUTFILE '";
  out += path;
  out += "' APPEND COMPRESSION 'none' FORMAT ";
  out += format;
  out += text.sql.substr(text.format_end);
  return out;
}

std::string WithProcesses(std::string_view sql, std::string_view processes) {
  std::string out;
  size_t copied = 0;
  Lexer lexer(sql);
  std::array<Token, 3> last;
  for (Token token = lexer.Next();
       token.kind != Token::Kind::kEnd && token.kind != Token::Kind::kBroken;
       token = lexer.Next()) {
    last = {last[1], last[2], token};
    if (last[2].IsName() && last[2].Name() == "processes" && last[1].IsSymbol('.') &&
        last[0].IsName() && last[0].Name() == "system") {
      out += sql.substr(copied, last[0].begin - copied);
      out += processes;
      copied = token.end;
    }
  }
  out += sql.substr(copied);
  return out;
}

KillText RewriteKill(std::string_view sql, std::string_view id_expression) {
  KillText out;
  size_t condition_begin = std::string_view::npos;
  size_t condition_end = sql.size();
  size_t copied = 0;
  bool test = false;
  Lexer lexer(sql);
  int depth = 0;
  std::string tail;
  Token before;
  for (Token token = lexer.Next();
       token.kind != Token::Kind::kEnd && token.kind != Token::Kind::kBroken;
       before = token, token = lexer.Next()) {
    if (token.IsSymbol('(')) ++depth;
    if (token.IsSymbol(')')) --depth;
    if (token.Is("WHERE") && condition_begin == std::string_view::npos) {
      condition_begin = token.end;
    } else if (depth == 0 && condition_begin != std::string_view::npos &&
               (token.Is("SYNC") || token.Is("ASYNC") || token.Is("TEST") || token.Is("FORMAT"))) {
      condition_end = token.begin;
      test = token.Is("TEST");
      tail = std::string(sql.substr(token.Is("FORMAT") ? token.begin : token.end));
      break;
    } else if (token.IsName() && token.Name() == "query_id" && !before.IsSymbol('{')) {
      out.sql += sql.substr(copied, token.begin - copied);
      out.sql += id_expression;
      copied = token.end;
    }
  }
  out.sql += sql.substr(copied, condition_end - copied);
  out.sql += test ? " TEST " : " ASYNC ";
  out.sql += tail;
  if (condition_begin != std::string_view::npos && !test) {
    out.condition = std::string(sql.substr(condition_begin, condition_end - condition_begin));
  }
  return out;
}

}  // namespace clientele::engine
