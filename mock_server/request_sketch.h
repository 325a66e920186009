#pragma once

#include <string_view>

#include "mock_server/partner_message.h"

namespace favsync::mock {

// The start of a request that could not be taken: method and path, if its first line shows them,
// cut to 200 bytes. Views into `bytes`.
PartnerRequest sketch_request(std::string_view bytes);

}  // namespace favsync::mock
