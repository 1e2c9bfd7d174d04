// The options that say which figures are asked for: of `clientele query`, which asks for them, and
// of `clientele metrics explain`, which tells how.
#pragma once

#include <CLI/CLI.hpp>

#include "app/query/arguments.h"

namespace clientele::app {

// `arguments` must outlive the command.
void AddQueryArguments(CLI::App& command, QueryArguments& arguments);

// What --where understands, with examples: for a command's footer.
inline constexpr const char* kWhereHelp =
    "--where CONDITION, repeatable: of one dimension with = any, else all must hold\n"
    "  queue=sales,service     one of these (also: queue in sales,service); queue!=sales: none\n"
    "  line>=2 and line<4      numbers, or texts in the order of their bytes; also > and <=\n"
    "  topic^=deliv            begins with it\n"
    "  topic?    !topic        is told, is not told\n"
    "  (queue=sales or topic^=deliv) and not employee in anna,boris\n"
    "  queue='Sales, Moscow'   quotes, or \\ before a character, where a value has blanks, commas "
    "or "
    "parentheses\n";

}  // namespace clientele::app
