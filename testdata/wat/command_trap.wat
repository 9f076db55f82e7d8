;; build command_trap.wasm
;;
;; A command without WASI that traps.
(module
  (func (export "_start") unreachable)
)
