#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"
#include "contract_tests/reports/reports.h"
#include "wire/text_encoding.h"
#include "wire/utf8.h"

namespace favsync::contract {
namespace {

using Json = nlohmann::ordered_json;

Json pairs(const Headers& headers) {
  Json list = Json::array();
  for (const auto& [name, value] : headers) list.push_back({{"name", name}, {"value", value}});
  return list;
}

Json query_of(std::string_view url) {
  Json list = Json::array();
  const auto mark = url.find('?');
  if (mark == std::string_view::npos) return list;
  std::string_view rest = url.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
    list.push_back({{"name", std::string(pair.substr(0, equals))}, {"value", std::string(value)}});
  }
  return list;
}

std::string content_type(const Headers& headers) {
  const std::string_view type = header(headers, "Content-Type");
  return type.empty() ? "application/octet-stream" : std::string(type);
}

Json request_of(const LoggedExchange& exchange) {
  Json request{{"method", exchange.method},
               {"url", exchange.url},
               {"httpVersion", "HTTP/1.1"},
               {"cookies", Json::array()},
               {"headers", pairs(exchange.request_headers)},
               {"queryString", query_of(exchange.url)},
               {"headersSize", -1},
               {"bodySize", exchange.request_body_bytes}};
  if (exchange.request_body_bytes == 0) return request;
  Json data{{"mimeType", content_type(exchange.request_headers)},
            {"text", as_utf8(exchange.request_body)}};
  if (exchange.request_body_cut) data["comment"] = "cut";
  request["postData"] = std::move(data);
  return request;
}

Json response_of(const LoggedExchange& exchange) {
  Json content{{"size", exchange.body_bytes}, {"mimeType", content_type(exchange.headers)}};
  const bool text = is_utf8(exchange.body);
  content["text"] = text ? exchange.body : base64_encode(exchange.body);
  if (!text) content["encoding"] = "base64";
  if (exchange.body_cut) content["comment"] = "cut";
  Json response{{"status", exchange.status},
                {"statusText", ""},
                {"httpVersion", exchange.version},
                {"cookies", Json::array()},
                {"headers", pairs(exchange.headers)},
                {"content", std::move(content)},
                {"redirectURL", std::string(header(exchange.headers, "Location"))},
                {"headersSize", -1},
                {"bodySize", -1}};
  if (!exchange.problem.empty()) response["_error"] = exchange.problem;
  return response;
}

Json entry_of(const LoggedExchange& exchange) {
  Json entry{{"pageref", exchange.check},
             {"startedDateTime", to_text(exchange.started)},
             {"time", exchange.duration.count()},
             {"request", request_of(exchange)},
             {"response", response_of(exchange)},
             {"cache", Json::object()},
             {"timings", {{"send", 0}, {"wait", exchange.duration.count()}, {"receive", 0}}},
             {"_number", exchange.number}};
  std::string comment = fmt::format("#{}: {}", exchange.number, exchange.outcome);
  for (const auto& anomaly : exchange.anomalies) comment += "; " + anomaly;
  entry["comment"] = std::move(comment);
  return entry;
}

}  // namespace

std::string to_har(const Report& report) {
  Json pages = Json::array();
  Json entries = Json::array();
  std::set<std::string> known;
  for (const auto& exchange : report.exchanges) {
    if (known.insert(exchange.check).second) {
      pages.push_back({{"startedDateTime", to_text(exchange.started)},
                       {"id", exchange.check},
                       {"title", exchange.check},
                       {"pageTimings", Json::object()}});
    }
    entries.push_back(entry_of(exchange));
  }
  const Json document{{"log",
                       {{"version", "1.2"},
                        {"creator", {{"name", "favsync"}, {"version", report.suite_version}}},
                        {"pages", std::move(pages)},
                        {"entries", std::move(entries)},
                        {"comment", "tokens are replaced by their names"}}}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace favsync::contract
