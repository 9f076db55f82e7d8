// The errors of preview 1 that WASI 0.2 has not: a path that leads out is not permitted there.
#include <errno.h>

#undef ENOTCAPABLE
#define ENOTCAPABLE EPERM
