#include "contract_tests/reports/repro_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/judge/instant.h"

namespace favsync::contract {
namespace {

constexpr std::int64_t kDay = 86'400;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// How much of the front of `text` is "2017-05-02T10:45:12" and its fraction: bytes up to the
// seconds and after; {0, 0} for anything else.
std::pair<std::size_t, std::size_t> date_length(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() < kForm.size()) return {0, 0};
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(text[i]) : text[i] != kForm[i]) return {0, 0};
  }
  std::size_t end = kForm.size();
  if (end < text.size() && text[end] == '.') {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return {kForm.size(), end};
}

}  // namespace

std::string ReproText::variable_of(std::string_view token) {
  std::string name = "t_" + std::string(token);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

ReproText::Part ReproText::part_at(std::string_view text, Place place) {
  const std::string& prefix = report_.options.item_prefix;
  if (!prefix.empty() && text.starts_with(prefix)) return {"${new}", prefix.size()};
  constexpr std::string_view kToken = "<token:";
  if (text.starts_with(kToken)) {
    const auto end = text.find('>');
    const std::string_view name = text.substr(kToken.size(), end - kToken.size());
    const bool known = end != std::string_view::npos &&
                       name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.") == name.npos;
    if (known) {
      tokens_.emplace(name);
      const std::string variable = "$" + variable_of(name);
      const std::string becomes =
          place == Place::kUrl      ? fmt::format("$(in_url \"{}\")", variable)
          : place == Place::kCookie ? fmt::format("$(in_cookie \"{}\")", variable)
          : place == Place::kBasic  ? fmt::format("$(in_basic \"{}\")", variable)
                                    : "${" + variable.substr(1) + "}";
      return {becomes, end + 1};
    }
  }
  const auto [to_seconds, whole] = date_length(text);
  if (to_seconds == 0) return {};
  const auto date = judge_date(std::string(text.substr(0, to_seconds)) + "Z");
  // Dates of another time are there for their own sake (a leap day, a year's end): they stay.
  const auto run = report_.started.seconds;
  if (!date.instant || date.instant->seconds < run - 3 * kDay ||
      date.instant->seconds > run + report_.duration.count() / 1000 + 60) {
    return {};
  }
  seconds_.insert(date.instant->seconds);
  return {
      fmt::format("$(at {}){}", date.instant->seconds, text.substr(to_seconds, whole - to_seconds)),
      whole};
}

std::string ReproText::quoted(std::string_view text, Place place) {
  std::string out = "\"";
  while (!text.empty()) {
    const Part part = part_at(text, place);
    if (part.length > 0) {
      out += part.becomes;
      text.remove_prefix(part.length);
      continue;
    }
    if (std::string_view("\\\"$`").find(text[0]) != std::string_view::npos) out += '\\';
    out += text[0];
    text.remove_prefix(1);
  }
  return out + "\"";
}

}  // namespace favsync::contract
