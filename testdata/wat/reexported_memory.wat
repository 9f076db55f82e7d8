;; build reexported_memory.wasm
;; Imports its memory as host.heap, exports the same one as "heap", and leaves the text in its
;; buffer of 100 bytes as it is.
(module
  (import "host" "heap" (memory 1 3))
  (export "heap" (memory 0))
  (func (export "get_buffer_pointer") (result i32) (i32.const 1024))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "echo") (param $length i32) (result i32) (local.get $length)))
