#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "contract_tests/reports/html/files.h"
#include "contract_tests/reports/html_parts.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/words.h"
#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

using html::escaped;

// For a Content-Security-Policy: only the page's own style and script are obeyed, whatever a body
// says.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return "sha256-" +
         base64_encode({reinterpret_cast<const char*>(digest.data()), std::size_t{size}});
}

// The page with its holes filled, in one pass: what fills one is not searched.
std::string filled(std::string_view page,
                   const std::map<std::string_view, std::string_view>& parts) {
  std::string out;
  while (true) {
    const auto open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) return out;
    const auto close = page.find("}}", open);
    out += parts.at(page.substr(open + 2, close - open - 2));
    page.remove_prefix(close + 2);
  }
}

std::string head_of(const Report& report) {
  const Verdict verdict = report.verdict();
  const std::string_view colour = verdict == Verdict::kConformant      ? "pass"
                                  : verdict == Verdict::kNotConformant ? "fail"
                                                                       : "inconclusive";
  std::string text = fmt::format(
      "<h1>favsync: <span class=\"verdict {}\">{}{}</span></h1>\n<p><code>{}</code></p>\n", colour,
      to_string(verdict), report.provisional() ? " (provisional)" : "", escaped(report.url));
  for (const auto& sentence : shortfalls(report)) {
    text += fmt::format("<p class=\"notice\">{}</p>\n", escaped(sentence));
  }
  if (const CheckReport* first = report.first_failure()) {
    const std::string id = escaped(first->check->id);
    text += fmt::format(
        "<p class=\"notice\">Mend this first: <a href=\"#check-{}\">{}</a> (§{}): {}</p>\n", id, id,
        escaped(first->check->clause), escaped(first->finding.message));
  }
  text += "<dl>\n";
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, escaped(value));
  };
  line("Run", manner_of(report));
  line("Started", to_text(report.started));
  line("Took",
       fmt::format("{} s, {}", in_seconds(report.duration), plural(report.requests, "request")));
  line("Test data",
       fmt::format("{} put back with new dates; {} that were new stay listed as DELETE",
                   plural(report.restore.put_back, "item"), report.restore.left_removed));
  for (const auto& sentence : remarks_on_scoring(report)) line("Scoring", sentence);
  return text + "</dl>";
}

