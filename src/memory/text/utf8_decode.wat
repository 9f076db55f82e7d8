;; Converts UTF-8 in linear memory to strings, each in one call. Code units go through an array,
;; with the engine's builtins (https://github.com/WebAssembly/js-string-builtins).
(module
  (type $Units (array (mut i16)))
  (import "wasm:js-string" "fromCharCodeArray"
    (func $from (param (ref null $Units) i32 i32) (result (ref extern))))
  (import "passage" "guest" (memory $guest 0))
  ;; How lone surrogates are handled: 0, they are invalid; 1, they have three bytes each, as in WTF-8;
  ;; 2, U+FFFD is written for them.
  (import "passage" "lone" (global $lone i32))

  ;; The current units.
  (global $units (ref $Units) (array.new_default $Units (i32.const 4096)))

  ;; Reads the text in the bytes at $pointer, at most 4096 of them: null if they are not valid.
  (func (export "read") (param $pointer i32) (param $byteLength i32) (result externref)
    (local $count i32) (local $end i32) (local $left i32) (local $lead i32) (local $rest i32)
    (local.set $end (i32.add (local.get $pointer) (local.get $byteLength)))
    (local.set $count (call $decodeAscii (local.get $pointer) (local.get $byteLength)))
    (local.set $pointer (i32.add (local.get $pointer) (local.get $count)))
    (block $invalid (loop $next
      (local.set $left (i32.sub (local.get $end) (local.get $pointer)))
      (if (i32.eqz (local.get $left)) (then
        (return (call $from (global.get $units) (i32.const 0) (local.get $count)))))
      (local.set $lead (i32.load8_u $guest (local.get $pointer)))
      (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then
        (call $set (local.get $count) (local.get $lead))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 1)))
        (br $next)))
      (if (i32.lt_u (local.get $lead) (i32.const 0xe0)) (then
        (br_if $invalid (i32.or
          (i32.lt_u (local.get $lead) (i32.const 0xc2)) (i32.lt_u (local.get $left) (i32.const 2))))
        (local.set $rest (i32.load8_u $guest offset=1 (local.get $pointer)))
        (br_if $invalid (i32.ne (i32.and (local.get $rest) (i32.const 0xc0)) (i32.const 0x80)))
        (call $set (local.get $count) (i32.or
          (i32.shl (i32.and (local.get $lead) (i32.const 0x1f)) (i32.const 6))
          (i32.and (local.get $rest) (i32.const 0x3f))))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 2)))
        (br $next)))
      (if (i32.lt_u (local.get $lead) (i32.const 0xf0)) (then
        (br_if $invalid (i32.lt_u (local.get $left) (i32.const 3)))
        (local.set $rest (i32.load16_u $guest offset=1 (local.get $pointer)))
        (br_if $invalid
          (i32.ne (i32.and (local.get $rest) (i32.const 0xc0c0)) (i32.const 0x8080)))
        (local.set $rest (i32.or
          (i32.shl (i32.and (local.get $lead) (i32.const 0x0f)) (i32.const 12))
          (i32.or
            (i32.shl (i32.and (local.get $rest) (i32.const 0x3f)) (i32.const 6))
            (i32.and (i32.shr_u (local.get $rest) (i32.const 8)) (i32.const 0x3f)))))
        (br_if $invalid (i32.lt_u (local.get $rest) (i32.const 0x800))) ;; an overlong sequence
        (if (i32.eq (i32.and (local.get $rest) (i32.const 0xf800)) (i32.const 0xd800)) (then
          (br_if $invalid (i32.ne (global.get $lone) (i32.const 1)))
          ;; A low surrogate behind a high one would be a pair, which has four bytes.
          (br_if $invalid (i32.and
            (i32.ge_u (local.get $rest) (i32.const 0xdc00))
            (call $endsHigh (local.get $count))))))
        (call $set (local.get $count) (local.get $rest))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 3)))
        (br $next)))
      (br_if $invalid (i32.lt_u (local.get $left) (i32.const 4)))
      (local.set $rest (i32.load $guest (local.get $pointer)))
      (br_if $invalid
        (i32.ne (i32.and (local.get $rest) (i32.const 0xc0c0c0f8)) (i32.const 0x808080f0)))
      ;; The code point minus 0x10000, which has 20 bits: more means an overlong or too large one.
      (local.set $rest (i32.sub
        (i32.or
          (i32.or
            (i32.shl (i32.and (local.get $rest) (i32.const 0x07)) (i32.const 18))
            (i32.shl (i32.and (local.get $rest) (i32.const 0x3f00)) (i32.const 4)))
          (i32.or
            (i32.shr_u (i32.and (local.get $rest) (i32.const 0x3f0000)) (i32.const 10))
            (i32.and (i32.shr_u (local.get $rest) (i32.const 24)) (i32.const 0x3f))))
        (i32.const 0x10000)))
      (br_if $invalid (i32.ge_u (local.get $rest) (i32.const 0x100000)))
      (call $set (local.get $count)
        (i32.add (i32.const 0xd800) (i32.shr_u (local.get $rest) (i32.const 10))))
      (call $set (i32.add (local.get $count) (i32.const 1))
        (i32.add (i32.const 0xdc00) (i32.and (local.get $rest) (i32.const 0x3ff))))
      (local.set $count (i32.add (local.get $count) (i32.const 2)))
      (local.set $pointer (i32.add (local.get $pointer) (i32.const 4)))
      (br $next)))
    (ref.null extern))

  ;; Returns whether the last of $count units is a high surrogate.
  (func $endsHigh (param $count i32) (result i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (i32.eq (i32.const 0xd800) (i32.and (i32.const 0xfc00) (array.get_u $Units
      (global.get $units) (i32.sub (local.get $count) (i32.const 1))))))

  (func $set (param $at i32) (param $unit i32)
    (array.set $Units (global.get $units) (local.get $at) (local.get $unit)))
  ;; Decodes ASCII at the start, eight bytes at a time, and returns the number of bytes.
  (func $decodeAscii (param $pointer i32) (param $byteLength i32) (result i32)
    (local $at i32) (local $units (ref $Units))
    (local.set $units (global.get $units))
    (block $done (loop $next
      (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $byteLength)))
      (br_if $done (i64.ne (i64.const 0) (i64.and
        (i64.load $guest (local.get $pointer)) (i64.const 0x8080808080808080))))
      ;; V8 15 loads a byte faster than it extracts one from a word.
      (array.set $Units (local.get $units) (local.get $at)
        (i32.load8_u $guest (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 1))
        (i32.load8_u $guest offset=1 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 2))
        (i32.load8_u $guest offset=2 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 3))
        (i32.load8_u $guest offset=3 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 4))
        (i32.load8_u $guest offset=4 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 5))
        (i32.load8_u $guest offset=5 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 6))
        (i32.load8_u $guest offset=6 (local.get $pointer)))
      (array.set $Units (local.get $units) (i32.add (local.get $at) (i32.const 7))
        (i32.load8_u $guest offset=7 (local.get $pointer)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $pointer (i32.add (local.get $pointer) (i32.const 8)))
      (br $next)))
    (local.get $at))

  ;; Returns the number of bytes before a zero, or -1 if there is none in $limit bytes.
  (func (export "findNul") (param $pointer i32) (param $limit i32) (result i32)
    (local $at i32) (local $found i32)
    (block $none (loop $next
      (if (i32.ge_u (i32.sub (local.get $limit) (local.get $at)) (i32.const 16)) (then
        (local.set $found (i8x16.bitmask (i8x16.eq (v128.const i64x2 0 0)
          (v128.load $guest (i32.add (local.get $pointer) (local.get $at))))))
        (if (local.get $found) (then
          (return (i32.add (local.get $at) (i32.ctz (local.get $found))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
      (br_if $none (i32.eq (local.get $at) (local.get $limit)))
      (if (i32.eqz (i32.load8_u $guest (i32.add (local.get $pointer) (local.get $at)))) (then
        (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
    (i32.const -1))
)
