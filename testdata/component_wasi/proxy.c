// build proxy.wasm: -mexec-model=reactor
//
// Answers requests of HTTP, and sends some. Its imports and its export follow the canonical ABI, with
// the types of WASI 0.2.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HTTP "wasi:http/types@0.2.12"
#define STREAMS "wasi:io/streams@0.2.12"
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define EXPORT(name) __attribute__((export_name(name)))

typedef int32_t handle;

struct text {
  char *pointer;
  size_t length;
};

// A result whose error has no payload, or one that is not looked at.
struct maybe_handle {
  uint8_t is_error;
  handle value;
};

struct maybe_text {
  uint8_t has;
  struct text text;
};

struct read {
  uint8_t is_error;
  struct text bytes;
};

struct written {
  uint8_t is_error;
  int32_t error[2];
};

struct spliced {
  uint8_t is_error;
  uint64_t count;
};

// A result with `error-code`, whose largest case has 32 bytes.
struct sent {
  uint8_t is_error;
  union {
    handle value;
    uint8_t code;
    uint64_t rest[5];
  };
};

struct answered {
  uint8_t has;
  uint64_t is_taken;
  struct sent outcome;
};

IMPORT(HTTP, "[constructor]fields") handle new_fields(void);
IMPORT(HTTP, "[method]incoming-request.path-with-query")
void request_path(handle self, struct maybe_text *result);
IMPORT(HTTP, "[method]incoming-request.consume")
void request_consume(handle self, struct maybe_handle *result);
IMPORT(HTTP, "[resource-drop]incoming-request") void drop_request(handle self);
IMPORT(HTTP, "[method]incoming-body.stream")
void incoming_stream(handle self, struct maybe_handle *result);
IMPORT(HTTP, "[resource-drop]incoming-body") void drop_incoming_body(handle self);
IMPORT(HTTP, "[constructor]outgoing-response") handle new_response(handle fields);
IMPORT(HTTP, "[method]outgoing-response.set-status-code")
int32_t set_status(handle self, int32_t status);
IMPORT(HTTP, "[method]outgoing-response.body")
void response_body(handle self, struct maybe_handle *result);
IMPORT(HTTP, "[method]outgoing-body.write")
void body_write(handle self, struct maybe_handle *result);
IMPORT(HTTP, "[static]outgoing-body.finish")
void body_finish(handle self, int32_t has, handle trailers, struct sent *result);
IMPORT(HTTP, "[static]response-outparam.set")
void set_response(handle out, int32_t is_error, int32_t value, int32_t, int64_t, int32_t, int32_t,
                  int32_t, int32_t);
IMPORT(HTTP, "[constructor]outgoing-request") handle new_request(handle fields);
IMPORT(HTTP, "[method]outgoing-request.set-scheme")
int32_t set_scheme(handle self, int32_t has, int32_t scheme, char *other, size_t length);
IMPORT(HTTP, "[method]outgoing-request.set-authority")
int32_t set_authority(handle self, int32_t has, char *authority, size_t length);
IMPORT(HTTP, "[method]outgoing-request.set-path-with-query")
int32_t set_path(handle self, int32_t has, char *path, size_t length);
IMPORT("wasi:http/outgoing-handler@0.2.12", "handle")
void send_request(handle request, int32_t has, handle options, struct sent *result);
IMPORT(HTTP, "[method]future-incoming-response.subscribe") handle subscribe(handle self);
IMPORT(HTTP, "[method]future-incoming-response.get")
void get_response(handle self, struct answered *result);
IMPORT(HTTP, "[resource-drop]future-incoming-response") void drop_future(handle self);
IMPORT(HTTP, "[method]incoming-response.status") int32_t response_status(handle self);
IMPORT(HTTP, "[method]incoming-response.consume")
void response_consume(handle self, struct maybe_handle *result);
IMPORT(HTTP, "[resource-drop]incoming-response") void drop_response(handle self);
IMPORT("wasi:io/poll@0.2.12", "[method]pollable.block") void block(handle self);
IMPORT("wasi:io/poll@0.2.12", "[resource-drop]pollable") void drop_pollable(handle self);
IMPORT(STREAMS, "[method]output-stream.blocking-write-and-flush")
void write_bytes(handle self, char *bytes, size_t length, struct written *result);
IMPORT(STREAMS, "[method]output-stream.blocking-splice")
void splice(handle self, handle source, int64_t length, struct spliced *result);
IMPORT(STREAMS, "[resource-drop]input-stream") void drop_input(handle self);
IMPORT(STREAMS, "[resource-drop]output-stream") void drop_output(handle self);

