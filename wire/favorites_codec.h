#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/favorite.h"
#include "wire/result.h"

namespace favsync {

// What a reader takes at most. Beyond: kLimitExceeded, and nothing of the body is used. While it
// reads, a list takes about four times its length in memory beside the result, the worst JSON
// fourteen times.
struct CodecLimits {
  std::size_t max_body_bytes = 64u << 20;
  std::size_t max_items = 1'000'000;  // elements of the array
  // Nesting of arrays and objects, the list itself being 1; never more than 1024.
  std::size_t max_depth = 32;
};

// Reads a JSON array of favourites strictly: UTF-8 without BOM, no trailing bytes, no duplicate
// member in any object, `item` a non-empty string, `action` exactly ADD or DELETE, `actionDate` as
// parse_strict_timestamp takes it. Members that are not known are ignored (§2.6), numbers of any
// size in them too. Repeated items are kept in order. One bad element refuses the whole. Errors:
// kMalformed with array index, member, what was expected, what came and the clause, for example
// `[3].action: expected "ADD" or "DELETE", got "add" (§2.3)`, or, before any element is judged,
// `body: not JSON at byte 57 …`; kLimitExceeded. Safe from any thread. Source: §2, §4.7.
[[nodiscard]] Result<std::vector<Favorite>> parse_favorites(std::string_view body,
                                                            const CodecLimits& limits = {});

// Something about one element of a list: where, and a sentence in the form that parse_favorites
// uses.
struct ElementNote {
  std::size_t index = 0;
  std::string message;
};

// A list read liberally, as the reference engine reads a partner's answer.
struct LenientFavorites {
  std::vector<Favorite> favorites;   // the good elements, in order
  std::vector<ElementNote> skipped;  // elements that could not be read; the others are unharmed
  // Read, though not in the contract's form: an offset (`+00:00` too), lower case, more than nine
  // fraction digits, a leap second, a year before 2000. An element may have several.
  std::vector<ElementNote> warnings;
};

// As parse_favorites, but a bad element is skipped and reported, and a date whose instant is
// certain (any offset) is converted with a warning. A body that is not a whole JSON array, or not
// UTF-8, is still an error and yields nothing. One leading BOM is passed over with a warning.
// Source: §2.4, §5.
[[nodiscard]] Result<LenientFavorites> parse_favorites_leniently(std::string_view body,
                                                                 const CodecLimits& limits = {});

// Appends the JSON array, without white space, dates as print_timestamp writes them. Never fails:
// `item` must be UTF-8, and is escaped as JSON demands.
void append_favorites(std::string& out, std::span<const Favorite> favorites);
std::string print_favorites(std::span<const Favorite> favorites);

}  // namespace favsync
