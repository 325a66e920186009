#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace favsync::contract {

// The first thing that is wrong in a document, with its place: "checks[3].status: expected …".
class JsonFault {
 public:
  void note(std::string_view place, std::string_view what);
  bool any() const { return !text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Reads an object member by member, strictly. What is missing or of another type is noted once and
// read as the default, so that a reader is straight code and looks at the fault at its end. The
// value and the fault must outlive it.
class JsonFields {
 public:
  // Anything but an object is a fault.
  JsonFields(const nlohmann::json& value, std::string place, JsonFault& fault);

  std::string text(const char* name);
  std::int64_t number(const char* name, std::int64_t least, std::int64_t most);
  bool flag(const char* name);
  std::vector<std::string> texts(const char* name);
  std::vector<int> numbers(const char* name);  // each 0 or more
  // The member, whatever it is; null where it is missing, which is a fault.
  const nlohmann::json& any(const char* name);
  JsonFields object(const char* name);
  // Calls `each` with every element of an array and its place.
  void array(const char* name,
             const std::function<void(const nlohmann::json&, const std::string&)>& each);
  // Whether there is such a member, for those that may be missing.
  bool has(const char* name) const;

  // Members that nobody asked for are a fault, with the nearest name that was asked for.
  void end();
  void fault(const char* name, std::string_view what);

 private:
  const nlohmann::json& value_;
  std::string place_;
  JsonFault& fault_;
  std::vector<std::string_view> asked_;
};

}  // namespace favsync::contract
