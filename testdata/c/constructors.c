// build constructors.wasm: -Wl,--export=__wasm_call_ctors,--allow-undefined
// build constructors_imported_memory.wasm: -Wl,--export=__wasm_call_ctors,--allow-undefined,--import-memory
//
// Its constructor logs a text, and asks the host for a number: `started` returns that, and
// `length` traps unless the constructor has run.
#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

IMPORT(log) void log_text(const char *text, unsigned length);
IMPORT(number) int number(void);
IMPORT(unused) int unused(int value);

static int state;
static const char *text;

__attribute__((constructor)) static void start(void) {
  text = "starting";
  log_text(text, 8);
  state = number();
}

EXPORT(started) int started(void) { return state; }

EXPORT(length) int length(void) {
  if (text == 0) __builtin_trap();
  return 8;
}

EXPORT(use) int use(int value) { return unused(value); }
