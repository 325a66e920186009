#include "contract_tests/judge/json_text.h"

#include <algorithm>
#include <utility>

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

// Builds the document as the parser meets it, and notes members that stand twice in the same object
// of the top-level list. The library's own parser with a callback looks through each list once more
// for each of its elements, which a long list cannot afford.
class DocumentBuilder : public nlohmann::json_sax<json> {
 public:
  explicit DocumentBuilder(std::vector<std::string>& duplicates) : duplicates_(duplicates) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in text
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    auto& object = open_.back()->get_ref<json::object_t&>();
    const auto [member, fresh] = object.try_emplace(name);
    if (!fresh) {
      const std::size_t index = root_.is_array() && !root_.empty() ? root_.size() - 1 : 0;
      duplicates_.push_back(fmt::format("[{}].{}", index, clip(name, 60)));
    }
    member_ = &member->second;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception& wrong) override {
    problem_ = wrong.what();
    return false;
  }

  json take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

 private:
  json* place(json&& value) {
    json* where = &root_;
    if (!open_.empty() && open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    if (!open_.empty()) where = member_;
    *where = std::move(value);
    return where;
  }
  template <typename Value>
  bool put(Value&& value) {
    place(json(std::forward<Value>(value)));
    return true;
  }
  bool open(json&& container) {
    // What is open already does not move: an array grows only when all that stands in it is closed.
    open_.push_back(place(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<std::string>& duplicates_;
  json root_;
  std::vector<json*> open_;
  json* member_ = nullptr;
  std::string problem_;
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
  DocumentBuilder builder(duplicates);
  if (json::sax_parse(text, &builder)) return builder.take();
  std::string_view why = builder.problem();
  // Without the library's own prefix: "[json.exception.parse_error.101] parse error at …".
  if (const auto close = why.find("] "); close != std::string_view::npos) {
    why.remove_prefix(close + 2);
  }
  return fail(ErrorCode::kMalformed,
              fmt::format("not JSON: {}; it begins: {}", clip(why, 160), clip(text, 80)));
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
