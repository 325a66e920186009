// Ids are opaque and come back byte for byte: §2.1.
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// Posts the writes; where an array is refused with a 4xx, its halves, so that only the ids that the
// partner will not take are left out. `refused` collects them.
OrFinding<int> post_what_is_taken(Lab& lab, std::span<const Write> writes,
                                  std::vector<std::string>& refused) {
  FAVSYNC_OR_RETURN(posted, lab.post(lab.first(), writes));
  if (posted.acknowledged) return posted.exchange;
  if (posted.status / 100 != 4) {
    return tl::unexpected(Finding::fail(fmt::format("status-{}", posted.status),
                                        fmt::format("ids such as \"{}\" are answered {}: {}",
                                                    clip(writes.front().item, 60), posted.status,
                                                    clip(posted.body, 100)))
                              .wanted("a 2xx, or a 4xx for an id that is not taken")
                              .got(fmt::format("status {}", posted.status))
                              .shown_by({posted.exchange}));
  }
  if (writes.size() == 1) {
    refused.push_back(writes.front().item);
    return posted.exchange;
  }
  const std::size_t half = writes.size() / 2;
  FAVSYNC_OR_RETURN(left, post_what_is_taken(lab, writes.first(half), refused));
  return post_what_is_taken(lab, writes.subspan(half), refused);
}

struct IdSet {
  std::string_view check;
  std::vector<std::string> (*make)(Lab& lab);
};

// A set that was posted.
struct PostedSet {
  std::vector<Write> writes;
  std::vector<std::string> refused;
};

// A write to each id, with actions and dates that tell them apart.
PostedSet make_set(Lab& lab, const IdSet& set) {
  PostedSet made;
  for (auto& id : set.make(lab)) {
    const Act act = made.writes.size() % 2 == 0 ? Act::kAdd : Act::kDelete;
    const Instant at = lab.dates(id, 1).front();
    made.writes.push_back({std::move(id), {act, at}});
  }
  return made;
}

// Posts the ids of all sets in as few arrays as there may be; whether all of them were taken.
bool taken_together(Lab& lab, const std::vector<std::pair<const IdSet*, PostedSet>>& sets) {
  std::vector<Write> writes;
  for (const auto& [set, made] : sets) {
    writes.insert(writes.end(), made.writes.begin(), made.writes.end());
  }
  constexpr std::size_t kMostInOnePost = 100;  // §4.9
  for (std::size_t at = 0; at < writes.size(); at += kMostInOnePost) {
    const std::size_t count = std::min(kMostInOnePost, writes.size() - at);
    const auto posted = lab.post(lab.first(), std::span(writes).subspan(at, count));
    if (!posted || !posted->acknowledged) return false;
  }
  return true;
}

// Whether each id of the set came back as it was.
Finding judge_set(Lab& lab, const PostedSet& set, const Reading& reading) {
  const auto& writes = set.writes;
  const auto wrong = std::find_if(writes.begin(), writes.end(), [&](const Write& write) {
    return find_item(reading.wrong, write.item) != nullptr;
  });
  if (wrong == writes.end()) {
    if (set.refused.empty()) return Finding::pass(fmt::format("{} ids", writes.size()));
    return Finding::pass(
        fmt::format("{} of {} ids are refused with a 4xx, as a partner may; the first: "
                    "\"{}\"",
                    set.refused.size(), writes.size(), clip(set.refused.front(), 60)));
  }
  const Mismatch& first = *find_item(reading.wrong, wrong->item);
  Finding finding = lab.failure(lab.first(), first, reading.listing.exchange);
  for (const auto& other : reading.others) {
    // A stranger with the same date is what became of it.
    if (!other.expected && other.shown && first.expected && agrees(*first.expected, *other.shown)) {
      finding.reason = "id-altered";
      finding.message =
          fmt::format("\"{}\" came back as \"{}\"", clip(first.item, 120), clip(other.item, 120));
      finding.expected = clip(first.item, 200);
      finding.actual = clip(other.item, 200);
    }
  }
  if (finding.reason != "id-altered" && first.shown) {
    for (const Write& write : writes) {
      if (write.item != first.item && agrees(write.value, *first.shown)) {
        finding.reason = "ids-confused";
        finding.message = fmt::format("\"{}\" and \"{}\" are taken for the same item",
                                      clip(first.item, 100), clip(write.item, 100));
      }
    }
  }
  return finding;
}

std::vector<std::string> letter_case(Lab& lab) {
  const std::string base = lab.item_named("");
  return {base + "aB", base + "Ab", base + "ab", base + "AB", "S" + base.substr(1)};
}

std::vector<std::string> leading_zeros(Lab& lab) {
  const std::string number = lab.item_named("").substr(8);  // the digits alone
  const std::string base = lab.item_named("_");
  return {number,
          "0" + number,
          "00" + number,
          number + ".0",
          "+" + number,
          "-" + number,
          "98765432" + number.substr(0, 9) + "1",
          base + "7",
          base + "07",
          base + "007",
          base + "7.0"};
}

std::vector<std::string> long_ids(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const std::size_t length : {40, 50, 64, 100, 128, 191, 254}) {
    const std::string same = base + std::string(length - base.size(), 'x');
    ids.push_back(same);
    ids.push_back(same + "a");
    ids.push_back(same + "b");
  }
  return ids;
}

std::vector<std::string> very_long_ids(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const std::size_t length : {256, 512, 1023}) {
    const std::string same = base + std::string(length - base.size(), 'y');
    ids.push_back(same);
    ids.push_back(same + "a");
    ids.push_back(same + "b");
  }
  return ids;
}

