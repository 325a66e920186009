#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/favorite_list.h"

namespace favsync::mock {

// What one active behaviour remembers between requests: notes, counts, and lists of its own.
// Bounded: beyond kMaxNotes notes it forgets them all, as a cache would. Safe from any thread.
class Notebook {
 public:
  static constexpr std::size_t kMaxNotes = 100'000;

  explicit Notebook(std::uint64_t seed) : random_(seed) {}

  std::optional<std::string> recall(const std::string& key) const;
  void note(const std::string& key, std::string text);
  // The note, which is then gone.
  std::optional<std::string> take(const std::string& key);
  // How often this was called with `key`, this call included.
  std::uint64_t count(const std::string& key);
  // The same number each run for the same seed and number of calls.
  std::uint64_t random();

  // The list of that name, made with `first` when there is none.
  std::shared_ptr<FavoriteList> list(const std::string& name,
                                     const std::function<std::vector<Favorite>()>& first);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> notes_;
  std::map<std::string, std::uint64_t> counts_;
  std::map<std::string, std::shared_ptr<FavoriteList>> lists_;
  std::uint64_t random_;
};

}  // namespace favsync::mock
