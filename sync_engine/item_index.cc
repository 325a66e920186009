#include "sync_engine/item_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <random>

namespace favsync {
namespace {

constexpr std::size_t kBatch = 32;  // look-ups in flight; more than the line-fill buffers of a core

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t read_bytes(const char* from, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, count);
  return word;
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

ItemIndex::ItemIndex(std::span<const FavoriteRecord> records)
    : records_(records), seed_(random_seed()) {
  slots_.resize(std::bit_ceil(std::max<std::size_t>(records.size() * 2, 16)));
  mask_ = slots_.size() - 1;
  std::array<std::uint64_t, kBatch> hashes;
  for (std::size_t start = 0; start < records.size(); start += kBatch) {
    const std::size_t count = std::min(kBatch, records.size() - start);
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = hash(records[start + i].favorite.item);
      __builtin_prefetch(&slots_[hashes[i] & mask_], 1);
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t at = hashes[i] & mask_;
      while (slots_[at].position != kNone) at = (at + 1) & mask_;
      slots_[at] = {static_cast<std::uint32_t>(hashes[i] >> 32),
                    static_cast<std::uint32_t>(start + i)};
    }
  }
}

std::uint64_t ItemIndex::hash(std::string_view item) const {
  constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15, kOdd2 = 0xd1b54a32d192ed03;
  std::uint64_t state = seed_ ^ mix(item.size() + kOdd1, kOdd2);
  const char* at = item.data();
  std::size_t left = item.size();
  for (; left > 16; left -= 16, at += 16) {
    state = mix(read_bytes(at, 8) ^ kOdd1, read_bytes(at + 8, 8) ^ state);
  }
  const std::size_t first = std::min<std::size_t>(left, 8);
  state = mix(read_bytes(at, first) ^ kOdd2, read_bytes(at + first, left - first) ^ state);
  return mix(state ^ kOdd1, kOdd2);
}

std::uint32_t ItemIndex::probe(std::uint64_t hash, std::string_view item) const {
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  for (std::uint64_t at = hash & mask_;; at = (at + 1) & mask_) {
    const Slot slot = slots_[at];
    if (slot.position == kNone) return kNone;
    if (slot.tag == tag && records_[slot.position].favorite.item == item) return slot.position;
  }
}

std::uint32_t ItemIndex::find(std::string_view item) const {
  return probe(hash(item), item);
}

std::vector<std::uint32_t> ItemIndex::find_all(std::span<const Favorite> incoming) const {
  std::vector<std::uint32_t> positions(incoming.size());
  std::array<std::uint64_t, kBatch> hashes;
  for (std::size_t start = 0; start < incoming.size(); start += kBatch) {
    const std::size_t count = std::min(kBatch, incoming.size() - start);
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = hash(incoming[start + i].item);
      __builtin_prefetch(&slots_[hashes[i] & mask_]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Slot slot = slots_[hashes[i] & mask_];
      if (slot.position != kNone) __builtin_prefetch(&records_[slot.position]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      positions[start + i] = probe(hashes[i], incoming[start + i].item);
    }
  }
  return positions;
}

}  // namespace favsync
