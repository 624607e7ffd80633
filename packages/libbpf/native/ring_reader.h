#pragma once
#include "failure.h"
#include <memory>
#include <uv.h>

/**
 * A ring buffer on the event loop: woken by the kernel (once per so many bytes) or by the clock, it copies what is there
 * into one buffer and calls JavaScript once. A batch is [u32 length][u32 0][record, padded to 8]…, valid during the call.
 */
class RingReader : public Napi::ObjectWrap<RingReader> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit RingReader(const Napi::CallbackInfo &info);   // (mapFd, batchBytes, intervalMs, onBatch(bytes))

 private:
  struct FreeRing { void operator()(ring_buffer *ring) const { ring_buffer__free(ring); } };

  static int Copy(void *self, void *record, size_t length);
  void Watch(Napi::Env env, int map_fd, uint64_t interval_ms);
  bool Fill();                                            // true if there may be more
  void Tick();
  void Close();
  Napi::Value DrainFromJs(const Napi::CallbackInfo &info);
  Napi::Value Oversized(const Napi::CallbackInfo &info);
  void CloseFromJs(const Napi::CallbackInfo &) { Close(); }

  std::shared_ptr<char[]> batch_;
  size_t capacity_ = 0, used_ = 0, ring_bytes_ = 0;
  double oversized_ = 0;
  std::unique_ptr<ring_buffer, FreeRing> ring_;
  uv_poll_t wakeup_;
  uv_timer_t clock_;
  int edge_ = -1, open_handles_ = 2;
  bool closing_ = false, in_call_ = false;
  Napi::FunctionReference on_batch_;
  std::unique_ptr<Napi::AsyncContext> context_;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
};
