;; build uses_library.wasm
;; Imports the memory and the function of `library`; `transform(byteLength)` calls `shout`.
(module
  (import "library" "memory" (memory 1 4))
  (import "library" "shout" (func $shout (param i32 i32)))
  (func (export "get_buffer_pointer") (result i32) (i32.const 256))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "transform") (param $length i32) (result i32)
    (call $shout (i32.const 256) (local.get $length))
    (local.get $length)))
