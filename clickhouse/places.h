// Names and expressions in the text of a statement, which no parameter can stand for. A pure
// function, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace clientele::clickhouse {

// The text with every {{name}} replaced; `by` has them all. Only what is our own may stand there:
// values are bound as parameters.
[[nodiscard]] std::string FillPlaces(std::string_view text,
                                     const std::map<std::string, std::string>& by);

// Without line breaks at its end: what follows a piece of a statement stays in its line.
[[nodiscard]] std::string_view WithoutLineBreak(std::string_view text);

}  // namespace clientele::clickhouse
