#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "wire/favorites_codec.h"
#include "wire/json_fault.h"
#include "wire/quote.h"

// RapidCheck prints the seed of a failure; RC_PARAMS="seed=…" in the environment runs it again.
namespace favsync {
namespace {

rc::Gen<Timestamp> any_timestamp() {
  const auto seconds = rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(Timestamp::kMinSeconds, Timestamp::kMaxSeconds + 1),
      rc::gen::inRange<std::int64_t>(1'483'228'800, 1'514'764'800),
      rc::gen::element(std::int64_t{Timestamp::kMinSeconds}, std::int64_t{-1}, std::int64_t{0},
                       std::int64_t{Timestamp::kMaxSeconds}));
  const auto nanos =
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 1'000'000'000),
                     rc::gen::map(rc::gen::inRange<std::uint32_t>(0, 1'000),
                                  [](std::uint32_t millis) { return millis * 1'000'000; }));
  return rc::gen::apply(
      [](std::int64_t s, std::uint32_t ns) { return Timestamp::from_unix(s, ns); }, seconds, nanos);
}

rc::Gen<std::string> any_item() {
  const auto piece =
      rc::gen::oneOf(rc::gen::map(rc::gen::inRange(0, 128),
                                  [](int c) { return std::string(1, static_cast<char>(c)); }),
                     rc::gen::element<std::string>("\u00e9", "e\u0301", "\u2028", "\ufeff",
                                                   "\U0001f600", "session_"));
  return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(piece)),
                      [](const std::vector<std::string>& pieces) {
                        std::string item;
                        for (const std::string& part : pieces) item += part;
                        return item;
                      });
}

rc::Gen<std::vector<Favorite>> any_list() {
  const auto favorite = rc::gen::apply(
      [](std::string item, bool add, Timestamp date) {
        return Favorite{std::move(item), add ? Action::kAdd : Action::kDelete, date};
      },
      any_item(), rc::gen::arbitrary<bool>(), any_timestamp());
  return rc::gen::container<std::vector<Favorite>>(favorite);
}

// A good list with a few bytes changed, cut or added: near JSON, where faults hide.
rc::Gen<std::string> spoiled_body() {
  const auto edit = rc::gen::tuple(
      rc::gen::inRange<std::size_t>(0, 4096), rc::gen::inRange(0, 3),
      rc::gen::oneOf(
          rc::gen::arbitrary<char>(),
          rc::gen::element('"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '.', 'u', ' ')));
  return rc::gen::apply(
      [](const std::vector<Favorite>& list,
         const std::vector<std::tuple<std::size_t, int, char>>& edits) {
        std::string body = print_favorites(list);
        for (const auto& [place, kind, byte] : edits) {
          const std::size_t at = place % (body.size() + 1);
          if (kind == 0) body.insert(at, 1, byte);
          if (kind == 1 && at < body.size()) body[at] = byte;
          if (kind == 2) body.erase(at, 1);
        }
        return body;
      },
      any_list(), rc::gen::container<std::vector<std::tuple<std::size_t, int, char>>>(edit));
}

RC_GTEST_PROP(WireProperty, ATimestampComesBackFromItsPrint, ()) {
  const Timestamp moment = *any_timestamp();
  const auto parsed = parse_strict_timestamp(to_string(moment));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == moment);
}

RC_GTEST_PROP(WireProperty, OnTheMillisecondGridPrintsSortAsTimesDo, ()) {
  const Timestamp a = (*any_timestamp()).floor_to_millis();
  const Timestamp b = (*any_timestamp()).floor_to_millis();
  RC_ASSERT((to_string(a) <=> to_string(b)) == (a <=> b));
}

RC_GTEST_PROP(WireProperty, AnOffsetNamesTheSameInstant, ()) {
  const auto year = static_cast<std::int64_t>(*rc::gen::inRange(2, 9998));
  const Timestamp local = Timestamp::from_unix(year * 31'556'952 + Timestamp::kMinSeconds);
  const int hours = *rc::gen::inRange(0, 24), minutes = *rc::gen::inRange(0, 60);
  const bool ahead = *rc::gen::arbitrary<bool>();
  std::string text = to_string(local);
  text.pop_back();
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  text += (ahead ? "+" : "-") + two(hours) + ":" + two(minutes);
  const auto offset = std::chrono::minutes(60 * hours + minutes);
  const auto parsed = parse_timestamp(text);
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->instant == local.plus(ahead ? -offset : offset));
}

RC_GTEST_PROP(WireProperty, ANearlyPlainDateIsReadTheSameOnBothPaths, (char byte)) {
  // Three digits take the quick path, and with a zero more the careful one.
  std::string text = to_string((*any_timestamp()).floor_to_millis());
  text[*rc::gen::inRange<std::size_t>(0, text.size() - 1)] = byte;
  std::string longer = text;
  longer.insert(longer.size() - 1, "0");
  const auto quick = parse_strict_timestamp(text);
  const auto careful = parse_strict_timestamp(longer);
  if (byte != 'Z' && byte != '+' && byte != '-')
    RC_ASSERT(quick.has_value() == careful.has_value());
  if (quick && careful) RC_ASSERT(*quick == *careful);
}

RC_GTEST_PROP(WireProperty, AListComesBackFromItsPrint, ()) {
  const auto list = *any_list();
  const auto read = parse_favorites(print_favorites(list));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == list);
}

RC_GTEST_PROP(WireProperty, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto strict = parse_favorites(bytes);
  const auto lenient = parse_favorites_leniently(bytes);
  RC_ASSERT(!strict || lenient.has_value());
  RC_ASSERT(strict || !strict.error().message.empty());
}

RC_GTEST_PROP(WireProperty, ASpoiledListIsReadAlikeOrRefused, ()) {
  const std::string body = *spoiled_body();
  const auto strict = parse_favorites(body);
  const auto lenient = parse_favorites_leniently(body);
  RC_LOG() << quoted(std::string_view(body), 4096) << '\n'
           << (strict ? "" : strict.error().message) << '\n';
  if (strict) {
    RC_ASSERT(lenient.has_value());
    RC_ASSERT(lenient->favorites == *strict);
    RC_ASSERT(lenient->skipped.empty());
  } else {
    RC_ASSERT(strict.error().code == ErrorCode::kMalformed);
    RC_ASSERT(!lenient || !lenient->skipped.empty() || !lenient->warnings.empty());
  }
}

RC_GTEST_PROP(WireProperty, TheParserAndTheFaultFinderAgreeOnWhatIsJson, ()) {
  const std::string body = *spoiled_body();
  const auto strict = parse_favorites(body);
  const bool called_no_json = !strict && strict.error().message.starts_with("body: not JSON");
  const bool byte_order_mark = body.starts_with("\xef\xbb\xbf");
  RC_LOG() << quoted(std::string_view(body), 4096) << '\n'
           << (strict ? "" : strict.error().message) << '\n';
  RC_ASSERT(byte_order_mark || find_json_fault(body).has_value() == called_no_json);
}

}  // namespace
}  // namespace favsync
