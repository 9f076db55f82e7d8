// build numbers.wasm: -O2
//
// Takes and returns arrays of numbers by their address and the number of their elements, as C does.
#include "malloc.h"

IMPORT(env, mean) double mean(const double *numbers, int count);
IMPORT(env, powers) int powers(double *to, int capacity);

EXPORT(sum) double sum(const double *numbers, int count) {
  double total = 0;
  for (int at = 0; at < count; at++) total += numbers[at];
  return total;
}

EXPORT(mean_of) double mean_of(const double *numbers, int count) { return mean(numbers, count); }

// Returns a block with the numbers in turn: its address above and the number of them below.
EXPORT(reversed) unsigned long long reversed(const short *numbers, int count) {
  short *made = malloc(count * sizeof(short));
  for (int at = 0; at < count; at++) made[at] = numbers[count - 1 - at];
  return (unsigned long long)(size)made << 32 | count;
}

// Writes as many square numbers as there is room for, and returns how many.
EXPORT(squares) int squares(int *to, int capacity) {
  for (int at = 0; at < capacity; at++) to[at] = at * at;
  return capacity;
}

// Has the host write powers into room for four, and returns their sum.
EXPORT(sum_powers) double sum_powers(void) {
  double room[4];
  return sum(room, powers(room, 4));
}
