// build imports_twenty.wasm:
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes, and imports twenty functions. It
// calls them only if its buffer begins with "call" and a letter: "a" the first, "b" the second.
#include "guest.h"

#define SIZE 100

IMPORT(env, log) void log_line(const char *text, int length);
IMPORT(env, now) double now(void);
IMPORT(env, random) float random_float(void);
IMPORT(env, abort) _Noreturn void abort_guest(int code);
IMPORT(env, seed) long long seed(void);
IMPORT(env, emscripten_notify_memory_growth) void notify(int memory);
IMPORT(env, invoke_vi) void invoke_vi(int function, int argument);
IMPORT(env, __cxa_throw) void cxa_throw(int thrown, int type, int destructor);
IMPORT(env, read_sensor) int read_sensor(int id, double scale, long long offset);
IMPORT(env, get) int get_value(void);
IMPORT(host, get) int get_host_value(void);
IMPORT(host, set) void set_host_value(int value);
IMPORT(host, name with spaces) int odd_name(int value);
IMPORT(wasi_snapshot_preview1, fd_write) int fd_write(int fd, int iovs, int count, int *written);
IMPORT(wasi_snapshot_preview1, fd_close) int fd_close(int fd);
IMPORT(wasi_snapshot_preview1, fd_seek) int fd_seek(int fd, long long at, int whence, int *out);
IMPORT(wasi_snapshot_preview1, proc_exit) _Noreturn void proc_exit(int code);
IMPORT(wasi_snapshot_preview1, environ_get) int environ_get(int environment, int buffer);
IMPORT(wasi_snapshot_preview1, clock_time_get) int clock_time_get(int id, long long by, int *out);
IMPORT(wasi_snapshot_preview1, random_get) int random_get(char *buffer, int length);

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

static void call(char letter) {
  switch (letter) {
    case 'a': log_line(buffer, 4); break;
    case 'b': buffer[0] = now(); break;
    case 'c': buffer[0] = random_float(); break;
    case 'd': abort_guest(1);
    case 'e': buffer[0] = seed(); break;
    case 'f': notify(0); break;
    case 'g': invoke_vi(1, 2); break;
    case 'h': cxa_throw(1, 2, 3); break;
    case 'i': buffer[0] = read_sensor(1, 2, 3); break;
    case 'j': buffer[0] = get_value(); break;
    case 'k': buffer[0] = get_host_value(); break;
    case 'l': set_host_value(1); break;
    case 'm': buffer[0] = odd_name(1); break;
    case 'n': buffer[0] = fd_write(1, 0, 0, 0); break;
    case 'o': buffer[0] = fd_close(1); break;
    case 'p': buffer[0] = fd_seek(1, 0, 0, 0); break;
    case 'q': proc_exit(1);
    case 'r': buffer[0] = environ_get(0, 0); break;
    case 's': buffer[0] = clock_time_get(0, 0, 0); break;
    case 't': buffer[0] = random_get(buffer, 1); break;
    default: break;
  }
}

EXPORT(transform) int transform(size length) {
  if (length == 5 && buffer[0] == 'c' && buffer[1] == 'a' && buffer[2] == 'l') call(buffer[4]);
  return append(buffer, length, SIZE);
}
