#include "mock_server/out_queue.h"

#include <array>

namespace favsync::mock {
namespace {

constexpr std::size_t kCopiedAtMost = 16u << 10;  // bytes; a copy is cheaper than a second piece
constexpr std::size_t kKeptWhenIdle = 4u << 10;   // bytes
constexpr std::size_t kPiecesACall = 16;

}  // namespace

std::string& OutQueue::tail() {
  if (pieces_.empty() || pieces_.back().shared) pieces_.emplace_back();
  return pieces_.back().own;
}

void OutQueue::append(const std::shared_ptr<const std::string>& body) {
  if (!body || body->empty()) return;
  if (body->size() <= kCopiedAtMost) {
    tail() += *body;
  } else {
    pieces_.push_back({{}, body});
  }
}

std::size_t OutQueue::size() const {
  std::size_t bytes = 0;
  for (std::size_t i = front_; i < pieces_.size(); ++i) bytes += pieces_[i].text().size();
  return bytes - sent_;
}

ByteChannel::Outcome OutQueue::flush(ByteChannel& channel) {
  while (!empty()) {
    std::array<iovec, kPiecesACall> vectors;
    std::size_t count = 0;
    for (std::size_t i = front_; i < pieces_.size() && count < kPiecesACall; ++i) {
      std::string_view text = pieces_[i].text();
      if (i == front_) text.remove_prefix(sent_);
      if (!text.empty()) vectors[count++] = {const_cast<char*>(text.data()), text.size()};
    }
    const auto [outcome, bytes] = channel.write(std::span(vectors.data(), count));
    if (outcome != ByteChannel::Outcome::kDone) return outcome;
    drop(bytes);
  }
  return ByteChannel::Outcome::kDone;
}

void OutQueue::drop(std::size_t bytes) {
  sent_ += bytes;
  while (front_ < pieces_.size() && sent_ >= pieces_[front_].text().size()) {
    sent_ -= pieces_[front_].text().size();
    ++front_;
  }
  if (front_ < pieces_.size()) return;
  // All is sent: keep one small text, so that the next answer need not allocate.
  if (pieces_.size() > 1 || pieces_[0].shared || pieces_[0].own.capacity() > kKeptWhenIdle) {
    pieces_ = {};
  } else {
    pieces_[0].own.clear();
  }
  front_ = 0;
}

}  // namespace favsync::mock
