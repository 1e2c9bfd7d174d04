#include "query/as_if.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/hash.h"
#include "query/file_keys.h"
#include "query/metric_file.h"
#include "query/nearest.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;
using base::FailField;

constexpr const char* kAsIf = "--as-if";

// What has versions of which one is chosen.
struct Versioned {
  const char* kind;  // as it is chosen
  const char* name;  // as people read it
};
constexpr Versioned kScorecard{"scorecard", "scorecard"};
constexpr Versioned kJourneyModel{"journey_model", "journey model"};

// As events may tell them (ScorecardBand).
constexpr size_t kMostBands = 16;
constexpr size_t kLongestBandName = 64;
constexpr double kGreatestScore = 100;
constexpr double kGreatestBandEnd = 101;

// 2 or v2.
std::optional<uint32_t> VersionOf(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  uint32_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version == 0) return {};
  return version;
}

base::Result<VersionChoice> ReadVersionChoice(const std::string& wanted, const std::string& kind,
                                              const std::string& value) {
  const size_t colon = value.rfind(':');
  const bool named = colon != std::string::npos;
  const auto version = VersionOf(named ? std::string_view(value).substr(colon + 1) : value);
  if (!version || colon == 0) {
    return FailField(kAsIf,
                     "{} {}: must be {}=VERSION or {}=ID:VERSION, where a version is a whole "
                     "number from 1 on, as 2 or v2",
                     kAsIf, wanted, kind, kind);
  }
  return VersionChoice{named ? value.substr(0, colon) : std::string(), *version};
}

base::Result<BandsChoice> ReadBandsFile(const std::string& path, std::string_view text) {
  const auto parsed = ParseFile(path, text);
  if (!parsed) return tl::unexpected(parsed.error());
  FileKeys keys(path, *parsed);
  BandsChoice choice;
  choice.scorecard = keys.Text("scorecard", false);
  for (const toml::table* table : keys.Tables("bands")) {
    FileKeys band(path + ": bands", *table);
    ScoreBand one;
    one.name = band.Text("name");
    one.from = band.Real("from", 0, kGreatestScore);
    one.to = band.Real("to", 0, kGreatestBandEnd);
    if (one.name.size() > kLongestBandName) {
      band.Broken("name", fmt::format("must have at most {} bytes", kLongestBandName));
    }
    if (!(one.from < one.to)) {
      band.Broken("to", fmt::format("is {}, must be above from, which is {}", one.to, one.from));
    }
    if (!choice.bands.empty() && one.from < choice.bands.back().to) {
      band.Broken("from", fmt::format("is {}, overlaps the band before, which ends at {}", one.from,
                                      choice.bands.back().to));
    }
    keys.Inherit(band);
    choice.bands.push_back(std::move(one));
  }
  if (choice.bands.size() > kMostBands) {
    keys.Broken("bands",
                fmt::format("has {}, must be at most {}", choice.bands.size(), kMostBands));
  }
  const Faults faults = keys.AllFaults();
  if (!faults.empty()) return Fail(Code::kInvalidArgument, "{}", faults.front());
  return choice;
}

base::Result<MetricChoice> ReadMetricChoice(const std::string& path, std::string text) {
  auto [metric, faults] = ReadMetric(path, text);
  if (!faults.empty()) return Fail(Code::kInvalidArgument, "{}", faults.front());
  return MetricChoice{path, std::move(text), std::move(metric.id)};
}

class AsIfReader {
 public:
  explicit AsIfReader(const ReadFile& read) : read_(read) {}

  base::Status Take(const std::string& wanted) {
    const size_t equals = std::min(wanted.find('='), wanted.size());
    const std::string kind = wanted.substr(0, equals);
    const std::string value = wanted.substr(std::min(equals + 1, wanted.size()));
    const bool versioned = kind == kScorecard.kind || kind == kJourneyModel.kind;
    if (!versioned && kind != "bands" && kind != "metric") {
      const std::string nearest =
          Nearest(kind, {kScorecard.kind, kJourneyModel.kind, "bands", "metric"});
      return FailField(kAsIf,
                       "{} {}: must be scorecard=[ID:]VERSION, journey_model=[ID:]VERSION, "
                       "bands=FILE or metric=FILE{}",
                       kAsIf, wanted, nearest.empty() ? "" : "; did you mean " + nearest + "?");
    }
    if (value.empty()) {
      return FailField(kAsIf, "{} {}: {} must have a value behind =", kAsIf, wanted, kind);
    }
    if (!seen_.insert(kind).second) {
      return FailField(kAsIf, "{} {}: {} is given twice", kAsIf, wanted, kind);
    }
    return versioned ? TakeVersion(wanted, kind, value) : TakeFile(kind, value);
  }

