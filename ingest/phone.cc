#include "ingest/phone.h"

#include <algorithm>
#include <array>

namespace clientele::ingest {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kLeastDigits = 8;
constexpr size_t kMostDigits = 15;
constexpr size_t kMostTextBytes = 64;

// Sorted by name.
constexpr auto kRegions = std::to_array<PhoneRegion>({
    {"AE", "971", "0", "00", 0},  {"AM", "374", "0", "00", 8},  {"AR", "54", "0", "00", 0},
    {"AT", "43", "0", "00", 0},   {"AU", "61", "0", "0011", 9}, {"AZ", "994", "0", "00", 9},
    {"BA", "387", "0", "00", 0},  {"BD", "880", "0", "00", 0},  {"BE", "32", "0", "00", 0},
    {"BG", "359", "0", "00", 0},  {"BR", "55", "0", "00", 0},   {"BY", "375", "8", "810", 9},
    {"CA", "1", "1", "011", 10},  {"CH", "41", "0", "00", 9},   {"CL", "56", "", "00", 9},
    {"CN", "86", "0", "00", 0},   {"CO", "57", "", "00", 10},   {"CY", "357", "", "00", 8},
    {"CZ", "420", "", "00", 9},   {"DE", "49", "0", "00", 0},   {"DK", "45", "", "00", 8},
    {"EE", "372", "", "00", 0},   {"EG", "20", "0", "00", 0},   {"ES", "34", "", "00", 9},
    {"FI", "358", "0", "00", 0},  {"FR", "33", "0", "00", 9},   {"GB", "44", "0", "00", 0},
    {"GE", "995", "0", "00", 9},  {"GR", "30", "", "00", 10},   {"HK", "852", "", "001", 8},
    {"HR", "385", "0", "00", 0},  {"HU", "36", "06", "00", 0},  {"ID", "62", "0", "001", 0},
    {"IE", "353", "0", "00", 0},  {"IL", "972", "0", "00", 0},  {"IN", "91", "0", "00", 10},
    {"IS", "354", "", "00", 7},   {"IT", "39", "", "00", 0},    {"JP", "81", "0", "010", 0},
    {"KE", "254", "0", "000", 9}, {"KG", "996", "0", "00", 9},  {"KR", "82", "0", "00", 0},
    {"KZ", "7", "8", "810", 10},  {"LT", "370", "0", "00", 8},  {"LU", "352", "", "00", 0},
    {"LV", "371", "", "00", 8},   {"MA", "212", "0", "00", 9},  {"MD", "373", "0", "00", 8},
    {"ME", "382", "0", "00", 0},  {"MK", "389", "0", "00", 8},  {"MN", "976", "0", "001", 8},
    {"MT", "356", "", "00", 8},   {"MX", "52", "", "00", 10},   {"MY", "60", "0", "00", 0},
    {"NG", "234", "0", "009", 0}, {"NL", "31", "0", "00", 9},   {"NO", "47", "", "00", 8},
    {"NZ", "64", "0", "00", 0},   {"PE", "51", "0", "00", 0},   {"PH", "63", "0", "00", 0},
    {"PK", "92", "0", "00", 0},   {"PL", "48", "", "00", 9},    {"PT", "351", "", "00", 9},
    {"RO", "40", "0", "00", 9},   {"RS", "381", "0", "00", 0},  {"RU", "7", "8", "810", 10},
    {"SA", "966", "0", "00", 0},  {"SE", "46", "0", "00", 0},   {"SG", "65", "", "000", 8},
    {"SI", "386", "0", "00", 8},  {"SK", "421", "0", "00", 9},  {"TH", "66", "0", "001", 0},
    {"TJ", "992", "8", "810", 9}, {"TM", "993", "8", "810", 8}, {"TR", "90", "0", "00", 10},
    {"TW", "886", "0", "002", 0}, {"UA", "380", "0", "00", 9},  {"US", "1", "1", "011", 10},
    {"UZ", "998", "", "00", 9},   {"VN", "84", "0", "00", 0},   {"ZA", "27", "0", "00", 9},
});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Blanks and marks between digits; also the no-break space and the dashes of UTF-8 text.
size_t SeparatorSize(std::string_view text) {
  constexpr std::string_view kMarks = " \t-./()";
  if (kMarks.find(text.front()) != std::string_view::npos) return 1;
  for (const std::string_view mark : {"\xc2\xa0", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92",
                                      "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\xaf"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

struct Digits {
  std::string text;
  bool plus = false;
};

base::Result<Digits> ReadDigits(std::string_view text) {
  if (text.starts_with("tel:")) text.remove_prefix(4);
  Digits digits;
  while (!text.empty()) {
    if (text.front() == ';' || text.front() == '#' || text.front() == 'x') break;  // extension
    if (digits.plus && text.starts_with("(0)")) {
      text.remove_prefix(3);
      continue;
    }
    if (IsDigit(text.front())) {
      digits.text += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.front() == '+' && digits.text.empty() && !digits.plus) {
      digits.plus = true;
      text.remove_prefix(1);
      continue;
    }
    const size_t separator = SeparatorSize(text);
    if (separator == 0) {
      return Fail(Code::kInvalidArgument, "holds what no phone number holds");
    }
    text.remove_prefix(separator);
  }
  return digits;
}

// Digits with their country code, from digits as they are dialled in the region.
std::string International(std::string digits, const PhoneRegion& region) {
  const size_t whole = region.country_code.size() + region.national_digits;
  const bool fixed = region.national_digits != 0;
  if (digits.size() > region.international.size() + kLeastDigits - 1 &&
      digits.starts_with(region.international) &&
      !(fixed && digits.size() == region.trunk.size() + region.national_digits)) {
    return digits.substr(region.international.size());
  }
  if (fixed && digits.size() == whole && digits.starts_with(region.country_code)) return digits;
  if (!region.trunk.empty() && digits.starts_with(region.trunk) &&
      !(fixed && digits.size() == region.national_digits)) {
    digits.erase(0, region.trunk.size());
  }
  return digits.insert(0, region.country_code);
}

}  // namespace

const PhoneRegion* FindPhoneRegion(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kRegions, name, {}, &PhoneRegion::name);
  return found != kRegions.end() && found->name == name ? found : nullptr;
}

base::Result<std::string> NormalisePhone(std::string_view text, const PhoneRegion& region) {
  if (text.size() > kMostTextBytes) {
    return Fail(Code::kInvalidArgument, "is too long for a phone number");
  }
  auto digits = ReadDigits(text);
  if (!digits) return tl::unexpected(digits.error());
  if (!digits->plus) digits->text = International(std::move(digits->text), region);
  if (digits->text.size() < kLeastDigits || digits->text.size() > kMostDigits) {
    return Fail(Code::kInvalidArgument, "has {} digits with its country code; must be {} to {}",
                digits->text.size(), kLeastDigits, kMostDigits);
  }
  if (digits->text.front() == '0') {
    return Fail(Code::kInvalidArgument, "begins with 0 where its country code must be");
  }
  return std::move(digits->text);
}

}  // namespace clientele::ingest
