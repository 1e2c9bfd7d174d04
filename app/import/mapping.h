// A mapping file: how a row of another system's export becomes events. Read and checked whole
// against the event's descriptor before the first row (a wrong path, column or value names the file
// and the key). The format is documented in mappings/README.md. Immutable once loaded.
#pragma once

#include <date/tz.h>
#include <google/protobuf/descriptor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::app {

// "{date} {time}": literal text and columns in turn.
struct Template {
  struct Part {
    std::string text;
    int column = -1;  // index into the row; -1: `text` is literal
  };
  std::vector<Part> parts;
};

// A duration in a column: seconds, milliseconds, minutes or hh:mm:ss.
enum class DurationUnit { kMilliseconds, kSeconds, kMinutes, kClock };

struct DurationTerm {
  int column = 0;
  DurationUnit unit = DurationUnit::kSeconds;
};

// Holds for a row if the column's value is one of `values` (empty: if it is not empty), or is not,
// with `negated`.
struct Condition {
  int column = 0;
  std::vector<std::string> values;
  bool negated = false;
};

// One field of the event and where its value comes from.
struct FieldRule {
  std::string path;  // as written, for messages: "call.legs[0].talk_ms"
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    int index = -1;   // of a repeated field
    std::string key;  // of a map field
  };
  std::vector<Step> steps;
  Template value;
  // Value -> value; "*" takes the values that are not named. Empty, or not named: as it is.
  std::map<std::string, std::string> map;
  bool required = false;
  enum class Kind { kPlain, kMoment, kDuration, kScaled } kind = Kind::kPlain;
  std::string time_format;
  DurationUnit unit = DurationUnit::kSeconds;
  double scale = 1;                // kScaled: 100 turns roubles into kopecks
  std::vector<DurationTerm> plus;  // kMoment: added to the moment
  std::vector<Condition> when;
};

struct EventRule {
  std::vector<Condition> when;
  std::vector<FieldRule> fields;
};

struct Mapping {
  std::string name;
  char delimiter = ',';
  std::string encoding = "UTF-8";
  const date::time_zone* time_zone = nullptr;
  std::vector<EventRule> events;
};

// `columns` are those of the file at hand. INVALID_ARGUMENT names file and key.
[[nodiscard]] base::Result<Mapping> LoadMapping(const std::string& path,
                                                const std::vector<std::string>& columns);
// Only what is needed to open the file: delimiter, encoding.
[[nodiscard]] base::Result<Mapping> LoadMappingHead(const std::string& path);

// The events of one row. INVALID_ARGUMENT with the field's path if a value does not fit.
[[nodiscard]] base::Result<std::vector<event::v1::Event>> MapRow(
    const Mapping& mapping, const std::vector<std::string>& row);

}  // namespace clientele::app
