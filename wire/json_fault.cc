#include "wire/json_fault.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/quote.h"
#include "wire/utf8.h"

namespace favsync {
namespace {

constexpr int kMaxDepth = 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Recursive descent over RFC 8259. Every step returns false at the first fault; the path is put
// together on the way out.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool document() {
    blanks();
    if (at_ == text_.size()) return fault("expected a JSON value, got an empty text");
    if (!value(1)) return false;
    blanks();
    if (at_ < text_.size()) return fault_here("nothing after the JSON value");
    return true;
  }

  JsonFault take_fault() {
    const std::string_view before = text_.substr(0, at_);
    fault_.offset = at_;
    fault_.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    fault_.column = at_ - (before.rfind('\n') + 1) + 1;
    return std::move(fault_);
  }

 private:
  bool fault(std::string reason) {
    fault_.reason = std::move(reason);
    return false;
  }

  bool fault_here(std::string_view expected) {
    if (at_ >= text_.size()) return fault(fmt::format("expected {}, got the end", expected));
    const std::string_view rest = text_.substr(at_);
    const std::size_t length = std::max<std::size_t>(1, utf8_length(rest));
    return fault(fmt::format("expected {}, got {}", expected, quoted(rest.substr(0, length))));
  }

  bool in(std::string step) {
    fault_.path.insert(0, step);
    return false;
  }

  void blanks() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool skip_if(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  bool value(int depth) {
    if (depth > kMaxDepth) return fault(fmt::format("nested deeper than {} levels", kMaxDepth));
    if (next_is('{')) return object(depth);
    if (next_is('[')) return array(depth);
    if (next_is('"')) return string();
    if (next_is('-') || (at_ < text_.size() && is_digit(text_[at_]))) return number();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    }
    return fault_here("a JSON value");
  }

  bool array(int depth) {
    ++at_;
    blanks();
    if (skip_if(']')) return true;
    for (std::size_t index = 0;; ++index) {
      blanks();
      if (!value(depth + 1)) return in(fmt::format("[{}]", index));
      blanks();
      if (skip_if(']')) return true;
      if (!skip_if(',')) return fault_here("\",\" or \"]\"");
    }
  }

  bool object(int depth) {
    ++at_;
    blanks();
    if (skip_if('}')) return true;
    for (;;) {
      blanks();
      if (!next_is('"')) return fault_here("a member's name in quotes");
      const std::size_t first = at_ + 1;
      if (!string()) return false;
      const std::string_view name = text_.substr(first, at_ - 1 - first);
      blanks();
      if (!skip_if(':')) return fault_here(fmt::format("\":\" after {}", quoted(name)));
      blanks();
      if (!value(depth + 1)) return in(member_path(name));
      blanks();
      if (skip_if('}')) return true;
      if (!skip_if(',')) return fault_here("\",\" or \"}\"");
    }
  }

  bool string() {
    const std::size_t first = at_++;
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) {
        return fault(
            fmt::format("expected control characters in a string to be escaped, got "
                        "byte 0x{:02x}",
                        byte));
      }
      if (byte == '\\') {
        if (!escape()) return false;
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) return fault(fmt::format("expected UTF-8, got byte 0x{:02x}", byte));
      at_ += length;
    }
    at_ = first;
    return fault("the string that begins here has no end");
  }

  bool escape() {
    ++at_;
    if (at_ == text_.size()) return fault_here("an escape after the backslash");
    if (text_[at_] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        return fault_here("one of \"\\/bfnrtu after the backslash");
      }
      ++at_;
      return true;
    }
    const std::size_t first = at_ - 1;
    const auto lone = [&] {
      at_ = first;
      return fault(fmt::format("expected a surrogate pair, got a lone {}", text_.substr(first, 6)));
    };
    unsigned unit = 0;
    if (!code_unit(unit)) return false;
    if (unit >= 0xdc00 && unit <= 0xdfff) return lone();
    if (unit < 0xd800 || unit > 0xdbff) return true;
    if (!text_.substr(at_).starts_with("\\u")) return lone();
    ++at_;
    if (!code_unit(unit)) return false;
    return (unit >= 0xdc00 && unit <= 0xdfff) || lone();
  }

  // The four digits after "\u", `at_` being on the 'u'.
  bool code_unit(unsigned& unit) {
    ++at_;
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : ' ';
      const int digit = is_digit(c)            ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return fault_here("four hexadecimal digits after \\u");
      unit = unit * 16 + static_cast<unsigned>(digit);
    }
    return true;
  }

  bool number() {
    skip_if('-');
    if (skip_if('0')) {
      if (at_ < text_.size() && is_digit(text_[at_]))
        return fault_here("no digit after a leading 0");
    } else if (!digits()) {
      return fault_here("a digit after \"-\"");
    }
    if (skip_if('.') && !digits()) return fault_here("a digit after the decimal point");
    if (skip_if('e') || skip_if('E')) {
      if (!skip_if('+')) skip_if('-');
      if (!digits()) return fault_here("a digit in the exponent");
    }
    return true;
  }

  bool digits() {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > first;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  JsonFault fault_;
};

}  // namespace

std::string member_path(std::string_view name) {
  const bool plain = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  return plain ? fmt::format(".{}", name) : fmt::format("[{}]", quoted(name));
}

std::optional<JsonFault> find_json_fault(std::string_view text) {
  Scanner scanner(text);
  if (scanner.document()) return std::nullopt;
  return scanner.take_fault();
}

std::string without_huge_numbers(std::string_view text) {
  constexpr std::size_t kSurelyFits = 18;  // digits of a 64-bit integer, less one
  std::string out(text);
  for (std::size_t at = 0; at < out.size();) {
    if (out[at] == '"') {
      for (++at; out[at] != '"'; ++at) {
        if (out[at] == '\\') ++at;
      }
      ++at;
      continue;
    }
    if (out[at] != '-' && !is_digit(out[at])) {
      ++at;
      continue;
    }
    const std::size_t end = std::min(out.find_first_not_of("0123456789+-.eE", at), out.size());
    const std::string_view number = std::string_view(out).substr(at, end - at);
    if (number.size() > kSurelyFits || number.find_first_of("eE") != std::string_view::npos) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(at),
                out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      out[at] = '0';
    }
    at = end;
  }
  return out;
}

}  // namespace favsync
