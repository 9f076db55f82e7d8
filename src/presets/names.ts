import type { ExportInfo, FunctionType, ModuleInfo, ValueType } from "../binary/types.ts";

// What names say. Names are looked at only where types leave something open.

/** Exports that are no symbols of the guest's own: they start it, or serve its toolchain. */
const RESERVED =
  /^(?:_initialize|_start|__.*|stack(?:Save|Restore|Alloc)|_?emscripten_.*|cabi_.*|asyncify_.*|dynCall_.*|memory)$/;

/** Words by which a getter or a global says that it tells where a buffer is, surest first. */
const BUFFER_WORDS = [
  /^(?:buf|buffer|ptr|pointer|addr|address)$/,
  /^(?:input|text|data|scratch|mem|memory|string|str)$/,
];

/** Words that begin the name of what does something to a buffer, rather than tell where it is. */
const DOING_WORD =
  /^(?:process|transform|reverse|fill|clear|reset|flush|update|append|add|sort|print|convert|compress|decompress|encode|decode|parse|uppercase|lowercase|capitalize|shout|greet|trim|run|handle|render|swap)$/;

/** Words that begin the name of what does something too, or of a buffer for it: `hash_buffer`. */
const PERHAPS_DOING_WORD =
  /^(?:read|write|load|save|store|send|receive|copy|move|hash|digest|scan|search|find|replace|check|validate|verify|count|compute|calculate|measure|dump|zero|wipe|free|release|next|pop|push|take|put|open|close|start|begin|end|finish|filter|format|normalize|normalise|tokenize|lex|eval|execute|compile|escape|unescape|encrypt|decrypt|sign|shuffle|minify|grow|resize|init|initialize|setup|prepare|ensure)$/;

/** Words behind that of a buffer which say that something else of it is told: `getBufferIndexZero`. */
const PART_WORDS =
  /^(?:index|byte|char|value|used|usage|free|full|empty|ready|mode|flag|flags|position|pos|cursor|pages|width|height|color|colour|hash)$/;

/** Words by which an export says that it tells a size. */
const SIZE_WORDS = /^(?:capacity|cap|size|length|len|max|maximum|limit|count)$/;

/** Those of them that tell for how much there is room. */
const ROOM_WORDS = /^(?:capacity|cap|size|max|maximum|limit)$/;

/** Words by which a function says that it tells something, rather than does it. */
const GETTER_WORDS =
  /^(?:get|state|status|version|errno|id|handle|ctx|context|flags|kind|type|last)$/;

/** Words that begin a question: within a name they are words of its own, as in `add_wasm_is_cool`. */
const ASKING_WORD = /^(?:is|has|can|are|was)$/;

/** Words by which a function says that it answers a question about what it is given. */
const NUMBER_WORDS = /^(?:sum|checksum|crc|crc32|adler32|compare|cmp|equals|set|init)$/;

/** Words by which a buffer says that text comes out of it. */
const RESULT_WORDS = /^(?:result|results|output|out|ret|return|error|err|last)$/;

/** Those of them that say it of every call, not of failed ones. */
const OUTPUT_WORDS = /^(?:result|results|output|out|ret|return)$/;

/** Words that do not tell one buffer from another. */
const GENERAL_WORDS =
  /^(?:get|the|ptr|pointer|addr|address|offset|capacity|cap|size|of|length|len|max|maximum|limit)$/;

/** Words by which an export says that it hands out memory, or takes it back. */
const ALLOCATING_WORD = /^[abd-z]?(?:alloc|allocate)$/;

const FREEING_WORD = /^(?:[a-z]?free|[a-z]?dealloc|deallocate|release)$/;

/** Functions of a C library that a linker exports with the rest. */
const LIBRARY =
  /^_?(?:calloc|realloc|reallocarray|memalign|aligned_alloc|posix_memalign|malloc_usable_size|mem(?:cpy|move|set|cmp|chr)|str(?:len|nlen|cpy|ncpy|cat|cmp|ncmp|chr|rchr|dup))$/;

