#include "query/stand_ins.h"

#include <algorithm>
#include <set>

#include "clickhouse/places.h"
#include "query/source.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

constexpr std::string_view kScorecards = "scorecards";
constexpr std::string_view kScorecardBands = "scorecard_bands";
// Each names its scorecard and that one's version.
constexpr std::string_view kEvaluations = "evaluations";
constexpr std::string_view kJourneySteps = "journey_steps";
constexpr std::string_view kJourneyMatches = "journey_matches";

template <typename T, typename Member>
std::string NumbersOf(const std::vector<T>& items, Member member) {
  std::string text;
  for (const T& item : items) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", std::invoke(member, item));
  }
  return "[" + text + "]";
}

template <typename T, typename Member>
std::string TextsOf(const std::vector<T>& items, Member member) {
  std::vector<std::string> texts;
  for (const T& item : items) texts.push_back(std::invoke(member, item));
  return clickhouse::ArrayParameter(texts);
}

std::string CardsOf(const DefinitionVersions& versions) {
  return TextsOf(versions, &DefinitionVersions::value_type::first);
}

std::string VersionNumbersOf(const DefinitionVersions& versions) {
  return NumbersOf(versions, &DefinitionVersions::value_type::second);
}

// The first partition that the mark has something of.
size_t PartitionOf(const Mark& mark) {
  const auto found = std::ranges::find_if(mark.next, [](uint64_t next) { return next > 0; });
  return static_cast<size_t>(found - mark.next.begin());
}

}  // namespace

std::vector<std::string> TablesOfKind(std::string_view kind) {
  if (kind == "scorecard") return {"scorecard_criteria", "scorecard_levels", "scorecard_bands"};
  if (kind == "bands") return {std::string(kScorecardBands)};
  if (kind == "journey_model") return {std::string(kJourneySteps), std::string(kJourneyMatches)};
  return {};
}

std::vector<std::string> StandInTables(const AsIf& as_if) {
  std::vector<std::string> tables;
  for (const auto& [kind, text] : as_if.choices) {
    for (const std::string& id : TablesOfKind(kind)) {
      if (std::ranges::find(tables, id) == tables.end()) tables.push_back(id);
    }
  }
  return tables;
}

base::Status StandIns::Choose() {
  if (as_if_.scorecard || as_if_.bands) {
    if (auto chosen = ChooseCards(); !chosen) return chosen;
  }
  return as_if_.journey_model ? ChooseModels() : base::Status();
}

base::Status StandIns::ChooseCards() {
  const auto told = ReadVersions(kScorecards, true);
  if (!told) return tl::unexpected(told.error());
  auto chosen = ChooseScorecards(as_if_, *told);
  if (!chosen) return tl::unexpected(chosen.error());
  chosen_ = *std::move(chosen);
  auto named = ReadVersions(kEvaluations, false);
  if (!named) return tl::unexpected(named.error());
  named_ = *std::move(named);
  return {};
}

base::Status StandIns::ChooseModels() {
  const auto name = StoredName(*catalogue_.FindTable(kJourneySteps), mark_);
  if (!name) return tl::unexpected(name.error());
  DefinitionVersions told;
  std::map<std::string, int64_t> begins;  // of the first version, by model
  const auto read = store_.Select(
      running_.Make(
          sql::kStatementsAsIfModels,
          {{"table", *name}, {"tenant", tenant_}, {"next", clickhouse::ArrayParameter(mark_.next)}},
          "models"),
      [&](const clickhouse::Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          const std::string id(block.Get<std::string>("id")[i]);
          const int64_t begin = block.Get<int64_t>("begins")[i];
          told.emplace_back(id, block.Get<uint64_t>("version")[i]);
          int64_t& first = begins.try_emplace(id, begin).first->second;
          first = std::min(first, begin);
        }
        return {};
      });
  if (!read) return tl::unexpected(running_.Translate(read.error()));
  const auto chosen = ChooseJourneyModels(as_if_, told);
  if (!chosen) return tl::unexpected(chosen.error());
  for (const std::string& id : *chosen) models_.emplace_back(id, begins.at(id));
  return {};
}

base::Result<std::map<std::string, std::string>> StandIns::Make(
    const std::function<std::string(std::string_view id)>& name_of) {
  std::map<std::string, std::string> made;
  for (const std::string& id : StandInTables(as_if_)) {
    const auto like = StoredName(*catalogue_.FindTable(id), mark_);
    if (!like) return tl::unexpected(like.error());
    const std::string table = name_of(id);
    auto done = Execute(sql::kStatementsAsIfCreate, table, *like, {}, "create-" + id);
    const bool of_models = id == kJourneySteps || id == kJourneyMatches;
    if (done) done = of_models ? FillModels(id, table, *like) : FillCards(id, table, *like);
    if (!done) return tl::unexpected(done.error());
    made[id] = table;
  }
  return made;
}