EXPORT("cabi_realloc") void *allocate(void *old, size_t old_size, size_t align, size_t size) {
  (void)old_size, (void)align;
  return realloc(old, size);
}

static handle take(struct maybe_handle found) {
  if (found.is_error) __builtin_trap();
  return found.value;
}

// Begins a response; returns its body.
static handle answer(handle out, int32_t status) {
  struct maybe_handle body;
  handle response = new_response(new_fields());
  set_status(response, status);
  response_body(response, &body);
  set_response(out, 0, response, 0, 0, 0, 0, 0, 0);
  return take(body);
}

static void finish(handle body) {
  struct sent result;
  body_finish(body, 0, 0, &result);
}

static void write_text(handle body, char *text) {
  struct maybe_handle stream;
  struct written result;
  body_write(body, &stream);
  write_bytes(take(stream), text, strlen(text), &result);
  drop_output(stream.value);
}

static void answer_text(handle out, int32_t status, char *text) {
  handle body = answer(out, status);
  write_text(body, text);
  finish(body);
}

// Passes the bytes of a body on, up to its end or to that of the other one.
static void pass(handle from, handle to) {
  struct maybe_handle source, target;
  struct spliced result;
  incoming_stream(from, &source);
  body_write(to, &target);
  do splice(take(target), take(source), 1 << 16, &result);
  while (!result.is_error);
  drop_input(source.value);
  drop_output(target.value);
  drop_incoming_body(from);
  finish(to);
}

// Sends a request to a server and answers with its response, or with the number of the error code.
static void relay(handle out, char *authority, char *path) {
  struct sent sent;
  struct answered answered;
  struct maybe_handle body;
  char code[16];
  handle request = new_request(new_fields());
  set_scheme(request, 1, 0, NULL, 0);
  set_authority(request, 1, authority, strlen(authority));
  set_path(request, 1, path, strlen(path));
  send_request(request, 0, 0, &sent);
  if (!sent.is_error) {
    handle ready = subscribe(sent.value);
    block(ready);
    drop_pollable(ready);
    get_response(sent.value, &answered);
    drop_future(sent.value);
    sent = answered.outcome;
  }
  if (sent.is_error) {
    snprintf(code, sizeof code, "%d", sent.code);
    answer_text(out, 502, code);
    return;
  }
  response_consume(sent.value, &body);
  pass(take(body), answer(out, response_status(sent.value)));
  drop_response(sent.value);
}

EXPORT("wasi:http/incoming-handler@0.2.12#handle") void respond(handle request, handle out) {
  static int count;
  struct maybe_text path;
  struct maybe_handle body;
  char text[16];
  request_path(request, &path);
  char *name = strndup(path.text.pointer, path.text.length);
  count++;
  if (strcmp(name, "/echo") == 0) {
    request_consume(request, &body);
    pass(take(body), answer(out, 201));
  } else if (strncmp(name, "/relay/", 7) == 0) {
    char *authority = strtok(name + 7, "/");
    char *rest = strtok(NULL, "");
    char target[64];
    snprintf(target, sizeof target, "/%s", rest == NULL ? "" : rest);
    relay(out, authority, target);
  } else if (strcmp(name, "/trap") == 0) {
    __builtin_trap();
  } else if (strcmp(name, "/break") == 0) {
    write_text(answer(out, 200), "part");
    __builtin_trap();
  } else if (strcmp(name, "/fail") == 0) {
    set_response(out, 1, 36, 0, 0, 0, 0, 0, 0); // loop-detected
  } else if (strcmp(name, "/nothing") != 0) {
    snprintf(text, sizeof text, "%d", count);
    answer_text(out, 200, text);
  }
  drop_request(request);
  free(name);
}
