;; build odd_signatures.wasm
;; Has a buffer of 100 bytes, and functions beside `echo` whose signatures cannot carry a text.
(module
  (memory (export "memory") 1)
  (func (export "get_buffer_pointer") (result i32) (i32.const 1024))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "echo") (param $length i32) (result i32) (local.get $length))
  (func (export "scale") (param f64) (result f64) (local.get 0))
  (func (export "wide") (param i64) (result i64) (local.get 0))
  (func (export "five") (param i32 i32 i32 i32 i32) (result i32) (local.get 4))
  (func (export "pair") (param i32) (result i32 i32) (local.get 0) (local.get 0))
  (func (export "vector") (param v128))
  (func (export "reference") (param externref) (result externref) (local.get 0))
  (func (export "nothing")))
