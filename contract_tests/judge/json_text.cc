#include "contract_tests/judge/json_text.h"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

struct Shape {
  std::size_t deepest = 0, values = 1;  // levels of nesting; values and names of members
};

// Found without parsing: the parser need never see a bomb.
Shape shape_of(std::string_view text) {
  Shape shape;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      shape.deepest = std::max(shape.deepest, ++depth);
      ++shape.values;
    } else if (c == ',' || c == ':') {
      ++shape.values;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return shape;
}

// Follows the parser and notes members that stand twice in the same object of the top-level list.
class DuplicateWatch {
 public:
  explicit DuplicateWatch(std::vector<std::string>& found) : found_(found) {}

  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) {
      keys_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys_.pop_back();
      if (depth == 1) ++index_;
    } else if (event == json::parse_event_t::key) {
      const std::string& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) {
        found_.push_back(fmt::format("[{}].{}", index_, clip(key, 60)));
      }
    } else if (event == json::parse_event_t::value && depth == 1 && keys_.empty()) {
      ++index_;
    }
    return true;
  }

 private:
  std::vector<std::string>& found_;
  std::vector<std::set<std::string>> keys_;
  std::size_t index_ = 0;
};

}  // namespace

Result<json> read_json(std::string_view text, std::vector<std::string>& duplicates,
                       std::size_t max_depth, std::size_t max_values) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    return fail(ErrorCode::kMalformed, "a byte order mark (EF BB BF) before the JSON");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return fail(ErrorCode::kMalformed, "an empty body");
  }
  const Shape shape = shape_of(text);
  if (shape.deepest > max_depth) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("nested {} levels deep; read to at most {}", shape.deepest, max_depth));
  }
  if (shape.values > max_values) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("{} values in one document; read to at most {}", shape.values, max_values));
  }
  try {
    return json::parse(text, DuplicateWatch(duplicates));
  } catch (const json::exception& wrong) {
    std::string_view why = wrong.what();
    // Without the library's own prefix: "[json.exception.parse_error.101] parse error at …".
    if (const auto close = why.find("] "); close != std::string_view::npos) {
      why.remove_prefix(close + 2);
    }
    return fail(ErrorCode::kMalformed,
                fmt::format("not JSON: {}; it begins: {}", clip(why, 160), clip(text, 80)));
  }
}

std::string describe(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "an array";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "a boolean";
    default:
      return value.is_number() ? "a number" : "no JSON value";
  }
}

}  // namespace favsync::contract
