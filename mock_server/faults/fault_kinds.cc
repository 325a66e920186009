#include "mock_server/faults/fault_kinds.h"

#include <algorithm>
#include <array>

#include "mock_server/settings.h"

namespace favsync::mock {
namespace {

constexpr std::string_view kBefore = "before_apply", kAfter = "after_apply";

constexpr std::array kKinds = {
    FaultKind{.id = "latency",
              .form = "latency=DURATION|uniform(A..B)|lognormal(MEDIAN,SIGMA[,max=LIMIT])",
              .story = "The answer is held back; with position=before_apply the write waits too.",
              .example = "latency=uniform(50ms..2s),on=GET",
              .position = kAfter},
    FaultKind{.id = "status",
              .form = "status=CODE[,retry-after=DURATION][,retry-after-date=DURATION]",
              .story = "Another status in place of the answer, with Retry-After in seconds or as a "
                       "date by the mock's clock when asked for.",
              .example = "status=429,retry-after=2s,on=POST,nth=3",
              .position = kBefore},
    FaultKind{.id = "reset",
              .form = "reset",
              .story = "The connection is reset (RST) without a byte of an answer.",
              .example = "reset,on=POST,position=after_apply",
              .position = kBefore},
    FaultKind{.id = "close",
              .form = "close[=before-headers|after-headers]",
              .story = "The connection is closed (FIN) without a byte, or behind the headers.",
              .example = "close=after-headers,times=1",
              .position = kBefore},
    FaultKind{.id = "hang",
              .form = "hang",
              .story = "The answer never comes and the connection stays open.",
              .example = "hang,on=GET,user=alice",
              .position = kBefore},
    FaultKind{.id = "truncate",
              .form = "truncate=BYTES",
              .story = "The connection is closed after so many bytes of the body, though the "
                       "headers promised more.",
              .example = "truncate=100B,on=GET",
              .position = kAfter},
    FaultKind{.id = "stall",
              .form = "stall=BYTES",
              .story =
                  "After so many bytes of the body nothing more comes and the connection stays "
                  "open.",
              .example = "stall=100B,on=GET",
              .position = kAfter},
    FaultKind{.id = "drip",
              .form = "drip=RATE",
              .story = "The body comes at so many bytes a second.",
              .example = "drip=50B/s,every=4",
              .position = kAfter},
    FaultKind{.id = "garbage",
              .form = "garbage[=BYTES]",
              .story = "Bytes that are no HTTP, 64 of them unless said otherwise, then the "
                       "connection is closed.",
              .example = "garbage=1KiB,probability=0.1",
              .position = kBefore},
    FaultKind{.id = "oversize",
              .form = "oversize=BYTES",
              .story = "The body is filled up with spaces to so many bytes: still the same JSON.",
              .example = "oversize=16MiB,on=GET",
              .position = kAfter},
    FaultKind{.id = "bad-chunk",
              .form = "bad-chunk",
              .story = "The body comes in chunks, and the size of the first is not a number.",
              .example = "bad-chunk,on=GET,nth=2",
              .position = kAfter},
    FaultKind{.id = "slow-accept",
              .form = "slow-accept=DURATION",
              .story = "A new connection is taken up so much later than it came.",
              .example = "slow-accept=2s,every=3",
              .position = ""},
    FaultKind{.id = "EMPTY_RESPONSE",
              .form = "EMPTY_RESPONSE",
              .story = "WireMock's name for a close without a byte.",
              .example = "EMPTY_RESPONSE,on=GET",
              .alias_of = "close=before-headers"},
    FaultKind{.id = "MALFORMED_RESPONSE_CHUNK",
              .form = "MALFORMED_RESPONSE_CHUNK",
              .story = "WireMock's name for good headers with a broken chunk behind them.",
              .example = "MALFORMED_RESPONSE_CHUNK,on=GET",
              .alias_of = "bad-chunk"},
    FaultKind{.id = "RANDOM_DATA_THEN_CLOSE",
              .form = "RANDOM_DATA_THEN_CLOSE",
              .story = "WireMock's name for garbage and a close.",
              .example = "RANDOM_DATA_THEN_CLOSE,times=1",
              .alias_of = "garbage"},
    FaultKind{.id = "CONNECTION_RESET_BY_PEER",
              .form = "CONNECTION_RESET_BY_PEER",
              .story = "WireMock's name for a reset.",
              .example = "CONNECTION_RESET_BY_PEER,on=POST",
              .alias_of = "reset"},
};

}  // namespace

std::span<const FaultKind> all_fault_kinds() {
  return kKinds;
}

const FaultKind* find_fault_kind(std::string_view id) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const FaultKind& kind) { return kind.id == id; });
  return found == kKinds.end() ? nullptr : &*found;
}

std::vector<std::string_view> fault_setting_names() {
  std::vector<std::string_view> names;
  for (const FaultKind& kind : kKinds) names.push_back(kind.id);
  for (const std::string_view more : {"retry-after", "retry-after-date", "position"}) {
    names.push_back(more);
  }
  names.insert(names.end(), trigger_settings().begin(), trigger_settings().end());
  return names;
}

}  // namespace favsync::mock
