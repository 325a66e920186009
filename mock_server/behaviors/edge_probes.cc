// Probes of what shows only in rare requests: see probes.cc.
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "mock_server/behaviors/probes.h"

namespace favsync::mock {
namespace {

constexpr std::string_view kAlice = "alice-token-0001";
constexpr std::string_view kBob = "bob-token-7777";

std::string one(std::string_view item, std::string_view date, std::string_view action = "ADD") {
  return "[" + favorite_json(item, date, action) + "]";
}

constexpr Probe kProbes[] = {
    {"basic-credentials",
     [](Examination& e) {
       e.send("GET", "/getUserFavorites", "", "", {{"Authorization", "Basic eDp5"}});
     }},
    {"lower-case-scheme",
     [](Examination& e) {
       e.send("GET", "/getUserFavorites", "", "", {{"Authorization", "bearer alice-token-0001"}});
     }},
    {"expired-token-post",
     [](Examination& e) {
       e.post("alice-token-dead", one("late", "2026-11-24T08:30:00.100Z"));
       e.get(kAlice);
     }},
    {"unknown-query", [](Examination& e) { e.send("GET", "/getUserFavorites?favsync=1", kAlice); }},
    {"escaped-member",
     [](Examination& e) {
       e.post(kAlice, R"([{"\u0069tem":"x","actionDate":"2026-11-24T08:30:00.100Z",)"
                      R"("action":"ADD"}])");
     }},
    {"action-first",
     [](Examination& e) {
       e.post(kAlice, R"([{"action":"ADD","actionDate":"2026-11-24T08:30:00.100Z","item":"x"}])");
     }},
    {"nothing-after-something",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.100Z");
       e.post(kAlice, "[]");
       e.get(kAlice);
     }},
    {"null-body", [](Examination& e) { e.post(kAlice, "null"); }},
    {"null-item",
     [](Examination& e) {
       e.post(kAlice, R"([{"item":null,"actionDate":"2026-11-24T08:30:00.100Z","action":"ADD"}])");
     }},
    {"named-user",
     [](Examination& e) {
       e.post(kAlice, R"([{"item":"x","actionDate":"2026-11-24T08:30:00.100Z","action":"ADD",)"
                      R"("userToken":"bob-token-7777"}])");
     }},
    {"twenty-nine-millis", [](Examination& e) { e.write("x", "2026-11-24T08:30:50.029Z"); }},
    {"prototype", [](Examination& e) { e.write("__proto__", "2026-11-24T08:30:00.100Z"); }},
    {"hang-up-and-read",
     [](Examination& e) {
       e.partner.connection = 11;
       e.post(kAlice, one("x", "2026-11-24T08:30:00.100Z"));
       e.partner.connection = 12;
       e.get(kAlice);
     }},
    {"any-etag",
     [](Examination& e) {
       e.send("GET", "/getUserFavorites", kAlice, "", {{"If-None-Match", "\"alice-1\""}});
     }},
    {"newer-across-a-hundred",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.099Z");
       e.write("x", "2026-11-24T08:30:00.100Z", "DELETE");
     }},
    {"newer-by-a-minute",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.250Z");
       e.write("x", "2026-11-24T08:31:00.250Z", "DELETE");
     }},
    {"between-refreshed",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.100Z");
       e.write("x", "2026-11-24T08:30:00.300Z");
       e.write("x", "2026-11-24T08:30:00.200Z", "DELETE");
     }},
    {"stale-twice",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.300Z");
       e.write("x", "2026-11-24T08:30:00.100Z", "DELETE");
       e.write("x", "2026-11-24T08:30:00.200Z", "DELETE");
     }},
    {"newer-and-hours-late",
     [](Examination& e) {
       e.write("x", "2026-11-24T03:30:00.100Z");
       e.write("x", "2026-11-24T03:31:00.100Z", "DELETE");
     }},
    {"seven-changes",
     [](Examination& e) {
       for (int i = 0; i < 7; ++i) {
         e.write("x", fmt::format("2026-11-24T08:30:0{}.100Z", i), i % 2 == 0 ? "ADD" : "DELETE");
       }
     }},
    {"arrays-of-users-in-turn",
     [](Examination& e) {
       const auto three = [](std::string_view day) {
         return fmt::format(
             R"([{{"item":"x","actionDate":"2026-11-{0}T08:30:00.100Z","action":"ADD"}},)"
             R"({{"item":"y","actionDate":"2026-11-{0}T08:30:00.200Z","action":"ADD"}},)"
             R"({{"item":"z","actionDate":"2026-11-{0}T08:30:00.300Z","action":"ADD"}}])",
             day);
       };
       e.post(kAlice, three("21"));
       e.post(kBob, three("22"));
       e.post(kAlice, three("23"));
     }},
    {"repeat-of-an-older-post",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:00.100Z");
       e.write("y", "2026-11-24T08:30:00.200Z");
       e.partner.clock().advance(std::chrono::seconds(5));
       e.write("x", "2026-11-24T08:30:00.100Z");
     }},
};

}  // namespace

std::span<const Probe> edge_probes() {
  return kProbes;
}

}  // namespace favsync::mock
