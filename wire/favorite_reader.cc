#include "wire/favorite_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/json_fault.h"
#include "wire/nearest_name.h"
#include "wire/plain_timestamp.h"
#include "wire/quote.h"

namespace favsync {
namespace dom = simdjson::dom;
namespace {

constexpr std::size_t kListDepth = 1;
// Before this year a date is more likely a default than a click (1970, 0001).
constexpr std::int64_t kYear2000 = 946'684'800;

constexpr std::string_view kDatePath = ".actionDate";
// Among how many unknown members a misspelt name is looked for.
constexpr std::size_t kMostNamesCompared = 32;

// The members of a favourite, as bits of what an element has shown.
enum : unsigned { kItem = 1, kAction = 2, kActionDate = 4, kAllMembers = 7 };

constexpr unsigned member_bit(std::string_view name) {
  if (name == "item") return kItem;
  if (name == "action") return kAction;
  if (name == "actionDate") return kActionDate;
  return 0;
}

constexpr MemberRule kItemRule = {"item", "a non-empty string", "§2.1"};
constexpr MemberRule kActionRule = {"action", "\"ADD\" or \"DELETE\"", "§2.3"};
constexpr MemberRule kDateRule = {"actionDate", "an RFC 3339 date-time in GMT", "§2.4"};

std::string twice(std::string_view name) {
  return fmt::format("expected each member once, got {} twice (§2, §4.7)", quoted(name));
}

}  // namespace

std::string describe_json(dom::element value, bool numbers_replaced) {
  switch (value.type()) {
    case dom::element_type::ARRAY:
      return "an array";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::STRING:
      return quoted(std::string_view(value));
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return numbers_replaced ? "a number" : "the number " + simdjson::minify(value);
    case dom::element_type::BOOL:
    case dom::element_type::NULL_VALUE:
      break;
  }
  return simdjson::minify(value);
}

bool FavoriteReader::read(dom::element element, std::size_t index, Favorite& favorite) {
  index_ = index;
  dom::object object;
  const bool read = element.get(object) == simdjson::SUCCESS
                        ? read_object(object, favorite)
                        : refuse(fmt::format("expected an object with \"item\", \"action\" and "
                                             "\"actionDate\", got {} (§2)",
                                             describe_json(element, numbers_replaced_)));
  // A skipped element was not searched to its end, but the limit holds for the whole body.
  if (!read && warnings_ != nullptr) check_depth(element, kListDepth + 1);
  return read;
}

std::string FavoriteReader::fault_message() const {
  return fmt::format("[{}]{}: {}", index_, fault_.path, fault_.sentence);
}

bool FavoriteReader::read_object(dom::object object, Favorite& favorite) {
  if (kListDepth + 1 > max_depth_) return refuse_depth();
  unknown_names_.clear();
  unsigned seen = 0;
  for (const auto [name, value] : object) {
    const unsigned bit = member_bit(name);
    if ((seen & bit) != 0) return refuse(twice(name));
    seen |= bit;
    bool good = false;
    switch (bit) {
      case kItem:
        good = read_item(value, favorite.item);
        break;
      case kAction:
        good = read_action(value, favorite.action);
        break;
      case kActionDate:
        good = read_date(value, favorite.action_date);
        break;
      default:
        unknown_names_.push_back(name);
        good = check_unread(value, kListDepth + 2) || in(member_path(name));
    }
    if (!good) return false;
  }
  if (seen != kAllMembers) return refuse_missing(seen);
  return unknown_names_.size() < 2 || check_unique(unknown_names_);
}

bool FavoriteReader::read_item(dom::element value, std::string& item) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS || text.empty()) return refuse_value(kItemRule, value);
  item.assign(text);
  return true;
}

bool FavoriteReader::read_action(dom::element value, Action& action) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return refuse_value(kActionRule, value);
  const auto parsed = parse_action(text);
  if (!parsed) return refuse_value(kActionRule, value);
  action = *parsed;
  return true;
}

bool FavoriteReader::read_date(dom::element value, Timestamp& date) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return refuse_value(kDateRule, value);
  if (read_plain_timestamp(text, date) && (warnings_ == nullptr || date.seconds() >= kYear2000)) {
    return true;
  }
  if (warnings_ != nullptr) return convert_date(text, date);
  auto parsed = parse_strict_timestamp(text);
  if (!parsed) {
    refuse(std::move(parsed.error().message));
    return in(kDatePath);
  }
  date = *parsed;
  return true;
}

