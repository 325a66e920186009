#include "contract_tests/reports/html_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/reports/words.h"
#include "wire/utf8.h"

namespace favsync::contract::html {
namespace {

constexpr std::size_t kRoom = 8u << 20;          // for all bodies on the page
constexpr std::size_t kMostOfShown = 32u << 10;  // of the body of an exchange that shows something
constexpr std::size_t kMostOfOther = 2u << 10;
constexpr std::size_t kMostOthers = 20;  // exchanges of a check that nothing points to

std::string lines_of(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) {
    text += fmt::format("{}: {}\n", escaped(name), escaped(value));
  }
  return text;
}

void append_character(std::string& out, std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  if (character == "<") {
    out += "&lt;";
  } else if (character == ">") {
    out += "&gt;";
  } else if (character == "&") {
    out += "&amp;";
  } else if (character == "\"") {
    out += "&quot;";
  } else if (character == "'") {
    out += "&#39;";
  } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
  } else {
    out += character;
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else {
      append_character(out, text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

Exchanges::Exchanges(const Report& report) : report_(report), room_(kRoom) {
  for (const auto& exchange : report.exchanges) by_check_[exchange.check].push_back(&exchange);
}

std::string Exchanges::body(std::string_view body, std::size_t bytes, bool cut, std::size_t most) {
  if (bytes == 0) return {};
  const std::string_view shown = body.substr(0, std::min(most, room_));
  room_ -= shown.size();
  std::string text = "\n" + escaped(shown);
  if (cut || shown.size() < body.size()) {
    text += fmt::format("… (cut: {} bytes in all{})", bytes,
                        shown.size() < body.size() ? "; evidence has more" : "");
  }
  return text;
}

std::string Exchanges::part(const LoggedExchange& exchange, std::size_t most) {
  const std::string answer =
      exchange.status > 0 ? std::to_string(exchange.status) : escaped(exchange.outcome);
  std::string text = fmt::format(
      "<details class=\"exchange\"><summary>#{} <code>{} {}</code> → {} <span class=\"soft\">({} "
      "ms)</span></summary>\n",
      exchange.number, escaped(exchange.method), escaped(exchange.url), answer,
      exchange.duration.count());
  text += fmt::format(
      "<pre tabindex=\"0\" aria-label=\"request {}\">{} {}\n{}{}</pre>\n", exchange.number,
      escaped(exchange.method), escaped(exchange.url), lines_of(exchange.request_headers),
      body(exchange.request_body, exchange.request_body_bytes, exchange.request_body_cut, most));
  if (exchange.status > 0) {
    text += fmt::format("<pre tabindex=\"0\" aria-label=\"answer {}\">{} {}\n{}{}</pre>\n",
                        exchange.number, escaped(exchange.version), exchange.status,
                        lines_of(exchange.headers),
                        body(exchange.body, exchange.body_bytes, exchange.body_cut, most));
  }
  if (!exchange.problem.empty()) text += fmt::format("<p>{}</p>\n", escaped(exchange.problem));
  for (const auto& anomaly : exchange.anomalies) {
    text += fmt::format("<p>Framing: {}</p>\n", escaped(anomaly));
  }
  return text + "</details>\n";
}

std::string Exchanges::of(const CheckReport& check) {
  const auto& shown = check.finding.exchanges;
  std::string text;
  for (const int number : shown) {
    if (const auto* exchange = find_exchange(report_, number)) {
      text += part(*exchange, kMostOfShown);
    }
  }
  if (!text.empty()) text = "<h3>Exchanges that show it</h3>\n" + text;
  std::string others;
  std::size_t count = 0;
  for (const auto* exchange : by_check_[check.check->id]) {
    if (std::find(shown.begin(), shown.end(), exchange->number) != shown.end()) continue;
    if (++count <= kMostOthers) others += part(*exchange, kMostOfOther);
  }
  if (count == 0) return text;
  text += fmt::format("<h3>{} exchanges of this check</h3>\n", text.empty() ? "The" : "Other");
  text += others;
  if (count > kMostOthers) {
    text += fmt::format("<p class=\"soft\">and {} more, which evidence and HAR have</p>\n",
                        count - kMostOthers);
  }
  return text;
}

std::string check_part(const CheckReport& report, Exchanges& exchanges) {
  const Check& check = *report.check;
  const Finding& finding = report.finding;
  const std::string id = escaped(check.id);
  std::string text = fmt::format(
      "<details class=\"check\" id=\"check-{}\" data-status=\"{}\"{}>\n<summary><span "
      "class=\"badge "
      "{}\">{}</span> <code>{}</code> {} <span class=\"soft\">§{}, "
      "{}</span></summary>\n<div>\n<dl>\n",
      id, to_string(finding.status), finding.status == CheckStatus::kFail ? " open" : "",
      to_string(finding.status), words_for(report), id, escaped(check.title), escaped(check.clause),
      to_string(check.level));
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, escaped(value));
  };
  line("Found", finding.message);
  line("Reason", finding.reason);
  line("Expected", finding.expected);
  line("Actual", finding.actual);
  if (!finding.passed() || finding.status == CheckStatus::kWarn) line("Look at", check.hint);
  line("Steps", check.steps);
  line("Control", check.control);
  std::vector<std::string> needs;
  for (const auto need : check.needs) {
    needs.push_back(fmt::format("<a href=\"#check-{}\">{}</a>", escaped(need), escaped(need)));
  }
  if (!needs.empty()) text += fmt::format("<dt>Rests on</dt><dd>{}</dd>\n", fmt::join(needs, ", "));
  line("Took",
       fmt::format("{} s, {}", in_seconds(report.duration), plural(report.requests, "request")));
  return text + "</dl>\n" + exchanges.of(report) + "</div>\n</details>\n";
}

}  // namespace favsync::contract::html
