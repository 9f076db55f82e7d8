;; build value_globals_mutable.wasm
;; Copies the text in its buffer of 100 bytes to its other buffer, at 1024 and at 2048 in turn. The
;; mutable global then points at that one.
(module
  (memory (export "memory") 1)
  (global $buffer (export "BUFFER") (mut i32) (i32.const 1024))
  (global (export "BUFFER_SIZE") i32 (i32.const 100))
  (func (export "echo") (param $length i32) (result i32)
    (local $other i32)
    (if (i32.gt_u (local.get $length) (i32.const 100)) (then (return (i32.const -1))))
    (local.set $other (i32.sub (i32.const 3072) (global.get $buffer)))
    (memory.copy (local.get $other) (global.get $buffer) (local.get $length))
    (memory.fill (global.get $buffer) (i32.const 0x23) (local.get $length))
    (global.set $buffer (local.get $other))
    (local.get $length)))
