#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/test_partner.h"

namespace favsync::mock {

// A partner under examination, and what could be seen of it.
class Examination {
 public:
  explicit Examination(std::vector<std::string> behaviors)
      : partner(TestPartner::scenario(), std::move(behaviors)) {}

  void get(std::string_view token) { send("GET", "/getUserFavorites", token); }
  void post(std::string_view token, const std::string& body,
            const TestPartner::Headers& headers = {}) {
    send("POST", "/postUserFavorites", token, body, headers);
  }
  // Posts one favourite as alice, then lists.
  void write(std::string_view item, std::string_view date, std::string_view action = "ADD");
  void send(std::string_view method, std::string_view path, std::string_view token,
            std::string_view body = {}, const TestPartner::Headers& headers = {});
  // Records a reply as a client sees it; short delays are not.
  void see(const PartnerReply& reply);
  // What was seen, and what is stored in the end.
  std::string transcript();

  TestPartner partner;

 private:
  std::string log_;
};

// A few requests that bring out one side of a partner.
struct Probe {
  std::string_view name;
  void (*run)(Examination&);
};
std::span<const Probe> all_probes();
std::span<const Probe> plain_probes();  // a part of them: what any partner meets each day
std::span<const Probe> edge_probes();   // a part of them: what is rare
const Probe& find_probe(std::string_view name);
// The probe in which the behaviour has to show itself; null when none is declared.
const Probe* probe_of(std::string_view behavior);

}  // namespace favsync::mock
