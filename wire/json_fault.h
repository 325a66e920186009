#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace favsync {

// Where and why a text is not JSON.
struct JsonFault {
  std::size_t offset = 0;  // bytes before it
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // in bytes, from 1
  std::string path;        // of the value it stands in, for example "[3].action"; empty at the top
  std::string reason;      // for example `expected "," or "]", got "}"`
};

// The first place where `text` breaks RFC 8259, or nothing when it is JSON. simdjson says that a
// body is bad, not where: this slow second reading, at about a byte a nanosecond, is for the
// message alone. It asks for UTF-8 and paired surrogates, as simdjson does, and takes numbers of
// any size. Nesting deeper than 1024 counts as a fault.
std::optional<JsonFault> find_json_fault(std::string_view text);

// How a path names a member: `.name`, or `["odd name"]` where the name is not letters, digits and
// '_'.
std::string member_path(std::string_view name);

// `text` with each number that may not fit 64 bits replaced by 0 and blanks. JSON bounds no number,
// and one in a member that nobody reads must not refuse a list (§2.6). Requires `text` to be JSON.
std::string without_huge_numbers(std::string_view text);

}  // namespace favsync
