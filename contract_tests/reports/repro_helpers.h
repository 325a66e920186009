#pragma once

#include <string_view>

namespace favsync::contract {

// repro.sh: the functions that a reproduction script uses; built in by favsync_embed of CMake.
extern const std::string_view kReproHelpers;

}  // namespace favsync::contract
