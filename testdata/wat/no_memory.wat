;; build no_memory.wasm
;; Has functions of numbers alone and no memory.
(module
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "answer") (result i32) (i32.const 42)))
