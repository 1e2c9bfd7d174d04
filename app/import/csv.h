// Comma-separated values (RFC 4180): quoted fields, doubled quotes, line ends inside quotes; any
// one-byte delimiter. The first row names the columns; every other must have as many. A broken row
// (a stray quote, too few or too many columns, bytes that are not UTF-8) is told with its line, and
// the reading goes on at the very next line, so that it costs no good row. One thread.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "app/publish/line_reader.h"

namespace clientele::app {

struct CsvRow {
  uint64_t line = 0;  // of its first line, from 1
  std::vector<std::string> fields;
  std::string error;  // not empty: the row is broken; `text` has it as it is in the file
  std::string text;
};

class CsvReader {
 public:
  // Reads the header: INVALID_ARGUMENT if there is none or it is broken.
  [[nodiscard]] static base::Result<CsvReader> Open(LineReader lines, char delimiter);

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  // About how many lines the file has; 0: not known.
  [[nodiscard]] uint64_t Expected() const { return lines_.Expected(); }
  // The next row; false at the end. Empty lines are skipped.
  [[nodiscard]] base::Result<bool> Next(CsvRow& row);

 private:
  struct Line {
    uint64_t number = 0;
    std::string text;
    bool cut = false;  // longer than a line may be: the text is its beginning
  };

  CsvReader(LineReader lines, char delimiter);
  base::Result<bool> NextLine(Line& line);
  base::Status ReadRow(CsvRow& row, std::vector<Line>& used);

  LineReader lines_;
  char delimiter_;
  std::vector<std::string> columns_;
  std::deque<Line> again_;  // lines that a broken row had swallowed
};

}  // namespace clientele::app
