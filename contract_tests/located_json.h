#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "wire/result.h"

namespace favsync::contract {

enum class JsonComments { kRefused, kAllowed };

// A JSON document that a person wrote, with the line of every value, so that an error can say
// where. A place is a text like `[1].owner`; the whole document is the empty text. Immutable; safe
// from any thread.
class LocatedJson {
 public:
  // `name` stands in messages, mostly the file's. Errors: kMalformed for what is not JSON (line,
  // column, reason) and for a member that stands twice in its object.
  [[nodiscard]] static Result<LocatedJson> parse(std::string_view text, std::string_view name,
                                                 JsonComments comments);

  const nlohmann::json& root() const { return *root_; }

  // An error at that place: `favsync.json:12: [1].owner: MESSAGE`.
  tl::unexpected<Error> error(std::string_view place, std::string_view message,
                              ErrorCode code = ErrorCode::kMalformed) const;
  // As `error`, for a value of the wrong kind: `expected EXPECTED, got VALUE`.
  tl::unexpected<Error> unexpected(std::string_view place, std::string_view expected,
                                   const nlohmann::json& got) const;
  // Whether `value`, at `place`, is an object with all of `required` and nothing beyond `known`
  // (which has the required ones too). An unknown member is told with the nearest one.
  [[nodiscard]] Status expect_members(const nlohmann::json& value, std::string_view place,
                                      std::span<const std::string_view> required,
                                      std::span<const std::string_view> known) const;
  // A member that expect_members has passed, which must be a string and not empty.
  [[nodiscard]] Result<std::string> text_member(const nlohmann::json& object,
                                                std::string_view place,
                                                std::string_view member) const;

 private:
  LocatedJson() = default;
  std::string name_;
  std::shared_ptr<const nlohmann::json> root_;
  std::map<std::string, std::size_t, std::less<>> lines_;
};

// `place.member` and `place[index]`, without a dot at the outermost level.
std::string place_of_member(std::string_view place, std::string_view member);
std::string place_of_element(std::string_view place, std::size_t index);

}  // namespace favsync::contract
