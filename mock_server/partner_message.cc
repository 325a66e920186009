#include "mock_server/partner_message.h"

#include <algorithm>

namespace favsync::mock {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view PartnerRequest::header(std::string_view name) const {
  for (const auto& [candidate, value] : headers) {
    if (same_name(candidate, name)) return value;
  }
  return {};
}

}  // namespace favsync::mock
