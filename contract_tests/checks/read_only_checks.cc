// Read-only partners: §6.1.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

Finding post_refused(Lab& lab) {
  for (const bool with_item : {false, true}) {
    std::vector<Write> writes;
    if (with_item) {
      FAVSYNC_OR_RETURN(write, new_write(lab, lab.first(), Act::kAdd));
      writes.push_back(write);
    }
    FAVSYNC_OR_RETURN(posted, lab.post(lab.first(), writes));
    const std::string what = with_item ? "POST of one item" : "POST of []";
    if (posted.status != 404 && posted.status != 405 && posted.status != 501) {
      return Finding::fail(
                 posted.acknowledged ? "accepted" : fmt::format("status-{}", posted.status),
                 fmt::format("{} is answered {} by a partner that is read-only", what,
                             posted.status))
          .wanted("404, 405 or 501")
          .got(fmt::format("status {}: {}", posted.status, clip(posted.body, 100)))
          .shown_by({posted.exchange});
    }
  }
  return Finding::pass();
}

Finding changes_nothing(Lab& lab) {
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  for (const auto& mismatch : reading.wrong) {
    return lab.failure(lab.first(), mismatch, reading.listing.exchange);
  }
  return untouched(lab, lab.first(), reading, "a refused POST", reading.listing.exchange);
}

}  // namespace

std::vector<Check> read_only_checks() {
  const std::vector<std::string_view> readable = {"read.answers", "list.json", "list.array"};
  return {
      {.id = "read-only.post-refused",
       .clause = "6.1",
       .title = "A read-only partner refuses POST with 404, 405 or 501",
       .applies = Applies::kReadOnly,
       .needs = readable,
       .steps = "POST of [] and of one ADD with a made-up id.",
       .control = "GET is answered 200.",
       .hint =
           "A route that answers 200 and does nothing makes the platform believe that it wrote.",
       .run = post_refused},
      {.id = "read-only.changes-nothing",
       .clause = "6.1",
       .title = "A refused POST changes nothing",
       .applies = Applies::kReadOnly,
       .needs = readable,
       .steps = "GET after the POSTs: the list is as before.",
       .hint = "The refusal comes after the write.",
       .run = changes_nothing},
  };
}

}  // namespace favsync::contract