bool FavoriteReader::convert_date(std::string_view text, Timestamp& date) {
  auto parsed = parse_timestamp(text);
  if (!parsed) {
    refuse(std::move(parsed.error().message));
    return in(kDatePath);
  }
  date = parsed->instant;
  if (parsed->zone == ZoneForm::kZeroOffset || parsed->zone == ZoneForm::kUnknownOffset) {
    warn_of_date(fmt::format("expected GMT to be written as \"Z\", got {} (§2.4)", quoted(text)));
  } else if (parsed->zone == ZoneForm::kOtherOffset) {
    warn_of_date(fmt::format("expected a date-time in GMT, got {}; read as {} (§2.4)", quoted(text),
                             to_string(date)));
  }
  if (parsed->lower_case) {
    warn_of_date(fmt::format("expected upper-case \"T\" and \"Z\", got {} (§2.4)", quoted(text)));
  }
  if (parsed->fraction_digits > 9) {
    warn_of_date(fmt::format("expected at most nine fraction digits, got {}; read as {} (§2.5)",
                             parsed->fraction_digits, to_string(date)));
  }
  if (parsed->leap_second) {
    warn_of_date(fmt::format("expected a second of 00..59, got {}; read as {} (§2.4)", quoted(text),
                             to_string(date)));
  }
  if (date.seconds() < kYear2000) {
    warn_of_date(fmt::format("expected a date of this century, got {}; is it a default? (§2.4)",
                             quoted(text)));
  }
  return true;
}

// What nobody reads must still be sound: no member twice, at any depth, and not too deep.
bool FavoriteReader::check_unread(dom::element value, std::size_t depth) {
  if (dom::object object; value.get(object) == simdjson::SUCCESS) {
    return depth <= max_depth_ ? check_unread_object(object, depth) : refuse_depth();
  }
  dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return true;
  if (depth > max_depth_) return refuse_depth();
  std::size_t at = 0;
  for (const dom::element child : array) {
    if (!check_unread(child, depth + 1)) return in(fmt::format("[{}]", at));
    ++at;
  }
  return true;
}

bool FavoriteReader::check_unread_object(dom::object object, std::size_t depth) {
  std::vector<std::string_view> names;
  for (const auto [name, child] : object) {
    names.push_back(name);
    if (!check_unread(child, depth + 1)) return in(member_path(name));
  }
  return check_unique(names);
}

bool FavoriteReader::check_unique(std::vector<std::string_view>& names) {
  std::ranges::sort(names);
  const auto found = std::ranges::adjacent_find(names);
  return found == names.end() || refuse(twice(*found));
}

bool FavoriteReader::check_depth(dom::element value, std::size_t depth) {
  if (dom::array array; value.get(array) == simdjson::SUCCESS) {
    if (depth > max_depth_) return refuse_depth();
    for (const dom::element child : array) {
      if (!check_depth(child, depth + 1)) return false;
    }
  } else if (dom::object object; value.get(object) == simdjson::SUCCESS) {
    if (depth > max_depth_) return refuse_depth();
    for (const auto [name, child] : object) {
      if (!check_depth(child, depth + 1)) return false;
    }
  }
  return true;
}

bool FavoriteReader::refuse(std::string sentence) {
  fault_ = {ErrorCode::kMalformed, {}, std::move(sentence)};
  return false;
}

bool FavoriteReader::refuse_value(const MemberRule& rule, dom::element value) {
  refuse(fmt::format("expected {}, got {} ({})", rule.expected,
                     describe_json(value, numbers_replaced_), rule.clause));
  return in(member_path(rule.name));
}

bool FavoriteReader::refuse_missing(unsigned seen) {
  const MemberRule& rule = (seen & kItem) == 0     ? kItemRule
                           : (seen & kAction) == 0 ? kActionRule
                                                   : kDateRule;
  const std::span<const std::string_view> others(unknown_names_);
  const auto near =
      nearest_name(rule.name, others.first(std::min(others.size(), kMostNamesCompared)));
  refuse(fmt::format("expected {}, got no such member{} ({})", rule.expected,
                     near ? fmt::format(" (there is {})", quoted(*near)) : "", rule.clause));
  return in(member_path(rule.name));
}

bool FavoriteReader::refuse_depth() {
  fault_ = {ErrorCode::kLimitExceeded,
            {},
            fmt::format("nested deeper than {} levels (max_depth)", max_depth_)};
  return false;
}

bool FavoriteReader::in(std::string_view step) {
  fault_.path.insert(0, step);
  return false;
}

void FavoriteReader::warn_of_date(std::string sentence) {
  warnings_->push_back({index_, fmt::format("[{}]{}: {}", index_, kDatePath, sentence)});
}

}  // namespace favsync
