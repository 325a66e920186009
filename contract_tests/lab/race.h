#pragma once

#include <functional>
#include <vector>

#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// Sends the requests at the same moment, each on a connection of its own, and returns their
// exchanges in the same order. For checks of what happens when requests meet.
std::vector<Exchange> send_together(Lab& lab, std::vector<HttpClient>& clients,
                                    const std::vector<Request>& requests);

}  // namespace favsync::contract
