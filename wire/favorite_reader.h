#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wire/favorites_codec.h"

// For the codec's own .cc files: it shows simdjson.
namespace favsync {

// What is expected of a member of a favourite, and which clause says so.
struct MemberRule {
  std::string_view name, expected, clause;
};

// Why an element is no favourite.
struct ElementFault {
  ErrorCode code = ErrorCode::kMalformed;
  std::string path;      // within the element, for example ".action"; empty for the element itself
  std::string sentence;  // what was expected, what came, the clause
};

// Makes favourites of parsed JSON elements, one after another, by the rules of parse_favorites or,
// with somewhere to put warnings, of parse_favorites_leniently. Not for several threads.
class FavoriteReader {
 public:
  // `numbers_replaced`: the numbers in the elements need not be those of the body, so none is
  // shown. `warnings` outlives the reader.
  FavoriteReader(std::size_t max_depth, bool numbers_replaced,
                 std::vector<ElementNote>* warnings = nullptr)
      : max_depth_(max_depth), numbers_replaced_(numbers_replaced), warnings_(warnings) {}

  // Fills `favorite` from element `index` of the list, or returns false and has a fault; `favorite`
  // then holds nothing of use.
  bool read(simdjson::dom::element element, std::size_t index, Favorite& favorite);

  // Of the last read, with index and path in front of the sentence.
  ErrorCode fault_code() const { return fault_.code; }
  std::string fault_message() const;

 private:
  bool read_object(simdjson::dom::object object, Favorite& favorite);
  bool read_item(simdjson::dom::element value, std::string& item);
  bool read_action(simdjson::dom::element value, Action& action);
  bool read_date(simdjson::dom::element value, Timestamp& date);
  bool convert_date(std::string_view text, Timestamp& date);
  bool check_unread(simdjson::dom::element value, std::size_t depth);
  bool check_unread_object(simdjson::dom::object object, std::size_t depth);
  bool check_unique(std::vector<std::string_view>& names);
  bool check_depth(simdjson::dom::element value, std::size_t depth);

  bool refuse(std::string sentence);
  bool refuse_value(const MemberRule& rule, simdjson::dom::element value);
  bool refuse_missing(unsigned seen);
  bool refuse_depth();
  bool in(std::string_view step);
  void warn_of_date(std::string sentence);

  std::size_t max_depth_;
  bool numbers_replaced_;
  std::vector<ElementNote>* warnings_;
  std::size_t index_ = 0;
  std::vector<std::string_view> unknown_names_;
  ElementFault fault_;
};

// A value for "got …": `"text"`, `the number 7`, `true`, `null`, `an array` or `an object`.
std::string describe_json(simdjson::dom::element value, bool numbers_replaced);

}  // namespace favsync
