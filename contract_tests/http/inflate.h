#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace favsync::contract {

// The bytes behind gzip or zlib compression (told apart by themselves); nothing when they are
// damaged, cut off, or would be longer than `most` bytes, and then `problem` says which.
std::optional<std::string> inflate(std::string_view packed, std::size_t most, std::string& problem);

}  // namespace favsync::contract