/** Words that say no more than what every allocator hands out. */
const BLOCK_WORDS = /^(?:wasm|buf|buffer|mem|memory|block|bytes|ptr|pointer|get|the)$/;

/** What the words behind an allocating one can be where it hands out memory, and no object. */
const CONTENT_WORDS =
  /^(?:string|strings|str|cstr|cstring|text|utf|utf8|utf16|utf-8|char|chars|byte|u8|i8|uint8|int8|array|arr|data|input|arg|args|argument|param|chunk|space|heap|raw|vec|slice|region|area|storage|aligned|zeroed|unsafe|for|from|in|of|to|js|host|guest|\d+)$/;

/** What objects are called: whoever does something, and what they work with. */
const OBJECT_WORD =
  /^(?:[a-z]{2,}[eo]r|ctx|context|state|handle|obj|object|instance|session|matrix|map|list|tree|node|table|image|bitmap|stream|graph|doc|document|thing|struct)$/;

/** Words of exports that hand out blocks or handles, and of those that take them back. */
const MAKING_WORD = /^(?:create|make|new|acquire|reserve|request|obtain)$/;

/** Words by which a buffer says that text goes into it. */
const INPUT_WORDS = /^(?:input|in)$/;

const ENDING_WORD = /^(?:destroy|delete|drop|dispose|return)$/;

