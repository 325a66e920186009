#include "simulation/property.h"

#include <array>

namespace favsync::simulation {
namespace {

using enum Property;

constexpr std::array<PropertyInfo, 15> kProperties = {{
    {kConverges, "converges", "5.5",
     "When faults end, two rounds of each user make both sides hold the same; ties are excepted "
     "where the policy says so, and in read-only mode what only the backend has."},
    {kNoLostUpdate, "no-lost-update", "5.1",
     "What stands at the end is one of the newest-dated changes made anywhere."},
    {kNoResurrection, "no-resurrection", "4.4",
     "An ADD older than a removal that both sides held never shows again."},
    {kReadOnlyNeverWrites, "read-only-never-writes", "6.2",
     "In read-only mode no POST is sent, whatever happens."},
    {kDateNeverGoesBack, "date-never-goes-back", "5.2",
     "The actionDate that the backend stores of an item never becomes older, and no item "
     "vanishes."},
    {kUsersNeverMix, "users-never-mix", "1.2",
     "No request carries another user's token, and no change crosses from user to user."},
    {kRepeatIsHarmless, "repeat-is-harmless", "4.6",
     "A POST that arrives twice changes nothing the second time, and a step that is tried again "
     "sends the same."},
    {kAcknowledgedSurvives, "acknowledged-survives", "4.10",
     "What the partner acknowledged, and what the store accepted from a device, is never replaced "
     "by something older; and nothing else counts as acknowledged."},
    {kBadListChangesNothing, "bad-list-changes-nothing", "3.1",
     "A round whose list could not be read as a whole changes nothing and sends nothing."},
    {kNothingInvented, "nothing-invented", "5.1",
     "What the engine stores was on the list that it was just shown; an absence is no removal."},
    {kSendsOnlyNewer, "sends-only-newer", "5.3",
     "What is sent stands durably in the store, and is newer than what the list showed or was "
     "never "
     "agreed on."},
    {kTiesAsDeclared, "ties-as-declared", "4.5",
     "At equal dates an item's action changes only as the tie policy says."},
    {kSendingEnds, "sending-ends", "5.5",
     "With no change left, rounds stop sending; no value is sent for ever."},
    {kDevicesAgree, "devices-agree", "5.4",
     "After a sync and a refresh, every device of a user shows what the backend has."},
    {kOneRenewalARound, "one-renewal-a-round", "1.5",
     "A refused token is renewed at most once a round."},
}};

}  // namespace

std::span<const PropertyInfo> all_properties() {
  return kProperties;
}

const PropertyInfo& property_info(Property property) {
  return kProperties[static_cast<std::size_t>(property)];
}

}  // namespace favsync::simulation
