#pragma once

#include <string>

#include "wire/result.h"

namespace favsync::mock {

// "127.0.0.1:8080" or "[::1]:8080", as it stands in a URL.
std::string authority(const std::string& address, int port);

// Why an address could not be bound, as a value: call right after the failure, it reads errno.
Error bind_error(const char* which, const std::string& address, int port);

}  // namespace favsync::mock
