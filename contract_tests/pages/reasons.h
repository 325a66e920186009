#pragma once

#include <string>
#include <string_view>

namespace favsync::contract {

// What a reason code of a finding means, as one sentence. A suffix such as ".flaky" is explained
// behind it. Empty for a word that has no meaning here: each that a report may hold has one.
std::string meaning_of(std::string_view reason);

}  // namespace favsync::contract
