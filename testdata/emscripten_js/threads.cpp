// build threads.wasm: -pthread -g1
//
// Uses a mutex, a value for each thread, and a thread that cannot be made.
#include <emscripten.h>
#include <pthread.h>

#include <mutex>

namespace {

std::mutex lock;
int sum = 0;
thread_local int own = 7;

void *add_one(void *) {
  const std::lock_guard<std::mutex> guard(lock);
  sum++;
  return nullptr;
}

}  // namespace

extern "C" {

// Adds to a sum under a lock, and returns it.
EMSCRIPTEN_KEEPALIVE int add(int value) {
  const std::lock_guard<std::mutex> guard(lock);
  return sum += value;
}

// Adds to the thread's own value, which begins with 7.
EMSCRIPTEN_KEEPALIVE int add_own(int value) { return own += value; }

// Makes a thread, and returns the error if there is one.
EMSCRIPTEN_KEEPALIVE int spawn(void) {
  pthread_t thread;
  const int error = pthread_create(&thread, nullptr, add_one, nullptr);
  return error != 0 ? error : pthread_join(thread, nullptr);
}
}
