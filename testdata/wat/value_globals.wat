;; build value_globals.wasm
;; Leaves the text in its buffer as it is. As AssemblyScript does, it exports constants as values:
;; BUFFER is the pointer, and BUFFER_SIZE is 100, not the address of a 100.
(module
  (memory (export "memory") 1)
  (global (export "BUFFER") i32 (i32.const 1024))
  (global (export "BUFFER_SIZE") i32 (i32.const 100))
  (func (export "echo") (param $length i32) (result i32) (local.get $length)))
