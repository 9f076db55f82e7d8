;; build imports_all_kinds.wasm
;; Imports one item of each kind, with types that a host can get wrong, and uses none of them.
(module
  (import "env" "log" (func (param i32 i32)))
  (import "env" "clock" (func (param i64 f64) (result f32)))
  (import "env" "table" (table 2 8 funcref))
  (import "env" "references" (table 1 externref))
  (import "env" "memory" (memory 1 2))
  (import "env" "base" (global i32))
  (import "env" "pointer" (global (mut i32)))
  (import "env" "big" (global i64))
  (import "env" "ratio" (global f64))
  (import "env" "reference" (global externref))
  (import "env" "error" (tag (param i32)))
  (func (export "get_buffer_pointer") (result i32) (i32.const 1024))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "echo") (param $length i32) (result i32) (local.get $length)))
