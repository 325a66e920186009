#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace favsync::simulation {

// What must hold in every run. Ids (property_info) are stable.
enum class Property : std::uint8_t {
  kConverges,
  kNoLostUpdate,
  kNoResurrection,
  kReadOnlyNeverWrites,
  kDateNeverGoesBack,
  kUsersNeverMix,
  kRepeatIsHarmless,
  kAcknowledgedSurvives,
  kBadListChangesNothing,
  kNothingInvented,
  kSendsOnlyNewer,
  kTiesAsDeclared,
  kSendingEnds,
  kDevicesAgree,
  kOneRenewalARound,
};

struct PropertyInfo {
  Property property;
  std::string_view id, clause, text;
};

// All of them, in the order of the enumeration.
std::span<const PropertyInfo> all_properties();
const PropertyInfo& property_info(Property property);

class PropertySet {
 public:
  constexpr PropertySet() = default;
  constexpr PropertySet(std::initializer_list<Property> properties) {
    for (const auto property : properties) bits_ |= bit(property);
  }
  constexpr bool contains(Property property) const { return (bits_ & bit(property)) != 0; }
  constexpr bool is_empty() const { return bits_ == 0; }
  constexpr PropertySet operator|(PropertySet other) const {
    PropertySet both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }

 private:
  static constexpr std::uint32_t bit(Property property) {
    return std::uint32_t{1} << static_cast<unsigned>(property);
  }
  std::uint32_t bits_ = 0;
};

// What the state of both sides at the end says; a partner that is wrong enough takes these away.
inline constexpr PropertySet kAtTheEnd{Property::kConverges, Property::kNoLostUpdate,
                                       Property::kAcknowledgedSurvives};

// A property that did not hold, and of what, in one sentence.
struct Breach {
  Property property = Property::kConverges;
  std::string sentence;
};

}  // namespace favsync::simulation
