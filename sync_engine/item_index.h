#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sync_engine/favorite_store.h"

namespace favsync {

// Finds records by item in constant time. Holds positions only: the records must outlive it and
// stay where they are. A hash table with open addressing, whose slots are asked for many at a time:
// a look-up in a large list waits for memory, and with a batch the waits overlap, which no standard
// map offers. The hash is seeded, so that a partner cannot choose ids that collide.
class ItemIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // At most 2^31 records; items are distinct.
  explicit ItemIndex(std::span<const FavoriteRecord> records);

  // The position of the record of `item`, or kNone.
  std::uint32_t find(std::string_view item) const;

  // The same for each of `incoming`, in order. Faster than so many single finds.
  std::vector<std::uint32_t> find_all(std::span<const Favorite> incoming) const;

 private:
  struct Slot {
    std::uint32_t tag = 0;  // upper half of the hash
    std::uint32_t position = kNone;
  };
  std::uint64_t hash(std::string_view item) const;
  std::uint32_t probe(std::uint64_t hash, std::string_view item) const;

  std::span<const FavoriteRecord> records_;
  std::vector<Slot> slots_;  // a power of two, at most half full
  std::uint64_t mask_ = 0;
  std::uint64_t seed_;
};

}  // namespace favsync
