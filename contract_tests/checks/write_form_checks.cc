// The same JSON, written or sent in other ways: §4.1, §2.6.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// Every character of `text` as \uXXXX; for ASCII.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  return out;
}

Request escapes(Lab& lab, Account& account, const Write& write) {
  return lab.post_request(
      account,
      fmt::format(R"([{{"\u0069tem":"{}","action":"{}","actionDate":"{}"}}])", escaped(write.item),
                  escaped(to_string(write.value.act)), to_text(write.value.at)));
}

Request layout(Lab& lab, Account& account, const Write& write) {
  return lab.post_request(account, fmt::format("\r\n [\n\t{{ \"action\" : \"{}\" ,\r\n "
                                               "\"actionDate\" :\"{}\",\n \"item\": {}\n }} ]\n\n",
                                               to_string(write.value.act), to_text(write.value.at),
                                               nlohmann::json(write.item).dump()));
}

Request charset(Lab& lab, Account& account, const Write& write) {
  Request request = lab.post_request(account, lab.print({&write, 1}));
  for (auto& [name, value] : request.headers) {
    if (name == "Content-Type") value = "application/json; charset=utf-8";
  }
  return request;
}

Request chunked(Lab& lab, Account& account, const Write& write) {
  Request request = lab.post_request(account, lab.print({&write, 1}));
  request.framing = Request::BodyFraming::kChunked;
  return request;
}

Request unknown_members(Lab& lab, Account& account, const Write& write) {
  return lab.post_request(
      account,
      fmt::format(R"([{{"title":"A talk","item":{},"tags":["a",{{"item":"x"}}],"actionDate":"{}",)"
                  R"("action":"{}","note":null,"rank":1.5}}])",
                  nlohmann::json(write.item).dump(), to_text(write.value.at),
                  to_string(write.value.act)));
}

struct Form {
  std::string_view check;
  Request (*make)(Lab& lab, Account& account, const Write& write);
  bool may_refuse;  // a form that should be taken, and may be refused with a warning
};

constexpr Form kForms[] = {{"write.escapes", escapes, false},
                           {"write.layout", layout, false},
                           {"write.charset", charset, true},
                           {"write.chunked", chunked, true},
                           {"write.unknown-members", unknown_members, true}};

// What one form came to. Acknowledged and lost is a breach of §4.2 in any form.
Finding judge_form(Lab& lab, const Form& form, const Write& write, const Posted& posted,
                   const Reading& reading) {
  if (posted.acknowledged) {
    const Mismatch* mismatch = find_item(reading.wrong, write.item);
    return mismatch ? lab.failure(lab.first(), *mismatch, reading.listing.exchange)
                    : Finding::pass();
  }
  Finding finding =
      Finding::fail(fmt::format("status-{}", posted.status),
                    fmt::format("answered {}: {}", posted.status, clip(posted.body, 120)))
          .wanted("a 2xx, as for the plain form")
          .got(fmt::format("status {}", posted.status))
          .shown_by({posted.exchange});
  if (form.may_refuse && posted.status / 100 == 4) finding.status = CheckStatus::kWarn;
  return finding;
}

// The first of these checks posts all forms and reads once; each takes its own finding from that. A
// check that is tried again, or comes alone, posts its own form.
template <std::size_t kIndex>
Finding form_is_taken(Lab& lab) {
  const Form& own = kForms[kIndex];
  if (auto kept = lab.take(own.check)) return *kept;
  const bool all = kIndex == 0 && !lab.was_kept(kForms[1].check);
  Account& account = lab.first();
  struct Sent {
    const Form* form;
    Write write;
    Posted posted;
  };
  std::vector<Sent> sent;
  for (const Form& form : kForms) {
    if (!all && &form != &own) continue;
    FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
    FAVSYNC_OR_RETURN(posted, lab.post_raw(account, form.make(lab, account, write), {&write, 1}));
    if (posted.acknowledged) account.user->expected[write.item] = write.value;
    sent.push_back({&form, write, posted});
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  for (const auto& [form, write, posted] : sent) {
    lab.keep(form->check, judge_form(lab, *form, write, posted, reading));
  }
  return lab.take(own.check).value_or(Finding::pass());
}

}  // namespace

std::vector<Check> write_form_checks() {
  const std::vector<std::string_view> basics = {"write.keeps-milliseconds",
                                                "write.others-untouched", "list.complete"};
  constexpr std::string_view kControl = "The plain form takes effect.";
  return {
      {.id = "write.escapes",
       .clause = "4.1",
       .title = "JSON escapes are the characters that they stand for",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of an item whose id, action and member name are written with \\u escapes.",
       .control = kControl,
       .hint = "Read bodies with a JSON parser, not with text patterns.",
       .depth = Depth::kStandard,
       .run = form_is_taken<0>},
      {.id = "write.layout",
       .clause = "4.1",
       .title = "White space and the order of members mean nothing",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of an item with its members in another order and white space everywhere.",
       .control = kControl,
       .hint = "Read bodies with a JSON parser, members by name.",
       .depth = Depth::kStandard,
       .run = form_is_taken<1>},
      {.id = "write.charset",
       .clause = "4.1",
       .level = Level::kShould,
       .title = "Content-Type may name its charset",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST with application/json; charset=utf-8.",
       .control = kControl,
       .hint = "Compare the media type without its parameters.",
       .depth = Depth::kStandard,
       .run = form_is_taken<2>},
      {.id = "write.chunked",
       .clause = "4.1",
       .level = Level::kShould,
       .title = "A chunked body is read like any other",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST in two chunks, without Content-Length.",
       .control = kControl,
       .hint = "The body is taken for empty where Content-Length is missing.",
       .depth = Depth::kStandard,
       .run = form_is_taken<3>},
      {.id = "write.unknown-members",
       .clause = "2.6",
       .level = Level::kShould,
       .title = "Members that are not known are ignored",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of an item with members beside the three.",
       .control = kControl,
       .hint = "A schema that forbids additional members breaks at the next version.",
       .depth = Depth::kStandard,
       .run = form_is_taken<4>},
  };
}

}  // namespace favsync::contract
