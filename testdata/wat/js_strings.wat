;; build js_strings.wasm
;; Has no memory: strings cross as references, and `wasm:js-string` does the work. `greet` returns
;; "Hello, <text>!", `echo` the text itself, including lone surrogates.
(module
  (import "wasm:js-string" "concat"
    (func $concat (param externref externref) (result (ref extern))))
  (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
  (import "wasm:js-string" "charCodeAt" (func $charCodeAt (param externref i32) (result i32)))
  (import "wasm:js-string" "fromCharCode" (func $fromCharCode (param i32) (result (ref extern))))
  (import "wasm:js-string" "substring"
    (func $substring (param externref i32 i32) (result (ref extern))))

  (func $ascii (param $characters i64) (result externref)
    ;; Makes text from up to eight characters, the first in the lowest byte.
    (local $text externref)
    (local.set $text (call $substring (call $fromCharCode (i32.const 0)) (i32.const 0) (i32.const 0)))
    (loop $next
      (if (i64.ne (local.get $characters) (i64.const 0))
        (then
          (local.set $text
            (call $concat (local.get $text)
              (call $fromCharCode (i32.and (i32.wrap_i64 (local.get $characters)) (i32.const 0xff)))))
          (local.set $characters (i64.shr_u (local.get $characters) (i64.const 8)))
          (br $next))))
    (local.get $text))

  (func (export "greet") (param $name externref) (result externref)
    (call $concat
      ;; "Hello, "
      (call $concat (call $ascii (i64.const 0x202c6f6c6c6548)) (local.get $name))
      (call $fromCharCode (i32.const 0x21))))

  (func (export "echo") (param $text externref) (result externref) (local.get $text))

  ;; Returns the code units in reverse.
  (func (export "reverse") (param $text externref) (result externref)
    (local $at i32)
    (local $result externref)
    (local.set $result (call $ascii (i64.const 0)))
    (local.set $at (call $length (local.get $text)))
    (loop $next
      (if (local.get $at)
        (then
          (local.set $at (i32.sub (local.get $at) (i32.const 1)))
          (local.set $result
            (call $concat (local.get $result)
              (call $fromCharCode (call $charCodeAt (local.get $text) (local.get $at)))))
          (br $next))))
    (local.get $result))

  (func (export "repeat") (param $text externref) (param $times i32) (result externref)
    (local $result externref)
    (local.set $result (call $ascii (i64.const 0)))
    (loop $next
      (if (local.get $times)
        (then
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (local.set $result (call $concat (local.get $result) (local.get $text)))
          (br $next))))
    (local.get $result))

  (func (export "units") (param $text externref) (result i32) (call $length (local.get $text))))
