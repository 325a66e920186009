#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "mock_server/behaviors/probes.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

constexpr std::string_view kAlice = "alice-token-0001";

// A client that takes whatever the contract leaves free: it waits when it is told to, lets writes
// settle, and reads lists liberally.
class PatientClient {
 public:
  explicit PatientClient(std::string quirk)
      : partner_(TestPartner::scenario(), {std::move(quirk)}) {}

  std::vector<Favorite> list(std::string_view token) {
    partner_.clock().advance(std::chrono::milliseconds(500));
    const PartnerReply reply = patiently([&] { return partner_.get(token); });
    EXPECT_EQ(reply.status, 200);
    const auto read = parse_favorites_leniently(reply.text());
    EXPECT_TRUE(read && read->skipped.empty()) << reply.text();
    return read ? read->favorites : std::vector<Favorite>();
  }
  std::optional<Favorite> find(std::string_view token, std::string_view item) {
    const std::vector<Favorite> rows = list(token);
    const auto same = [&](const Favorite& row) { return row.item == item; };
    EXPECT_LE(std::count_if(rows.begin(), rows.end(), same), 1) << item;
    const auto found = std::find_if(rows.begin(), rows.end(), same);
    return found == rows.end() ? std::nullopt : std::optional(*found);
  }
  int post(std::string_view token, const std::string& body) {
    return patiently([&] { return partner_.post(token, body); }).status;
  }
  TestPartner& partner() { return partner_; }

 private:
  template <typename Call>
  PartnerReply patiently(Call call) {
    PartnerReply reply = call();
    if (reply.status == 429) reply = call();
    return reply;
  }
  TestPartner partner_;
};

std::string one(std::string_view date, std::string_view action) {
  return "[" + favorite_json("session_21982", date, action) + "]";
}

std::vector<Favorite> sorted(std::vector<Favorite> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Favorite& a, const Favorite& b) { return a.item < b.item; });
  return rows;
}

std::vector<std::string> quirks() {
  std::vector<std::string> ids;
  for (const std::string_view id : behavior_ids(BehaviorKind::kQuirk)) ids.emplace_back(id);
  return ids;
}

class EachQuirk : public ::testing::TestWithParam<std::string> {};

TEST_P(EachQuirk, KeepsTheContract) {
  PatientClient client(GetParam());
  const auto expect = [&](std::string_view date, Action action) {
    const auto row = client.find(kAlice, "session_21982");
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->action, action);
    EXPECT_EQ(row->action_date, parse_strict_timestamp(date).value());
  };
  EXPECT_EQ(client.post(kAlice, one("2026-11-24T08:00:00.700Z", "ADD")) / 100, 2);
  expect("2026-11-24T08:00:00.700Z", Action::kAdd);
  EXPECT_EQ(client.post(kAlice, one("2026-11-24T08:00:00.701Z", "DELETE")) / 100, 2);
  expect("2026-11-24T08:00:00.701Z", Action::kDelete);
  EXPECT_EQ(client.post(kAlice, one("2026-11-24T08:00:00.700Z", "ADD")) / 100, 2);
  expect("2026-11-24T08:00:00.701Z", Action::kDelete);
  EXPECT_EQ(client.post(kAlice, one("2026-11-24T08:00:00.701Z", "DELETE")) / 100, 2);
  EXPECT_EQ(client.post(kAlice, "[]") / 100, 2);
  expect("2026-11-24T08:00:00.701Z", Action::kDelete);
  EXPECT_EQ(sorted(client.list(kAlice)), sorted(client.list("alice-token-0002")));
  EXPECT_EQ(client.find("bob-token-7777", "session_21982"), std::nullopt);
}

TEST_P(EachQuirk, RefusesStrangersAndBadBodies) {
  PatientClient client(GetParam());
  const std::vector<Favorite> before = client.list(kAlice);
  for (const std::string_view token : {"", "nobody", "ALICE-TOKEN-0001", "alice-token-dead"}) {
    const PartnerReply reply = client.partner().get(token);
    EXPECT_TRUE(reply.status == 401 || reply.status == 403) << reply.status;
    EXPECT_EQ(reply.text().find("session_"), std::string_view::npos);
    const int status = client.post(token, one("2026-11-24T08:00:00.700Z", "ADD"));
    EXPECT_TRUE(status == 401 || status == 403) << status;
  }
  for (const char* body : {"", "null", "{}", "[{\"item\":\"x\",\"action\":\"ADD\"}]"}) {
    EXPECT_EQ(client.post(kAlice, body) / 100, 4) << body;
  }
  EXPECT_EQ(sorted(client.list(kAlice)), sorted(before));
}

TEST_P(EachQuirk, TakesAHundredAtOnce) {
  PatientClient client(GetParam());
  std::string body = "[";
  for (int i = 0; i < 100; ++i) {
    body += (i == 0 ? "" : ",") +
            favorite_json("bulk_" + std::to_string(i), "2026-11-24T08:00:00.250Z", "ADD");
  }
  EXPECT_EQ(client.post("dave-token", body + "]") / 100, 2);
  const std::vector<Favorite> rows = client.list("dave-token");
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const Favorite& row) { return row.item.starts_with("bulk_"); }),
            100);
}

TEST_P(EachQuirk, OfAReadOnlyPartnerRefusesPostAndReads) {
  PatientClient client(GetParam());
  client.partner().api().set_read_only(true);
  const int status = client.post(kAlice, one("2026-11-24T08:00:00.700Z", "ADD"));
  EXPECT_TRUE(status == 404 || status == 405 || status == 501) << status;
  EXPECT_EQ(client.find(kAlice, "session_21982"), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(All, EachQuirk, ::testing::ValuesIn(quirks()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace favsync::mock
