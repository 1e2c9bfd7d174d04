#include "clickhouse/places.h"

namespace clientele::clickhouse {

std::string FillPlaces(std::string_view text, const std::map<std::string, std::string>& by) {
  std::string filled;
  for (;;) {
    const size_t open = text.find("{{");
    const size_t close = text.find("}}", open);
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    filled += by.at(std::string(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
}

std::string_view WithoutLineBreak(std::string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

}  // namespace clientele::clickhouse
