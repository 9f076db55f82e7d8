;; Converts strings to UTF-8 in linear memory, each in one call. Code units come through an array,
;; with the engine's builtins (https://github.com/WebAssembly/js-string-builtins). Encoded text is
;; assembled in the staging memory: the guest gets it whole and valid, or not at all.
(module
  (type $Units (array (mut i16)))
  (import "wasm:js-string" "intoCharCodeArray"
    (func $into (param externref (ref null $Units) i32) (result i32)))
  (import "wasm:js-string" "substring"
    (func $substring (param externref i32 i32) (result (ref extern))))
  ;; V8 accesses the first memory fastest, so it is the one that the inner loops write to.
  (import "passage" "staging" (memory $staging 1))
  (import "passage" "guest" (memory $guest 0))
  ;; How lone surrogates are handled: 0, they are invalid; 1, they have three bytes each, as in WTF-8;
  ;; 2, U+FFFD is written for them.
  (import "passage" "lone" (global $lone i32))

  ;; The current units: 8 KiB, so that they and their bytes stay in the nearest cache.
  (global $units (ref $Units) (array.new_default $Units (i32.const 4096)))

  ;; The start of staged text: short texts use the memory before it. On some processors a copy takes
  ;; six times as long if it ends up less than 64 bytes behind the place that it comes from, counted
  ;; from the start of each memory, so text does not lie where guests have their buffers.
  (global $staged i32 (i32.const 33808))

  ;; Vectors are globals, because V8 15 builds a constant anew in each round of a loop.
  (global $top v128 (v128.const i64x2 0xf800f800f800f800 0xf800f800f800f800))
  (global $surrogates v128 (v128.const i64x2 0xd800d800d800d800 0xd800d800d800d800))
  (global $middle v128 (v128.const i64x2 0x0fc00fc00fc00fc0 0x0fc00fc00fc00fc0))
  (global $bottom v128 (v128.const i64x2 0x003f003f003f003f 0x003f003f003f003f))
  (global $twoMarks v128 (v128.const i64x2 0x80e080e080e080e0 0x80e080e080e080e0))
  (global $oneMark v128 (v128.const i64x2 0x0080008000800080 0x0080008000800080))
  ;; The places of the first two bytes of each of 8 units, and of the third; 128 leaves a gap.
  (global $two0 v128 (v128.const i8x16 0 1 128 2 3 128 4 5 128 6 7 128 8 9 128 10))
  (global $one0 v128 (v128.const i8x16 128 128 0 128 128 2 128 128 4 128 128 6 128 128 8 128))
  (global $two16 v128 (v128.const i8x16 11 128 12 13 128 14 15 128 0 0 0 0 0 0 0 0))
  (global $one16 v128 (v128.const i8x16 128 10 128 128 12 128 128 14 0 0 0 0 0 0 0 0))

  ;; Stages $text: returns its number of bytes, or -1 if it has a lone surrogate that is invalid.
  (func (export "stage") (param $text externref) (param $length i32) (result i32)
    (local $from i32) (local $count i32) (local $to i32)
    (local.set $to (global.get $staged))
    (loop $part
      (local.set $count (call $into
        (if (result externref) (i32.le_u (local.get $length) (i32.const 4096))
          (then (local.get $text))
          (else (call $substring
            (local.get $text) (local.get $from) (i32.add (local.get $from) (i32.const 4096)))))
        (global.get $units) (i32.const 0)))
      ;; A high surrogate at the end is left to the next part, which has its other half.
      (if (i32.lt_u (i32.add (local.get $from) (local.get $count)) (local.get $length)) (then
        (if (i32.eq (i32.const 0xd800) (i32.and (i32.const 0xfc00) (array.get_u $Units
              (global.get $units) (i32.sub (local.get $count) (i32.const 1)))))
          (then (local.set $count (i32.sub (local.get $count) (i32.const 1)))))))
      (local.set $to (call $encode (local.get $count) (local.get $to)))
      (if (i32.lt_s (local.get $to) (i32.const 0)) (then (return (i32.const -1))))
      (local.set $from (i32.add (local.get $from) (local.get $count)))
      (br_if $part (i32.lt_u (local.get $from) (local.get $length))))
    (i32.sub (local.get $to) (global.get $staged)))

  ;; Copies staged bytes to the guest.
  (func (export "publish") (param $pointer i32) (param $byteLength i32)
    (memory.copy $guest $staging
      (local.get $pointer) (global.get $staged) (local.get $byteLength)))

  ;; Writes at most 341 units, and leaves the staged text alone: returns the number of bytes, -1 if
  ;; there is no $room, -2 for a lone surrogate.
  (func (export "write") (param $text externref) (param $length i32) (param $pointer i32)
    (param $room i32) (result i32)
    (local $byteLength i32)
    (local.set $byteLength (call $encode
      (call $into (local.get $text) (global.get $units) (i32.const 0)) (i32.const 0)))
    (if (i32.lt_s (local.get $byteLength) (i32.const 0)) (then (return (i32.const -2))))
    (if (i32.gt_u (local.get $byteLength) (local.get $room)) (then (return (i32.const -1))))
    (memory.copy $guest $staging (local.get $pointer) (i32.const 0) (local.get $byteLength))
    (local.get $byteLength))

  ;; Encodes $count units to $to: returns the end of the bytes, or -1 for a lone surrogate.
  (func $encode (param $count i32) (param $to i32) (result i32)
    (local $at i32) (local $row i32)
    (local.set $at (call $encodeAscii (local.get $count) (local.get $to)))
    (local.set $to (i32.add (local.get $to) (local.get $at)))
    (loop $next
      (call $encodeAny (local.get $at) (local.get $count) (local.get $to))
      (local.set $to) (local.set $at)
      (if (i32.lt_u (local.get $at) (local.get $count)) (then
        (local.set $row (call $encodeWide (local.get $at) (local.get $count) (local.get $to)))
        (local.set $at (i32.add (local.get $at) (local.get $row)))
        (local.set $to (i32.add (local.get $to) (i32.mul (local.get $row) (i32.const 3))))
        (br $next))))
    (local.get $to))

  ;; Encodes ASCII at the start, four units at a time, and returns the number of units.
  (func $encodeAscii (param $count i32) (param $to i32) (result i32)
    (local $at i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (block $done (loop $next
      (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 4)) (local.get $count)))
      (local.set $a (call $unit (local.get $at)))
      (local.set $b (call $unit (i32.add (local.get $at) (i32.const 1))))
      (local.set $c (call $unit (i32.add (local.get $at) (i32.const 2))))
      (local.set $d (call $unit (i32.add (local.get $at) (i32.const 3))))
      (br_if $done (i32.lt_u (i32.const 0x7f)
        (i32.or (i32.or (local.get $a) (local.get $b)) (i32.or (local.get $c) (local.get $d)))))
      (i32.store $staging (i32.add (local.get $to) (local.get $at)) (i32.or
        (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 8)))
        (i32.or (i32.shl (local.get $c) (i32.const 16)) (i32.shl (local.get $d) (i32.const 24)))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next)))
    (local.get $at))

  ;; Encodes until 8 units of three bytes came without ASCII: returns the ends of units and bytes,
  ;; or -1 for both.
  (func $encodeAny (param $at i32) (param $count i32) (param $to i32) (result i32 i32)
    (local $unit i32) (local $low i32) (local $row i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $count)))
      ;; This is a separate loop, because one branch for both would not predict the length of a run
      ;; of ASCII.
      (loop $ascii
        (local.set $unit (call $unit (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.lt_u (local.get $unit) (i32.const 0x80)) (then
          (i32.store8 $staging (local.get $to) (local.get $unit))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (local.set $row (i32.const 0))
          (br_if $ascii (i32.lt_u (local.get $at) (local.get $count)))
          (br $done))))
      (if (i32.lt_u (local.get $unit) (i32.const 0x800)) (then
        (i32.store16 $staging (local.get $to) (i32.or (i32.const 0x80c0) (i32.or
          (i32.shr_u (local.get $unit) (i32.const 6))
          (i32.shl (i32.and (local.get $unit) (i32.const 0x3f)) (i32.const 8)))))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (br $next)))
      (if (i32.eq (i32.and (local.get $unit) (i32.const 0xf800)) (i32.const 0xd800)) (then
        (if (i32.lt_u (local.get $at) (local.get $count)) (then
          (local.set $low (i32.sub (call $unit (local.get $at)) (i32.const 0xdc00)))
          (if (i32.and
                (i32.lt_u (local.get $unit) (i32.const 0xdc00))
                (i32.lt_u (local.get $low) (i32.const 0x400)))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              ;; The addend is 0x10000 - (0xd800 << 10).
              (local.set $unit (i32.add (i32.const 0xfca10000)
                (i32.add (i32.shl (local.get $unit) (i32.const 10)) (local.get $low))))
              (i32.store $staging (local.get $to) (i32.or (i32.const 0x808080f0) (i32.or
                (i32.or
                  (i32.shr_u (local.get $unit) (i32.const 18))
                  (i32.shr_u (i32.and (local.get $unit) (i32.const 0x3f000)) (i32.const 4)))
                (i32.or
                  (i32.shl (i32.and (local.get $unit) (i32.const 0xfc0)) (i32.const 10))
                  (i32.shl (i32.and (local.get $unit) (i32.const 0x3f)) (i32.const 24))))))
              (local.set $to (i32.add (local.get $to) (i32.const 4)))
              (br $next)))))
        (if (i32.eqz (global.get $lone)) (then (return (i32.const -1) (i32.const -1))))
        (if (i32.eq (global.get $lone) (i32.const 2)) (then (local.set $unit (i32.const 0xfffd))))))
      (i32.store16 $staging (local.get $to) (i32.or (i32.const 0x80e0) (i32.or
        (i32.shr_u (local.get $unit) (i32.const 12))
        (i32.shl (i32.and (local.get $unit) (i32.const 0xfc0)) (i32.const 2)))))
      (i32.store8 $staging offset=2 (local.get $to)
        (i32.or (i32.const 0x80) (i32.and (local.get $unit) (i32.const 0x3f))))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      ;; A shorter row, such as a word of Korean, loses more by the attempt than vectors gain.
      (br_if $next (i32.lt_u (local.get $row) (i32.const 8)))))
    (local.get $at) (local.get $to))

  ;; Encodes units of three bytes, 8 at a time, as long as all have three: returns the number of
  ;; units.
  (func $encodeWide (param $start i32) (param $count i32) (param $to i32) (result i32)
    (local $at i32) (local $eight v128) (local $bits v128) (local $two v128) (local $one v128)
    (local.set $at (local.get $start))
    (block $done (loop $next
      (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $count)))
      (local.set $eight (i64x2.replace_lane 1
        (i64x2.splat (call $fourUnits (local.get $at)))
        (call $fourUnits (i32.add (local.get $at) (i32.const 4)))))
      (local.set $bits (v128.and (local.get $eight) (global.get $top)))
      (br_if $done (v128.any_true (v128.or
        (i16x8.eq (local.get $bits) (global.get $surrogates))
        (i16x8.eq (local.get $bits) (v128.const i64x2 0 0)))))
      (local.set $two (v128.or (global.get $twoMarks) (v128.or
        (i16x8.shr_u (local.get $eight) (i32.const 12))
        (i16x8.shl (v128.and (local.get $eight) (global.get $middle)) (i32.const 2)))))
      (local.set $one
        (v128.or (global.get $oneMark) (v128.and (local.get $eight) (global.get $bottom))))
      (v128.store $staging (local.get $to) (v128.or
        (i8x16.swizzle (local.get $two) (global.get $two0))
        (i8x16.swizzle (local.get $one) (global.get $one0))))
      (v128.store64_lane $staging offset=16 0 (local.get $to) (v128.or
        (i8x16.swizzle (local.get $two) (global.get $two16))
        (i8x16.swizzle (local.get $one) (global.get $one16))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 24)))
      (br $next)))
    (i32.sub (local.get $at) (local.get $start)))

  (func $unit (param $at i32) (result i32)
    (array.get_u $Units (global.get $units) (local.get $at)))
  (func $fourUnits (param $at i32) (result i64)
    (i64.or
      (i64.extend_i32_u (call $twoUnits (local.get $at)))
      (i64.shl
        (i64.extend_i32_u (call $twoUnits (i32.add (local.get $at) (i32.const 2))))
        (i64.const 32))))
  (func $twoUnits (param $at i32) (result i32)
    (i32.or
      (call $unit (local.get $at))
      (i32.shl (call $unit (i32.add (local.get $at) (i32.const 1))) (i32.const 16))))
)
