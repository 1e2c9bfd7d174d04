// What the projections' schemas say of their tables: the columns and their types, as the files that
// create the tables name them. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace clientele::query {

// Types by the names of columns.
using ColumnTypes = std::map<std::string, std::string, std::less<>>;
// Columns by the names of tables, without their version.
using Schema = std::map<std::string, ColumnTypes, std::less<>>;
// Numbers by names.
using EnumValues = std::map<std::string, int64_t, std::less<>>;

// Of every table that the text creates.
[[nodiscard]] Schema ReadSchema(std::string_view sql);
// Of an Enum8 or Enum16; empty of any other type.
[[nodiscard]] EnumValues EnumValuesOf(std::string_view type);

}  // namespace clientele::query
