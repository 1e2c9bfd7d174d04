// Which rows of which tables a counting telling has, and what each must say, for every projection
// that is checked. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// The tables whose rows are compared, one by one.
enum class Part : uint8_t {
  kEvents,
  kQuarantine,
  kCalls,
  kCallLegs,
  kCustomerFacts,
  kOrderItems,
  kCustomerProfiles,
  kCosts,
  kInitiatives,
  kExchangeRates,
  kTouches,
  kContacts,
  kCases,
  kCaseMoments,
};
inline constexpr size_t kParts = 14;

// A table of tellings' rows: clientele.<table>_v<version>.
struct PartTable {
  Part part;
  std::string_view projection;
  std::string_view table;
};
inline constexpr std::array kPartTables = {
    PartTable{Part::kCalls, "calls", "calls"},
    PartTable{Part::kCallLegs, "calls", "call_legs"},
    PartTable{Part::kCustomerFacts, "retention", "customer_facts"},
    PartTable{Part::kOrderItems, "retention", "order_items"},
    PartTable{Part::kCustomerProfiles, "retention", "customer_profiles"},
    PartTable{Part::kCosts, "roi", "costs"},
    PartTable{Part::kInitiatives, "roi", "initiatives"},
    PartTable{Part::kExchangeRates, "roi", "exchange_rates"},
    PartTable{Part::kTouches, "roi", "touches"},
    PartTable{Part::kContacts, "journeys", "contacts"},
    PartTable{Part::kCases, "cases", "cases"},
    PartTable{Part::kCaseMoments, "cases", "case_moments"},
};

// Rows of a telling in one table; their numbers are first_row, first_row + 1, ..
struct PartRows {
  Part part = Part::kCalls;
  uint32_t first_row = 0;
  uint32_t rows = 0;
};
// None twice; none of 0 rows.
[[nodiscard]] std::vector<PartRows> RowsOf(const event::v1::Event& telling);
// The row with this number of the telling, of this table.
void TellingRow(Part part, const event::v1::Event& telling, uint32_t row_number, Row& row);
// A row with the table's columns, whatever it says.
[[nodiscard]] Row PatternOf(Part part);

}  // namespace clientele::verify