/** The words of a name in lower case: `getBufferPointer` and `get_buffer_pointer` have the same. */
export function wordsOf(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** The words that tell which buffer a name is about. */
export function stemOf(name: string): string {
  return wordsOf(name).filter((word) => !GENERAL_WORDS.test(word)).join(" ");
}

/** Whether two names share a word that tells which buffer they are about. */
export function shareStem(a: string, b: string): boolean {
  const words = stemOf(a).split(" ");
  return stemOf(b).split(" ").some((word) => word !== "" && words.includes(word));
}

/** How surely a name is one of a buffer that text goes into: 0 is surest, `undefined` is not at all. */
export function bufferRank(name: string): number | undefined {
  const words = wordsOf(name);
  const other = namesNumber(name) || words.some((word) => RESULT_WORDS.test(word));
  if (other || RESERVED.test(name) || doesSomething(name)) return undefined;
  const rank = BUFFER_WORDS.findIndex((pattern) => words.some((word) => pattern.test(word)));
  if (rank < 0) return undefined;
  const last = words.findLastIndex((word) => BUFFER_WORDS.some((pattern) => pattern.test(word)));
  return words.slice(last + 1).some((word) => PART_WORDS.test(word)) ? undefined : rank;
}

/** Whether a name leaves open that its function makes a buffer, or does something to one. */
export function couldDo(name: string): boolean {
  const words = wordsOf(name);
  return PERHAPS_DOING_WORD.test(words[0] ?? "") ||
    words.some((word) => MAKING_WORD.test(word) || ALLOCATING_WORD.test(word));
}

/** Whether one name says of the text that comes out what another says of the text that goes in. */
export function areInputAndOutput(input: string, output: string): boolean {
  const said = (name: string, word: RegExp) => {
    const words = wordsOf(name);
    return words.some((part) => word.test(part))
      ? words.map((part) => word.test(part) ? "" : part).join(" ")
      : undefined;
  };
  const shared = said(input, INPUT_WORDS);
  return shared !== undefined && shared === said(output, OUTPUT_WORDS);
}

/** Whether a name begins with what its function does: `process_buffer`. */
export function doesSomething(name: string): boolean {
  return DOING_WORD.test(wordsOf(name)[0] ?? "");
}

/** Whether a name says that its export tells where a buffer is that text comes out of. */
export function namesOutput(name: string): boolean {
  const words = wordsOf(name);
  return !RESERVED.test(name) && !namesSize(name) && namesPointer(name) &&
    words.some((word) => OUTPUT_WORDS.test(word));
}

/** Whether a name says that its export tells where something is. */
function namesPointer(name: string): boolean {
  return !doesSomething(name) && wordsOf(name).some((word) => BUFFER_WORDS[0]!.test(word));
}

/** Whether a name says that its export tells something, rather than does it: `Hash_GetState`. */
export function namesGetter(name: string): boolean {
  const words = wordsOf(name);
  return ASKING_WORD.test(words[0] ?? "") || words.some((word) => GETTER_WORDS.test(word));
}

/** Whether a name says that its export returns a number, whatever it takes: `count_words`. */
export function namesNumber(name: string): boolean {
  const words = wordsOf(name);
  return ASKING_WORD.test(words[0] ?? "") ||
    words.some((word) => SIZE_WORDS.test(word) || NUMBER_WORDS.test(word));
}

/** Whether a name leaves open that its export tells where a buffer is: a minified one does. */
export function couldPoint(name: string): boolean {
  return name.length < 3;
}

/** Whether a name says that its export tells a size. */
export function namesSize(name: string): boolean {
  return !RESERVED.test(name) && wordsOf(name).some((word) => SIZE_WORDS.test(word));
}

/** Whether the size that a name tells can be that of a buffer: no `item_count`, no `max_retries`. */
export function namesBufferSize(name: string, buffer: string): boolean {
  if (!namesSize(name) || wordsOf(name).includes("count")) return false;
  const isOfBuffers = (word: string) =>
    OUTPUT_WORDS.test(word) || BUFFER_WORDS.some((pattern) => pattern.test(word));
  return shareStem(name, buffer) ||
    stemOf(name).split(" ").every((word) => word === "" || isOfBuffers(word));
}

/** How surely a name says how much there is room for, rather than how much is there: 0 is surest. */
export function sizeRank(name: string, buffer: string): number {
  const isOfBuffer = stemOf(name) === stemOf(buffer);
  const isRoom = wordsOf(name).some((word) => ROOM_WORDS.test(word));
  return (shareStem(name, buffer) ? 0 : 4) + (isRoom ? 0 : 2) + (isOfBuffer ? 0 : 1);
}

/** Whether a name says that its export tells how long something is. */
export function namesLength(name: string): boolean {
  return !RESERVED.test(name) && wordsOf(name).some((word) => /^(?:length|len|size)$/.test(word));
}

/** Whether an export is one that a toolchain or an allocator needs, rather than a symbol. */
export function isReserved(item: ExportInfo): boolean {
  const { name } = item;
  if (RESERVED.test(name) || LIBRARY.test(name) || allocates(item) || frees(item)) return true;
  return isGetter(item) && (namesSize(name) || namesPointer(name));
}

/** Functions that a caller can mean: the toolchain, the allocator and `used` are left out. */
export function ownFunctions(
  { exports }: ModuleInfo,
  used: ReadonlySet<string>,
): (ExportInfo & { kind: "function" })[] {
  return exports.filter((item) => item.kind === "function").filter((item) =>
    !isReserved(item) && !used.has(item.name)
  );
}

/** Whether an export is a function without parameters, or a global, that gives an integer. */
export function isGetter(item: ExportInfo): boolean {
  if (item.kind === "global") return isInteger(item.type.type);
  return item.kind === "function" && item.type.parameters.length === 0 &&
    item.type.results.length === 1 && isInteger(item.type.results[0]);
}

/** Whether an export allocates, by its type and its name: `(size)` or `(size, alignment)`. */
export function allocates(item: ExportInfo): boolean {
  // What is taken from the stack is given back by moving the stack pointer, not by a call.
  return handsOut(item, 2) && namesAction(item.name, ALLOCATING_WORD) &&
    !wordsOf(item.name).includes("stack");
}

/** Whether an export hands out memory: what makes an object, a `lib_alloc_compressor`, does not. */
export function allocatesBlocks(item: ExportInfo): boolean {
  const words = wordsOf(item.name);
  const at = words.findIndex((word) => ALLOCATING_WORD.test(word));
  return allocates(item) && words.slice(at + 1).every(namesBlock) && !couldMake(item.name);
}

/** Whether a name leaves open whether its export hands out memory or makes an object: `parser_alloc`. */
export function couldMake(name: string): boolean {
  return wordsOf(name).some((word, index, words) =>
    /^alloc(?:ate)?$/.test(words[index + 1] ?? "") && OBJECT_WORD.test(word) && !namesBlock(word)
  );
}

/** Whether an allocator's name says nothing beside what blocks are for: `allocUint8`. */
export function isPlainAllocator(name: string): boolean {
  return ownerOf(name).split(" ").every((word) => word === "" || namesBlock(word));
}

function namesBlock(word: string): boolean {
  return BLOCK_WORDS.test(word) || CONTENT_WORDS.test(word);
}

/** Whether an export frees, by its type and its name: of a block or of something in particular. */
export function frees(item: ExportInfo): boolean {
  return (takesBack(item) || takesBackWithStatus(item)) && namesAction(item.name, FREEING_WORD);
}

/** Whether an export's type is that of one that frees and says how that went. */
function takesBackWithStatus(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.results.length === 1 &&
    isInteger(item.type.results[0]) && hasPointers(item.type, 3);
}

/** Whether an export's type is that of one that allocates, with at most `most` parameters. */
export function handsOut(item: ExportInfo, most: number): boolean {
  return item.kind === "function" && item.type.results.length === 1 &&
    hasPointers(item.type, most) && item.type.parameters[0] === item.type.results[0];
}

/** Whether an export's type is that of one that frees. */
export function takesBack(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.results.length === 0 && hasPointers(item.type, 3);
}

function hasPointers({ parameters }: FunctionType, most: number): boolean {
  const [first] = parameters;
  return isInteger(first) && parameters.length <= most &&
    parameters.every((type) => type === first);
}

function namesAction(name: string, word: RegExp): boolean {
  const words = wordsOf(name);
  // `malloc_usable_size` and `free_count` tell of an allocator, they are none.
  return words.some((part) => word.test(part)) && !words.some((part) => SIZE_WORDS.test(part));
}

/** What an allocator's name says beside what every allocator does: `greeter` of `greeter_malloc`. */
export function ownerOf(name: string): string {
  const said = [ALLOCATING_WORD, FREEING_WORD, MAKING_WORD, ENDING_WORD, BLOCK_WORDS];
  return wordsOf(name).filter((word) => !said.some((pattern) => pattern.test(word))).join(" ");
}

/** Whether two names are of the same thing, made by one and ended by the other. */
export function areCounterparts(making: string, ending: string): boolean {
  const thing = (name: string, word: RegExp) => {
    const words = wordsOf(name);
    const rest = words.filter((part) => !word.test(part));
    return rest.length < words.length ? rest.join(" ") : undefined;
  };
  const made = thing(making, MAKING_WORD) ?? thing(making, ALLOCATING_WORD);
  // What makes an object hands out no room for a text.
  return made !== undefined && made.split(" ").every((word) => word === "" || namesBlock(word)) &&
    (made === thing(ending, ENDING_WORD) || made === thing(ending, FREEING_WORD));
}

function isInteger(type: ValueType | undefined): boolean {
  return type === "i32" || type === "i64";
}

/** Whether a function is exported under a name with so many integers for parameters and results. */
export function hasFunction(
  info: ModuleInfo,
  name: string,
  parameters: number,
  results: number,
): boolean {
  return info.exports.some((item) =>
    item.name === name && item.kind === "function" &&
    item.type.parameters.length === parameters && item.type.results.length === results &&
    [...item.type.parameters, ...item.type.results].every(isInteger)
  );
}
