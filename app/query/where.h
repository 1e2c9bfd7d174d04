// The language of --where: conditions on dimensions, joined by and, or, not and parentheses, read
// into a request's tree. Pure; any thread.
//
//   queue=sales            queue in sales,service     queue=sales,service     one of these
//                          queue in (sales,service)
//   queue!=sales,service                                                      none of these
//   line>=2  line<4  line>1  line<=3                                          numbers, or texts
//   topic^=deliv                                                              begins with
//   topic?  !topic                                                            told, not told
//   (queue=sales or topic^=deliv) and not line<2
//
// A value ends at a blank, a comma or a parenthesis: `\` before one of them, or quotes around the
// value ('..' or ".."), make them a part of it. One that begins with `=` needs quotes. An empty
// value means "not told".
#pragma once

#include <string>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

// `=` and `in` alone become one_of. INVALID_ARGUMENT tells at which character of the text, counted
// from 1, something else must stand.
[[nodiscard]] base::Result<query::v1::Condition> ParseWhere(const std::string& text);

}  // namespace clientele::app
