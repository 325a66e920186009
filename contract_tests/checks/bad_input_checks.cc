// Bodies that are no array of favourites are never half understood: §4.7.
#include <functional>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"

namespace favsync::contract {
namespace {

// One bad body. `item` is the id that it names, if any: free, so that whatever shows of it came
// from this body. `lenient`: the value that a liberal reader may fairly take it for.
struct BadBody {
  std::string what;
  std::string body;
  std::string item;
  std::optional<Value> lenient;
};

std::string element(std::string_view item, std::string_view action, std::string_view date) {
  return fmt::format(R"({{"item":{},"action":{},"actionDate":{}}})", item, action, date);
}

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

// What one bad body came to: pass when refused with a 4xx and nothing changed.
Finding judge_bad(Lab& lab, const BadBody& bad, const Posted& posted, const Reading& reading) {
  const auto shown = reading.listing.state.find(bad.item);
  const bool listed = !bad.item.empty() && shown != reading.listing.state.end();
  const std::vector<int> exchanges{posted.exchange, reading.listing.exchange};
  if (listed && !(bad.lenient && agrees(*bad.lenient, shown->second))) {
    return Finding::fail("half-understood",
                         fmt::format("{} was answered {}, and \"{}\" is now listed as {}", bad.what,
                                     posted.status, clip(bad.item, 60), to_text(shown->second)))
        .wanted("a 4xx, and nothing changed")
        .got(to_text(shown->second))
        .shown_by(exchanges);
  }
  for (const auto& other : reading.others) {
    if (other.item == bad.item) continue;
    Finding finding = Finding::fail(other.expected ? "others-changed" : "invented",
                                    fmt::format("{} was answered {}, and \"{}\" went from {} to {}",
                                                bad.what, posted.status, clip(other.item, 60),
                                                to_text(other.expected), to_text(other.shown)))
                          .wanted("a 4xx, and nothing changed")
                          .got(to_text(other.shown))
                          .shown_by(exchanges);
    finding.may_be_foreign = all_may_be_foreign(lab, *lab.first().user, reading.others);
    return finding;
  }
  if (posted.status / 100 == 4) return Finding::pass();
  return Finding::warn(listed ? "taken-leniently" : fmt::format("status-{}", posted.status),
                       fmt::format("{} was answered {}{}", bad.what, posted.status,
                                   listed ? ", and taken" : "; nothing changed"))
      .wanted("a 4xx that says why")
      .got(fmt::format("status {}", posted.status))
      .shown_by(exchanges);
}

// A free id for a bad body.
std::string free_item(Lab& lab) {
  return lab.generates_items() ? lab.items(lab.first(), 1).front() : "favsync-not-an-item";
}

std::string now_text(Lab& lab) {
  return quoted(to_text(lab.ticks().next()));
}

std::vector<BadBody> not_json(Lab& in) {
  std::vector<BadBody> bodies;
  const auto add = [&](std::string what, const std::function<std::string(std::string)>& body) {
    const std::string item = free_item(in);
    bodies.push_back(
        {std::move(what), body(element(quoted(item), "\"ADD\"", now_text(in))), item, {}});
  };
  add("an array that ends too early", [](std::string good) { return "[" + good + ","; });
  add("an array without its end", [](std::string good) { return "[" + good; });
  add("an array with a second value behind it",
      [](std::string good) { return "[" + good + "] x"; });
  bodies.push_back({"an empty body", "", "", {}});
  return bodies;
}

std::vector<BadBody> not_an_array(Lab& in) {
  const std::string item = free_item(in);
  const Instant at = in.ticks().next();
  const std::string good = element(quoted(item), "\"ADD\"", quoted(to_text(at)));
  const std::string wrapped = free_item(in);
  const Instant later = in.ticks().next();
  return std::vector<BadBody>{
      {"a single object", good, item, Value{Act::kAdd, at}},
      {"an array within an object",
       "{\"favorites\":[" + element(quoted(wrapped), "\"ADD\"", quoted(to_text(later))) + "]}",
       wrapped, Value{Act::kAdd, later}},
      {"null", "null", "", {}},
      {"an array of strings", "[\"session_1\"]", "", {}},
  };
}

std::vector<BadBody> missing_member(Lab& in) {
  const std::string no_action = free_item(in), no_date = free_item(in), null_date = free_item(in);
  return std::vector<BadBody>{
      {"an item without action",
       fmt::format(R"([{{"item":"{}","actionDate":{}}}])", no_action, now_text(in)),
       no_action,
       {}},
      {"an item without actionDate",
       fmt::format(R"([{{"item":"{}","action":"ADD"}}])", no_date),
       no_date,
       {}},
      {"an item with null for actionDate",
       "[" + element(quoted(null_date), "\"ADD\"", "null") + "]",
       null_date,
       {}},
      {"a favourite without item",
       fmt::format(R"([{{"action":"ADD","actionDate":{}}}])", now_text(in)),
       "",
       {}},
      {"an empty object", "[{}]", "", {}},
  };
}

std::vector<BadBody> bad_action(Lab& in) {
  std::vector<BadBody> bodies;
  for (const char* action : {"\"TOGGLE\"", "\"\"", "null", "1", "\"add\"", "\"delete\""}) {
    const std::string item = free_item(in);
    const Instant at = in.ticks().next();
    const std::string_view word = action;
    std::optional<Value> lenient;
    if (word == "\"add\"") lenient = Value{Act::kAdd, at};
    if (word == "\"delete\"") lenient = Value{Act::kDelete, at};
    bodies.push_back({fmt::format("an action of {}", action),
                      "[" + element(quoted(item), action, quoted(to_text(at))) + "]", item,
                      lenient});
  }
  return bodies;
}

std::vector<BadBody> bad_date(Lab& in) {
  std::vector<BadBody> bodies;
  const auto add = [&](std::string date, std::optional<Instant> lenient = std::nullopt) {
    const std::string item = free_item(in);
    bodies.push_back({fmt::format("an actionDate of {}", date),
                      "[" + element(quoted(item), "\"ADD\"", date) + "]", item,
                      lenient ? std::optional(Value{Act::kAdd, *lenient}) : std::nullopt});
  };
  const int year = to_civil(in.start()).year - 1;
  const Instant recent = in.ticks().next();
  const std::string text = to_text(recent);
  add(fmt::format("\"{}-02-30T10:00:00.123Z\"", year));
  add(fmt::format("\"{}-13-01T10:00:00.123Z\"", year));
  add("\"tomorrow\"");
  add("\"\"");
  add(std::to_string(recent.millis()), recent);
  add(quoted(text.substr(0, text.size() - 1)), recent);  // no zone: GMT is a fair guess
  return bodies;
}

std::vector<BadBody> bad_item(Lab& in) {
  std::vector<BadBody> bodies;
  // What languages make of them as text: should such items appear, they are this run's.
  in.first().user->suspects.insert({"null", "None", "undefined", "{}", "[object Object]"});
  for (const char* item : {"null", "\"\"", "{}"}) {
    bodies.push_back({fmt::format("an item of {}", item),
                      "[" + element(item, "\"ADD\"", now_text(in)) + "]",
                      "",
                      {}});
  }
  const std::string digits = free_item(in).substr(8);
  const Instant at = in.ticks().next();
  if (in.generates_items()) {
    bodies.push_back({"a number for an item",
                      "[" + element(digits, "\"ADD\"", quoted(to_text(at))) + "]", digits,
                      Value{Act::kAdd, at}});
  }
  return bodies;
}

struct BadSet {
  std::string_view check;
  std::vector<BadBody> (*make)(Lab& lab);
};

constexpr BadSet kSets[] = {{"bad.not-json", not_json},
                            {"bad.not-array", not_an_array},
                            {"bad.missing-member", missing_member},
                            {"bad.action", bad_action},
                            {"bad.date", bad_date},
                            {"bad.item", bad_item}};

// The bodies of one set, one by one with a reading after each, to name the one that does harm.
Finding judge_one_by_one(Lab& lab, const BadSet& set) {
  Finding worst = Finding::pass();
  FAVSYNC_OR_RETURN(victim, new_write(lab, lab.first(), Act::kAdd));  // something to lose
  FAVSYNC_OR_RETURN(stored, lab.must_post(lab.first(), {&victim, 1}));
  FAVSYNC_OR_RETURN(before, lab.settle(lab.first()));
  for (const auto& bad : set.make(lab)) {
    FAVSYNC_OR_RETURN(
        posted, lab.post_raw(lab.first(), lab.post_request(lab.first(), bad.body), {}, bad.item));
    lab.wait_settled();
    FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
    Finding finding = judge_bad(lab, bad, posted, reading);
    if (finding.status == CheckStatus::kFail) return finding;
    if (worst.status == CheckStatus::kPass) worst = std::move(finding);
  }
  return worst;
}

// The first of these checks posts the bodies of all of them and reads once; each takes its own
// finding from that, and goes body by body only where something changed.
template <std::size_t kIndex>
Finding changes_nothing(Lab& lab) {
  const BadSet& own = kSets[kIndex];
  if (auto kept = lab.take(own.check)) return *kept;
  if (kIndex != 0 || lab.was_kept(own.check)) return judge_one_by_one(lab, own);
  struct Sent {
    const BadSet* set;
    BadBody bad;
    Posted posted;
  };
  std::vector<Sent> sent;
  for (const BadSet& set : kSets) {
    for (auto& bad : set.make(lab)) {
      FAVSYNC_OR_RETURN(
          posted, lab.post_raw(lab.first(), lab.post_request(lab.first(), bad.body), {}, bad.item));
      sent.push_back({&set, std::move(bad), posted});
    }
  }
  lab.wait_settled();
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  if (!reading.others.empty() || !reading.wrong.empty()) {
    // Something changed, in items that stood before or in new ones: each set finds out by itself,
    // leniently taken bodies included.
    lab.observations().drop_untouched_changes_since(sent.front().posted.exchange);
    lab.keep(own.check, Finding::pass());
    lab.take(own.check);
    return judge_one_by_one(lab, own);
  }
  for (const BadSet& set : kSets) {
    Finding worst = Finding::pass();
    for (const auto& [of, bad, posted] : sent) {
      if (of == &set && worst.status == CheckStatus::kPass)
        worst = judge_bad(lab, bad, posted, reading);
    }
    lab.keep(set.check, std::move(worst));
  }
  return lab.take(own.check).value_or(Finding::pass());
}

// Good items around a bad one. Refused whole, refused in part or applied without the bad one: all
// may be, but what is acknowledged must have taken effect.
Finding among_good_ones(Lab& lab) {
  Account& account = lab.first();
  const auto items = lab.items(account, 2);
  if (items.size() < 2) return Finding::not_exercised("no-item", "fewer than two items to write");
  const std::string bad_item_id = free_item(lab);
  std::vector<Write> good;
  for (const auto& item : items) good.push_back({item, {Act::kAdd, lab.dates(item, 1).front()}});
  const auto print_one = [&](const Write& write) {
    const std::string array = lab.print({&write, 1});
    return array.substr(1, array.size() - 2);
  };
  const std::string body =
      fmt::format("[{},{},{}]", print_one(good[0]),
                  element(quoted(bad_item_id), "\"TOGGLE\"", now_text(lab)), print_one(good[1]));
  FAVSYNC_OR_RETURN(posted, lab.post_raw(account, lab.post_request(account, body), good));
  if (posted.acknowledged) {
    for (const Write& write : good) apply_newest(account.user->expected, write);
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  if (reading.listing.state.contains(bad_item_id) && lab.generates_items()) {
    return Finding::fail("half-understood",
                         fmt::format("an item with the action \"TOGGLE\" is listed as {}",
                                     to_text(reading.listing.state.at(bad_item_id))))
        .wanted("not in the list")
        .got(to_text(reading.listing.state.at(bad_item_id)))
        .shown_by({posted.exchange, reading.listing.exchange});
  }
  for (const auto& mismatch : reading.wrong) {
    if (!posted.acknowledged && mismatch.shown) {
      const auto* write = mismatch.item == good[0].item ? &good[0] : &good[1];
      if (agrees(write->value, *mismatch.shown)) continue;  // applied in part: free
    }
    Finding finding = lab.failure(account, mismatch, reading.listing.exchange);
    finding.message =
        fmt::format("good items around a bad one, answered {}: {}", posted.status, finding.message);
    return finding;
  }
  if (posted.status / 100 == 5) {
    return Finding::warn(fmt::format("status-{}", posted.status),
                         fmt::format("good items around a bad one were answered {}", posted.status))
        .wanted("a 4xx that says which one is bad")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  if (posted.acknowledged) {
    return Finding::warn(
               fmt::format("status-{}", posted.status),
               fmt::format("an array with a bad item was answered {}; the bad one was passed "
                           "over in silence",
                           posted.status))
        .wanted("a 4xx that says which one is bad")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  return Finding::pass();
}

// Bodies that strain a parser. Whatever the answer, the partner must go on working.
Finding hostile(Lab& lab) {
  Account& account = lab.first();
  const bool deep = lab.options().depth == Depth::kDeep;
  const std::size_t levels = deep ? 200'000 : 5'000;
  const std::pair<std::string_view, std::string> bodies[] = {
      {"deeply nested arrays", std::string(levels, '[') + std::string(levels, ']')},
      {"bytes that are not UTF-8", "[{\"item\":\"\xff\xfe\",\"action\":\"ADD\"}]"},
      {"a long run of junk", std::string(deep ? 1'000'000 : 60'000, 'x')},
  };
  Finding worst = Finding::pass();
  for (const auto& [what, body] : bodies) {
    const Exchange exchange = lab.session().send(account.client, lab.post_request(account, body));
    if (exchange.answered() && exchange.status / 100 == 4) continue;
    if (!worst.passed() || worst.status == CheckStatus::kWarn) continue;
    worst =
        Finding::warn(
            exchange.answered() ? fmt::format("status-{}", exchange.status)
                                : std::string(to_string(exchange.outcome)),
            fmt::format("a POST of {} {}", what,
                        exchange.answered() ? fmt::format("was answered {}", exchange.status)
                                            : "got no answer: " + exchange.problem))
            .wanted("a 4xx")
            .got(exchange.answered() ? fmt::format("status {}", exchange.status) : exchange.problem)
            .shown_by({exchange.number});
  }
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = "after bodies that are hard to parse: " + finding.message;
    return finding;
  }
  finding = untouched(lab, account, reading, "a body that is hard to parse", posted.exchange);
  if (!finding.passed()) return finding;
  return worst;
}

Check bad(std::string_view id, std::string_view title, std::string_view steps,
          std::string_view hint, Finding (*run)(Lab&)) {
  return {.id = id,
          .clause = "4.7",
          .title = title,
          .applies = Applies::kTwoWay,
          .needs = {"write.array", "write.delete", "list.complete"},
          .steps = steps,
          .control = "The same items in good form take effect.",
          .hint = hint,
          .depth = Depth::kStandard,
          .run = run};
}

}  // namespace

std::vector<Check> bad_input_checks() {
  return {
      bad("bad.not-json", "A body that is not JSON changes nothing",
          "POST of cut and mangled arrays, of text, of nothing; GET. A 2xx or a 5xx is a warning.",
          "Parse the whole body before anything is written.", changes_nothing<0>),
      bad("bad.not-array", "A body that is no array of objects changes nothing",
          "POST of an object, null, a string, a number, arrays of other things; GET.",
          "Look at the types of what was parsed.", changes_nothing<1>),
      bad("bad.missing-member", "No action and no date is made up",
          "POST of items without item, action or actionDate; GET.",
          "A default of ADD, or of now, for what is missing.", changes_nothing<2>),
      bad("bad.action", "An action that is neither ADD nor DELETE changes nothing",
          "POST of items with other words and types for action; GET.",
          "An else branch that takes everything but ADD for DELETE.", changes_nothing<3>),
      bad("bad.date", "A date that does not exist or cannot be read changes nothing",
          "POST of items with 30 February, month 13, words, numbers, no zone; GET.",
          "A parser that rolls over, or a default of now.", changes_nothing<4>),
      bad("bad.item", "An item that is no id changes nothing",
          "POST of items with null, an empty string, other types for item; GET.",
          "The value is turned into text: \"null\", \"[object Object]\".", changes_nothing<5>),
      bad("bad.among-good", "A bad item among good ones harms none that is acknowledged",
          "POST of a good, a bad and a good item in one array; GET.",
          "Stops at the first bad one, and still answers 2xx.", among_good_ones),
      bad("bad.hostile", "Bodies that are hard to parse do no harm",
          "POST of deep nesting, of bytes that are not UTF-8, of junk; then a good POST and GET.",
          "A parser without limits.", hostile),
  };
}

}  // namespace favsync::contract
