// Ids are opaque and come back byte for byte: §2.1.
#include <set>
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

// Writes each id, with actions and dates that tell them apart, and looks whether each comes back as
// it was.
Finding ids_survive(Lab& lab, const std::vector<std::string>& ids) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "ids are not made up where --items names them");
  }
  Account& account = lab.first();
  std::vector<Write> writes;
  for (const auto& id : ids) {
    writes.push_back(
        {id, {writes.size() % 2 == 0 ? Act::kAdd : Act::kDelete, lab.dates(id, 1).front()}});
  }
  std::vector<std::string> refused;
  FAVSYNC_OR_RETURN(last, post_what_is_taken(lab, writes, refused));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  if (reading.wrong.empty()) {
    return refused.empty()
               ? Finding::pass(fmt::format("{} ids", ids.size()))
               : Finding::pass(fmt::format("{} of {} ids are refused with a 4xx, as a "
                                           "partner may; the first: \"{}\"",
                                           refused.size(), ids.size(), clip(refused.front(), 60)));
  }
  Finding finding = lab.judge(account, reading);
  const Mismatch& first = reading.wrong.front();
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

Finding letter_case(Lab& lab) {
  const std::string base = lab.item_named("");
  return ids_survive(lab,
                     {base + "aB", base + "Ab", base + "ab", base + "AB", "S" + base.substr(1)});
}

Finding leading_zeros(Lab& lab) {
  const std::string number = lab.item_named("").substr(8);  // the digits alone
  const std::string base = lab.item_named("_");
  return ids_survive(lab, {number, "0" + number, "00" + number, number + ".0", "+" + number,
                           "-" + number, base + "7", base + "07", base + "007", base + "7.0"});
}

Finding long_ids(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const std::size_t length : {40, 50, 64, 100, 128, 191, 254}) {
    const std::string same = base + std::string(length - base.size(), 'x');
    ids.push_back(same);
    ids.push_back(same + "a");
    ids.push_back(same + "b");
  }
  return ids_survive(lab, ids);
}

Finding very_long_ids(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const std::size_t length : {256, 512, 1023}) {
    const std::string same = base + std::string(length - base.size(), 'y');
    ids.push_back(same);
    ids.push_back(same + "a");
    ids.push_back(same + "b");
  }
  return ids_survive(lab, ids);
}

Finding likenesses(Lab& lab) {
  const std::string base = lab.item_named("");
  // Ids that some runtimes take for numbers, constants, or members of every object.
  return ids_survive(lab, {base, base + "e3", base + "_true", "true", "null", "undefined", "NaN",
                           "__proto__", "constructor", "toString", "hasOwnProperty", "item", "0",
                           "1e3", "0x10", "[]", "{}", "length"});
}

Finding punctuation(Lab& lab) {
  const std::string base = lab.item_named("_");
  std::vector<std::string> ids;
  for (const char* tail :
       {"a b", "a+b",  "a%20b", "a%b",  "a_b",   "a&b",   "a&amp;b", "a<b>",     "a\"b",
        "a'b", "a\\b", "a/b",   "../a", "a?b=c", "a#b",   "a;b",     "a,b",      "a:b",
        "a|b", "a*b",  "a.b",   "a@b",  "${a}",  "{{a}}", "'; --",   "a\\u0041", "a\\n"}) {
    ids.push_back(base + tail);
  }
  return ids_survive(lab, ids);
}

Finding blanks(Lab& lab) {
  const std::string base = lab.item_named("_");
  return ids_survive(
      lab, {base + "a", base + "a ", " " + base + "a", base + "a\t", base + "a  b", base + "a b"});
}

Finding unicode(Lab& lab) {
  const std::string base = lab.item_named("_");
  return ids_survive(lab,
                     {base + "caf\u00e9", base + "cafe\u0301", base + "cafe", base + "stra\u00dfe",
                      base + "strasse", base + "\u0130", base + "i", base + "\u6f22\u5b57",
                      base + "\U0001F600", base + "\u0627\u0644", base + "\u200b", base + "\ufb01",
                      base + "fi", base + "\u00b5", base + "\u03bc"});
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
               "A collation without case: compare ids as bytes.", letter_case),
      id_check("id.leading-zeros", "Ids that look like numbers are text",
               "POST of ids of digits, with and without zeros and signs before them; GET.",
               "The id is kept in a number.", leading_zeros),
      id_check("id.length", "Ids of up to 255 characters come back whole, or are refused",
               "POST of pairs of ids that differ only after 40 to 254 equal characters; GET. A 4xx "
               "passes.",
               "A column that cuts: ids that begin alike become one.", long_ids),
      id_check("id.very-long", "Very long ids come back whole, or are refused",
               "POST of pairs of ids that differ only after 256 to 1023 equal characters; GET. A "
               "4xx passes.",
               "Refuse what does not fit.", very_long_ids),
      id_check("id.likeness", "Ids that mean something to a runtime are ids",
               "POST of ids such as null, __proto__, 1e3; GET. A 4xx passes.",
               "Keep items in a real map, and ids as text.", likenesses),
      id_check("id.punctuation", "Punctuation in ids comes back as it was, or is refused",
               "POST of ids with quotes, slashes, percent signs, markup; GET. A 4xx passes.",
               "Text is put together where a parameter or an escape belongs, or unescaped once too "
               "often.",
               punctuation),
      id_check("id.blanks", "Blanks in ids come back as they were, or are refused",
               "POST of ids with blanks before, after and within; GET. A 4xx passes.",
               "Trimmed, or compared by a column type that pads.", blanks),
      id_check("id.unicode", "Ids beyond ASCII come back byte for byte, or are refused",
               "POST of ids in composed and decomposed form, of other scripts, emoji; GET. A 4xx "
               "passes.",
               "Normalised, transliterated, or a column of the wrong character set.", unicode),
  };
}

}  // namespace favsync::contract