std::vector<std::string> likenesses(Lab& lab) {
  const std::string base = lab.item_named("");
  // Ids that some runtimes take for numbers, constants, or members of every object.
  return {base,        base + "e3",   base + "_true", "true",           "null", "undefined", "NaN",
          "__proto__", "constructor", "toString",     "hasOwnProperty", "item", "0",         "1e3",
          "0x10",      "[]",          "{}",           "length"};
}

std::vector<std::string> punctuation(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const char* tail :
       {"a b", "a+b",  "a%20b", "a%b",  "a_b",   "a-b",   "a&b",      "a&amp;b", "a<b>", "a\"b",
        "a'b", "a\\b", "a/b",   "../a", "a?b=c", "a#b",   "a;b",      "a,b",     "a:b",  "a|b",
        "a*b", "a.b",  "a@b",   "${a}", "{{a}}", "'; --", "a\\u0041", "a\\n"}) {
    ids.push_back(base + tail);
  }
  return ids;
}

std::vector<std::string> blanks(Lab& lab) {
  const std::string base = lab.item_named("_");
  return {base + "a", base + "a ", " " + base + "a", base + "a\t", base + "a  b", base + "a b"};
}

std::vector<std::string> unicode(Lab& lab) {
  const std::string base = lab.item_named("_");
  return {
      base + "caf\u00e9",  base + "cafe\u0301",   base + "cafe",   base + "stra\u00dfe",
      base + "strasse",    base + "\u0130",       base + "i",      base + "\u6f22\u5b57",
      base + "\U0001F600", base + "\u0627\u0644", base + "\u200b", base + "\ufb01",
      base + "fi",         base + "\u00b5",       base + "\u03bc", base + std::string("a\0b", 3),
      base + "a"};
}

constexpr IdSet kSets[] = {{"id.letter-case", letter_case}, {"id.leading-zeros", leading_zeros},
                           {"id.length", long_ids},         {"id.very-long", very_long_ids},
                           {"id.likeness", likenesses},     {"id.punctuation", punctuation},
                           {"id.blanks", blanks},           {"id.unicode", unicode}};

// The first of these checks posts the ids of all of them and reads once; each takes its own finding
// from that. A check that is tried again, or comes alone, does so for its own ids.
template <std::size_t kIndex>
Finding ids_survive(Lab& lab) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "ids are not made up where --items names them");
  }
  const IdSet& own = kSets[kIndex];
  if (auto kept = lab.take(own.check)) return *kept;
  const bool all = kIndex == 0 && !lab.was_kept("id.length");
  std::vector<std::pair<const IdSet*, PostedSet>> posted;
  for (const IdSet& set : kSets) {
    if (all || &set == &own) posted.emplace_back(&set, make_set(lab, set));
  }
  if (!all || !taken_together(lab, posted)) {
    // Which ones are not taken is found out set by set; what was taken is the same POST again.
    std::erase_if(posted, [&](auto& entry) {
      auto& [set, ids] = entry;
      const auto last = post_what_is_taken(lab, ids.writes, ids.refused);
      if (!last) lab.keep(set->check, last.error());
      return !last;
    });
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  for (const auto& [set, ids] : posted) lab.keep(set->check, judge_set(lab, ids, reading));
  return lab.take(own.check).value_or(Finding::pass());
}

Check id_check(std::string_view id, std::string_view title, std::string_view steps,
               std::string_view hint, Finding (*run)(Lab&)) {
  return {.id = id,
          .clause = "2.1",
          .title = title,
          .applies = Applies::kTwoWay,
          .needs = {"write.array", "write.delete", "list.complete"},
          .steps = steps,
          .control = "Plain ids come back as they were.",
          .hint = hint,
          .depth = Depth::kStandard,
          .run = run};
}

}  // namespace

std::vector<Check> id_checks() {
  return {
      id_check("id.letter-case", "Ids that differ in case are different items",
               "POST of ids that differ in the case of letters, with different dates; GET.",
               "A collation without case: compare ids as bytes.", ids_survive<0>),
      id_check("id.leading-zeros", "Ids that look like numbers are text",
               "POST of ids of digits, with and without zeros and signs before them; GET.",
               "The id is kept in a number.", ids_survive<1>),
      id_check("id.length", "Ids of up to 255 characters come back whole, or are refused",
               "POST of pairs of ids that differ only after 40 to 254 equal characters; GET. A 4xx "
               "passes.",
               "A column that cuts: ids that begin alike become one.", ids_survive<2>),
      id_check("id.very-long", "Very long ids come back whole, or are refused",
               "POST of pairs of ids that differ only after 256 to 1023 equal characters; GET. A "
               "4xx passes.",
               "Refuse what does not fit.", ids_survive<3>),
      id_check("id.likeness", "Ids that mean something to a runtime are ids",
               "POST of ids such as null, __proto__, 1e3; GET. A 4xx passes.",
               "Keep items in a real map, and ids as text.", ids_survive<4>),
      id_check("id.punctuation", "Punctuation in ids comes back as it was, or is refused",
               "POST of ids with quotes, slashes, percent signs, markup; GET. A 4xx passes.",
               "Text is put together where a parameter or an escape belongs, or unescaped once too "
               "often.",
               ids_survive<5>),
      id_check("id.blanks", "Blanks in ids come back as they were, or are refused",
               "POST of ids with blanks before, after and within; GET. A 4xx passes.",
               "Trimmed, or compared by a column type that pads.", ids_survive<6>),
      id_check("id.unicode", "Ids beyond ASCII come back byte for byte, or are refused",
               "POST of ids in composed and decomposed form, of other scripts, emoji; GET. A 4xx "
               "passes.",
               "Normalised, transliterated, or a column of the wrong character set.",
               ids_survive<7>),
  };
}

}  // namespace favsync::contract
