;; Converts strings to UTF-16LE in linear memory and back, each in one call, lone surrogates
;; included. It also copies ASCII between UTF-16LE there and bytes in the staging memory, from
;; 33,808 on.
;;
;; Code units go through an array, with the engine's builtins for strings
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
  (import "passage" "staging" (memory $staging 1))

  ;; The current units: 8 KiB, so that they and their bytes stay in the nearest cache.
  (global $units (ref $Units) (array.new_default $Units (i32.const 4096)))

  ;; The bits of 8 units that ASCII does not have. This is a global, because V8 15 builds a constant
  ;; anew in each round of a loop.
  (global $beyondAscii v128 (v128.const i64x2 0xff80ff80ff80ff80 0xff80ff80ff80ff80))

  ;; Writes $text: returns the number of bytes, or -1 if there is no $room.
  (func (export "write") (param $text externref) (param $length i32) (param $pointer i32)
    (param $room i32) (result i32)
    (local $from i32) (local $byteLength i32)
    (local.set $byteLength (i32.shl (local.get $length) (i32.const 1)))
    (if (i32.gt_u (local.get $byteLength) (local.get $room)) (then (return (i32.const -1))))
    (if (i32.le_u (local.get $length) (i32.const 4096)) (then
      (call $store (local.get $pointer)
        (call $into (local.get $text) (global.get $units) (i32.const 0)))
      (return (local.get $byteLength))))
    (loop $part
      (call $store
        (i32.add (local.get $pointer) (i32.shl (local.get $from) (i32.const 1)))
        (call $into
          (call $substring
            (local.get $text) (local.get $from) (i32.add (local.get $from) (i32.const 4096)))
          (global.get $units) (i32.const 0)))
      (local.set $from (i32.add (local.get $from) (i32.const 4096)))
      (br_if $part (i32.lt_u (local.get $from) (local.get $length))))
    (local.get $byteLength))

  ;; Stores $count units, four at a time.
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

  ;; Reads the text in at most 8,192 bytes at $pointer: null if their number is odd.
  (func (export "read") (param $pointer i32) (param $byteLength i32) (result externref)
    (local $at i32) (local $count i32) (local $units (ref $Units))
    (if (i32.and (local.get $byteLength) (i32.const 1)) (then (return (ref.null extern))))
    (local.set $count (i32.shr_u (local.get $byteLength) (i32.const 1)))
    (local.set $units (global.get $units))
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $count)))
        ;; V8 15 loads a unit faster than it extracts one from a word.
        (array.set $Units (local.get $units) (local.get $at)
          (i32.load16_u $guest (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 1))
          (i32.load16_u $guest offset=2 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 2))
          (i32.load16_u $guest offset=4 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 3))
          (i32.load16_u $guest offset=6 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 4))
          (i32.load16_u $guest offset=8 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 5))
          (i32.load16_u $guest offset=10 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 6))
          (i32.load16_u $guest offset=12 (local.get $pointer)))
        (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 7))
          (i32.load16_u $guest offset=14 (local.get $pointer)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $count)))
        (array.set $Units (local.get $units) (local.get $at)
          (i32.load16_u $guest (local.get $pointer)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $from (local.get $units) (i32.const 0) (local.get $count)))

  ;; Writes $count staged bytes of ASCII as units.
  (func (export "widen") (param $pointer i32) (param $count i32)
    (local $from i32) (local $end i32) (local $bytes v128)
    (local.set $from (i32.const 33808))
    (local.set $end (i32.add (local.get $from) (local.get $count)))
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $from) (i32.const 16)) (local.get $end)))
        (local.set $bytes (v128.load $staging (local.get $from)))
        (v128.store $guest (local.get $pointer) (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (v128.store $guest offset=16 (local.get $pointer)
          (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 32)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $from) (local.get $end)))
        (i32.store16 $guest (local.get $pointer) (i32.load8_u $staging (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (br $next))))

  ;; Stages units as bytes as long as they are ASCII, at most $count, and returns their number.
  (func (export "narrow") (param $pointer i32) (param $count i32) (result i32)
    (local $at i32) (local $low v128) (local $high v128) (local $unit i32)
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $count)))
        (local.set $low (v128.load $guest (local.get $pointer)))
        (local.set $high (v128.load $guest offset=16 (local.get $pointer)))
        (br_if $done (v128.any_true (v128.and
          (v128.or (local.get $low) (local.get $high))
          (global.get $beyondAscii))))
        (v128.store $staging offset=33808 (local.get $at)
          (i8x16.narrow_i16x8_u (local.get $low) (local.get $high)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 32)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $count)))
        (local.set $unit (i32.load16_u $guest (local.get $pointer)))
        (br_if $done (i32.gt_u (local.get $unit) (i32.const 0x7f)))
        (i32.store8 $staging offset=33808 (local.get $at) (local.get $unit))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (br $next)))
    (local.get $at))

  ;; Returns the number of bytes before a unit of zero, or -1 if there is none in $limit bytes.
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
