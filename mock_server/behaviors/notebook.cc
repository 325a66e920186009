#include "mock_server/behaviors/notebook.h"

#include <utility>

namespace favsync::mock {

std::optional<std::string> Notebook::recall(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = notes_.find(key);
  return found == notes_.end() ? std::nullopt : std::optional(found->second);
}

void Notebook::note(const std::string& key, std::string text) {
  const std::lock_guard lock(mutex_);
  if (notes_.size() >= kMaxNotes) notes_.clear();
  notes_[key] = std::move(text);
}

std::optional<std::string> Notebook::take(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = notes_.find(key);
  if (found == notes_.end()) return std::nullopt;
  std::string text = std::move(found->second);
  notes_.erase(found);
  return text;
}

std::uint64_t Notebook::count(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= kMaxNotes) counts_.clear();
  return ++counts_[key];
}

std::uint64_t Notebook::random() {
  const std::lock_guard lock(mutex_);
  // SplitMix64 (Steele, Lea and Flood, 2014): one word of state, any seed is good.
  random_ += 0x9e3779b97f4a7c15u;
  std::uint64_t mixed = random_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

std::shared_ptr<FavoriteList> Notebook::list(const std::string& name,
                                             const std::function<std::vector<Favorite>()>& first) {
  const std::lock_guard lock(mutex_);
  if (lists_.size() >= kMaxNotes) lists_.clear();
  std::shared_ptr<FavoriteList>& list = lists_[name];
  if (list == nullptr) {
    list = std::make_shared<FavoriteList>();
    list->assign(first());
  }
  return list;
}

}  // namespace favsync::mock