// "1.10" after "1.9".
bool clause_before(std::string_view a, std::string_view b) {
  const auto number = [](std::string_view text) {
    int value = 0;
    for (const char c : text) {
      if (c >= '0' && c <= '9' && value < 100'000) value = value * 10 + (c - '0');
    }
    return value;
  };
  const auto key = [&](std::string_view clause) {
    const auto dot = std::min(clause.find('.'), clause.size());
    return std::tuple(number(clause.substr(0, dot)), number(clause.substr(dot)), clause);
  };
  return key(a) < key(b);
}

std::string clauses_of(const Report& report) {
  std::map<std::string_view, std::map<CheckStatus, int>, decltype(&clause_before)> counts(
      &clause_before);
  for (const auto& check : report.checks) {
    if (!check.unscored) ++counts[check.check->clause][check.finding.status];
  }
  std::string text =
      "<section aria-labelledby=\"clauses\">\n<h2 id=\"clauses\">Clauses</h2>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"clauses\">"
      "<table>\n<thead><tr><th scope=\"col\">Clause</th>";
  std::vector<CheckStatus> columns;
  for (const CheckStatus status : by_importance()) {
    if (report.count(status) == 0) continue;
    columns.push_back(status);
    text += fmt::format("<th scope=\"col\">{}</th>", words_for(status));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& [clause, row] : counts) {
    text += fmt::format("<tr><th scope=\"row\">§{}</th>", escaped(clause));
    for (const CheckStatus status : columns) {
      const auto found = row.find(status);
      text += fmt::format("<td class=\"number\">{}</td>",
                          found == row.end() ? std::string() : std::to_string(found->second));
    }
    text += "</tr>\n";
  }
  text += "</tbody>\n<tfoot><tr><th scope=\"row\">All</th>";
  for (const CheckStatus status : columns) {
    text += fmt::format("<td class=\"number\">{}</td>", report.count(status));
  }
  return text + "</tr></tfoot>\n</table></div>\n</section>\n";
}

std::string filter_of(const Report& report) {
  std::string text = "<fieldset id=\"filter\" hidden>\n<legend>Filter</legend>\n";
  for (const CheckStatus status : by_importance()) {
    const auto count =
        std::count_if(report.checks.begin(), report.checks.end(),
                      [&](const CheckReport& check) { return check.finding.status == status; });
    if (count == 0) continue;
    text += fmt::format(
        "<label><input type=\"checkbox\" name=\"status\" value=\"{}\"{}> {} ({})</label>\n",
        to_string(status), status == CheckStatus::kSkipped ? "" : " checked", words_for(status),
        count);
  }
  return text +
         "<label>Text <input type=\"search\" id=\"search\" placeholder=\"press / to "
         "search\"></label>\n<output id=\"shown\" aria-live=\"polite\"></output>\n</fieldset>\n";
}

std::string checks_of(const Report& report) {
  std::string text =
      "<section aria-labelledby=\"checks\">\n<h2 id=\"checks\" tabindex=\"-1\">Checks</h2>\n";
  if (report.checks.empty()) return text + "<p>No check ran.</p>\n</section>\n";
  text += filter_of(report);
  html::Exchanges exchanges(report);
  // What findings point to comes first in the room that bodies may take, not first on the page.
  std::map<const CheckReport*, std::string> parts;
  for (const CheckReport* check : most_important_first(report)) {
    parts[check] = html::check_part(*check, exchanges);
  }
  for (const auto& check : report.checks) text += parts[&check];
  return text + "</section>\n";
}

std::string observations_of(const Report& report) {
  std::string text = "<section aria-labelledby=\"run\">\n<h2 id=\"run\">The run</h2>\n<dl>\n";
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
    }
  };
  for (const auto& [name, value] : report.observations) line(name, value);
  for (const auto& [phase, count] : report.requests_by_phase) {
    line("requests." + phase, std::to_string(count));
  }
  line("requirement set", report.requirement_set);
  line("auth", report.options.auth);
  line("tokens", fmt::format("{}", fmt::join(report.options.tokens, ", ")));
  line("settle", fmt::format("{} ms", report.options.settle.count()));
  line("timeout", fmt::format("{} ms", report.options.timeout.count()));
  line("max-rps", report.options.max_rps);
  line("items", report.options.items.empty()
                    ? "made up: " + report.options.item_prefix + "…"
                    : fmt::format("{}", fmt::join(report.options.items, ", ")));
  line("only", fmt::format("{}", fmt::join(report.options.only, ", ")));
  line("skip", fmt::format("{}", fmt::join(report.options.skip, ", ")));
  line("waited", report.waited.count() > 0 ? in_seconds(report.waited) + " s" : std::string());
  return text + "</dl>\n</section>";
}

}  // namespace

std::string to_html(const Report& report) {
  const std::string title =
      escaped(fmt::format("favsync: {}: {}", to_string(report.verdict()), report.url));
  const std::string head = head_of(report);
  const std::string main = (report.checks.empty() ? std::string() : clauses_of(report)) +
                           checks_of(report) + observations_of(report);
  const std::string foot = fmt::format(
      "<p class=\"soft\">favsync {}, contract revision {}. Tokens are replaced by their "
      "names.</p>",
      escaped(report.suite_version), escaped(report.contract_revision));
  const std::string style_hash = hash_of(html::kStyle), script_hash = hash_of(html::kScript);
  return filled(html::kPage, {{"title", title},
                              {"head", head},
                              {"main", main},
                              {"foot", foot},
                              {"style", html::kStyle},
                              {"script", html::kScript},
                              {"style-hash", style_hash},
                              {"script-hash", script_hash}});
}

}  // namespace favsync::contract
