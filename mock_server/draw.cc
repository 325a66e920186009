#include "mock_server/draw.h"

#include <cmath>
#include <numbers>

namespace favsync::mock {

Draw::Draw(std::uint64_t seed, std::uint64_t stream) : state_(seed) {
  state_ = word() ^ (stream * 0xd1342543de82ef95u);
}

std::uint64_t Draw::word() {
  // SplitMix64 (Steele, Lea and Flood, 2014): one word of state, any seed is good.
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

double Draw::fraction() {
  return static_cast<double>(word() >> 11) * 0x1p-53;
}

double Draw::normal() {
  // Box and Muller: unlike std::normal_distribution, the same in every standard library.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - fraction()));
  return radius * std::cos(2.0 * std::numbers::pi * fraction());
}

std::string Draw::garbage(std::size_t bytes) {
  std::string text(bytes, ' ');
  for (char& c : text) c = static_cast<char>('!' + word() % 94);
  if (!text.empty() && text[0] == 'H') text[0] = 'h';
  return text;
}

}  // namespace favsync::mock
