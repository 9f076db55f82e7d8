;; build library.wasm
;; Exports the imports of `uses_library`: its memory, and `shout(pointer, byteLength)`, which turns
;; ASCII to upper case in place and traps at a `!`.
(module
  (memory (export "memory") 1 4)
  (func (export "shout") (param $at i32) (param $length i32)
    (local $end i32)
    (local $byte i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (if (i32.eq (local.get $byte) (i32.const 0x21)) (then (unreachable)))
        (if (i32.le_u (i32.sub (local.get $byte) (i32.const 0x61)) (i32.const 25))
          (then (i32.store8 (local.get $at) (i32.sub (local.get $byte) (i32.const 0x20)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))))
