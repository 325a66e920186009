#include "contract_tests/located_json.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wire/json_fault.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

// Where the parser is in the text.
struct Position {
  std::size_t line = 1;
  char last = 0;  // the byte that was read last
};

// Goes over the text and keeps the position: the parser's callbacks do not tell it.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->last = *at_++;
    if (position_->last == '\n') ++position_->line;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  Position* position_;
};

// Notes the line of each value, and the first member that stands twice.
class LineNotes : public nlohmann::json_sax<json> {
 public:
  explicit LineNotes(const Position& position) : position_(position) {}

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.place = place_of_member(level.own, name);
    lines[level.place] = line();
    if (!level.names.insert(name).second && !repeated) repeated = level.place;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

  std::map<std::string, std::size_t, std::less<>> lines;
  std::optional<std::string> repeated;

 private:
  struct Level {
    bool array = false;
    std::string own;    // place of the array or object itself
    std::string place;  // of the value that comes next
    std::size_t index = 0;
    std::set<std::string> names;
  };

  // A number is read one byte too far.
  std::size_t line() const { return position_.line - (position_.last == '\n' ? 1 : 0); }
  std::string here() const {
    if (levels_.empty()) return {};
    const Level& level = levels_.back();
    return level.array ? place_of_element(level.own, level.index) : level.place;
  }
  bool value() {
    lines.emplace(here(), line());  // a member has its name's line already
    next();
    return true;
  }
  void next() {
    if (!levels_.empty()) ++levels_.back().index;
  }
  bool open(bool array) {
    const std::string own = here();
    lines.emplace(own, line());
    levels_.push_back({array, own, own, 0, {}});
    return true;
  }
  bool close() {
    levels_.pop_back();
    next();
    return true;
  }

  const Position& position_;
  std::vector<Level> levels_;
};

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return fmt::format("an array of {}", value.size());
  if (value.is_string()) return favsync::quoted(value.get_ref<const std::string&>());
  return value.dump();
}

std::string position_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const std::size_t start = before.rfind('\n');
  return fmt::format("{}:{}", 1 + std::count(before.begin(), before.end(), '\n'),
                     before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

}  // namespace

std::string place_of_member(std::string_view place, std::string_view member) {
  const std::string path = member_path(member);
  return place.empty() && path.starts_with('.') ? path.substr(1) : std::string(place) + path;
}

std::string place_of_element(std::string_view place, std::size_t index) {
  return fmt::format("{}[{}]", place, index);
}

Result<LocatedJson> LocatedJson::parse(std::string_view text, std::string_view name,
                                       JsonComments comments) {
  const bool skip_comments = comments == JsonComments::kAllowed;
  LocatedJson document;
  document.name_ = name;
  try {
    document.root_ = std::make_shared<const json>(
        json::parse(text.begin(), text.end(), nullptr, true, skip_comments));
  } catch (const json::parse_error& error) {
    const std::string_view what = error.what();
    const std::size_t colon = what.find(": ");
    return fail(ErrorCode::kMalformed,
                fmt::format("{}:{}: not JSON: {}", name, position_of(text, error.byte),
                            colon == what.npos ? what : what.substr(colon + 2)));
  }
  Position position;
  LineNotes notes(position);
  json::sax_parse(CountingIterator(text.data(), &position),
                  CountingIterator(text.data() + text.size(), &position), &notes,
                  json::input_format_t::json, true, skip_comments);
  document.lines_ = std::move(notes.lines);
  if (notes.repeated) {
    return document.error(*notes.repeated, "stands twice in its object; keep one of them");
  }
  return document;
}

tl::unexpected<Error> LocatedJson::error(std::string_view place, std::string_view message,
                                         ErrorCode code) const {
  const auto line = lines_.find(place);
  std::string where = name_;
  if (line != lines_.end()) where += fmt::format(":{}", line->second);
  if (!place.empty()) where += fmt::format(": {}", place);
  return fail(code, fmt::format("{}: {}", where, message));
}

tl::unexpected<Error> LocatedJson::unexpected(std::string_view place, std::string_view expected,
                                              const json& got) const {
  return error(place, fmt::format("expected {}, got {}", expected, shown(got)));
}

Status LocatedJson::expect_members(const json& value, std::string_view place,
                                   std::span<const std::string_view> required,
                                   std::span<const std::string_view> known) const {
  if (!value.is_object()) return unexpected(place, "an object", value);
  for (const auto& [name, unused] : value.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string hint = did_you_mean(name, known);
    return error(
        place_of_member(place, name),
        fmt::format("unknown member{}",
                    hint.empty() ? fmt::format("; known are {}", fmt::join(known, ", ")) : hint));
  }
  for (const std::string_view name : required) {
    if (value.contains(name)) continue;
    return error(place, fmt::format("member \"{}\" is missing", name));
  }
  return {};
}

Result<std::string> LocatedJson::text_member(const json& object, std::string_view place,
                                             std::string_view member) const {
  const json& value = object.at(std::string(member));
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return unexpected(place_of_member(place, member), "a text that is not empty", value);
  }
  return value.get<std::string>();
}

}  // namespace favsync::contract
