#include "mock_server/request_sketch.h"

#include <algorithm>

namespace favsync::mock {

PartnerRequest sketch_request(std::string_view bytes) {
  constexpr std::size_t kShownAtMost = 200;
  const std::string_view line = bytes.substr(0, std::min(bytes.find('\r'), bytes.find('\n')));
  PartnerRequest request;
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space > kShownAtMost) return request;
  request.method = line.substr(0, space);
  std::string_view path = line.substr(space + 1);
  path = path.substr(0, path.find_first_of(" ?#"));
  request.path = path.substr(0, kShownAtMost);
  return request;
}

}  // namespace favsync::mock
