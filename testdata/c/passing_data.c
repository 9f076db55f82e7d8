// build passing_data.wasm: -DGENERATION=0 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216
// build passing_data_symbol.wasm: -DGENERATION=0 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=buffer,--export=MAX_BUFFER_SIZE -DSIZE_SYMBOL=MAX_BUFFER_SIZE -DNO_GETTER
// build passing_data_capacity.wasm: -DGENERATION=0 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216 -DCAPACITY
// build passing_data_length.wasm: -DGENERATION=1 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216
// build passing_data_length_symbol.wasm: -DGENERATION=1 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=buffer,--export=buffer_size -DSIZE_SYMBOL=buffer_size -DNO_GETTER
// build passing_data_length_capacity.wasm: -DGENERATION=1 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216 -DCAPACITY
// build passing_data_pointer.wasm: -DGENERATION=2 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216
// build passing_data_pointer_symbol.wasm: -DGENERATION=2 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=buffer,--export=buffer_size -DSIZE_SYMBOL=buffer_size -DNO_GETTER
// build passing_data_pointer_capacity.wasm: -DGENERATION=2 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216 -DCAPACITY
// build passing_data_getter_and_symbol.wasm: -DGENERATION=0 -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=buffer,--export=MAX_BUFFER_SIZE -DSIZE_SYMBOL=MAX_BUFFER_SIZE
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes, in three generations: without an
// argument (the text ends with a NUL), with a length, with a pointer and a length.
#include "guest.h"

#define SIZE 100

char buffer[SIZE];

#ifdef SIZE_SYMBOL
const unsigned SIZE_SYMBOL = SIZE;
#endif

#ifndef NO_GETTER
EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
#endif

#ifdef CAPACITY
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }
#endif

#if GENERATION == 0
EXPORT(add_wasm_is_cool) int add_wasm_is_cool(void) {
  const int length = scan(buffer, SIZE);
  if (length < 0) return -1;
  const int result = append(buffer, length, SIZE - 1);
  if (result >= 0) buffer[result] = 0;
  return result;
}
#elif GENERATION == 1
EXPORT(add_wasm_is_cool) int add_wasm_is_cool(size length) { return append(buffer, length, SIZE); }
#else
EXPORT(add_wasm_is_cool) int add_wasm_is_cool(char *text, size length) {
  return text == buffer ? append(buffer, length, SIZE) : -2;
}
#endif
