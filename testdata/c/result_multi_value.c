// build result_multi_value.wasm: -mmultivalue -Xclang -target-abi -Xclang experimental-mv
//
// Returns two results: the pointer and the byte length.
#include "malloc.h"

#define FORM(name)                                             \
  EXPORT(name) struct text name(const char *in, size length) { \
    return new_##name(in, length, 0, 0);                       \
  }
BOTH(FORM)
