;; build wasi_exit_caught.wasm
;;
;; A command that catches its own exit: it exits with 7, then still writes a line and returns.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\05\00\00\00late\0a")
  (func (export "_start")
    (try
      (do (call $proc_exit (i32.const 7)))
      (catch_all))
    (try
      (do (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
      (catch_all)))
  (func (export "answer") (result i32) (i32.const 42))
)
