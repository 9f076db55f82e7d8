;; build trap_in_start.wasm
;; Its start function traps, so that it cannot be instantiated.
(module
  (memory (export "memory") 1)
  (func $start (unreachable))
  (start $start))
