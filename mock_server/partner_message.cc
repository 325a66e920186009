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

OwnedRequest::OwnedRequest(const PartnerRequest& request) {
  std::size_t bytes =
      request.method.size() + request.path.size() + request.query.size() + request.body.size();
  for (const auto& [name, value] : request.headers) bytes += name.size() + value.size();
  text_.reserve(bytes);  // so that no view moves
  const auto keep = [this](std::string_view piece) {
    text_ += piece;
    return std::string_view(text_).substr(text_.size() - piece.size());
  };
  view_.method = keep(request.method);
  view_.path = keep(request.path);
  view_.query = keep(request.query);
  view_.body = keep(request.body);
  view_.connection = request.connection;
  for (const auto& [name, value] : request.headers) {
    const std::string_view kept = keep(name);
    view_.headers.push_back({kept, keep(value)});
  }
}

}  // namespace favsync::mock
