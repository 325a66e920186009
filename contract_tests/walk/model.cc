#include "contract_tests/walk/model.h"

#include <algorithm>
#include <set>

namespace favsync::contract {
namespace {

void add(WalkModel::Choices& choices, const std::optional<Value>& value) {
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) choices.push_back(value);
}

bool matches(const std::optional<Value>& legal, const std::optional<Value>& shown) {
  return legal && shown ? agrees(*legal, *shown) : !legal && !shown;
}

}  // namespace

void WalkModel::begin(const std::string& item, const Value& value) {
  items_[item] = {value};
}

WalkModel::Choices& WalkModel::of(const std::string& item) {
  const auto [entry, is_new] = items_.try_emplace(item);
  if (is_new) entry->second.push_back(std::nullopt);
  return entry->second;
}

void WalkModel::apply(const Write& write, Choices& choices) {
  Choices after;
  for (const auto& stored : choices) {
    if (stored && stored->at >= write.value.at) add(after, stored);
    if (!stored || stored->at <= write.value.at) add(after, write.value);
  }
  choices = std::move(after);
}

void WalkModel::accepted(std::span<const Write> array) {
  for (const Write& write : array) apply(write, of(write.item));
}

void WalkModel::refused(std::span<const Write> array) {
  const auto before = items_;
  accepted(array);
  if (!names_an_item_twice(array)) return;
  for (const Write& write : array) {
    const auto known = before.find(write.item);
    if (known == before.end()) {
      add(of(write.item), std::nullopt);
    } else {
      for (const auto& value : known->second) add(of(write.item), value);
    }
  }
}

bool WalkModel::names_an_item_twice(std::span<const Write> array) {
  std::set<std::string_view> seen;
  return std::any_of(array.begin(), array.end(),
                     [&](const Write& write) { return !seen.insert(write.item).second; });
}

bool WalkModel::has_stale(std::span<const Write> array) const {
  return std::any_of(array.begin(), array.end(), [&](const Write& write) {
    const auto known = items_.find(write.item);
    return known != items_.end() &&
           std::any_of(known->second.begin(), known->second.end(),
                       [&](const auto& stored) { return stored && stored->at >= write.value.at; });
  });
}

std::optional<WalkModel::Surprise> WalkModel::look(const State& listed) {
  std::optional<Surprise> surprise;
  for (auto& [item, choices] : items_) {
    const auto found = listed.find(item);
    std::optional<Value> shown;
    if (found != listed.end()) shown = found->second;
    const auto legal = std::find_if(choices.begin(), choices.end(),
                                    [&](const auto& choice) { return matches(choice, shown); });
    if (legal != choices.end()) {
      choices = Choices{*legal};
      continue;
    }
    if (!surprise) surprise = Surprise{item, choices, shown};
    choices = Choices{shown};
  }
  return surprise;
}

std::string to_text(const WalkModel::Choices& choices) {
  std::string text;
  for (const auto& choice : choices) {
    if (!text.empty()) text += " or ";
    text += to_text(choice);
  }
  return text;
}

}  // namespace favsync::contract