base::Result<DefinitionVersions> StandIns::ReadVersions(std::string_view table, bool netted) {
  const auto name = StoredName(*catalogue_.FindTable(table), mark_);
  if (!name) return tl::unexpected(name.error());
  DefinitionVersions versions;
  const auto read = store_.Select(running_.Make(sql::kStatementsAsIfVersions,
                                                {{"table", *name},
                                                 {"tenant", tenant_},
                                                 {"next", clickhouse::ArrayParameter(mark_.next)},
                                                 {"netted", netted ? "1" : "0"}},
                                                fmt::format("versions-{}", table)),
                                  [&](const clickhouse::Block& block) -> base::Status {
                                    for (size_t i = 0; i < block.rows; ++i) {
                                      versions.emplace_back(block.Get<std::string>("id")[i],
                                                            block.Get<uint64_t>("version")[i]);
                                    }
                                    return {};
                                  });
  if (!read) return tl::unexpected(running_.Translate(read.error()));
  return versions;
}

base::Status StandIns::Execute(std::string_view sql, const std::string& table,
                               const std::string& like, clickhouse::Parameters parameters,
                               std::string_view part) {
  const std::string text = clickhouse::FillPlaces(sql, {{"table", table}, {"like", like}});
  const auto done = store_.Execute(running_.Make(text, std::move(parameters), part));
  if (!done) return tl::unexpected(running_.Translate(done.error()));
  return {};
}

base::Status StandIns::FillCards(const std::string& id, const std::string& table,
                                 const std::string& like) {
  const bool has_bands = id == kScorecardBands && as_if_.bands.has_value();
  std::set<std::string> without;
  if (has_bands && as_if_.bands->scorecard.empty()) {
    for (const auto& [card, version] : named_) without.insert(card);
  } else if (has_bands) {
    without.insert(as_if_.bands->scorecard);
  }
  auto done = Execute(
      sql::kStatementsAsIfRows, table, like,
      {{"table", like},
       {"tenant", tenant_},
       {"next", clickhouse::ArrayParameter(mark_.next)},
       {"chosen", clickhouse::ArrayParameter(chosen_)},
       {"version", std::to_string(as_if_.scorecard ? as_if_.scorecard->version : 0)},
       {"named_cards", CardsOf(named_)},
       {"named_versions", VersionNumbersOf(named_)},
       {"without",
        clickhouse::ArrayParameter(std::vector<std::string>(without.begin(), without.end()))}},
      "fill-" + id);
  return done && has_bands ? AddBands(table) : done;
}

base::Status StandIns::FillModels(const std::string& id, const std::string& table,
                                  const std::string& like) {
  return Execute(sql::kStatementsAsIfModelRows, table, like,
                 {{"table", like},
                  {"tenant", tenant_},
                  {"next", clickhouse::ArrayParameter(mark_.next)},
                  {"chosen", TextsOf(models_, &ModelBegins::value_type::first)},
                  {"begins", NumbersOf(models_, &ModelBegins::value_type::second)},
                  {"version", std::to_string(as_if_.journey_model->version)}},
                 "fill-" + id);
}

base::Status StandIns::AddBands(const std::string& table) {
  const auto& [scorecard, bands] = *as_if_.bands;
  DefinitionVersions covered;
  for (const auto& one : named_) {
    if (scorecard.empty() || one.first == scorecard) covered.push_back(one);
  }
  if (covered.empty()) return {};
  return Execute(sql::kStatementsAsIfBands, table, {},
                 {{"tenant", tenant_},
                  {"partition", std::to_string(PartitionOf(mark_))},
                  {"cards", CardsOf(covered)},
                  {"versions", VersionNumbersOf(covered)},
                  {"bands", TextsOf(bands, &ScoreBand::name)},
                  {"score_from", NumbersOf(bands, &ScoreBand::from)},
                  {"score_to", NumbersOf(bands, &ScoreBand::to)}},
                 "bands");
}

base::Result<std::optional<std::pair<int64_t, int64_t>>> RangeOf(
    std::string_view projection, const Catalogue& catalogue, const Mark& mark,
    const std::string& tenant, clickhouse::Store& store, const Running& running) {
  std::optional<std::pair<int64_t, int64_t>> range;
  for (const Table* table : catalogue.StoredTables(projection)) {
    const auto name = StoredName(*table, mark);
    if (!name) return tl::unexpected(name.error());
    for (const std::string& time : table->times) {
      const auto span = table->spans.find(time);
      const bool spans = span != table->spans.end();
      const std::string text = clickhouse::FillPlaces(
          sql::kStatementsAsIfRange,
          {{"from", spans ? span->second.from : time}, {"to", spans ? span->second.to : time}});
      const auto read = store.Select(running.Make(text,
                                                  {{"table", *name},
                                                   {"tenant", tenant},
                                                   {"next", clickhouse::ArrayParameter(mark.next)}},
                                                  fmt::format("range-{}-{}", table->id, time)),
                                     [&](const clickhouse::Block& block) -> base::Status {
                                       if (block.rows == 0 || block.Get<uint64_t>("found")[0] == 0)
                                         return {};
                                       const int64_t least = block.Get<int64_t>("least")[0];
                                       const int64_t most = block.Get<int64_t>("most")[0];
                                       if (!range) range.emplace(least, most);
                                       range->first = std::min(range->first, least);
                                       range->second = std::max(range->second, most);
                                       return {};
                                     });
      if (!read) return tl::unexpected(running.Translate(read.error()));
    }
  }
  if (range) range->second = std::clamp(mark.known_at, range->first, range->second);
  return range;
}

}  // namespace clientele::query
