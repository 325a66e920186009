#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace favsync::mock {

// One word of the faults' vocabulary, for `favsync list faults`, `explain` and the reader of specs.
struct FaultKind {
  std::string_view id = {};        // the setting's name: "status"
  std::string_view form = {};      // what it takes: "status=CODE"
  std::string_view story = {};     // what a client meets, in one sentence
  std::string_view example = {};   // a whole spec
  std::string_view alias_of = {};  // of WireMock's names: the spec that it stands for; else empty
  std::string_view position = {};  // where it strikes by default
};

// All of them, in an order that does not change within a build; WireMock's names last.
std::span<const FaultKind> all_fault_kinds();
// Null when there is none.
const FaultKind* find_fault_kind(std::string_view id);
// Every name that a fault may have: kinds, their further settings, position, triggers.
std::vector<std::string_view> fault_setting_names();

}  // namespace favsync::mock
