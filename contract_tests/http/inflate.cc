#include "contract_tests/http/inflate.h"

#include <zlib.h>

#include <fmt/format.h>

namespace favsync::contract {

std::optional<std::string> inflate(std::string_view packed, std::size_t most,
                                   std::string& problem) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) {  // + 32: gzip or zlib, by the header
    problem = "zlib could not start";
    return std::nullopt;
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  int result = Z_OK;
  char buffer[16384];
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    result = ::inflate(&stream, Z_NO_FLUSH);
    plain.append(buffer, sizeof buffer - stream.avail_out);
    if (plain.size() > most) {
      result = Z_MEM_ERROR;
      problem = fmt::format("more than {} bytes after decompression", most);
    }
  }
  inflateEnd(&stream);
  if (result == Z_STREAM_END) return plain;
  if (problem.empty()) {
    problem = result == Z_BUF_ERROR ? "the compressed data are cut off"
                                    : "the data are not what Content-Encoding says";
  }
  return std::nullopt;
}

}  // namespace favsync::contract
