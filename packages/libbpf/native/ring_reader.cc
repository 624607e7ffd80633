#include "ring_reader.h"
#include <bpf/bpf.h>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

constexpr size_t kHeader = 8, kLargestRecord = 32 * 1024;
static size_t Padded(size_t length) { return kHeader + ((length + 7) & ~size_t{7}); }

RingReader::RingReader(const Napi::CallbackInfo &info) : Napi::ObjectWrap<RingReader>(info) {
  Napi::Env env = info.Env();
  int map_fd = info[0].As<Napi::Number>();
  capacity_ = info[1].As<Napi::Number>().Uint32Value();
  if (capacity_ < 2 * kLargestRecord) throw Failure(env, "make a ring reader with so small a batch", EINVAL);
  batch_.reset(new char[capacity_]());
  bpf_map_info known = {};
  __u32 length = sizeof known;
  if (int error = bpf_obj_get_info_by_fd(map_fd, &known, &length)) throw Failure(env, "ask about a ring buffer", error);
  ring_bytes_ = known.max_entries;
  ring_.reset(ring_buffer__new(map_fd, Copy, this, nullptr));
  if (!ring_) throw Failure(env, "map a ring buffer", errno);
  on_batch_ = Napi::Persistent(info[3].As<Napi::Function>());
  context_ = std::make_unique<Napi::AsyncContext>(env, "sonde:ring");
  // The one ArrayBuffer over this memory. It owns a share of it: at teardown Node may finalize it after `this` is gone.
  auto buffer = Napi::ArrayBuffer::New(env, batch_.get(), capacity_,
      [](Napi::Env, void *, std::shared_ptr<char[]> *share) { delete share; }, new std::shared_ptr<char[]>(batch_));
  info.This().As<Napi::Object>()["buffer"] = buffer;
  Watch(env, map_fd, info[2].As<Napi::Number>().Uint32Value());
}

void RingReader::Watch(Napi::Env env, int map_fd, uint64_t interval_ms) {
  // Edge-triggered: only a wake-up the kernel was asked for counts. libbpf's own epoll fd is level-triggered and, on a
  // quiet machine with records still coming, came back after nearly every record (191,000 calls a second measured).
  edge_ = epoll_create1(EPOLL_CLOEXEC);
  if (edge_ < 0) throw Failure(env, "watch a ring buffer", errno);
  epoll_event event = { EPOLLIN | EPOLLET, {} };
  if (epoll_ctl(edge_, EPOLL_CTL_ADD, map_fd, &event)) {
    int error = errno;
    close(edge_);
    throw Failure(env, "watch a ring buffer", error);
  }
  uv_loop_t *loop;
  napi_get_uv_event_loop(env, &loop);
  uv_poll_init(loop, &wakeup_, edge_);
  uv_timer_init(loop, &clock_);
  wakeup_.data = clock_.data = this;
  uv_poll_start(&wakeup_, UV_READABLE, [](uv_poll_t *handle, int, int) {
    auto *reader = static_cast<RingReader *>(handle->data);
    epoll_event taken;
    epoll_wait(reader->edge_, &taken, 1, 0);
    reader->Tick();
  });
  uv_timer_start(&clock_, [](uv_timer_t *handle) { static_cast<RingReader *>(handle->data)->Tick(); }, interval_ms, interval_ms);
  // Without the reference: collected while the loop still points here. Without the hook: abort() when a worker ends.
  Ref();
  napi_add_async_cleanup_hook(env, [](napi_async_cleanup_hook_handle, void *self) { static_cast<RingReader *>(self)->Close(); }, this, &cleanup_);
}

/** A negative answer still accepts the record, then ends ring_buffer__consume: that is how a batch is bounded. */
int RingReader::Copy(void *self, void *record, size_t length) {
  auto *reader = static_cast<RingReader *>(self);
  if (length > kLargestRecord) {
    reader->oversized_++;
    return 0;
  }
  auto size = static_cast<uint32_t>(length);
  char *at = reader->batch_.get() + reader->used_;
  memcpy(at, &size, sizeof size);
  memset(at + sizeof size, 0, kHeader - sizeof size);
  memcpy(at + kHeader, record, length);
  reader->used_ += Padded(length);
  return reader->used_ + Padded(kLargestRecord) > reader->capacity_ ? -ECANCELED : 0;
}

bool RingReader::Fill() {
  used_ = 0;
  return ring_buffer__consume(ring_.get()) == -ECANCELED;
}

void RingReader::Tick() {
  if (closing_ || in_call_) return;
  bool more = Fill();
  if (used_) {
    Napi::HandleScope scope(Env());
    in_call_ = true;
    try { on_batch_.MakeCallback(Value(), { Napi::Number::New(Env(), used_) }, *context_); }
    catch (const Napi::Error &error) { napi_fatal_exception(Env(), error.Value()); }
    in_call_ = false;
  }
  if (more && !closing_) uv_timer_start(&clock_, clock_.timer_cb, 0, uv_timer_get_repeat(&clock_));   // after other events have had their turn
}

/** What is there now, and no more: a producer that never pauses cannot hold us for longer than one ring's length. */
Napi::Value RingReader::DrainFromJs(const Napi::CallbackInfo &info) {
  if (in_call_) throw Failure(info.Env(), "drain a ring buffer from within its own batch", EBUSY);
  double total = 0;
  bool more = !closing_;
  while (more && total <= ring_bytes_ && !closing_) {
    more = Fill();
    if (!used_) continue;
    total += used_;
    in_call_ = true;
    try { on_batch_.Call(info.This(), { Napi::Number::New(info.Env(), used_) }); }
    catch (...) { in_call_ = false; throw; }
    in_call_ = false;
  }
  return Napi::Number::New(info.Env(), total);
}

Napi::Value RingReader::Oversized(const Napi::CallbackInfo &info) { return Napi::Number::New(info.Env(), oversized_); }

void RingReader::Close() {
  if (closing_) return;
  closing_ = true;
  auto closed = [](uv_handle_t *handle) {
    auto *reader = static_cast<RingReader *>(handle->data);
    if (--reader->open_handles_) return;
    reader->ring_.reset();
    close(reader->edge_);
    reader->on_batch_.Reset();   // whoever made this reader is held by it, and holds it: neither would ever be collected
    napi_async_cleanup_hook_handle cleanup = reader->cleanup_;
    uint32_t count;
    napi_reference_unref(reader->Env(), *reader, &count);   // the status is of no use here, and a C++ exception would end the process
    napi_remove_async_cleanup_hook(cleanup);
  };
  uv_close(reinterpret_cast<uv_handle_t *>(&wakeup_), closed);
  uv_close(reinterpret_cast<uv_handle_t *>(&clock_), closed);
}

Napi::Function RingReader::Define(Napi::Env env) {
  return DefineClass(env, "RingReader", {
    InstanceMethod<&RingReader::CloseFromJs>("close"), InstanceMethod<&RingReader::DrainFromJs>("drain"),
    InstanceMethod<&RingReader::Oversized>("oversized"),
  });
}
