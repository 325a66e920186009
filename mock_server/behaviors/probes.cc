#include "mock_server/behaviors/probes.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace favsync::mock {
namespace {

constexpr std::string_view kAlice = "alice-token-0001";
constexpr std::string_view kAliceToo = "alice-token-0002";
constexpr std::string_view kBob = "bob-token-7777";

std::string one(std::string_view item, std::string_view date, std::string_view action = "ADD") {
  return "[" + favorite_json(item, date, action) + "]";
}

// `count` items whose dates differ by a second.
std::string many(int count, std::string_view prefix = "bulk_") {
  std::string body = "[";
  for (int i = 0; i < count; ++i) {
    body += (i == 0 ? "" : ",") +
            favorite_json(fmt::format("{}{:04}", prefix, i),
                          to_string(Timestamp::from_unix(1'795'500'000 + i, 250'000'000)),
                          i % 7 == 3 ? "DELETE" : "ADD");
  }
  return body + "]";
}

std::string joined(std::string_view a, std::string_view b) {
  return fmt::format("[{},{}]", a, b);
}

constexpr std::string_view kEarly = "2026-11-24T08:30:00.100Z";
constexpr std::string_view kLate = "2026-11-24T08:30:00.905Z";

constexpr Probe kProbes[] = {
    {"list", [](Examination& e) { e.get(kAlice); }},
    {"list-of-one", [](Examination& e) { e.get("carol-token"); }},
    {"list-of-none", [](Examination& e) { e.get("dave-token"); }},
    {"list-again",
     [](Examination& e) {
       for (int i = 0; i < 6; ++i) e.get(kAlice);
     }},
    {"list-with-umlaut", [](Examination& e) { e.write("löwe/1", kEarly); }},
    {"list-of-1200",
     [](Examination& e) {
       e.post("dave-token", many(1200));
       e.get("dave-token");
     }},
    {"list-of-120",
     [](Examination& e) {
       e.post("dave-token", many(100, "first_"));
       e.post("dave-token", many(20, "second_"));
       e.get("dave-token");
     }},
    {"list-of-12",
     [](Examination& e) {
       e.post("dave-token", many(12));
       e.get("dave-token");
     }},
    {"other-methods",
     [](Examination& e) {
       for (const char* path :
            {"/getUserFavorites", "/postUserFavorites", "/", "/getUserFavorites/"}) {
         for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT"}) e.send(method, path, kAlice);
       }
     }},
    {"conditional-list",
     [](Examination& e) {
       const PartnerReply first = e.partner.get(kAlice);
       for (const auto& [name, value] : first.headers) {
         if (name == "ETag") {
           e.send("GET", "/getUserFavorites", kAlice, "", {{"If-None-Match", value}});
         }
       }
       e.send("GET", "/getUserFavorites", kAlice, "", {{"Accept-Encoding", "br, gzip"}});
     }},
    {"no-token", [](Examination& e) { e.get(""); }},
    {"unknown-token",
     [](Examination& e) {
       e.get(kAlice);
       e.get("nobody-knows-me");
     }},
    {"unknown-token-post",
     [](Examination& e) {
       e.post("nobody-knows-me", one("intruder", kEarly));
       e.post("", one("intruder", kLate));
       e.get(kAlice);
     }},
    {"like-tokens",
     [](Examination& e) {
       for (const char* token :
            {"alice-token-000", "alice-token-00011", "ALICE-TOKEN-0001", "alice-toXXXXXXX9",
             "alice-token-000X", "alice-token-000_", "bob%"}) {
         e.get(token);
       }
     }},
    {"expired-token", [](Examination& e) { e.get("alice-token-dead"); }},
    {"revoked-token",
     [](Examination& e) {
       e.partner.api().state().revoke_token(kBob);
       e.get(kBob);
     }},
    {"token-in-query",
     [](Examination& e) {
       e.send("GET", "/getUserFavorites?a=b&access_token=bob-token-7777", "");
     }},
    {"users-in-turn",
     [](Examination& e) {
       for (int i = 0; i < 2; ++i) {
         e.get(kAlice);
         e.get(kBob);
         e.get("dave-token");
       }
     }},
    {"users-on-one-connection",
     [](Examination& e) {
       e.partner.connection = 7;
       e.get(kAlice);
       e.get(kBob);
     }},
    {"users-at-once",
     [](Examination& e) {
       const PartnerReply first = e.partner.begin("GET", "/getUserFavorites", kAlice);
       const PartnerReply second = e.partner.begin("GET", "/getUserFavorites", kBob);
       e.see(first);
       e.see(second);
       if (first.before_send) first.before_send();
     }},
    {"same-item-of-two-users",
     [](Examination& e) {
       e.post(kBob, one("session_1", kEarly, "DELETE"));
       e.get(kAlice);
       e.get(kBob);
     }},
    {"two-devices",
     [](Examination& e) {
       e.get(kAliceToo);
       e.post(kAlice, one("x", kEarly));
       e.get(kAliceToo);
       e.post(kAliceToo, one("x", kLate, "DELETE"));
       e.get(kAlice);
     }},
    {"add", [](Examination& e) { e.write("x", "2026-11-24T08:30:00.123Z"); }},
    {"remove", [](Examination& e) { e.write("session_1", kEarly, "DELETE"); }},
    {"remove-unknown",
     [](Examination& e) {
       e.write("ghost", kLate, "DELETE");
       e.write("ghost", kEarly, "ADD");
     }},
    {"three-at-once",
     [](Examination& e) {
       e.post(kAlice, many(3));
       e.get(kAlice);
     }},
    {"sixty-at-once",
     [](Examination& e) {
       e.post(kAlice, many(60));
       e.get(kAlice);
     }},
    {"hundred-at-once",
     [](Examination& e) {
       e.post(kAlice, many(100));
       e.get(kAlice);
     }},
    {"hundred-and-one-at-once", [](Examination& e) { e.post(kAlice, many(101)); }},
    {"nothing",
     [](Examination& e) {
       e.post(kAlice, "[]");
       e.get(kAlice);
     }},
    {"repeat",
     [](Examination& e) {
       e.write("x", kEarly);
       e.partner.clock().advance(std::chrono::seconds(5));
       e.write("x", kEarly);
     }},
    {"stale",
     [](Examination& e) {
       e.write("x", kLate);
       e.write("x", kEarly, "DELETE");
     }},
    {"stale-same-action",
     [](Examination& e) {
       e.write("x", kLate);
       e.write("x", kEarly);
     }},
    {"stale-add-of-removed",
     [](Examination& e) {
       e.write("x", kLate, "DELETE");
       e.write("x", kEarly);
     }},
    {"stale-among-others",
     [](Examination& e) {
       e.write("x", kLate);
       e.post(kAlice,
              joined(favorite_json("x", kEarly, "DELETE"), favorite_json("y", kEarly, "ADD")));
       e.get(kAlice);
     }},
    {"newer",
     [](Examination& e) {
       e.write("x", kEarly);
       e.write("x", kLate);
     }},
    {"newer-other-action",
     [](Examination& e) {
       e.write("x", "2026-11-23T08:30:00.905Z");
       e.write("x", kEarly, "DELETE");
     }},
    {"newer-by-a-month",
     [](Examination& e) {
       e.write("x", "2026-10-20T08:00:00.100Z");
       e.write("x", "2026-11-24T08:40:00.100Z", "DELETE");
     }},
    {"newer-by-an-evening",
     [](Examination& e) {
       e.write("x", "2026-11-22T20:00:00.100Z");
       e.write("x", "2026-11-23T06:00:00.100Z", "DELETE");
     }},
    {"newer-by-a-millisecond",
     [](Examination& e) {
       e.write("x", "2026-11-24T08:30:12.000Z");
       e.write("x", "2026-11-24T08:30:12.001Z", "DELETE");
     }},
    {"tie",
     [](Examination& e) {
       e.write("x", kEarly);
       e.write("x", kEarly, "DELETE");
     }},
    {"back-again",
     [](Examination& e) {
       e.write("x", kEarly, "DELETE");
       e.write("x", kLate);
     }},
    {"twice-in-array",
     [](Examination& e) {
       e.post(kAlice,
              joined(favorite_json("x", kLate, "ADD"), favorite_json("x", kEarly, "DELETE")));
       e.post(kAlice,
              joined(favorite_json("y", kEarly, "ADD"), favorite_json("y", kLate, "DELETE")));
       e.get(kAlice);
     }},
    {"writes-at-once",
     [](Examination& e) {
       const PartnerReply first =
           e.partner.begin("POST", "/postUserFavorites", kAlice, one("x", kEarly, "DELETE"));
       e.get(kAlice);
       const PartnerReply second = e.partner.begin(
           "POST", "/postUserFavorites", kAlice,
           joined(favorite_json("x", kLate, "ADD"), favorite_json("y", kLate, "ADD")));
       e.see(first);
       e.see(second);
       if (second.before_send) second.before_send();
       if (first.before_send) first.before_send();
       e.get(kAlice);
     }},
    {"odd-dates",
     [](Examination& e) {
       int i = 0;
       for (const char* date :
            {"2024-02-29T12:00:00.111Z", "2025-03-30T02:30:00.222Z", "2025-12-31T23:30:00.333Z",
             "1969-07-20T20:17:40.444Z", "2026-01-05T00:05:06.555Z", "2026-07-15T14:20:30.666Z",
             "2026-11-20T13:40:50.007Z", "2026-11-20T13:40:50.999Z", "2026-11-20T13:40:50.798Z"}) {
         e.post(kAlice, one("date_" + std::to_string(++i), date));
       }
       e.get(kAlice);
     }},
    {"leap-day", [](Examination& e) { e.write("x", "2024-02-29T12:00:00.111Z"); }},
    {"skipped-hour", [](Examination& e) { e.write("x", "2025-03-30T02:30:00.222Z"); }},
    {"new-year", [](Examination& e) { e.write("x", "2025-12-31T12:30:00.333Z"); }},
    {"before-1970", [](Examination& e) { e.write("x", "1969-07-20T20:17:40.444Z"); }},
    {"past-midnight", [](Examination& e) { e.write("x", "2026-10-11T00:05:06.555Z"); }},
    {"late-evening", [](Examination& e) { e.write("x", "2026-11-22T22:05:06.555Z"); }},
    {"seven-millis", [](Examination& e) { e.write("x", "2026-11-24T08:30:50.007Z"); }},
    {"odd-fractions",
     [](Examination& e) {
       e.write("a", "2026-11-24T08:30:50.5Z");
       e.write("b", "2026-11-24T08:30:50Z");
       e.write("c", "2026-11-24T08:30:50.123456Z");
       e.write("d", "2026-11-24T08:30:50+00:00");
     }},
    {"odd-ids",
     [](Examination& e) {
       for (const std::string& item :
            {std::string("Session_1"), std::string("sessionx1"), std::string("session-ünï"),
             std::string("session_007"), std::string(" padded "), std::string(70, 'a'),
             std::string(300, 'b'), std::string("50%25+1"), std::string("e\u0301t"),
             std::string("🎤"), std::string("日本"), std::string("back\\slash"),
             std::string("o'clock"), std::string("<b>&\"</b>"), std::string("4711"),
             std::string("123456789012345678"), std::string("cafe"), std::string("caf\u00e9")}) {
         e.post(kAlice, one(item, kEarly));
       }
       e.post(kAlice, one("session__1", kEarly));
       e.post(kAlice, one("sessionA_1", kLate));
       e.post(kAlice, one("session___", kLate, "DELETE"));
       e.get(kAlice);
     }},
    {"escaped-id",
     [](Examination& e) {
       e.post(kAlice, R"([{"item":"\u0073ession_1","actionDate":"2026-11-24T08:30:00.100Z",)"
                      R"("action":"DELETE"}])");
       e.get(kAlice);
     }},
    {"no-action",
     [](Examination& e) {
       e.post(kAlice, R"([{"item":"x","actionDate":"2026-11-24T08:30:00.100Z"}])");
     }},
    {"no-date", [](Examination& e) { e.post(kAlice, R"([{"item":"x","action":"ADD"}])"); }},
    {"other-action", [](Examination& e) { e.post(kAlice, one("session_1", kEarly, "TOGGLE")); }},
    {"30-february", [](Examination& e) { e.post(kAlice, one("x", "2026-02-30T08:30:00.100Z")); }},
    {"bad-item-in-the-middle",
     [](Examination& e) {
       e.post(kAlice, "[" + favorite_json("a", kEarly, "ADD") + ",{\"item\":7}," +
                          favorite_json("b", kEarly, "ADD") + "]");
       e.get(kAlice);
     }},
    {"not-json", [](Examination& e) { e.post(kAlice, "<favorites/>"); }},
    {"deeply-nested",
     [](Examination& e) {
       e.write("x", kEarly);
       e.post(kAlice, std::string(200, '[') + std::string(200, ']'));
       e.get(kAlice);
     }},
    {"lone-object", [](Examination& e) { e.post(kAlice, favorite_json("x", kEarly, "ADD")); }},
    {"unknown-member",
     [](Examination& e) {
       e.post(kAlice, R"([{"item":"x","actionDate":"2026-11-24T08:30:00.100Z","action":"ADD",)"
                      R"("title":"Opening"}])");
     }},
    {"charset",
     [](Examination& e) {
       e.post(kAlice, one("x", kEarly), {{"Content-Type", "application/json; charset=utf-8"}});
     }},
    {"chunks",
     [](Examination& e) {
       e.post(kAlice, one("x", kEarly), {{"Transfer-Encoding", "chunked"}});
     }},
    {"future", [](Examination& e) { e.write("x", "2026-11-24T10:00:00.100Z"); }},
    {"fifty-lists",
     [](Examination& e) {
       for (int i = 0; i < 50; ++i) e.get(kAlice);
     }},
    {"restart",
     [](Examination& e) {
       e.post(kAlice, one("session_1", kEarly, "DELETE"));
       e.partner.api().restart();
       e.get(kAlice);
     }},
    {"read-only",
     [](Examination& e) {
       e.partner.api().set_read_only(true);
       e.post(kAlice, one("x", kEarly));
       e.get(kAlice);
     }},
};

}  // namespace

std::span<const Probe> plain_probes() {
  return kProbes;
}

void Examination::write(std::string_view item, std::string_view date, std::string_view action) {
  post(kAlice, one(item, date, action));
  get(kAlice);
}

void Examination::send(std::string_view method, std::string_view path, std::string_view token,
                       std::string_view body, const TestPartner::Headers& headers) {
  see(partner.send(method, path, token, body, headers));
}

void Examination::see(const PartnerReply& reply) {
  log_ += fmt::format("{}", reply.status);
  for (const auto& [name, value] : reply.headers) log_ += fmt::format(" {}: {};", name, value);
  const Delivery& delivery = reply.delivery;
  if (delivery.delay >= std::chrono::milliseconds(100)) log_ += " slowly";
  log_ += fmt::format(" framing {} skew {} cut {} close {} drop {}\n",
                      static_cast<int>(delivery.framing), delivery.content_length_skew,
                      delivery.cut_after_bytes.value_or(0), delivery.close_after,
                      delivery.drop_before_headers);
  log_ += fmt::format("{}{}{}\n", delivery.garbage_before, reply.text(), delivery.extra_after);
}

std::string Examination::transcript() {
  std::string seen = log_;
  for (const UserPtr& user : partner.api().state().users()) {
    seen += fmt::format("{}: {}\n", user->name(), *user->favorites().printed());
  }
  return seen;
}

}  // namespace favsync::mock
