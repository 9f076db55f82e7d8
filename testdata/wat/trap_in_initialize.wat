;; build trap_in_initialize.wasm
;; Its `_initialize` traps.
(module
  (memory (export "memory") 1)
  (func (export "_initialize") (unreachable))
  (func (export "get_buffer_pointer") (result i32) (i32.const 1024))
  (func (export "echo") (param $length i32) (result i32) (local.get $length)))
