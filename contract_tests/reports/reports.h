#pragma once

#include <string>

#include "contract_tests/report.h"

namespace favsync::contract {

struct TextStyle {
  bool colour = false;  // ANSI escapes: only for a terminal
  bool quiet = false;   // the verdict, and what is not a pass
};

// For people: each check with what was found, then the verdict and what to do next.
std::string to_text(const Report& report, const TextStyle& style);
// One finished check, as to_text shows it; for progress.
std::string to_text(const CheckReport& check, const TextStyle& style);
// The published JSON form, indented, with a final newline.
std::string to_json(const Report& report);
// JUnit as GitLab, GitHub reporters and Jenkins read it: a failure is a broken MUST, an error what
// could not be judged, a warning passes with its text in system-out; the reason stands in the
// attribute and in the text.
std::string to_junit(const Report& report);

}  // namespace favsync::contract
