;; build own_and_imported.wasm
;; Imports env.memory and exports another, which has the guest's buffer of 100 bytes at 64. It puts
;; "own:" before the text; the byte at 0 of the imported memory counts the calls.
(module
  (import "env" "memory" (memory $imported 1 16))
  (memory $own (export "memory") 1)
  (data $prefix (memory $own) (i32.const 16) "own:")
  (func (export "get_buffer_pointer") (result i32) (i32.const 64))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "transform") (param $length i32) (result i32)
    (i32.store8 $imported (i32.const 0)
      (i32.add (i32.load8_u $imported (i32.const 0)) (i32.const 1)))
    (if (i32.gt_u (local.get $length) (i32.const 96)) (then (return (i32.const -1))))
    (memory.copy $own $own (i32.const 68) (i32.const 64) (local.get $length))
    (memory.copy $own $own (i32.const 64) (i32.const 16) (i32.const 4))
    (i32.add (local.get $length) (i32.const 4))))
