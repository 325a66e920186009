#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/timestamp.h"

namespace favsync {

// That time of the article's day, 2017-05-02, in UTC: at("10:45:12.798").
inline Timestamp at(std::string_view time_of_day) {
  return parse_timestamp("2017-05-02T" + std::string(time_of_day) + "Z").value().instant;
}

// A new folder that is removed with all that it holds when the object ends.
class TemporaryFolder {
 public:
  // kMemory: where files cost no flush to a disk, if the system has such a place. A process that is
  // killed leaves the same behind in either.
  enum class Place { kDisk, kMemory };
  explicit TemporaryFolder(Place place = Place::kDisk);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

struct TestRequest {
  std::string method, path, target, body;
  std::multimap<std::string, std::string> headers;  // names as they came
  int remote_port = 0;

  // Empty where absent.
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

struct TestReply {
  int status = 200;
  std::string body = "[]";
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

// A certificate for 127.0.0.1, signed by itself, and its key; PEM.
struct TestCertificate {
  static TestCertificate make();
  std::string certificate, key;
};

// An honest HTTP server on a free loopback port: GET and POST of any path are answered by
// `handler`, on threads of its own. Compresses when asked to. Stops with the object.
class HttpServer {
 public:
  using Handler = std::function<void(const TestRequest&, TestReply&)>;
  explicit HttpServer(Handler handler);
  HttpServer(const TestCertificate& certificate, Handler handler);
  ~HttpServer();

  std::string url() const { return url_; }

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string url_;
};

}  // namespace favsync
