#include <array>
#include <cstring>

#include "wire/favorites_codec.h"

namespace favsync {
namespace {

constexpr std::string_view kItem = R"({"item":")";
constexpr std::string_view kDate = R"(","actionDate":")";
constexpr std::string_view kAdd = R"(","action":"ADD"})";
constexpr std::string_view kDelete = R"(","action":"DELETE"})";
constexpr std::size_t kMaxBesideItem =
    kItem.size() + kDate.size() + kMaxTimestampChars + kDelete.size() + 1;

constexpr bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// Eight bytes at a time: whether any of them needs an escape. Each term sets the high bit of a byte
// for one of the three cases; a byte of 0x80 or more is UTF-8 and never does.
bool word_needs_escape(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  return (((word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes)) & ~word & kHighs) != 0;
}

bool needs_escapes(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    if (word_needs_escape(text.data() + at)) return true;
  }
  for (; at < text.size(); ++at) {
    if (needs_escape(static_cast<unsigned char>(text[at]))) return true;
  }
  return false;
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!needs_escape(byte)) {
      out += c;
      continue;
    }
    out += '\\';
    switch (c) {
      case '"':
      case '\\':
        out += c;
        break;
      case '\n':
        out += 'n';
        break;
      case '\r':
        out += 'r';
        break;
      case '\t':
        out += 't';
        break;
      default:
        out += "u00";
        out += kHexDigits[byte >> 4];
        out += kHexDigits[byte & 15];
    }
  }
}

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// Collects text in a block that stays in the cache and hands it on when it is full: growing the
// string by resize would write every byte twice, and appending each piece would check its capacity
// each time.
class Block {
 public:
  explicit Block(std::string& out) : out_(out) {}
  ~Block() { flush(); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  char* at() { return at_; }
  void advance_to(char* end) { at_ = end; }

  void make_room(std::size_t bytes) {
    if (static_cast<std::size_t>(bytes_.data() + bytes_.size() - at_) < bytes) flush();
  }

  static constexpr std::size_t capacity() { return kBytes; }

  // For what is too long for the block, or rare.
  std::string& flushed() {
    flush();
    return out_;
  }

 private:
  static constexpr std::size_t kBytes = 16'384;

  void flush() {
    out_.append(bytes_.data(), static_cast<std::size_t>(at_ - bytes_.data()));
    at_ = bytes_.data();
  }

  std::string& out_;
  std::array<char, kBytes> bytes_;
  char* at_ = bytes_.data();
};

void print(Block& block, const Favorite& favorite) {
  const std::string_view item = favorite.item;
  const bool as_it_is = item.size() <= Block::capacity() - kMaxBesideItem && !needs_escapes(item);
  block.make_room(kMaxBesideItem + (as_it_is ? item.size() : 0));
  char* out = put(block.at(), kItem);
  if (as_it_is) {
    out = put(out, item);
  } else {
    block.advance_to(out);
    append_escaped(block.flushed(), item);
    out = block.at();
  }
  out = put(out, kDate);
  out = print_timestamp(favorite.action_date, out);
  out = put(out, favorite.action == Action::kAdd ? kAdd : kDelete);
  block.advance_to(out);
}

}  // namespace

void append_favorites(std::string& out, std::span<const Favorite> favorites) {
  std::size_t bytes = 2;
  for (const Favorite& favorite : favorites) bytes += favorite.item.size() + kMaxBesideItem;
  out.reserve(out.size() + bytes);
  Block block(out);
  char separator = '[';
  for (const Favorite& favorite : favorites) {
    block.make_room(1);
    *block.at() = separator;
    block.advance_to(block.at() + 1);
    separator = ',';
    print(block, favorite);
  }
  if (separator == '[') {
    block.flushed() += "[]";
  } else {
    block.flushed() += ']';
  }
}

std::string print_favorites(std::span<const Favorite> favorites) {
  std::string out;
  append_favorites(out, favorites);
  return out;
}

}  // namespace favsync
