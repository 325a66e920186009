#include "favsync/evidence_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "contract_tests/reports/evidence.h"

namespace favsync {
namespace {

constexpr std::size_t kMostBytes = 300u << 20;  // more than evidence can have

// Errors: errno says why.
bool read_all(std::FILE* file, std::string& text) {
  char buffer[64 << 10];
  while (text.size() < kMostBytes) {
    const std::size_t got = std::fread(buffer, 1, sizeof buffer, file);
    text.append(buffer, got);
    if (got < sizeof buffer) return std::ferror(file) == 0;
  }
  return true;
}

}  // namespace

Result<contract::Report> read_evidence_file(const std::string& path) {
  std::string text;
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rbe");
  const bool read = file && read_all(file, text);
  const int reason = errno;
  if (file && file != stdin) std::fclose(file);
  if (!read) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: expected evidence that certify --evidence wrote: {}", path,
                            std::strerror(reason)));
  }
  auto report = contract::read_evidence(text);
  if (!report) {
    report.error().message = fmt::format("{}: {}", path, report.error().message);
  }
  return report;
}

}  // namespace favsync
