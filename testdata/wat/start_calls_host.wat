;; build start_calls_host.wasm
;; Its start function calls `env.count(i32) -> i32` with 5 and then `env.log(pointer, byteLength)`
;; with a text; `counted` returns the result of `env.count`.
(module
  (import "env" "count" (func $count (param i32) (result i32)))
  (import "env" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "started")
  (global $counted (mut i32) (i32.const 0))
  (start $begin)
  (func $begin
    (global.set $counted (call $count (i32.const 5)))
    (call $log (i32.const 16) (i32.const 7)))
  (func (export "counted") (result i32) (global.get $counted)))
