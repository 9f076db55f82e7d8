;; build js_string_imports.wasm
;; Calls the host with strings as references: `announce` passes its argument to `env.log`, `ask`
;; passes its own to `env.answer` and returns the answer, `ask_nothing` asks with null.
(module
  (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
  (import "env" "log" (func $log (param externref)))
  (import "env" "answer" (func $answer (param externref i32) (result externref)))

  (func (export "announce") (param $text externref) (call $log (local.get $text)))
  (func (export "ask") (param $text externref) (result externref)
    (call $answer (local.get $text) (call $length (local.get $text))))
  (func (export "ask_nothing") (result externref)
    (call $answer (ref.null extern) (i32.const 0))))
