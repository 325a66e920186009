#pragma once

#include <string_view>

namespace favsync::contract::html {

// The sources of the page, as they stand in this folder; built in by favsync_embed of CMake.
extern const std::string_view kPage;    // page.html, with holes such as {{title}}
extern const std::string_view kStyle;   // style.css
extern const std::string_view kScript;  // script.js

}  // namespace favsync::contract::html
