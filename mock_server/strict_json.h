#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "wire/result.h"

namespace favsync::mock {

// Reading what a person wrote (scenarios, admin calls): everything that was not understood is an
// error with its place, so that a slip never passes for a setting. All errors are kMalformed. A
// place is a text like `users[1].tokens[0]`, empty for the whole document.

// Parses one JSON document; comments are allowed. Errors: line and column of a syntax error; the
// place of a member that stands twice.
[[nodiscard]] Result<nlohmann::json> parse_strict_json(std::string_view text);

// Whether `value` is an object with all of `required` and nothing beyond `required` and `optional`.
[[nodiscard]] Status expect_members(const nlohmann::json& value, std::string_view place,
                                    std::span<const std::string_view> required,
                                    std::span<const std::string_view> optional);

// One member of an object that expect_members has passed; `place` is the object's. The string is
// not empty.
[[nodiscard]] Result<std::string> read_string(const nlohmann::json& object, std::string_view place,
                                              std::string_view member);
[[nodiscard]] Result<bool> read_bool(const nlohmann::json& object, std::string_view place,
                                     std::string_view member);
[[nodiscard]] Result<std::int64_t> read_integer(const nlohmann::json& object,
                                                std::string_view place, std::string_view member,
                                                std::int64_t least, std::int64_t most);
// The array itself, to be gone through; null when the member is absent.
[[nodiscard]] Result<const nlohmann::json*> read_array(const nlohmann::json& object,
                                                       std::string_view place,
                                                       std::string_view member);

// `place.member` and `place[index]`, without a dot at the outermost level.
std::string member_place(std::string_view place, std::string_view member);
std::string element_place(std::string_view place, std::size_t index);
// `PLACE: expected EXPECTED, got GOT`; the whole document is called "the document".
tl::unexpected<Error> unexpected_value(std::string_view place, std::string_view expected,
                                       const nlohmann::json& got);

}  // namespace favsync::mock
