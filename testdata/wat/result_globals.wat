;; build result_globals.wasm
;; Leaves the result in two mutable globals, which hold the pointer and the byte length themselves.
;; The caller frees it.
(module
  (memory $memory (export "memory") 3)
  (global $result_pointer (export "result_pointer") (mut i32) (i32.const 0))
  (global $result_length (export "result_length") (mut i32) (i32.const 0))
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

  (func (export "greet") (param $name i32) (param $length i32)
    (local $result i32)
    (local.set $result (call $malloc (i32.add (local.get $length) (i32.const 8))))
    (if (i32.eqz (local.get $result)) (then (return (call $publish (i32.const 0) (i32.const 0)))))
    (i64.store $memory align=1 (local.get $result) (i64.const 0x202c6f6c6c6548))
    (memory.copy $memory $memory (i32.add (local.get $result) (i32.const 7)) (local.get $name)
      (local.get $length))
    (i32.store8 $memory offset=7 (i32.add (local.get $result) (local.get $length)) (i32.const 0x21))
    (call $publish (local.get $result) (i32.add (local.get $length) (i32.const 8))))

  (func (export "echo") (param $text i32) (param $length i32)
    (local $result i32)
    (local.set $result (call $malloc (local.get $length)))
    (if (i32.eqz (local.get $result)) (then (return (call $publish (i32.const 0) (i32.const 0)))))
    (memory.copy $memory $memory (local.get $result) (local.get $text) (local.get $length))
    (call $publish (local.get $result) (local.get $length)))

  (func $publish (param $pointer i32) (param $length i32)
    (global.set $result_pointer (local.get $pointer))
    (global.set $result_length (local.get $length))))
