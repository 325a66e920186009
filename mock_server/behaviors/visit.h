#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/behaviors/notebook.h"
#include "mock_server/honest_replies.h"
#include "mock_server/journal.h"
#include "mock_server/partner_message.h"
#include "mock_server/partner_state.h"
#include "wire/auth_scheme.h"
#include "wire/clock.h"

namespace favsync::mock {

// One request on its way through a partner with behaviours: what hooks see and may change. One
// thread's, gone when the answer is decided. Hooks for fields: hooks.h.
struct Visit {
  Visit(const PartnerRequest& received, PartnerState& users, const Clock& time,
        const Scenario& beginning, bool is_read_only, Exchange& record)
      : request(received),
        state(users),
        clock(time),
        scenario(beginning),
        auth(beginning.auth),
        read_only(is_read_only),
        exchange(record) {}

  PartnerRequest request;  // a copy: its views may be set to others that live as long
  PartnerState& state;
  const Clock& clock;
  const Scenario& scenario;
  const AuthScheme& auth;
  bool read_only;
  Exchange& exchange;
  std::shared_ptr<Notebook> notes;    // of the behaviour whose hook runs; never null there
  std::function<void()> count_fired;  // counts that behaviour as fired, also after the visit

  // Set by any hook: nothing more of the request is done, this is the answer.
  std::optional<PartnerReply> answer;

  Endpoint endpoint = Endpoint::kNone;
  std::optional<std::string> token;        // as shown
  Standing standing = Standing::kUnknown;  // kGood lets the request pass
  UserPtr user;                            // whose token it is, also when it is no longer good
  std::shared_ptr<FavoriteList> list;  // that the request works on; the user's own to begin with

  // After the body was read: the favourites, or why it is refused and with which status.
  std::vector<Favorite> posted;
  std::optional<std::string> refusal;
  int refusal_status = 400;

  // Set by read_body: POST works on these instead of the list, and they go nowhere by themselves.
  std::shared_ptr<FavoriteRows> scratch;
  // In take_item and after_apply: the rows that the POST works on.
  const FavoriteRows* rows = nullptr;

  // Works on that user's own list from here on.
  void become(const UserPtr& other);
  bool applied_any() const;
  std::vector<Favorite> applied() const;  // the posted favourites that were
  // The rows of `list` as they are now, apart from the store.
  std::shared_ptr<FavoriteRows> copy_rows() const;
};

// Holds the reply back for `delay` (at least) and does `commit` just before it is sent.
void commit_late(PartnerReply& reply, std::chrono::milliseconds delay,
                 std::function<void()> commit);

}  // namespace favsync::mock
