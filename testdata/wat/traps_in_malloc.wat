;; build traps_in_malloc.wasm
;; `ask` returns the result of `env.answer(pointer, byteLength) -> i64`, with the pointer in the
;; high half. `malloc` returns the same bytes each time, traps if asked for more than 16 of them,
;; and returns a pointer outside memory if asked for exactly 13.
(module
  (import "env" "answer" (func $answer (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (global (export "__stack_pointer") (mut i32) (i32.const 1024))
  (func (export "malloc") (param $size i32) (result i32)
    (if (i32.gt_u (local.get $size) (i32.const 16)) (then (unreachable)))
    (if (result i32) (i32.eq (local.get $size) (i32.const 13))
      (then (i32.const -16))
      (else (i32.const 2048))))
  (func (export "free") (param i32))
  (func (export "ask") (param $at i32) (param $length i32) (result i64)
    (call $answer (local.get $at) (local.get $length))))
