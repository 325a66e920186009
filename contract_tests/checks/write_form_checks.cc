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

// Posts one write in a body or with a request of another form, and looks whether it took effect.
Finding post_form(Lab& lab, Request (*form)(Lab&, Account&, const Write&)) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.post_raw(account, form(lab, account, write), {&write, 1}));
  if (!posted.acknowledged) {
    return Finding::fail(fmt::format("status-{}", posted.status),
                         fmt::format("answered {}: {}", posted.status, clip(posted.body, 120)))
        .wanted("a 2xx, as for the plain form")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  account.user->expected[write.item] = write.value;
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  return lab.judge(account, reading);
}

Finding softened(Finding finding) {
  if (finding.status == CheckStatus::kFail) finding.status = CheckStatus::kWarn;
  return finding;
}

Finding escapes(Lab& lab) {
  return post_form(lab, [](Lab& in, Account& account, const Write& write) {
    return in.post_request(account,
                           fmt::format(R"([{{"\u0069tem":"{}","action":"{}","actionDate":"{}"}}])",
                                       escaped(write.item), escaped(to_string(write.value.act)),
                                       to_text(write.value.at)));
  });
}

Finding layout(Lab& lab) {
  return post_form(lab, [](Lab& in, Account& account, const Write& write) {
    return in.post_request(
        account,
        fmt::format(
            "\r\n [\n\t{{ \"action\" : \"{}\" ,\r\n \"actionDate\" :\"{}\",\n \"item\": {}\n "
            "}} ]\n\n",
            to_string(write.value.act), to_text(write.value.at),
            nlohmann::json(write.item).dump()));
  });
}

Finding charset(Lab& lab) {
  return softened(post_form(lab, [](Lab& in, Account& account, const Write& write) {
    Request request = in.post_request(account, in.print({&write, 1}));
    for (auto& [name, value] : request.headers) {
      if (name == "Content-Type") value = "application/json; charset=utf-8";
    }
    return request;
  }));
}

Finding chunked(Lab& lab) {
  return softened(post_form(lab, [](Lab& in, Account& account, const Write& write) {
    Request request = in.post_request(account, in.print({&write, 1}));
    request.framing = Request::BodyFraming::kChunked;
    return request;
  }));
}

Finding unknown_members(Lab& lab) {
  return softened(post_form(lab, [](Lab& in, Account& account, const Write& write) {
    return in.post_request(
        account,
        fmt::format(
            R"([{{"title":"A talk","item":{},"tags":["a",{{"item":"x"}}],"actionDate":"{}",)"
            R"("action":"{}","note":null,"rank":1.5}}])",
            nlohmann::json(write.item).dump(), to_text(write.value.at),
            to_string(write.value.act)));
  }));
}

}  // namespace

std::vector<Check> write_form_checks() {
  const std::vector<std::string_view> basics = {"write.keeps-date", "write.others-untouched"};
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
       .run = escapes},
      {.id = "write.layout",
       .clause = "4.1",
       .title = "White space and the order of members mean nothing",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of an item with its members in another order and white space everywhere.",
       .control = kControl,
       .hint = "Read bodies with a JSON parser, members by name.",
       .depth = Depth::kStandard,
       .run = layout},
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
       .run = charset},
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
       .run = chunked},
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
       .run = unknown_members},
  };
}

}  // namespace favsync::contract
