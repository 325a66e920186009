#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "contract_tests/check.h"
#include "contract_tests/report.h"

namespace favsync {

// One line at the bottom of a terminal that says how a run goes: "[12/103] write.keeps-date · 87
// requests · 3.2 s", with failures above it as they come. Safe from any thread.
class ProgressLine {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  using Print = std::function<void(std::string_view)>;

  // `width` of the terminal in columns; the line never wraps.
  ProgressLine(Print print, Now now, std::size_t width, bool colour);

  void started(const contract::Check& check, int number, int of);
  void finished(const contract::CheckReport& report, int requests_so_far);
  // Draws it again, with the time that has gone by.
  void tick();
  // Takes the line away.
  void end();

 private:
  void draw();
  std::mutex mutex_;
  Print print_;
  Now now_;
  std::size_t width_;
  bool colour_;
  std::chrono::steady_clock::time_point begun_;
  std::string what_;  // "[12/103] write.keeps-date"; empty while nothing is drawn
  int requests_ = 0;
};

}  // namespace favsync
