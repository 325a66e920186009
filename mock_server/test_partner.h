#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/partner_api.h"
#include "wire/clock.h"

namespace favsync::mock {

// A partner without a socket for tests: time stands still until it is moved, and late writers
// finish before a call returns.
class TestPartner {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // Users: alice (alice-token-0001 and -0002, alice-token-dead expired) with session_1 ADD,
  // session_2 DELETE, session_3 ADD; bob (bob-token-7777) with session_1 ADD; carol (carol-token)
  // with one favourite; dave (dave-token) with none.
  static Scenario scenario();

  explicit TestPartner(Scenario beginning = scenario(), std::vector<std::string> behaviors = {});

  // Sends with Bearer `token` unless it is empty.
  PartnerReply send(std::string_view method, std::string_view path, std::string_view token,
                    std::string_view body = {}, const Headers& headers = {});
  PartnerReply get(std::string_view token) { return send("GET", "/getUserFavorites", token); }
  PartnerReply post(std::string_view token, std::string_view body) {
    return send("POST", "/postUserFavorites", token, body);
  }
  // Without running before_send.
  PartnerReply begin(std::string_view method, std::string_view path, std::string_view token,
                     std::string_view body = {}, const Headers& headers = {});

  PartnerApi& api() { return api_; }
  ManualClock& clock() { return clock_; }
  std::uint64_t connection = 0;  // of the requests that follow

 private:
  ManualClock clock_;
  PartnerApi api_;
};

// `{"item":ITEM,"actionDate":DATE,"action":ACTION}`; item is put into JSON form.
std::string favorite_json(std::string_view item, std::string_view date, std::string_view action);
// The rows of a 200, read strictly; nothing otherwise.
std::optional<std::vector<Favorite>> listed(const PartnerReply& reply);

}  // namespace favsync::mock
