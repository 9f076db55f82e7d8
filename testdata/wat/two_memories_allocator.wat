;; build two_memories_allocator.wasm
;; Has two memories, "scratch" and "text", and an allocator in "text". `greet` and `echo` return an
;; i64 with the pointer in the high half.
(module
  (memory $scratch (export "scratch") 1)
  (memory $text (export "text") 3)
  (global $top (mut i32) (i32.const 1024))
  (global $live (mut i32) (i32.const 0))

  (func $malloc (export "malloc") (param $size i32) (result i32)
    (local $pointer i32)
    ;; If no block is alive, the heap starts again from its beginning.
    (if (i32.eqz (global.get $live)) (then (global.set $top (i32.const 1024))))
    (local.set $pointer (global.get $top))
    (if (i32.gt_u (local.get $size) (i32.const 60000)) (then (return (i32.const 0))))
    (if (i32.gt_u (i32.add (i32.sub (local.get $pointer) (i32.const 1024)) (local.get $size))
        (i32.const 120000))
      (then (return (i32.const 0))))
    (global.set $top
      (i32.and (i32.add (i32.add (local.get $pointer) (local.get $size)) (i32.const 15))
        (i32.const -16)))
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (local.get $pointer))

  (func (export "free") (param $pointer i32)
    (if (i32.eqz (local.get $pointer)) (then (return)))
    (if (i32.lt_u (local.get $pointer) (i32.const 1024)) (then (unreachable)))
    (if (i32.eqz (global.get $live)) (then (unreachable)))
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))

  (func (export "live_allocations") (result i32) (global.get $live))

  (func (export "greet") (param $name i32) (param $length i32) (result i64)
    (local $result i32)
    (local.set $result (call $malloc (i32.add (local.get $length) (i32.const 8))))
    (if (i32.eqz (local.get $result)) (then (return (i64.const 0))))
    (i64.store $text align=1 (local.get $result) (i64.const 0x202c6f6c6c6548))
    (memory.copy $text $text (i32.add (local.get $result) (i32.const 7)) (local.get $name)
      (local.get $length))
    (i32.store8 $text offset=7 (i32.add (local.get $result) (local.get $length)) (i32.const 0x21))
    (call $pack (local.get $result) (i32.add (local.get $length) (i32.const 8))))

  (func (export "echo") (param $text i32) (param $length i32) (result i64)
    (local $result i32)
    (local.set $result (call $malloc (local.get $length)))
    (if (i32.eqz (local.get $result)) (then (return (i64.const 0))))
    (memory.copy $text $text (local.get $result) (local.get $text) (local.get $length))
    (call $pack (local.get $result) (local.get $length)))

  (func $pack (param $pointer i32) (param $length i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $pointer)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
