{
  "targets": [{
    "target_name": "binding",
    "sources": [
      "native/addon.cc", "native/failure.cc", "native/object.cc", "native/maps.cc", "native/variables.cc",
      "native/iterators.cc", "native/perf_event.cc", "native/ring_reader.cc"
    ],
    "dependencies": ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
    "defines": ["NAPI_VERSION=9", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
    "cflags": ["<!@(pkg-config --cflags libbpf)", "-Wall", "-Wextra", "-Wno-cast-function-type", "-Wno-missing-field-initializers"],
    "cflags_cc": ["-std=c++20"],
    "libraries": ["<!@(pkg-config --libs libbpf)"]
  }]
}
