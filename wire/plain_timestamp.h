#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "wire/civil_date.h"
#include "wire/timestamp.h"

// The fast half of parse_timestamp, in a header so that the codec's loop has it inline.
namespace favsync {

// Eight characters of the plain form at once, as a little-endian word: each byte XORed with `form`
// leaves a digit's value, or zero where the form has a separator.
struct EightCharacters {
  EightCharacters(const char* at, std::string_view form) {
    std::uint64_t wanted;
    std::memcpy(&wanted, form.data(), sizeof wanted);
    std::memcpy(&values, at, sizeof values);
    values ^= wanted;
  }

  // The high bit of each byte that is no digit (above 9) or not the separator (above 0): adding
  // what is left to 0x7f carries into it. Bytes that carry further have set their own.
  std::uint64_t misfits(std::uint64_t separators) const {
    constexpr std::uint64_t kRoomOfDigits = 0x7676767676767676;
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    return ((values + (kRoomOfDigits | (separators & 0x7f7f7f7f7f7f7f7f))) | values) & kHighBits;
  }

  // Digits `i` and `i + 1` as a number.
  std::uint32_t two(unsigned i) const {
    return static_cast<std::uint32_t>((values * 10 + (values >> 8)) >> (8 * i)) & 0xff;
  }
  std::uint32_t one(unsigned i) const {
    return static_cast<std::uint32_t>(values >> (8 * i)) & 0xff;
  }

  std::uint64_t values;
};

// The form that nearly every list uses, `YYYY-MM-DDTHH:MM:SS.mmmZ`, read without a branch a digit.
// False when the text is anything else, right or wrong: that is parse_timestamp's to say.
inline bool read_plain_timestamp(std::string_view text, Timestamp& instant) {
  if (std::endian::native != std::endian::little || text.size() != 24) return false;
  const EightCharacters first(text.data(), "0000-00-");
  const EightCharacters second(text.data() + 8, "00T00:00");
  const EightCharacters third(text.data() + 16, ":00.000Z");
  if ((first.misfits(0xff0000ff00000000) | second.misfits(0x0000ff0000ff0000) |
       third.misfits(0xff000000ff0000ff)) != 0) {
    return false;
  }
  const CivilDate date{100 * first.two(0) + first.two(2), first.two(5), second.two(0)};
  const std::uint32_t hour = second.two(3);
  const std::uint32_t minute = second.two(6);
  const std::uint32_t seconds = third.two(1);
  if (date.year == 0 || date.month - 1 > 11 || date.day == 0 || hour > 23 || minute > 59 ||
      seconds > 59) {
    return false;
  }
  if (date.day > 28 && date.day > days_in_month(date.year, date.month)) return false;
  instant =
      Timestamp::from_unix(days_from_civil(date) * 86'400 + 3600 * hour + 60 * minute + seconds,
                           (10 * third.two(4) + third.one(6)) * 1'000'000);
  return true;
}

}  // namespace favsync
