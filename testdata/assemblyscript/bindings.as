// build bindings.wasm: --exportRuntime --enable reference-types
//
// Has everything that the bindings of its compiler convert, so that both can be compared.

class Point { x: f64 = 0; y: f64 = 0; }
class Numbers { a: i8 = 0; b: u16 = 0; c: i64 = 0; d: u64 = 0; e: f32 = 0; f: bool = false; g: i32 = 0; h: u32 = 0; i: isize = 0; j: usize = 0;}
class Node { value: i32 = 0; next: Node | null = null; }
class Tree { name: string = ""; children: Tree[] = []; }
class Odd { even: Even | null = null; n: i32 = 0; }
class Even { odd: Odd | null = null; m: i64 = 0; }
class Counter { private n: i32; constructor(n: i32) { this.n = n; } add(by: i32): i32 { this.n += by; return this.n; } }
class Bag { buffer: ArrayBuffer = new ArrayBuffer(0); clamped: Uint8ClampedArray = new Uint8ClampedArray(0); bytes: Uint8Array = new Uint8Array(0);
  flags: bool[] = []; longs: i64[] = []; text: string | null = null; fixed: StaticArray<f32> = new StaticArray<f32>(0); points: Point[] = []; rows: i32[][] = []; names: (string|null)[] = []; counter: Counter | null = null; when: Date | null = null; map: Map<string, i32> | null = null; }

export const Point_ID = idof<Point>();
export const Numbers_ID = idof<Numbers>();
export const Node_ID = idof<Node>();
export const Tree_ID = idof<Tree>();
export const Odd_ID = idof<Odd>();
export const Even_ID = idof<Even>();
export const Bag_ID = idof<Bag>();
export const Uint8Array_ID = idof<Uint8Array>();
export const Uint8ClampedArray_ID = idof<Uint8ClampedArray>();
export const Array_string_ID = idof<Array<string>>();
export const Array_string_null_ID = idof<Array<string | null>>();
export const Array_Array_i32_ID = idof<Array<Array<i32>>>();
export const Array_Point_ID = idof<Array<Point>>();
export const Array_Tree_ID = idof<Array<Tree>>();
export const Array_Counter_ID = idof<Array<Counter>>();
export const Array_ArrayBuffer_ID = idof<Array<ArrayBuffer>>();
export const Array_Uint8Array_ID = idof<Array<Uint8Array>>();

export enum Color { Red, Green = 5, Blue }
export const LIMIT: f64 = 1.5;
export let title: string = "hello";
export let big: i64 = 1;
export let flag: bool = true;
export let numbers: i32[] = [1, 2];
export let origin: Point = new Point();
export let counter: Counter | null = null;

export function not(a: bool): bool { return !a; }
export function i8Back(a: i8): i8 { return a; }
export function u8Back(a: u8): u8 { return a; }
export function i16Back(a: i16): i16 { return a; }
export function u16Back(a: u16): u16 { return a; }
export function i32Back(a: i32): i32 { return a; }
export function u32Back(a: u32): u32 { return a; }
export function i64Back(a: i64): i64 { return a; }
export function u64Back(a: u64): u64 { return a; }
export function isizeBack(a: isize): isize { return a; }
export function usizeBack(a: usize): usize { return a; }
export function f32Back(a: f32): f32 { return a; }
export function f64Back(a: f64): f64 { return a; }
export function str(a: string): string { return a + "!"; }
export function strOrNull(a: string | null): string | null { return a; }
export function buffer(a: ArrayBuffer): ArrayBuffer { return a.slice(1); }
export function bufferOrNull(a: ArrayBuffer | null): ArrayBuffer | null { return a; }
export function i8a(a: Int8Array): Int8Array { return a; }
export function u8a(a: Uint8Array): Uint8Array { return a; }
export function u8c(a: Uint8ClampedArray): Uint8ClampedArray { return a; }
export function i16a(a: Int16Array): Int16Array { return a; }
export function u16a(a: Uint16Array): Uint16Array { return a; }
export function i32a(a: Int32Array): Int32Array { return a; }
export function u32a(a: Uint32Array): Uint32Array { return a; }
export function i64a(a: Int64Array): Int64Array { return a; }
export function u64a(a: Uint64Array): Uint64Array { return a; }
export function f32a(a: Float32Array): Float32Array { return a; }
export function f64a(a: Float64Array): Float64Array { return a; }
export function i32s(a: i32[]): i32[] { return a; }
export function f64s(a: f64[]): f64[] { return a; }
export function bools(a: bool[]): bool[] { return a; }
export function i64s(a: i64[]): i64[] { return a; }
export function strings(a: string[]): string[] { return a; }
export function nullStrings(a: (string|null)[]): (string|null)[] { return a; }
export function rows(a: i32[][]): i32[][] { return a; }
export function points(a: Point[]): Point[] { return a; }
export function staticF32(a: StaticArray<f32>): StaticArray<f32> { return a; }
export function staticStr(a: StaticArray<string>): StaticArray<string> { return a; }
export function staticBool(a: StaticArray<bool>): StaticArray<bool> { return a; }
export function buffers(a: ArrayBuffer[]): ArrayBuffer[] { return a; }
export function views(a: Uint8Array[]): Uint8Array[] { return a; }
export function arrOrNull(a: i32[] | null): i32[] | null { return a; }
export function point(a: Point): Point { return a; }
export function pointOrNull(a: Point | null): Point | null { return a; }
export function nums(a: Numbers): Numbers { return a; }
export function node(a: Node): Node { return a; }
export function circle(): Node { const node = new Node(); node.next = node; return node; }
export function tree(a: Tree): Tree { return a; }
export function odd(a: Odd | null): Odd | null { return a; }
export function bag(a: Bag): Bag { return a; }
export function makeCounter(n: i32): Counter { return new Counter(n); }
export function addTo(c: Counter, by: i32): i32 { return c.add(by); }
export function counterOrNull(c: Counter | null): Counter | null { return c; }
export function counters(a: Counter[]): Counter[] { return a; }
export function optional(a: i32, b: i32 = 10, c: string = "x"): string { return a.toString() + b.toString() + c; }
export function ext(a: externref): externref { return a; }
export function fn(): (a: i32) => i32 { return (a: i32) => a + 1; }
export function callFn(f: (a: i32) => i32, a: i32): i32 { return f(a); }
export function date(a: Date): Date { return a; }
export function mapOf(): Map<string, i32> { const m = new Map<string, i32>(); m.set("a", 1); return m; }
export function setOf(): Set<i32> { return new Set<i32>(); }
export function mapGet(m: Map<string, i32>, k: string): i32 { return m.get(k); }
export function color(c: Color): Color { return c; }
@external("host", "text") declare function hostText(a: string, b: i64): string;
@external("host", "point") declare function hostPoint(a: Point, b: i32[]): Point;
@external("host", "node") declare function hostNode(a: Node): Node;
@external("host", "ext") declare function hostExt(a: externref): externref;
@external("host", "buf") declare function hostBuf(a: ArrayBuffer): bool[];
export function callHostText(a: string): string { return hostText(a, 5); }
export function callHostPoint(a: Point): Point { return hostPoint(a, [1,2]); }
export function callHostNode(a: Node): Node { return hostNode(a); }
export function callHostExt(a: externref): externref { return hostExt(a); }
export function callHostBuf(a: ArrayBuffer): bool[] { return hostBuf(a); }
