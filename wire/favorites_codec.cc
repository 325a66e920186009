#include "wire/favorites_codec.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "wire/favorite_reader.h"
#include "wire/json_fault.h"

namespace favsync {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kClauses = "(§3.1, §4.1)";

// Each thread keeps a parser, as its buffers cost more than a short list does; one that has touched
// more memory than this is let go again.
constexpr std::size_t kKeptParserBytes = 24u << 20;

class BorrowedParser {
 public:
  BorrowedParser() : parser_(kept()) {}
  ~BorrowedParser() {
    if (touched_bytes() > kKeptParserBytes) parser_ = dom::parser();
  }
  BorrowedParser(const BorrowedParser&) = delete;
  BorrowedParser& operator=(const BorrowedParser&) = delete;

  // What is parsed is valid until the next call.
  simdjson::error_code parse(std::string_view text, dom::element& root) {
    code_ = parser_.parse(text.data(), text.size()).get(root);
    return code_;
  }

 private:
  static dom::parser& kept() {
    thread_local dom::parser parser;
    return parser;
  }

  // About: a copy of the text, its strings, and the tape, which is allocated for the worst case
  // (eight bytes for a byte of text) of which a list uses a tenth. Its first word says how much; a
  // parser that has failed may not have written that.
  std::size_t touched_bytes() const {
    constexpr std::uint64_t kPayload = 0x00ffffffffffffff;
    if (code_ != simdjson::SUCCESS) return 14 * parser_.capacity();
    return 2 * parser_.capacity() + 8 * (parser_.doc.tape[0] & kPayload);
  }

  dom::parser& parser_;
  simdjson::error_code code_ = simdjson::UNINITIALIZED;
};

tl::unexpected<Error> not_json(std::string_view body, simdjson::error_code code) {
  const auto fault = find_json_fault(body);
  if (!fault) {
    return fail(ErrorCode::kInternal,
                fmt::format("body: the JSON parser failed: {}", simdjson::error_message(code)));
  }
  return fail(
      ErrorCode::kMalformed,
      fmt::format("body: not JSON at byte {} (line {}, column {}){}{}: {} {}", fault->offset,
                  fault->line, fault->column, fault->path.empty() ? "" : ", in ", fault->path,
                  fault->reason, kClauses));
}

tl::unexpected<Error> parser_failed(std::string_view body, simdjson::error_code code,
                                    std::size_t max_depth) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("body: nested deeper than {} levels (max_depth)",
                              std::min(max_depth, simdjson::DEFAULT_MAX_DEPTH)));
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("body: no memory to read {} bytes", body.size()));
    default:
      return not_json(body, code);
  }
}

// The elements of one body; valid while `parser` is not used again.
struct Elements {
  dom::array array;
  bool numbers_replaced = false;
};

Result<Elements> parse_elements(BorrowedParser& parser, std::string_view body,
                                const CodecLimits& limits) {
  if (body.size() > limits.max_body_bytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("body: {} bytes are more than the limit of {} (max_body_bytes)",
                            body.size(), limits.max_body_bytes));
  }
  if (body.starts_with(kByteOrderMark)) {
    return fail(ErrorCode::kMalformed,
                fmt::format("body: expected \"[\" first, got a byte order mark {}", kClauses));
  }
  Elements elements;
  dom::element root;
  simdjson::error_code code = parser.parse(body, root);
  if (code == simdjson::NUMBER_ERROR && !find_json_fault(body)) {
    const std::string tamed = without_huge_numbers(body);
    elements.numbers_replaced = true;
    code = parser.parse(tamed, root);
  }
  if (code != simdjson::SUCCESS) return parser_failed(body, code, limits.max_depth);
  if (root.get(elements.array) != simdjson::SUCCESS) {
    return fail(ErrorCode::kMalformed,
                fmt::format("body: expected a JSON array of favourites, got {} {}",
                            describe_json(root, elements.numbers_replaced), kClauses));
  }
  return elements;
}

// How many favourites to make room for. simdjson's count of a long array stops at 2^24 - 1.
std::size_t expected_items(const Elements& elements, const CodecLimits& limits) {
  return std::min(elements.array.size(), limits.max_items);
}

tl::unexpected<Error> too_many(const CodecLimits& limits) {
  return fail(ErrorCode::kLimitExceeded,
              fmt::format("body: more than {} elements (max_items)", limits.max_items));
}

}  // namespace

Result<std::vector<Favorite>> parse_favorites(std::string_view body, const CodecLimits& limits) {
  BorrowedParser parser;
  const auto elements = parse_elements(parser, body, limits);
  if (!elements) return tl::unexpected(elements.error());
  std::vector<Favorite> favorites;
  favorites.reserve(expected_items(*elements, limits));
  FavoriteReader reader(limits.max_depth, elements->numbers_replaced);
  for (const dom::element element : elements->array) {
    if (favorites.size() == limits.max_items) return too_many(limits);
    const std::size_t index = favorites.size();
    if (!reader.read(element, index, favorites.emplace_back())) {
      return fail(reader.fault_code(), reader.fault_message());
    }
  }
  return favorites;
}

Result<LenientFavorites> parse_favorites_leniently(std::string_view body,
                                                   const CodecLimits& limits) {
  LenientFavorites result;
  if (body.starts_with(kByteOrderMark)) {
    result.warnings.push_back({0, fmt::format("body: begins with a byte order mark {}", kClauses)});
    body.remove_prefix(kByteOrderMark.size());
  }
  BorrowedParser parser;
  const auto elements = parse_elements(parser, body, limits);
  if (!elements) return tl::unexpected(elements.error());
  result.favorites.reserve(expected_items(*elements, limits));
  FavoriteReader reader(limits.max_depth, elements->numbers_replaced, &result.warnings);
  std::size_t index = 0;
  for (const dom::element element : elements->array) {
    if (index == limits.max_items) return too_many(limits);
    if (!reader.read(element, index, result.favorites.emplace_back())) {
      result.favorites.pop_back();
      if (reader.fault_code() == ErrorCode::kLimitExceeded) {
        return fail(reader.fault_code(), reader.fault_message());
      }
      result.skipped.push_back({index, reader.fault_message()});
    }
    ++index;
  }
  return result;
}

}  // namespace favsync
