# Writes a C++ file that holds a text file line by line, for texts that the program carries with it:
#   cmake -DINPUT=FILE -DOUTPUT=FILE.cc -DHEADER=FOLDER/FILE.h -DNAME=function -P embed_lines.cmake
# The function returns std::span<const std::string_view>. One literal a line, since compilers bound
# the length of a literal.
file(READ "${INPUT}" text)
string(REGEX REPLACE "\n$" "" text "${text}")
string(REPLACE "\n" ")embedded\",\n    R\"embedded(" text "${text}")
file(WRITE "${OUTPUT}"
"// Made from a text file by cmake/embed_lines.cmake.
#include \"${HEADER}\"

namespace favsync::contract {
namespace {

constexpr std::string_view kLines[] = {
    R\"embedded(${text})embedded\",
};

}  // namespace

std::span<const std::string_view> ${NAME}() {
  return kLines;
}

}  // namespace favsync::contract
")
