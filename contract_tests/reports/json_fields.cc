#include "contract_tests/reports/json_fields.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/judge/json_text.h"
#include "wire/nearest_name.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

const json kNull;
const json kNoObject = json::object();

std::string expected(std::string_view what, const json& got) {
  return fmt::format("expected {}, got {}", what, describe(got));
}

}  // namespace

void JsonFault::note(std::string_view place, std::string_view what) {
  if (text_.empty()) {
    text_ = place.empty() ? std::string(what) : fmt::format("{}: {}", place, what);
  }
}

JsonFields::JsonFields(const json& value, std::string place, JsonFault& fault)
    : value_(value.is_object() ? value : kNoObject), place_(std::move(place)), fault_(fault) {
  if (!value.is_object()) fault.note(place_, expected("an object", value));
}

void JsonFields::fault(const char* name, std::string_view what) {
  fault_.note(place_.empty() ? name : place_ + "." + name, what);
}

bool JsonFields::has(const char* name) const {
  return value_.contains(name);
}

const json& JsonFields::any(const char* name) {
  asked_.emplace_back(name);
  const auto found = value_.find(name);
  if (found != value_.end()) return *found;
  fault(name, "missing");
  return kNull;
}

std::string JsonFields::text(const char* name) {
  const json& value = any(name);
  if (value.is_string()) return value.get<std::string>();
  fault(name, expected("a string", value));
  return {};
}

std::int64_t JsonFields::number(const char* name, std::int64_t least, std::int64_t most) {
  const json& value = any(name);
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                        : value.is_number_integer();
  if (fits) {
    const auto number = value.get<std::int64_t>();
    if (number >= least && number <= most) return number;
  }
  fault(name, fmt::format("expected a whole number from {} to {}, got {}", least, most,
                          value.is_number() ? value.dump() : describe(value)));
  return least;
}

bool JsonFields::flag(const char* name) {
  const json& value = any(name);
  if (value.is_boolean()) return value.get<bool>();
  fault(name, expected("true or false", value));
  return false;
}

void JsonFields::array(const char* name,
                       const std::function<void(const json&, const std::string&)>& each) {
  const json& value = any(name);
  if (!value.is_array()) {
    fault(name, expected("an array", value));
    return;
  }
  const std::string place = place_.empty() ? name : place_ + "." + name;
  for (std::size_t i = 0; i < value.size(); ++i) each(value[i], fmt::format("{}[{}]", place, i));
}

std::vector<std::string> JsonFields::texts(const char* name) {
  std::vector<std::string> list;
  array(name, [&](const json& value, const std::string& place) {
    if (value.is_string()) return list.push_back(value.get<std::string>());
    fault_.note(place, expected("a string", value));
  });
  return list;
}

std::vector<int> JsonFields::numbers(const char* name) {
  std::vector<int> list;
  array(name, [&](const json& value, const std::string& place) {
    const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= 1'000'000'000;
    if (fits) return list.push_back(value.get<int>());
    fault_.note(place, expected("a whole number from 0", value));
  });
  return list;
}

JsonFields JsonFields::object(const char* name) {
  const json& value = any(name);
  return {value, place_.empty() ? name : place_ + "." + name, fault_};
}

void JsonFields::end() {
  for (const auto& [name, value] : value_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    fault_.note(place_, fmt::format("unknown member \"{}\"{}", name, did_you_mean(name, asked_)));
  }
}

}  // namespace favsync::contract
