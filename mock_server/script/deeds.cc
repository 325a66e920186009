#include "mock_server/script/deeds.h"

#include "mock_server/partner_api.h"

namespace favsync::mock {
namespace {

struct Perform {
  PartnerApi& partner;
  Timestamp moment;

  Status operator()(const EditFavorite& edit) const {
    const Favorite favorite{edit.item, edit.action,
                            edit.action_date.value_or(moment.floor_to_millis())};
    partner.state().user(edit.user)->favorites().edit(
        [&](FavoriteRows& rows) { rows.put(favorite); });
    return {};
  }
  Status operator()(const RevokeToken& revoke) const {
    if (partner.state().revoke_token(revoke.token)) return {};
    return fail(ErrorCode::kNotFound, "revokes: expected a token that was issued, got another");
  }
  Status operator()(const IssueToken& issue) const {
    return partner.state().issue_token(issue.user, issue.token, issue.lifetime);
  }
  Status operator()(const SwitchBehavior& change) const {
    return partner.switch_behavior(change.id, change.on);
  }
  Status operator()(const SetReadOnly& change) const {
    partner.set_read_only(change.read_only);
    return {};
  }
  Status operator()(const Fault&) const { return {}; }
  Status operator()(const AdvanceClock&) const { return {}; }
  Status operator()(const SetState&) const { return {}; }
};

}  // namespace

Status perform(const Deed& deed, PartnerApi& partner, Timestamp moment) {
  return std::visit(Perform{partner, moment}, deed);
}

}  // namespace favsync::mock
