#include "tests/metrics/figures_file.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace clientele::testing {
namespace {

using query::v1::Figure;

// Without the zeros at its end.
std::string Trimmed(std::string decimals) {
  decimals.erase(decimals.find_last_not_of('0') + 1);
  if (decimals.back() == '.') decimals.pop_back();
  return decimals;
}

std::string Interval(const Figure& figure) {
  if (!figure.has_low()) return {};
  return fmt::format(" [{:.6f}, {:.6f}]", figure.low(), figure.high());
}

// What is counted apart.
std::string Apart(const Figure& figure) {
  std::string text;
  if (figure.untold() > 0) text += fmt::format(" untold {}", figure.untold());
  if (figure.immature() > 0) text += fmt::format(" immature {}", figure.immature());
  return text;
}

std::string Counted(const Figure& figure) {
  if (!figure.has_value()) return Figure::Empty_Name(figure.empty());
  if (!figure.has_denominator()) {
    const std::string value = Trimmed(fmt::format("{:.6f}", figure.value()));
    const bool of_rows = figure.value() == static_cast<double>(figure.n());
    return (of_rows ? value : fmt::format("{} n {}", value, figure.n())) + Interval(figure);
  }
  // Numerators of means are sums of milliseconds.
  const std::string numerator = Trimmed(fmt::format("{:.3f}", figure.numerator()));
  std::string cell = fmt::format("{}/{}", numerator, figure.denominator());
  // Of sums.
  if (figure.denominator() != static_cast<double>(figure.n())) {
    cell += fmt::format(" n {}", figure.n());
  }
  return cell + Interval(figure);
}

std::string Cell(const Figure& figure) { return Counted(figure) + Apart(figure); }

std::string Joined(const std::vector<std::string>& cells) {
  return fmt::format("{}\n", fmt::join(cells, "\t"));
}

}  // namespace

std::vector<FiguresSection> ReadFigures(const std::vector<std::string>& lines) {
  std::vector<FiguresSection> sections;
  bool begins = true;
  for (const std::string& line : lines) {
    if (line.empty()) {
      begins = true;
      continue;
    }
    if (begins) {
      FiguresSection& section = sections.emplace_back();
      EXPECT_TRUE(line.starts_with("# ") &&
                  google::protobuf::TextFormat::ParseFromString(line.substr(2), &section.request))
          << "is no request: " << line;
    } else {
      sections.back().text += line + "\n";
    }
    begins = false;
  }
  return sections;
}

std::string WriteFigures(const query::v1::QueryRequest& request,
                         const query::v1::QueryResponse& response) {
  const bool bucketed = request.grain() != query::v1::QueryRequest::GRAIN_UNSPECIFIED;
  std::vector<std::string> cells;
  if (bucketed) cells.emplace_back("bucket");
  cells.insert(cells.end(), request.group_by().begin(), request.group_by().end());
  for (const auto& column : response.meta().columns()) {
    cells.push_back(column.variant().empty() ? column.metric() : column.variant());
  }
  std::string text = Joined(cells);
  for (const auto& row : response.rows()) {
    cells.clear();
    if (bucketed) cells.push_back(row.bucket());
    cells.insert(cells.end(), row.dimensions().begin(), row.dimensions().end());
    for (const Figure& figure : row.figures()) cells.push_back(Cell(figure));
    text += Joined(cells);
  }
  return text;
}

}  // namespace clientele::testing
