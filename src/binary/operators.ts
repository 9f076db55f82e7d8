// WebAssembly 3.0, section 5.4 "Instructions", with the proposals for threads (atomics), for legacy
// exceptions and for stack switching, which engines support or will support.

/**
 * Every operator, by its first byte. A line has the opcode of its first operator, the immediates of
 * all of them in brackets, and their names in the order of the opcodes: `i32: eqz` is `i32.eqz`.
 */
const TABLE: Readonly<Record<number, string>> = {
  // The opcode is the first byte itself.
  0x00: `
    00 unreachable nop
    02 [type] block loop if
    05 else
    06 [type] try
    07 [index] catch throw rethrow
    0a throw_ref end
    0c [index] br br_if
    0e [labels] br_table
    0f return
    10 [index] call
    11 [index index] call_indirect
    12 [index] return_call
    13 [index index] return_call_indirect
    14 [index] call_ref return_call_ref
    18 [index] delegate
    19 catch_all drop select
    1c [types] select
    1f [catches] try_table
    20 [index] local: get set tee
    23 [index] global: get set
    25 [index] table: get set
    28 [address] i32: load
    29 [address] i64: load
    2a [address] f32: load
    2b [address] f64: load
    2c [address] i32: load8_s load8_u load16_s load16_u
    30 [address] i64: load8_s load8_u load16_s load16_u load32_s load32_u
    36 [address] i32: store
    37 [address] i64: store
    38 [address] f32: store
    39 [address] f64: store
    3a [address] i32: store8 store16
    3c [address] i64: store8 store16 store32
    3f [index] memory: size grow
    41 [integer] i32: const
    42 [integer] i64: const
    43 [4 bytes] f32: const
    44 [8 bytes] f64: const
    45 i32: eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    50 i64: eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    5b f32: eq ne lt gt le ge
    61 f64: eq ne lt gt le ge
    67 i32: clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr
    79 i64: clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr
    8b f32: abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign
    99 f64: abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign
    a7 i32: wrap_i64 trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u
    ac i64: extend_i32_s extend_i32_u trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u
    b2 f32: convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64
    b7 f64: convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32
    bc i32: reinterpret_f32
    bd i64: reinterpret_f64
    be f32: reinterpret_i32
    bf f64: reinterpret_i64
    c0 i32: extend8_s extend16_s
    c2 i64: extend8_s extend16_s extend32_s
    d0 [heap type] ref: null
    d1 ref: is_null
    d2 [index] ref: func
    d3 ref: eq as_non_null
    d5 [index] br_on_null br_on_non_null
    e0 [index] cont: new
    e1 [index index] cont: bind
    e2 [index] suspend
    e3 [index handlers] resume
    e4 [index index handlers] resume_throw
    e5 [index handlers] resume_throw_ref
    e6 [index index] switch`,

  // Garbage-collected objects.
  0xfb: `
    00 [index] struct: new new_default
    02 [index index] struct: get get_s get_u set
    06 [index] array: new new_default
    08 [index index] array: new_fixed new_data new_elem
    0b [index] array: get get_s get_u set
    0f array: len
    10 [index] array: fill
    11 [index index] array: copy init_data init_elem
    14 [heap type] ref.test ref.test_null ref.cast ref.cast_null
    18 [cast] br_on_cast br_on_cast_fail
    1a any.convert_extern extern.convert_any ref.i31 i31.get_s i31.get_u`,

  // Saturating conversions, and bulk operators.
  0xfc: `
    00 i32: trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u
    04 i64: trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u
    08 [index index] memory: init
    09 [index] data: drop
    0a [index index] memory: copy
    0b [index] memory: fill
    0c [index index] table: init
    0d [index] elem: drop
    0e [index index] table: copy
    0f [index] table: grow size fill`,

  // Vector operators; relaxed ones from 0x100.
  0xfd: `
    00 [address] v128: load load8x8_s load8x8_u load16x4_s load16x4_u load32x2_s load32x2_u
    07 [address] v128: load8_splat load16_splat load32_splat load64_splat store
    0c [16 bytes] v128: const
    0d [16 bytes] i8x16: shuffle
    0e i8x16: swizzle splat
    10 i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat
    15 [byte] i8x16: extract_lane_s extract_lane_u replace_lane
    18 [byte] i16x8: extract_lane_s extract_lane_u replace_lane
    1b [byte] i32x4: extract_lane replace_lane
    1d [byte] i64x2: extract_lane replace_lane
    1f [byte] f32x4: extract_lane replace_lane
    21 [byte] f64x2: extract_lane replace_lane
    23 i8x16: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    2d i16x8: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    37 i32x4: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    41 f32x4: eq ne lt gt le ge
    47 f64x2: eq ne lt gt le ge
    4d v128: not and andnot or xor bitselect any_true
    54 [address byte] v128: load8_lane load16_lane load32_lane load64_lane
    58 [address byte] v128: store8_lane store16_lane store32_lane store64_lane
    5c [address] v128: load32_zero load64_zero
    5e f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
    60 i8x16: abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u
    67 f32x4: ceil floor trunc nearest
    6b i8x16: shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u
    74 f64x2: ceil floor
    76 i8x16: min_s min_u max_s max_u
    7a f64x2.trunc i8x16.avgr_u
    7c i16x8: extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u
    7e i32x4: extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u
    80 i16x8: abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u
    87 i16x8: extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u
    8b i16x8: shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u
    94 f64x2.nearest
    95 i16x8: mul min_s min_u max_s max_u
    9b i16x8: avgr_u
    9c i16x8: extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u
    a0 i32x4: abs neg
    a3 i32x4: all_true bitmask
    a7 i32x4: extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u
    ab i32x4: shl shr_s shr_u add
    b1 i32x4: sub
    b5 i32x4: mul min_s min_u max_s max_u dot_i16x8_s
    bc i32x4: extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u
    c0 i64x2: abs neg
    c3 i64x2: all_true bitmask
    c7 i64x2: extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u
    cb i64x2: shl shr_s shr_u add
    d1 i64x2: sub
    d5 i64x2: mul eq ne lt_s gt_s le_s ge_s
    dc i64x2: extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u
    e0 f32x4: abs neg
    e3 f32x4: sqrt add sub mul div min max pmin pmax
    ec f64x2: abs neg
    ef f64x2: sqrt add sub mul div min max pmin pmax
    f8 i32x4: trunc_sat_f32x4_s trunc_sat_f32x4_u
    fa f32x4: convert_i32x4_s convert_i32x4_u
    fc i32x4: trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero
    fe f64x2: convert_low_i32x4_s convert_low_i32x4_u
    100 i8x16.relaxed_swizzle
    101 i32x4: relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u
    103 i32x4: relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero
    105 f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd
    109 i8x16.relaxed_laneselect i16x8.relaxed_laneselect
    10b i32x4.relaxed_laneselect i64x2.relaxed_laneselect
    10d f32x4.relaxed_min f32x4.relaxed_max f64x2.relaxed_min f64x2.relaxed_max
    111 i16x8: relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s
    113 i32x4: relaxed_dot_i8x16_i7x16_add_s`,

  // Atomic memory access.
  0xfe: `
    00 [address] memory.atomic: notify wait32 wait64
    03 [byte] atomic: fence
    10 [address] i32.atomic.load i64.atomic.load
    12 [address] i32.atomic.load8_u i32.atomic.load16_u
    14 [address] i64.atomic.load8_u i64.atomic.load16_u i64.atomic.load32_u
    17 [address] i32.atomic.store i64.atomic.store i32.atomic.store8 i32.atomic.store16
    1b [address] i64.atomic.store8 i64.atomic.store16 i64.atomic.store32
${["add", "sub", "and", "or", "xor", "xchg", "cmpxchg"].map(readModifyWrite).join("\n")}`,
};

