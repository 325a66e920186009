#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace favsync::mock {

// A stream of chance that one seed decides, the same in every build: two mocks with one seed that
// see the same requests in the same order do the same. One owner's.
class Draw {
 public:
  // `stream` tells apart those who share a seed, so that none disturbs the others.
  Draw(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t word();
  double fraction();  // from 0 to below 1
  double normal();    // mean 0, deviation 1
  // Visible ASCII, so that a journal or terminal is not harmed; never the start of an HTTP answer.
  std::string garbage(std::size_t bytes);

 private:
  std::uint64_t state_;
};

}  // namespace favsync::mock
