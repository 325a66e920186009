#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace favsync::mock {

class PartnerApi;

// One request to the admin port; views are valid during the call.
struct AdminRequest {
  std::string_view method;  // "GET", "POST", "PUT"
  std::string_view path;    // "/__admin/health", still percent-encoded, without the query
  std::string_view query;   // raw, without '?'
  std::string_view body;
};

// Always JSON; `allow` names the methods that a 405 wants to see.
struct AdminReply {
  int status = 200;
  std::string body;
  std::string allow;
};

// What the server around the api knows of itself.
struct ServerFacts {
  std::string instance, partner_url, admin_url;
  std::chrono::steady_clock::time_point started;
  std::size_t open_connections = 0;  // on the partner port
};

// The control interface of a mock as a plain call, without a socket:
//   GET  /__admin                     the routes
//   GET  /__admin/health              instance, addresses, uptime, counts
//   GET  /__admin/users               names, tokens, numbers of ADD and DELETE
//   GET  /__admin/state[/users/NAME]  everything that is stored, with favourites
//   GET  /__admin/journal             ?user= endpoint= method= path= item= status= after= limit=
//   GET  /__admin/scenario            what a reset goes back to
//   GET  /__admin/quirks, /defects    the list, with `active` and `fired`
//   PUT  /__admin/quirks, /defects    {"active":[ids]}: exactly these
//   POST /__admin/reset/all, /reset/journal, /reset/users/NAME
// Writes are idempotent and answer with the resulting state. A wrong call is answered 4xx with
// {"error":{"where","expected","got","message"}} and changes nothing. Never throws; safe from any
// thread.
class AdminApi {
 public:
  // Both outlive the api. `drop_stalled` is called by a reset of all: answers that are held back
  // for a state that is gone are cancelled.
  AdminApi(PartnerApi& partner, std::function<ServerFacts()> facts,
           std::function<void()> drop_stalled);

  AdminReply handle(const AdminRequest& request);

 private:
  PartnerApi& partner_;
  std::function<ServerFacts()> facts_;
  std::function<void()> drop_stalled_;
};

}  // namespace favsync::mock
