// How partners answer: tokens, pages, statuses, bodies that are no list.
#include <algorithm>

#include "simulation/partner_switch.h"

namespace favsync::simulation {
namespace {

using enum Property;

bool answer(PartnerReply& reply, int status, std::string body,
            std::string type = "application/json") {
  reply = {};
  reply.status = status;
  reply.body = std::move(body);
  reply.content_type = std::move(type);
  return true;
}

// Trouble that comes and goes: two of three.
bool strikes(Visit& visit) {
  return ++visit.notes.count % 3 != 0;
}

// Shorter than the engine's patience: a value that is not heeded max_tries times is given up.
bool strikes_post(Visit& visit) {
  return ++visit.notes.posts <= 2;
}

bool spoil(Visit& visit, PartnerReply& reply, std::string body,
           std::string type = "application/json") {
  return strikes(visit) && answer(reply, 200, std::move(body), std::move(type));
}

constexpr const char* kLoginPage = "<!doctype html><title>Sign in</title>";

bool expired_as(Visit& visit, PartnerReply& reply, int status, const char* challenge) {
  if (!visit.is_token_expired) return false;
  answer(reply, status, R"({"error":"token expired"})");
  reply.www_authenticate = challenge;
  return true;
}

const std::vector<PartnerSwitch> kSwitches = {
    {.id = "anonymous-accepted",
     .rows = "46",
     .story = "Serves dead tokens as if they were alive.",
     .ignores_expiry = true},
    {.id = "authorization-stripped",
     .rows = "47",
     .story = "Its web server drops the Authorization header: always 401.",
     .excuses = kAtTheEnd,
     .get_reply = [](Visit&, PartnerReply& r) { return answer(r, 401, ""); },
     .instead_of_post = [](Visit&, std::vector<Favorite>&,
                           PartnerReply& r) { return answer(r, 401, ""); }},
    {.id = "login-page-200",
     .rows = "48",
     .story = "Answers with a sign-in page and 200.",
     .is_passing = true,
     .get_reply = [](Visit& v, PartnerReply& r) { return spoil(v, r, kLoginPage, "text/html"); },
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>&, PartnerReply& r) {
           return strikes_post(v) && answer(r, 200, kLoginPage, "text/html");
         }},
    {.id = "expired-is-401-without-challenge",
     .rows = "49",
     .story = "Refuses a dead token with a bare 401.",
     .get_reply = [](Visit& v, PartnerReply& r) { return expired_as(v, r, 401, ""); }},
    {.id = "expired-is-403",
     .rows = "50",
     .story = "Refuses a dead token with 403 and invalid_token.",
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return expired_as(v, r, 403, R"(Bearer error="invalid_token")");
         }},
    {.id = "expired-is-400",
     .rows = "50",
     .story = "Refuses a dead token with 400 and invalid_token.",
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return expired_as(v, r, 400, R"(Bearer realm="x", error="invalid_token")");
         }},
    {.id = "expired-is-500",
     .rows = "50",
     .story = "Fails with 500 on a dead token.",
     .get_reply = [](Visit& v, PartnerReply& r) { return expired_as(v, r, 500, ""); }},
    {.id = "token-dies-mid-round",
     .rows = "51",
     .story = "A token is dead once a list was read with it.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           v.expire_token = r.status == 200;
           return v.expire_token;
         }},
    {.id = "redirects-elsewhere",
     .rows = "57",
     .story = "Redirects readers to another host.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           if (!strikes(v)) return false;
           answer(r, 302, "");
           r.location = "https://elsewhere.example/getUserFavorites";
           return true;
         }},
    {.id = "redirects-posts",
     .rows = "58",
     .story = "Redirects POSTs with 301, which would make them GETs without a body.",
     .is_passing = true,
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>&, PartnerReply& r) {
           if (!strikes(v)) return false;
           answer(r, 301, "");
           r.location = "/postUserFavorites/";
           return true;
         }},
    {.id = "body-cut-short",
     .rows = "60",
     .story = "Ends the list in its middle.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return r.status == 200 && spoil(v, r, r.body.substr(0, r.body.size() / 2));
         }},
    {.id = "error-text-200",
     .rows = "63",
     .story = "Answers 200 with the text of an error, and stores nothing.",
     .is_passing = true,
     .get_reply = [](Visit& v,
                     PartnerReply& r) { return spoil(v, r, "ERR: bad key", "text/html"); },
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>&, PartnerReply& r) {
           return strikes_post(v) && answer(r, 200, "ERR: bad key", "text/html");
         }},
    {.id = "wrong-content-type",
     .rows = "64",
     .story = "Calls its JSON text/html.",
     .get_reply =
         [](Visit&, PartnerReply& r) {
           r.content_type = "text/html";
           return true;
         }},
    {.id = "byte-order-mark",
     .rows = "65",
     .story = "Puts a byte order mark before the list.",
     .get_reply =
         [](Visit&, PartnerReply& r) {
           r.body.insert(0, "\xef\xbb\xbf");
           return r.status == 200;
         }},
    {.id = "php-warning",
     .rows = "65",
     .story = "Puts a warning of its runtime before the list.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return r.status == 200 && spoil(v, r, "<br />Warning: deprecated" + r.body);
         }},
    {.id = "latin-1",
     .rows = "66",
     .story = "Prints bytes that are no UTF-8.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return spoil(v, r,
                        "[{\"item\":\"caf\xe9\",\"action\":\"ADD\","
                        "\"actionDate\":\"2017-05-02T10:45:12.798Z\"}]");
         }},
    {.id = "odd-retry-after",
     .rows = "67",
     .story = "Is busy, and asks for waits of years, fractions and words.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           constexpr const char* kAsked[] = {"9999999999", "0.493", "soon"};
           const int count = v.notes.count;
           if (!strikes(v)) return false;
           answer(r, 429, "");
           r.retry_after = kAsked[count / 2 % 3];
           return true;
         }},
    {.id = "maintenance-page",
     .rows = "68",
     .story = "Is down for maintenance, with a page that says so.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return strikes(v) && answer(r, 503, "<h1>Back soon</h1>", "text/html");
         },
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>&, PartnerReply& r) {
           return strikes(v) && answer(r, 503, "<h1>Back soon</h1>", "text/html");
         }},
    {.id = "stores-then-500",
     .rows = "69",
     .story = "Stores what was sent, and answers 500.",
     .is_passing = true,
     .post_reply = [](Visit& v, PartnerReply& r) { return strikes(v) && answer(r, 500, ""); }},
    {.id = "not-json",
     .rows = "73",
     .story = "Prints a comma too many, NaN, comments, single quotes, JSON within a text.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           constexpr const char* kBodies[] = {"[{\"item\":\"7\",},]", "[NaN]", "[] // none",
                                              "['7']", "\"[]\""};
           return spoil(v, r, kBodies[v.notes.count % 5]);
         }},
    {.id = "crashing-json",
     .rows = "74",
     .story = "Prints nesting without end, lone surrogates, zero bytes.",
     .is_passing = true,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           static const std::string kBodies[] = {
               std::string(5'000, '['), "[{\"item\":\"\\ud800\"}]", std::string("[\0]", 3)};
           return spoil(v, r, kBodies[v.notes.count / 2 % 3]);
         }},
    {.id = "not-found",
     .rows = "3.2",
     .story = "Answers 404 to readers while it is being deployed.",
     .is_passing = true,
     .get_reply = [](Visit& v, PartnerReply& r) { return strikes(v) && answer(r, 404, ""); }},
};

}  // namespace

std::span<const PartnerSwitch> answer_switches() {
  return kSwitches;
}

}  // namespace favsync::simulation
