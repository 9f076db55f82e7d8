// build result_area_before.wasm: -DBEFORE
// build result_area_after.wasm:
// build result_area_64.wasm: --target=wasm64 -DBEFORE
// build result_area_shared.wasm: -DBEFORE -matomics -mbulk-memory -Wl,--shared-memory,--import-memory,--max-memory=1048576
//
// Writes the pointer and the byte length to a return area, whose address is the first argument or
// the last one.
#include "malloc.h"

#ifdef BEFORE
#define PARAMETERS struct text *area, const char *in, size length
#else
#define PARAMETERS const char *in, size length, struct text *area
#endif

#define FORM(name) \
  EXPORT(name) void name(PARAMETERS) { *area = new_##name(in, length, 0, 0); }
BOTH(FORM)
