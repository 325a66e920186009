#pragma once

#include <string>

#include "wire/timestamp.h"

namespace favsync {

// What lets a round ask "only if it changed": the ETag of a list that left nothing to do, neither
// here nor at the partner.
struct ListValidator {
  std::string partner;  // SyncUser::partner, the only one that it means something to
  std::string etag;
  Timestamp read_at;  // when the list was read whole, by the backend's clock

  friend bool operator==(const ListValidator&, const ListValidator&) = default;
};

}  // namespace favsync
