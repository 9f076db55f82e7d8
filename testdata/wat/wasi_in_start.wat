;; build wasi_in_start.wasm
;;
;; Calls WASI in its start section, when its memory is not known yet.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $start (drop (call $random_get (i32.const 0) (i32.const 8))))
  (start $start)
)
