#include "contract_tests/lab/race.h"

#include <barrier>
#include <thread>

namespace favsync::contract {

std::vector<Exchange> send_together(Lab& lab, std::vector<HttpClient>& clients,
                                    const std::vector<Request>& requests) {
  std::vector<Exchange> exchanges(requests.size());
  std::barrier start(static_cast<std::ptrdiff_t>(requests.size()));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      exchanges[i] = lab.session().send(clients[i], requests[i]);
    });
  }
  for (auto& thread : threads) thread.join();
  return exchanges;
}

}  // namespace favsync::contract
