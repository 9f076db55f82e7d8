;; Strings to UTF-16LE in linear memory and back, each in one call, lone surrogates included.
;;
;; Code units come and go through an array, by the engine's builtins for strings
;; (https://github.com/WebAssembly/js-string-builtins).
(module
  (type $Units (array (mut i16)))
  (import "wasm:js-string" "intoCharCodeArray"
    (func $into (param externref (ref null $Units) i32) (result i32)))
  (import "wasm:js-string" "fromCharCodeArray"
    (func $from (param (ref null $Units) i32 i32) (result (ref extern))))
  (import "wasm:js-string" "substring"
    (func $substring (param externref i32 i32) (result (ref extern))))
  (import "passage" "guest" (memory $guest 0))

  ;; The units at hand: 8 KiB, so that they and what becomes of them stay in the nearest cache.
  (global $units (ref $Units) (array.new_default $Units (i32.const 4096)))

  ;; Writes $text at $pointer, where its caller has seen to room for it.
  (func (export "write") (param $text externref) (param $length i32) (param $pointer i32)
    (local $from i32)
    (if (i32.le_u (local.get $length) (i32.const 4096)) (then
      (call $store (local.get $pointer)
        (call $into (local.get $text) (global.get $units) (i32.const 0)))
      (return)))
    (loop $part
      (call $store
        (i32.add (local.get $pointer) (i32.shl (local.get $from) (i32.const 1)))
        (call $into
          (call $substring
            (local.get $text) (local.get $from) (i32.add (local.get $from) (i32.const 4096)))
          (global.get $units) (i32.const 0)))
      (local.set $from (i32.add (local.get $from) (i32.const 4096)))
      (br_if $part (i32.lt_u (local.get $from) (local.get $length)))))

  ;; Stores $count units, by four.
  (func $store (param $pointer i32) (param $count i32)
    (local $at i32)
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 4)) (local.get $count)))
        (i64.store $guest (local.get $pointer) (call $fourUnits (local.get $at)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $count)))
        (i32.store16 $guest (local.get $pointer) (call $unit (local.get $at)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))

  (func $unit (param $at i32) (result i32)
    (array.get_u $Units (global.get $units) (local.get $at)))

  (func $twoUnits (param $at i32) (result i32)
    (i32.or
      (call $unit (local.get $at))
      (i32.shl (call $unit (i32.add (local.get $at) (i32.const 1))) (i32.const 16))))

  (func $fourUnits (param $at i32) (result i64)
    (i64.or
      (i64.extend_i32_u (call $twoUnits (local.get $at)))
      (i64.shl
        (i64.extend_i32_u (call $twoUnits (i32.add (local.get $at) (i32.const 2))))
        (i64.const 32))))

  ;; The text in $count units at $pointer, at most 4096 of them.
  (func (export "read") (param $pointer i32) (param $count i32) (result (ref extern))
    (local $at i32) (local $four i64)
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 4)) (local.get $count)))
        (local.set $four (i64.load $guest (local.get $pointer)))
        (call $setTwo (local.get $at) (i32.wrap_i64 (local.get $four)))
        (call $setTwo (i32.add (local.get $at) (i32.const 2))
          (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 32))))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $count)))
        (call $set (local.get $at) (i32.load16_u $guest (local.get $pointer)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $from (global.get $units) (i32.const 0) (local.get $count)))

  (func $set (param $at i32) (param $unit i32)
    (array.set $Units (global.get $units) (local.get $at) (local.get $unit)))

  (func $setTwo (param $at i32) (param $units i32)
    (call $set (local.get $at) (local.get $units))
    (call $set (i32.add (local.get $at) (i32.const 1))
      (i32.shr_u (local.get $units) (i32.const 16))))

  ;; How many bytes there are before a unit of zero, or -1 where none of $limit bytes has one.
  (func (export "findNul") (param $pointer i32) (param $limit i32) (result i32)
    (local $at i32) (local $found i32)
    (block $none (loop $next
      (if (i32.ge_u (i32.sub (local.get $limit) (local.get $at)) (i32.const 16)) (then
        (local.set $found (i16x8.bitmask (i16x8.eq (v128.const i64x2 0 0)
          (v128.load $guest (i32.add (local.get $pointer) (local.get $at))))))
        (if (local.get $found) (then
          (return (i32.add (local.get $at)
            (i32.shl (i32.ctz (local.get $found)) (i32.const 1))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
      (br_if $none (i32.lt_u (i32.sub (local.get $limit) (local.get $at)) (i32.const 2)))
      (if (i32.eqz (i32.load16_u $guest (i32.add (local.get $pointer) (local.get $at)))) (then
        (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br $next)))
    (i32.const -1))
)
