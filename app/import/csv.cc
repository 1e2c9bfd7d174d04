#include "app/import/csv.h"

#include <iterator>

#include "base/utf8.h"

namespace clientele::app {
namespace {

constexpr size_t kMostRowBytes = 1U << 20;
constexpr size_t kMostRowLines = 1'000;

enum class Outcome { kWhole, kNeedsMore, kBroken };

// Splits `text`; kNeedsMore: it ends inside quotes.
Outcome Split(const std::string& text, char delimiter, CsvRow& row) {
  row.fields.clear();
  row.error.clear();
  size_t i = 0;
  for (;;) {
    std::string& field = row.fields.emplace_back();
    if (i < text.size() && text[i] == '"') {
      for (++i;; ++i) {
        if (i == text.size()) return Outcome::kNeedsMore;
        if (text[i] != '"') {
          field += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          field += text[++i];
        } else {
          break;
        }
      }
      ++i;
      if (i < text.size() && text[i] != delimiter) {
        row.error =
            "column " + std::to_string(row.fields.size()) + ": text after the closing quote";
        return Outcome::kBroken;
      }
    } else {
      while (i < text.size() && text[i] != delimiter) field += text[i++];
    }
    if (i == text.size()) return Outcome::kWhole;
    ++i;
  }
}

}  // namespace

CsvReader::CsvReader(LineReader lines, char delimiter)
    : lines_(std::move(lines)), delimiter_(delimiter) {}

base::Result<CsvReader> CsvReader::Open(LineReader lines, char delimiter) {
  CsvReader reader(std::move(lines), delimiter);
  CsvRow header;
  const auto more = reader.Next(header);
  if (!more) return tl::unexpected(more.error());
  if (!*more) return base::Fail(base::Code::kInvalidArgument, "the file has no header line");
  if (!header.error.empty()) {
    return base::Fail(base::Code::kInvalidArgument, "header line: {}", header.error);
  }
  reader.columns_ = std::move(header.fields);
  return reader;
}

base::Result<bool> CsvReader::NextLine(Line& line) {
  if (!again_.empty()) {
    line = std::move(again_.front());
    again_.pop_front();
    return true;
  }
  const auto more = lines_.Next(line.text);
  line.number = lines_.number();
  line.cut = lines_.cut();
  return more;
}

base::Status CsvReader::ReadRow(CsvRow& row, std::vector<Line>& used) {
  row.line = used[0].number;
  row.text = used[0].text;
  if (used[0].cut) {
    row.fields.clear();
    row.error =
        fmt::format("longer than {} bytes; the text is its beginning", LineReader::kMostLineBytes);
    return {};
  }
  while (Split(row.text, delimiter_, row) == Outcome::kNeedsMore) {
    Line line;
    const auto more = NextLine(line);
    if (!more) return tl::unexpected(more.error());
    const bool cut = line.cut;
    if (*more) {
      row.text += '\n';
      row.text += line.text;
      used.push_back(std::move(line));
    }
    if (!*more || cut || used.size() > kMostRowLines || row.text.size() > kMostRowBytes) {
      row.error = "a quote is opened and never closed";
      break;
    }
  }
  if (row.error.empty() && !columns_.empty() && row.fields.size() != columns_.size()) {
    row.error = fmt::format("{} columns, must be {}", row.fields.size(), columns_.size());
  }
  if (row.error.empty() && !base::IsUtf8(row.text)) {
    row.error = "is not UTF-8: name the file's encoding in the mapping";
  }
  return {};
}

base::Result<bool> CsvReader::Next(CsvRow& row) {
  std::vector<Line> used(1);
  do {
    const auto more = NextLine(used[0]);
    if (!more || !*more) return more;
  } while (used[0].text.empty());
  if (auto read = ReadRow(row, used); !read) return tl::unexpected(read.error());
  if (!row.error.empty() && used.size() > 1) {
    row.text = used[0].text;
    again_.insert(again_.begin(), std::make_move_iterator(used.begin() + 1),
                  std::make_move_iterator(used.end()));
  }
  return true;
}

}  // namespace clientele::app
