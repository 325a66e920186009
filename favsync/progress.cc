#include "favsync/progress.h"

#include <fmt/format.h>

#include "contract_tests/http/text.h"

namespace favsync {
namespace {

constexpr std::string_view kToStart = "\r\x1b[K";  // and clear the line

}  // namespace

ProgressLine::ProgressLine(Print print, Now now, std::size_t width, bool colour)
    : print_(std::move(print)),
      now_(std::move(now)),
      width_(width),
      colour_(colour),
      begun_(now_()) {}

void ProgressLine::draw() {
  if (what_.empty()) return;
  const auto gone =
      std::chrono::duration_cast<std::chrono::milliseconds>(now_() - begun_).count() / 100;
  std::string line = fmt::format("{}  {} request{}  {}.{} s", what_, requests_,
                                 requests_ == 1 ? "" : "s", gone / 10, gone % 10);
  if (line.size() >= width_) line.resize(width_ > 0 ? width_ - 1 : 0);  // ASCII all of it
  print_(std::string(kToStart) + line);
}

void ProgressLine::started(const contract::Check& check, int number, int of) {
  const std::lock_guard lock(mutex_);
  what_ = fmt::format("[{}/{}] {}", number, of, check.id);
  draw();
}

void ProgressLine::finished(const contract::CheckReport& report, int requests_so_far) {
  const std::lock_guard lock(mutex_);
  requests_ = requests_so_far;
  const auto status = report.finding.status;
  const bool counts = !report.unscored || status == contract::CheckStatus::kError;
  if (!counts) {
    draw();
    return;
  }
  if (status == contract::CheckStatus::kFail || status == contract::CheckStatus::kError) {
    const std::string_view word = status == contract::CheckStatus::kFail ? "FAIL" : "ERR!";
    print_(fmt::format("{}{} {} (§{}): {}\n", kToStart,
                       colour_ ? fmt::format("\x1b[31;1m{}\x1b[0m", word) : std::string(word),
                       report.check->id, report.check->clause,
                       contract::clip(report.finding.message, 300)));
  }
  draw();
}

void ProgressLine::tick() {
  const std::lock_guard lock(mutex_);
  draw();
}

void ProgressLine::end() {
  const std::lock_guard lock(mutex_);
  if (!what_.empty()) print_(kToStart);
  what_.clear();
}

}  // namespace favsync
