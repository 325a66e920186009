#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contract_tests/lab/account.h"

namespace favsync::contract {

// What one user's items may show by the contract: for each item the set of values that are legal
// now, nearly always one. Several come of what the contract leaves open: equal dates with different
// actions (§4.5), and arrays that may be refused whole. A read settles which one it was.
class WalkModel {
 public:
  using Choices = std::vector<std::optional<Value>>;  // nothing: not listed

  // What is known of the item before the first write; else it is not listed.
  void begin(const std::string& item, const Value& value);

  // An array that was answered 2xx. Source: §4.2, §4.4, §4.5.
  void accepted(std::span<const Write> array);
  // One that was answered 4xx, which a stale or repeated item may cause: an array with a repeated
  // item took effect whole or not at all; otherwise all but the stale items did (§4.4).
  void refused(std::span<const Write> array);
  static bool names_an_item_twice(std::span<const Write> array);
  // Whether some item of the array is not newer than what may be stored.
  bool has_stale(std::span<const Write> array) const;

  // Compares the items that were written or begun with what is listed; the first that is wrong, in
  // the order of items, or nothing. From then on what was shown is what is stored.
  struct Surprise {
    std::string item;
    Choices legal;
    std::optional<Value> shown;
  };
  std::optional<Surprise> look(const State& listed);

 private:
  Choices& of(const std::string& item);
  static void apply(const Write& write, Choices& choices);

  std::map<std::string, Choices, std::less<>> items_;
};

// "ADD of … or DELETE of …".
std::string to_text(const WalkModel::Choices& choices);

}  // namespace favsync::contract