  [[nodiscard]] AsIf Taken() && {
    for (const auto& [kind, text] : as_if_.choices) {
      as_if_.text += (as_if_.text.empty() ? "" : ", ") + text;
    }
    return std::move(as_if_);
  }

 private:
  base::Status TakeVersion(const std::string& wanted, const std::string& kind,
                           const std::string& value) {
    auto choice = ReadVersionChoice(wanted, kind, value);
    if (!choice) return tl::unexpected(choice.error());
    as_if_.choices[kind] = choice->id.empty()
                               ? fmt::format("{}={}", kind, choice->version)
                               : fmt::format("{}={}:{}", kind, choice->id, choice->version);
    (kind == kScorecard.kind ? as_if_.scorecard : as_if_.journey_model) = *std::move(choice);
    return {};
  }

  base::Status TakeFile(const std::string& kind, const std::string& path) {
    auto text = read_(path);
    if (!text) {
      return Fail(text.error().code, "{} {}={}: {}", kAsIf, kind, path, text.error().message);
    }
    as_if_.choices[kind] = fmt::format("{}={} ({:016x})", kind, path, base::HashBytes(*text).low);
    if (kind == "bands") {
      auto bands = ReadBandsFile(path, *text);
      if (!bands) return tl::unexpected(bands.error());
      as_if_.bands = *std::move(bands);
      return {};
    }
    auto metric = ReadMetricChoice(path, *std::move(text));
    if (!metric) return tl::unexpected(metric.error());
    as_if_.metric = *std::move(metric);
    return {};
  }

  const ReadFile& read_;
  std::set<std::string> seen_;
  AsIf as_if_;
};

// Ids once each, in their order.
std::vector<std::string> IdsOf(const DefinitionVersions& told) {
  std::set<std::string> ids;
  for (const auto& [id, version] : told) ids.insert(id);
  return {ids.begin(), ids.end()};
}

base::Status CheckId(std::string_view what, const Versioned& of, const std::string& id,
                     const DefinitionVersions& told) {
  const std::vector<std::string> known = IdsOf(told);
  if (std::ranges::find(known, id) != known.end()) return {};
  const std::string nearest = Nearest(id, known);
  return Fail(Code::kNotFound, "{}: there is no {} {}{}", what, of.name, id,
              !nearest.empty() ? "; did you mean " + nearest + "?"
              : known.empty()  ? ": none is known"
                               : "; there are " + Listed(known));
}

// Ids of what the chosen version stands for.
base::Result<std::vector<std::string>> ChooseIds(const Versioned& of,
                                                 const std::optional<VersionChoice>& choice,
                                                 const DefinitionVersions& told) {
  std::vector<std::string> chosen;
  if (!choice) return chosen;
  const auto& [id, version] = *choice;
  if (!id.empty()) {
    auto known = CheckId(fmt::format("{} {}={}:{}", kAsIf, of.kind, id, version), of, id, told);
    if (!known) return tl::unexpected(known.error());
  }
  std::vector<std::string> others;
  for (const auto& [known, its_version] : told) {
    if (!id.empty() && known != id) continue;
    if (its_version == version) chosen.push_back(known);
    others.push_back(fmt::format("{}:{}", known, its_version));
  }
  if (!chosen.empty()) return chosen;
  const std::string there = others.empty() ? "none is known" : "there are " + Listed(others);
  if (id.empty()) {
    return Fail(Code::kNotFound, "{} {}={}: no {} has version {}; {}", kAsIf, of.kind, version,
                of.name, version, there);
  }
  return Fail(Code::kNotFound, "{} {}={}:{}: {} has no version {}; {}", kAsIf, of.kind, id, version,
              id, version, there);
}

}  // namespace

base::Result<AsIf> ParseAsIf(const std::vector<std::string>& wanted, const ReadFile& read) {
  AsIfReader reader(read);
  for (const std::string& one : wanted) {
    if (auto taken = reader.Take(one); !taken) return tl::unexpected(taken.error());
  }
  return std::move(reader).Taken();
}

base::Result<std::vector<std::string>> ChooseScorecards(const AsIf& as_if,
                                                        const DefinitionVersions& told) {
  if (as_if.bands && !as_if.bands->scorecard.empty()) {
    auto known = CheckId("bands: scorecard", kScorecard, as_if.bands->scorecard, told);
    if (!known) return tl::unexpected(known.error());
  }
  return ChooseIds(kScorecard, as_if.scorecard, told);
}

base::Result<std::vector<std::string>> ChooseJourneyModels(const AsIf& as_if,
                                                           const DefinitionVersions& told) {
  return ChooseIds(kJourneyModel, as_if.journey_model, told);
}

}  // namespace clientele::query
