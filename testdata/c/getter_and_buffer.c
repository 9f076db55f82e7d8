// build getter_and_byte_buffer.wasm: -DGENERATION=0 -DGETTER=get_buffer_pointer -DBUFFER=byte_buffer -DSIZE_SYMBOL=MAX_BUFFER_SIZE -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=byte_buffer,--export=MAX_BUFFER_SIZE
// build getter_and_byte_buffer_length.wasm: -DGENERATION=1 -DGETTER=get_wasm_memory_buffer_pointer -DBUFFER=byte_buffer -DSIZE_SYMBOL=MAX_BUFFER_SIZE -Wl,--import-memory,--initial-memory=16777216,--max-memory=16777216,--export=byte_buffer,--export=MAX_BUFFER_SIZE
// build getter_and_buf.wasm: -DGENERATION=1 -DGETTER=get_buffer -DBUFFER=buf -Wl,--export=buf
// build getter_of_lower_rank.wasm: -DGENERATION=1 -DGETTER=get_text -DBUFFER=byte_buffer -Wl,--export=byte_buffer
// build getters_of_one_buffer.wasm: -DGENERATION=1 -DGETTER=get_buffer_pointer -DOTHER_GETTER=input_ptr -DBUFFER=byte_buffer
// build symbols_of_one_buffer.wasm: -DGENERATION=1 -DBUFFER=byte_buffer -DALIAS=shared_buffer -Wl,--export=byte_buffer,--export=shared_buffer
// build getter_and_other_buffer.wasm: -DGENERATION=1 -DGETTER=get_buffer_pointer -DBUFFER=text_area -DOTHER=byte_buffer -Wl,--export=byte_buffer
// build symbols_of_two_buffers.wasm: -DGENERATION=1 -DBUFFER=byte_buffer -DOTHER=spare_buffer -Wl,--export=byte_buffer,--export=spare_buffer
// build getters_and_symbols_of_output.wasm: -DGENERATION=1 -DGETTER=get_input_pointer -DBUFFER=input_buffer -DRESULT_GETTER=get_output_pointer -DRESULT=output_bytes_ptr -Wl,--export=input_buffer,--export=output_bytes_ptr
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes. A getter and a data symbol both
// name the buffer, as tutorials export them, or name two buffers.
#include "guest.h"

#define SIZE 100

char BUFFER[SIZE];

#ifdef OTHER
char OTHER[SIZE] = "other";
#endif

#ifdef ALIAS
extern char ALIAS[SIZE] __attribute__((alias("byte_buffer")));
#endif

#ifdef SIZE_SYMBOL
const unsigned SIZE_SYMBOL = SIZE;
#endif

#define EXPORT_AS(name) EXPORT(name) char *name(void)
#ifdef GETTER
EXPORT_AS(GETTER) { return BUFFER; }
#endif
#ifdef OTHER_GETTER
EXPORT_AS(OTHER_GETTER) { return BUFFER; }
#endif

#ifdef RESULT
char RESULT[SIZE];
EXPORT_AS(RESULT_GETTER) { return RESULT; }
#else
#define RESULT BUFFER
#endif

// The text is in RESULT after the call.
static int add(size length) {
  if (length > SIZE) return -1;
  for (size at = 0; at < length; at++) RESULT[at] = BUFFER[at];
  return append(RESULT, length, SIZE);
}

#if GENERATION == 0
EXPORT(add_wasm_is_cool) int add_wasm_is_cool(void) {
  const int length = scan(BUFFER, SIZE - 1);
  const int result = length < 0 ? -1 : add(length);
  if (result >= 0 && result < SIZE) RESULT[result] = 0;
  return result;
}
#else
EXPORT(add_wasm_is_cool) int add_wasm_is_cool(size length) { return add(length); }
#endif
