// A function in a file of its own, for `trap_lines.c`.
#pragma once
#include "guest.h"

__attribute__((noinline)) static int trap_in_header(int value) {
  if (value == 0) {
    __builtin_trap(); // trap in header
  }
  return value + 1;
}
