// An allocator that counts, fails and grows on demand. It traps if a block is freed twice, was
// never allocated, or is freed with another size or alignment than it was allocated with. Fresh and
// freed blocks are filled, so that a missing NUL and a read after `free` show.
#pragma once
#include "guest.h"

#define PAGE 65536
#define LIVE 0x4c495645
#define FREED 0x46524545
#define ANY ((size)-1)

extern char __heap_base;

struct block {
  size length;
  size align;
  unsigned state;
  unsigned order;  // the block has 16 << order bytes
  struct block *next;
  char padding[32 - 3 * sizeof(size) - 2 * sizeof(unsigned)];
};

static struct block *free_blocks[28];
static char *heap_end;
static size live_blocks, live_length, until_failure, until_growth;

// The number of allocated blocks, and of their bytes.
EXPORT(live_allocations) size live_allocations(void) { return live_blocks; }
EXPORT(live_bytes) size live_bytes(void) { return live_length; }
// Makes the nth allocation from now on, from 1, return 0. With 0, none does.
EXPORT(fail_after) void fail_after(size n) { until_failure = n; }
// Makes the nth allocation from now on, from 1, grow memory by a page. With 0, none does.
EXPORT(grow_at) void grow_at(size n) { until_growth = n; }

static inline void fill(void *start, char byte, size length) {
  for (size at = 0; at < length; at++) ((char *)start)[at] = byte;
}

static inline void copy(void *to, const void *from, size length) {
  for (size at = 0; at < length; at++) ((char *)to)[at] = ((const char *)from)[at];
}

__attribute__((noinline)) static inline struct block *carve(unsigned order) {
  if (heap_end == 0) heap_end = (char *)(((size)&__heap_base + 31) & ~(size)31);
  const size needed = sizeof(struct block) + ((size)16 << order);
  const size missing = (size)heap_end + needed - __builtin_wasm_memory_size(0) * PAGE;
  if ((ssize)missing > 0) {
    const size pages = (missing + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == (size)-1) return 0;
  }
  struct block *block = (struct block *)heap_end;
  heap_end += needed;
  block->order = order;
  return block;
}

__attribute__((noinline)) static inline void *heap_allocate(size length, size align) {
  if (align == 0 || align > 16 || (align & (align - 1)) != 0) __builtin_trap();
  if (until_growth != 0 && --until_growth == 0) __builtin_wasm_memory_grow(0, 1);
  if (until_failure != 0 && --until_failure == 0) return 0;
  unsigned order = 0;
  while (((size)16 << order) < length) {
    if (++order == 28) return 0;
  }
  struct block *block = free_blocks[order];
  if (block != 0) {
    free_blocks[order] = block->next;
  } else {
    block = carve(order);
    if (block == 0) return 0;
  }
  block->length = length;
  block->align = align;
  block->state = LIVE;
  fill(block + 1, (char)0xcd, (size)16 << order);
  live_blocks++;
  live_length += length;
  return block + 1;
}

// Frees a block. `ANY` means that the guest's own function gets no size or no alignment.
__attribute__((noinline)) static inline void heap_free(void *pointer, size length, size align) {
  if (pointer == 0) return;
  struct block *block = (struct block *)pointer - 1;
  if (block->state != LIVE) __builtin_trap();
  if (length != ANY && length != block->length) __builtin_trap();
  if (align != ANY && align != block->align) __builtin_trap();
  live_blocks--;
  live_length -= block->length;
  block->state = FREED;
  fill(block + 1, (char)0xdd, (size)16 << block->order);
  block->next = free_blocks[block->order];
  free_blocks[block->order] = block;
}

static inline void *heap_reallocate(void *old, size old_length, size align, size length) {
  void *block = heap_allocate(length, align);
  if (block == 0 || old == 0 || old_length == 0) return block;
  copy(block, old, old_length < length ? old_length : length);
  heap_free(old, old_length, align);
  return block;
}