/** Writes the line for an atomic read-modify-write operation. */
function readModifyWrite(name: string, index: number): string {
  const u = `${name}_u`;
  return `    ${(0x1e + 7 * index).toString(16)} [address] i32.atomic.rmw.${name} \
i64.atomic.rmw.${name} i32.atomic.rmw8.${u} i32.atomic.rmw16.${u} i64.atomic.rmw8.${u} \
i64.atomic.rmw16.${u} i64.atomic.rmw32.${u}`;
}

/** The immediates of an operator, in their order. */
export type Immediates =
  | ""
  | "type"
  | "index"
  | "index index"
  | "labels"
  | "types"
  | "catches"
  | "address"
  | "address byte"
  | "integer"
  | "byte"
  | "4 bytes"
  | "8 bytes"
  | "16 bytes"
  | "heap type"
  | "cast"
  | "index handlers"
  | "index index handlers";

/** An operator. */
export interface Operator {
  /** The name in the text format, where two types of `select` have one name. */
  readonly name: string;
  readonly immediates: Immediates;
}

/** The lowest prefix byte of operators with two opcodes. */
export const FIRST_PREFIX = 0xfb;

const LAST_PREFIX = 0xfe;

/** An upper bound for second opcodes. */
const PAGE = 0x200;

/** Returns whether an opcode follows the first byte. */
export function isPrefix(byte: number): boolean {
  return byte >= FIRST_PREFIX && byte <= LAST_PREFIX;
}

/** Returns the number that stands for an operator with two opcodes; -1 if there is none. */
export function numberOf(prefix: number, opcode: number): number {
  return opcode < PAGE ? (prefix - FIRST_PREFIX + 1) * PAGE + opcode : -1;
}

/** All operators by number, which is the first byte, or `numberOf` for those with two opcodes. */
export const OPERATORS: readonly (Operator | undefined)[] = readTable();

/** The kinds of immediates that most operators have. */
export const Kind = { rare: 0, nothing: 1, index: 2, integer: 3, address: 4 } as const;

const FREQUENT = {
  "": Kind.nothing,
  index: Kind.index,
  integer: Kind.integer,
  address: Kind.address,
};

/** The immediates of no such kind. */
export type Rare = Exclude<Immediates, keyof typeof FREQUENT>;

/** The kinds of immediates by operator number. */
export const KIND_OF = Uint8Array.from(
  OPERATORS,
  (operator) => operator && FREQUENT[operator.immediates as keyof typeof FREQUENT] || Kind.rare,
);

function readTable(): (Operator | undefined)[] {
  const operators = Array<Operator | undefined>((LAST_PREFIX - FIRST_PREFIX + 2) * PAGE);
  for (const [prefix, text] of Object.entries(TABLE)) {
    for (const line of text.trim().split("\n")) {
      const [, opcode, immediates = "", group, names] =
        /^\s*([0-9a-f]+) (?:\[(.*)\] )?(?:(\S+): )?(.*)$/.exec(line)!;
      for (const [index, name] of names!.split(" ").entries()) {
        const code = parseInt(opcode!, 16) + index;
        const number = Number(prefix) === 0 ? code : numberOf(Number(prefix), code);
        operators[number] = {
          name: group === undefined ? name : `${group}.${name}`,
          immediates: immediates as Immediates,
        };
      }
    }
  }
  return operators;
}
