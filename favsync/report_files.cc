#include "favsync/report_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "contract_tests/reports/evidence.h"

namespace favsync {
namespace {

namespace fs = std::filesystem;

struct Form {
  const char* option;
  const char* name;  // in the folder of --report
  std::string ReportFiles::*path;
  const char* help;
  std::string (*render)(const contract::Report& report);
};

const Form kForms[] = {
    {"--json", "report.json", &ReportFiles::json, "JSON, for programs",
     [](const contract::Report& report) { return to_json(report); }},
    {"--junit", "junit.xml", &ReportFiles::junit, "JUnit XML, kept up to date during the run",
     [](const contract::Report& report) { return to_junit(report); }},
    {"--html", "report.html", &ReportFiles::html, "one page with every exchange behind a finding",
     [](const contract::Report& report) { return to_html(report); }},
    {"--markdown", "report.md", &ReportFiles::markdown, "Markdown, for a step summary or a comment",
     [](const contract::Report& report) { return to_markdown(report); }},
    {"--har", "exchanges.har", &ReportFiles::har, "all exchanges as HTTP Archive",
     [](const contract::Report& report) { return to_har(report); }},
    {"--text", "report.txt", &ReportFiles::text, "the text that is printed",
     [](const contract::Report& report) { return to_text(report, {}); }},
    {"--evidence", "evidence.json", &ReportFiles::evidence,
     "all of the run, for favsync report, repro and verify",
     [](const contract::Report& report) { return to_evidence(report); }},
};

// Every file that is asked for: its option, its path and its form.
struct Wanted {
  std::string option, path;
  const Form* form;
};
std::vector<Wanted> wanted_by(const ReportFiles& files) {
  std::vector<Wanted> wanted;
  for (const Form& form : kForms) {
    const std::string& path = files.*form.path;
    if (!path.empty()) wanted.push_back({form.option, path, &form});
    if (!files.folder.empty()) {
      wanted.push_back({"--report", (fs::path(files.folder) / form.name).string(), &form});
    }
  }
  return wanted;
}

bool is_special(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

std::string last_error() {
  return std::strerror(errno);
}

// Whether it can be opened for writing: nothing when it can, else why not.
std::string reason_not_writable(const std::string& path) {
  if (fs::is_directory(path)) return "is a folder; expected a file";
  if (is_special(path)) return ::access(path.c_str(), W_OK) == 0 ? "" : last_error();
  std::error_code ignored;
  const bool existed = fs::exists(path, ignored);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return last_error();
  ::close(file);
  if (!existed) ::unlink(path.c_str());
  return {};
}

bool write_bytes(const std::string& path, const std::string& content) {
  std::FILE* file = std::fopen(path.c_str(), "wbe");
  if (!file) return false;
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  return std::fclose(file) == 0 && written;
}

// Errors: errno says why.
bool write_whole(const std::string& path, const std::string& content) {
  if (path == "-") {
    return std::fwrite(content.data(), 1, content.size(), stdout) == content.size() &&
           std::fflush(stdout) == 0;
  }
  if (is_special(path)) return write_bytes(path, content);
  std::error_code error;
  const fs::path target = fs::weakly_canonical(path, error);  // a link stays a link
  const std::string beside = fmt::format("{}.{}.part", error ? path : target.string(), ::getpid());
  if (!write_bytes(beside, content)) {
    const bool no_room_beside = errno == EACCES || errno == EROFS || errno == EPERM;
    ::unlink(beside.c_str());
    return no_room_beside && write_bytes(path, content);
  }
  if (std::rename(beside.c_str(), error ? path.c_str() : target.c_str()) == 0) return true;
  ::unlink(beside.c_str());
  return write_bytes(path, content);
}

}  // namespace

bool ReportFiles::use_stdout() const {
  for (const Form& form : kForms) {
    if (this->*form.path == "-") return true;
  }
  return false;
}

std::string ReportFiles::evidence_file() const {
  if (!evidence.empty() && evidence != "-") return evidence;
  return folder.empty() ? "" : (fs::path(folder) / "evidence.json").string();
}

void add_report_options(CLI::App& command, ReportFiles& files, bool with_evidence) {
  for (const Form& form : kForms) {
    if (form.path == &ReportFiles::evidence && !with_evidence) continue;
    command.add_option(form.option, files.*form.path, form.help)
        ->type_name("FILE")
        ->group("Reports (- is standard output)");
  }
  command.add_option("--report", files.folder, "folder for every form, with fixed names")
      ->type_name("DIR")
      ->group("Reports (- is standard output)");
}

Status check_writable(const ReportFiles& files) {
  if (!files.folder.empty()) {
    std::error_code error;
    fs::create_directories(files.folder, error);
    if (error || !fs::is_directory(files.folder)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--report {}: expected a folder, or a name for a new one: {}",
                              files.folder, error ? error.message() : "it is a file"));
    }
  }
  std::map<std::string, std::string> options;
  for (const Wanted& wanted : wanted_by(files)) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(fs::absolute(wanted.path), error);
    const std::string place = wanted.path == "-" || error ? wanted.path : whole.string();
    const auto [other, fresh] = options.emplace(place, wanted.option);
    if (!fresh && !is_special(wanted.path)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} {}: {} goes there too; give each form its own file",
                              wanted.option, wanted.path, other->second));
    }
    if (wanted.path == "-") continue;
    if (const std::string reason = reason_not_writable(wanted.path); !reason.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} {}: cannot be written: {}", wanted.option, wanted.path, reason));
    }
  }
  return {};
}

Status write_reports(const ReportFiles& files, const contract::Report& report) {
  for (const Wanted& wanted : wanted_by(files)) {
    if (!write_whole(wanted.path, wanted.form->render(report))) {
      return fail(ErrorCode::kStorage, fmt::format("{} {}: could not be written: {}", wanted.option,
                                                   wanted.path, last_error()));
    }
  }
  return {};
}

LiveJunit::LiveJunit(const ReportFiles& files, contract::Report begun) : report_(std::move(begun)) {
  for (const Wanted& wanted : wanted_by(files)) {
    const bool plain_file = wanted.path != "-" && !is_special(wanted.path);
    if (wanted.form->path == &ReportFiles::junit && plain_file) paths_.push_back(wanted.path);
  }
}

void LiveJunit::add(const contract::CheckReport& check, int requests_so_far) {
  if (paths_.empty()) return;
  report_.checks.push_back(check);
  report_.requests = requests_so_far;
  report_.duration += check.duration;
  const std::string text = to_junit(report_, contract::RunState::kRunning);
  for (const auto& path : paths_) (void)write_whole(path, text);
}

}  // namespace favsync
