;; build two_memories.wasm
;; Has two memories, "scratch" and "text"; its buffer of 100 bytes is at 64 of "text". It reverses
;; the text byte by byte with the help of "scratch".
(module
  (memory $scratch (export "scratch") 1)
  (memory $text (export "text") 1)
  (func (export "get_buffer_pointer") (result i32) (i32.const 64))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "reverse") (param $length i32) (result i32)
    (local $at i32)
    (if (i32.gt_u (local.get $length) (i32.const 100)) (then (return (i32.const -1))))
    (memory.copy $scratch $text (i32.const 0) (i32.const 64) (local.get $length))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $length)))
        (i32.store8 $text offset=64 (local.get $at)
          (i32.load8_u $scratch
            (i32.sub (i32.sub (local.get $length) (local.get $at)) (i32.const 1))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $length)))
