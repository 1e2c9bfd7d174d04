// What verify found: differences with their exact places, what was counted, what was not checked.
// One thread fills it; `app` prints it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"

namespace clientele::verify {

struct Difference {
  const char* invariant = "";  // I1 .. I5, see README.md
  std::string table;           // or the part that it is about: ledger, marks, figures
  int64_t partition = -1;      // -1: of no partition alone
  int64_t offset = -1;         // -1: of no offset alone
  std::string text;
};

struct TableCount {
  std::string table;
  uint64_t rows = 0;
  int64_t sign = 0;  // sum over the rows
};

// "1 row", "2 rows".
[[nodiscard]] std::string Counted(uint64_t count, std::string_view what);

class Report {
 public:
  // Keeps the first `most` differences of each invariant and counts all of them.
  explicit Report(size_t most) : most_(most) {}

  void Add(Difference difference);
  void Note(std::string text) { notes_.push_back(std::move(text)); }

  // Whether nothing that was checked differs.
  [[nodiscard]] bool equal() const { return found_ == 0; }
  [[nodiscard]] size_t most() const { return most_; }
  [[nodiscard]] uint64_t found() const { return found_; }
  [[nodiscard]] const std::vector<Difference>& differences() const { return differences_; }

  // One JSON document, or lines for people.
  [[nodiscard]] std::string Json() const;
  [[nodiscard]] std::string Text() const;

  uint64_t mark_id = 0;
  int64_t known_at = 0;
  base::Uuid log_id;
  int64_t partitions = 0;
  // Below the mark.
  uint64_t records = 0;
  uint64_t events = 0;
  uint64_t quarantined = 0;
  uint64_t genesis = 0;
  uint64_t gaps = 0;
  std::optional<uint64_t> acknowledged;  // events; none: there was no file of them
  uint64_t figures = 0;
  bool figures_checked = false;
  // Whether all the rest was checked: to the end, and of every projection.
  bool complete = false;
  std::vector<TableCount> tables;
  std::vector<std::string> versions;  // whose ledgers were checked: calls_v1

 private:
  size_t most_;
  uint64_t found_ = 0;
  std::vector<Difference> differences_;
  std::vector<std::string> notes_;
};

}  // namespace clientele::verify
