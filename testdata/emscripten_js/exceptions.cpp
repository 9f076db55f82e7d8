// build exceptions.wasm: -fexceptions
// build exceptions_counted.wasm: -fexceptions -DCOUNTED
// build exceptions_native.wasm: -fwasm-exceptions -Wl,--export=__cpp_exception
//
// Throws and catches C++ exceptions: with Emscripten's JavaScript, the same with the exports that
// newer versions have (`COUNTED`), and with WebAssembly's own exceptions, whose tag is exported.
#include <emscripten.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace {

struct Named {
  virtual ~Named() {}
  int name = 11;
};

struct Coded {
  virtual ~Coded() {}
  int code = 22;
};

struct Both : Named, Coded {};

int destroyed = 0;
int in_flight = 0;

struct Guard {
  ~Guard() {
    destroyed++;
    in_flight = std::uncaught_exceptions();
  }
};

[[gnu::noinline]] void fail(int kind) {
  static int pointed = 33;
  Guard guard;
  switch (kind) {
    case 1:
      throw 5;
    case 2:
      throw std::runtime_error("bad number");
    case 3:
      throw Both();
    case 4:
      throw &pointed;
    case 5:
      __builtin_trap();
  }
}

[[gnu::noinline]] int64_t wide(int64_t value) {
  if (value < 0) throw std::out_of_range("negative");
  return value * 2;
}

int64_t (*volatile twice)(int64_t) = wide;

}  // namespace

extern "C" {

#ifdef COUNTED

// What the C++ library of newer versions does itself: it allocates exceptions and counts them.
struct Header {
  size_t count;
  void *type;
  void *(*destructor)(void *);
  uint8_t caught;
  uint8_t rethrown;
  void *adjusted;
  void *padding;
};

static Header *header_of(void *object) { return static_cast<Header *>(object) - 1; }

int __cxa_is_pointer_type(void *type);

EMSCRIPTEN_KEEPALIVE void *__cxa_allocate_exception(size_t size) {
  return static_cast<Header *>(calloc(1, sizeof(Header) + size)) + 1;
}

EMSCRIPTEN_KEEPALIVE void __cxa_free_exception(void *object) { free(header_of(object)); }

EMSCRIPTEN_KEEPALIVE void __cxa_increment_exception_refcount(void *object) {
  if (object != nullptr) header_of(object)->count++;
}

EMSCRIPTEN_KEEPALIVE void __cxa_decrement_exception_refcount(void *object) {
  if (object == nullptr) return;
  Header *header = header_of(object);
  if (--header->count > 0 || header->rethrown) return;
  if (header->destructor != nullptr) header->destructor(object);
  __cxa_free_exception(object);
}

EMSCRIPTEN_KEEPALIVE void *__cxa_get_exception_ptr(void *object) {
  const Header *header = header_of(object);
  if (__cxa_is_pointer_type(header->type)) return *static_cast<void **>(object);
  return header->adjusted != nullptr ? header->adjusted : object;
}

#endif

__attribute__((import_module("env"), import_name("ask"))) int ask(int question);

// Returns which handler caught an exception, with what it caught.
EMSCRIPTEN_KEEPALIVE int attempt(int kind) {
  try {
    fail(kind);
    return 0;
  } catch (const std::exception &error) {
    return 1000 + static_cast<int>(strlen(error.what()));
  } catch (const Coded &coded) {
    return 2000 + coded.code;
  } catch (int *pointer) {
    return 3000 + *pointer;
  } catch (int value) {
    return 4000 + value;
  }
}

// Catches anything, throws it again, and catches it by its type.
EMSCRIPTEN_KEEPALIVE int again(int kind) {
  try {
    try {
      fail(kind);
    } catch (...) {
      throw;
    }
  } catch (const Named &named) {
    return named.name;
  } catch (...) {
    return -1;
  }
  return 0;
}

// Throws and catches while another exception is being handled.
EMSCRIPTEN_KEEPALIVE int nested(int outer, int inner) {
  try {
    fail(outer);
  } catch (...) {
    return attempt(inner) * 10 + (std::uncaught_exceptions() == 0);
  }
  return 0;
}

// Keeps an exception, and throws it later.
EMSCRIPTEN_KEEPALIVE int later(int kind) {
  std::exception_ptr kept;
  try {
    fail(kind);
  } catch (...) {
    kept = std::current_exception();
  }
  if (!kept) return 0;
  try {
    std::rethrow_exception(kept);
  } catch (const std::exception &error) {
    return static_cast<int>(strlen(error.what()));
  } catch (...) {
    return -1;
  }
}

// Throws without a handler.
EMSCRIPTEN_KEEPALIVE void leave(int kind) {
  Guard guard;
  fail(kind);
}

// Throws in a function that must not.
EMSCRIPTEN_KEEPALIVE void terminate(int kind) noexcept { fail(kind); }

// Asks the host, and catches anything that it throws.
EMSCRIPTEN_KEEPALIVE int guarded(int question) {
  try {
    Guard guard;
    return ask(question);
  } catch (...) {
    return -1;
  }
}

// Returns twice a value; a negative one throws.
EMSCRIPTEN_KEEPALIVE int64_t doubled(int64_t value) {
  try {
    return twice(value);
  } catch (const std::logic_error &) {
    return -1;
  }
}

// Reads a number from a C string.
EMSCRIPTEN_KEEPALIVE int number(const char *text) {
  try {
    return std::stoi(text);
  } catch (const std::invalid_argument &error) {
    return -static_cast<int>(strlen(error.what()));
  }
}

EMSCRIPTEN_KEEPALIVE int destroyed_guards() { return destroyed; }

EMSCRIPTEN_KEEPALIVE int exceptions_in_flight() { return in_flight; }

EMSCRIPTEN_KEEPALIVE size_t live_bytes() { return mallinfo().uordblks; }
}
