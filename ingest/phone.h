// Phone numbers as people and systems write them, to E.164 digits. The result is hashed into
// pseudonyms, so a number that is normalised today may never be normalised otherwise: entries of
// the table are only ever added. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::ingest {

// How numbers of a region are written without their country code (ITU-T E.164, national plans).
struct PhoneRegion {
  std::string_view name;           // ISO 3166 alpha-2
  std::string_view country_code;   // digits
  std::string_view trunk;          // digits dialled before a national number; empty: none
  std::string_view international;  // digits dialled before a country code
  // Digits of every national number, 0 if they vary: tells a number with its country code but
  // without a plus from a national one.
  size_t national_digits = 0;
};

// Null if the table has no such region.
[[nodiscard]] const PhoneRegion* FindPhoneRegion(std::string_view name);

// E.164 digits without the plus, 8 to 15 of them. Takes "+", a region's international prefix ("00",
// "810", "011"), "tel:", blanks, dashes, dots, slashes, brackets, "(0)" after a country code, and
// an extension after ";", "#" or "x", which is dropped. Anything else: INVALID_ARGUMENT.
[[nodiscard]] base::Result<std::string> NormalisePhone(std::string_view text,
                                                       const PhoneRegion& region);

}  // namespace clientele::ingest
