#pragma once

#include <cstddef>
#include <string>

#include "contract_tests/report.h"

// Renderings of a Report. Each depends on the report alone: the same report gives the same bytes,
// during the run or read back from evidence. None holds a token, and none lets what a partner sent
// break its form.
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

enum class RunState { kFinished, kRunning };

// JUnit as GitLab, GitHub reporters and Jenkins read it: a failure is a broken MUST, an error what
// could not be judged, a warning passes with its text in system-out; the reason stands in the
// attribute and in the text. A run that is not whole, kRunning above all, has an error of its own,
// so that a file which a killed run left is never green.
std::string to_junit(const Report& report, RunState state = RunState::kFinished);

inline constexpr std::size_t kMaxMarkdown = 1u << 20;  // what GitHub takes as a step summary

// Markdown as GitHub and GitLab show it, at most `limit` bytes (at least 1000): the verdict, the
// first failure, then the checks by importance; what has no room is counted.
std::string to_markdown(const Report& report, std::size_t limit = kMaxMarkdown);
// At most ten workflow commands of GitHub (::error, ::warning), one a line, the most important
// first.
std::string to_github_annotations(const Report& report);

// One page for a browser, which loads nothing from elsewhere: verdict, clauses × status, each check
// with its exchanges, a filter, light and dark. Bodies are cut to keep it below about 16 MiB.
std::string to_html(const Report& report);
// All exchanges as HTTP Archive 1.2, a page a check.
std::string to_har(const Report& report);

}  // namespace favsync::contract
