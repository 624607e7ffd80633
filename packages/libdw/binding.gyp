{
  "targets": [{
    "target_name": "binding",
    "sources": ["native/addon.cc", "native/lines.cc"],
    "dependencies": ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
    "defines": ["NAPI_VERSION=9", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
    "cflags": ["<!@(pkg-config --cflags libdw)", "-Wall", "-Wextra", "-Wno-cast-function-type", "-Wno-missing-field-initializers"],
    "cflags_cc": ["-std=c++20"],
    "libraries": ["<!@(pkg-config --libs libdw)"]
  }]
}
