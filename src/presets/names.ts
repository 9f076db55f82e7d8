// The meanings that the words of a name suggest. Names are used only if types are not conclusive.

/** A test of one word of a name. */
interface Pattern {
  test(word: string): boolean;
}

/**
 * Makes a test for words. V8 takes 1 ms to compile regular expressions for the words that a first
 * pass looks for.
 */
function oneOf(words: string): Pattern {
  let all: ReadonlySet<string> | undefined;
  return { test: (word) => (all ??= new Set(words.split(" "))).has(word) };
}

/**
 * Exports that are not the guest's own functions: they start it, or are helpers of its toolchain.
 */
const RESERVED =
  /^(?:__|_?emscripten_|cabi_|asyncify_|dynCall_|(?:_initialize|_start|stack(?:Save|Restore|Alloc)|memory)$)/;

/** Words of getters and globals for the address of a buffer, the most specific first. */
const BUFFER_WORDS = [
  /^(?:buf|buffer|ptr|pointer|addr|address)\d*$/,
  /^(?:input|text|data|scratch|mem|memory|string|str)\d*$/,
];

/** First words of functions that act on a buffer rather than return its address. */
const DOING_WORD = oneOf(
  "process transform reverse fill clear reset flush update append add sort print convert " +
    "compress decompress encode decode parse uppercase lowercase capitalize shout greet trim " +
    "run handle render swap",
);

/**
 * First words of functions that may act on a buffer, or of a buffer for an action: `hash_buffer`.
 */
const PERHAPS_DOING_WORD = oneOf(
  "read write load save store send receive copy move hash digest scan search find replace " +
    "check validate verify count compute calculate measure dump zero wipe free release next pop " +
    "push take put open close start begin end finish filter format normalize normalise tokenize " +
    "lex eval execute compile escape unescape encrypt decrypt sign shuffle minify grow resize " +
    "init initialize setup prepare ensure",
);

/** Words after that of a buffer that mean a property of it: `getBufferIndexZero`. */
const PART_WORDS = oneOf(
  "index byte char value used usage free full empty ready mode flag flags position pos cursor " +
    "pages width height color colour hash",
);

/** Words of getters for the heap or the stack, and the other words in such names. */
const AREA_WORDS = oneOf("heap stack");

const NO_TEXT_WORDS = oneOf("get heap stack base start end top ptr pointer addr address");

const SIZE_WORDS = oneOf("capacity cap size length len max maximum limit count");

const LENGTH_WORDS = oneOf("length len size");

const ROOM_WORDS = oneOf("capacity cap size max maximum limit");

/** Words of functions that return a stored value. */
const GETTER_WORDS = oneOf(
  "get state status version errno id handle ctx context flags kind type last",
);

/** First words of predicates; elsewhere they mean nothing, as in `add_wasm_is_cool`. */
const ASKING_WORD = oneOf("is has can are was");

const NUMBER_WORDS = oneOf("sum checksum crc crc32 adler32 compare cmp equals set init");

const RESULT_WORDS = oneOf("result results output out ret return error err last");

/** The words among them that apply to every call, not only to failed ones. */
export const OUTPUT_WORDS = oneOf("result results output out ret return");

/** Words that do not distinguish one buffer from another. */
const GENERAL_WORDS = oneOf(
  "get the ptr pointer addr address offset capacity cap size of length len max maximum limit",
);

const ALLOCATING_WORD = /^[abd-z]?(?:alloc|allocate)$/;

const FREEING_WORD = /^(?:[a-z]?free|[a-z]?dealloc|deallocate|release)$/;

/** Functions of a C library that a linker may also export. */
const LIBRARY = oneOf(
  "calloc realloc reallocarray memalign aligned_alloc posix_memalign malloc_usable_size " +
    "memcpy memmove memset memcmp memchr strlen strnlen strcpy strncpy strcat strcmp strncmp " +
    "strchr strrchr strdup",
);

const BLOCK_WORDS = oneOf("wasm buf buffer mem memory block bytes ptr pointer get the");

/** Words after an allocating word that mean memory rather than an object. */
const CONTENT_WORDS = oneOf(
  "string strings str cstr cstring text utf utf8 utf16 char chars byte u8 i8 uint8 int8 array " +
    "arr data input arg args argument param chunk space heap raw vec slice region area storage " +
    "aligned zeroed unsafe for from in of to js host guest",
);

/** Words for objects: agents that do something, and the things that they work with. */
const OBJECT_WORD =
  /^(?:[a-z]{2,}[eo]r|ctx|context|state|handle|obj|object|instance|session|matrix|map|list|tree|node|table|image|bitmap|stream|graph|doc|document|thing|struct)$/;

const MAKING_WORD = oneOf("create make new acquire reserve request obtain");

export const INPUT_WORDS = oneOf("input in");

const ENDING_WORD = oneOf("destroy delete drop dispose return");

/** Returns the words of a name in lower case: `get buffer` for `getBuffer` and for `get_buffer`. */
export function wordsOf(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function hasWord(words: readonly string[], pattern: Pattern): boolean {
  for (const word of words) if (pattern.test(word)) return true;
  return false;
}

/** Returns the words of a name that distinguish its buffer from others. */
export function stemOf(name: string): string {
  return wordsOf(name).filter((word) => !GENERAL_WORDS.test(word)).join(" ");
}

/** Returns whether two names share a word that distinguishes their buffer from others. */
export function shareStem(a: string, b: string): boolean {
  const words = stemOf(a).split(" ");
  return stemOf(b).split(" ").some((word) => word !== "" && words.includes(word));
}

/** Returns the rank of a name as that of an input buffer: 0 is best, `undefined` is not one. */
export function bufferRank(name: string): number | undefined {
  const words = wordsOf(name);
  const isOther = namesNumber(name) || hasWord(words, RESULT_WORDS);
  if (isOther || RESERVED.test(name) || doesSomething(name)) return undefined;
  if (hasWord(words, AREA_WORDS) && words.every((word) => NO_TEXT_WORDS.test(word))) {
    return undefined;
  }
  const rank = BUFFER_WORDS.findIndex((pattern) => hasWord(words, pattern));
  if (rank < 0) return undefined;
  const last = words.findLastIndex(isBufferWord);
  return hasWord(words.slice(last + 1), PART_WORDS) ? undefined : rank;
}

function isBufferWord(word: string): boolean {
  return BUFFER_WORDS.some((pattern) => pattern.test(word));
}

/** Returns whether a name may mean that its function makes a buffer, or changes one. */
export function couldDo(name: string): boolean {
  const words = wordsOf(name);
  return PERHAPS_DOING_WORD.test(words[0] ?? "") || hasWord(words, MAKING_WORD) ||
    hasWord(words, ALLOCATING_WORD);
}

/** Returns whether a name starts with a verb for processing: `process_buffer`. */
export function doesSomething(name: string): boolean {
  return DOING_WORD.test(wordsOf(name)[0] ?? "");
}

export function namesOutput(name: string): boolean {
  return !RESERVED.test(name) && !namesSize(name) && namesPointer(name) &&
    hasWord(wordsOf(name), OUTPUT_WORDS);
}

/** Returns whether a name may mean the address of an output, such as `get_result`. */
export function mayNameOutput(name: string): boolean {
  const words = wordsOf(name).filter((word) => !/^(?:get|last)$/.test(word));
  return !RESERVED.test(name) && !namesSize(name) && !doesSomething(name) &&
    hasWord(words, OUTPUT_WORDS) && !hasWord(words, GETTER_WORDS) && !hasWord(words, PART_WORDS);
}

export function namesPointer(name: string): boolean {
  return !doesSomething(name) && hasWord(wordsOf(name), BUFFER_WORDS[0]!);
}

/** Returns whether a name is that of a getter: `Hash_GetState`. */
export function namesGetter(name: string): boolean {
  const words = wordsOf(name);
  return ASKING_WORD.test(words[0] ?? "") || hasWord(words, GETTER_WORDS);
}

/** Returns whether a name is that of a function which returns a number: `count_words`. */
export function namesNumber(name: string): boolean {
  const words = wordsOf(name);
  return ASKING_WORD.test(words[0] ?? "") || hasWord(words, SIZE_WORDS) ||
    hasWord(words, NUMBER_WORDS);
}

/** Returns whether a name is too short to mean anything, like minified names. */
export function couldPoint(name: string): boolean {
  return name.length < 3;
}

export function namesSize(name: string): boolean {
  return !RESERVED.test(name) && hasWord(wordsOf(name), SIZE_WORDS);
}

/** Returns whether a name can be that of a buffer's size, unlike `item_count` and `max_retries`. */
export function namesBufferSize(name: string, buffer: string): boolean {
  if (!namesSize(name) || wordsOf(name).includes("count")) return false;
  return shareStem(name, buffer) ||
    stemOf(name).split(" ").every((word) =>
      word === "" || isBufferWord(word) || OUTPUT_WORDS.test(word) && !namesLength(name)
    );
}

/** Returns the rank of a name as that of a capacity rather than a used length: 0 is best. */
export function sizeRank(name: string, buffer: string): number {
  const isOfBuffer = stemOf(name) === stemOf(buffer);
  const isRoom = hasWord(wordsOf(name), ROOM_WORDS);
  return (shareStem(name, buffer) ? 0 : 4) + (isRoom ? 0 : 2) + (isOfBuffer ? 0 : 1);
}

export function namesLength(name: string): boolean {
  return !RESERVED.test(name) && hasWord(wordsOf(name), LENGTH_WORDS);
}

export function namesToolchain(name: string): boolean {
  return RESERVED.test(name) || LIBRARY.test(name.replace(/^_/, ""));
}

/** Returns whether a name is that of a function that allocates on the heap. */
export function namesAllocator(name: string): boolean {
  // Stack space is freed by setting the stack pointer, not by a call.
  return namesAction(name, ALLOCATING_WORD) && !wordsOf(name).includes("stack");
}

export function namesFreeing(name: string): boolean {
  return namesAction(name, FREEING_WORD);
}

function namesAction(name: string, pattern: Pattern): boolean {
  const words = wordsOf(name);
  // `malloc_usable_size` and `free_count` report on an allocator.
  return hasWord(words, pattern) && !hasWord(words, SIZE_WORDS);
}

/** Returns whether an allocator's name means memory: not `alloc_compressor`. */
export function namesBlocks(name: string): boolean {
  const words = wordsOf(name);
  const at = words.findIndex((word) => ALLOCATING_WORD.test(word));
  return words.slice(at + 1).every(isBlockWord) && !couldMake(name);
}

/** Returns whether a name may mean that its function makes an object: `parser_alloc`. */
export function couldMake(name: string): boolean {
  return wordsOf(name).some((word, index, words) =>
    /^alloc(?:ate)?$/.test(words[index + 1] ?? "") && OBJECT_WORD.test(word) && !isBlockWord(word)
  );
}

/** Returns whether an allocator's name has only words for blocks: `allocUint8`. */
export function isPlainAllocator(name: string): boolean {
  return ownerOf(name).split(" ").every((word) => word === "" || isBlockWord(word));
}

function isBlockWord(word: string): boolean {
  return BLOCK_WORDS.test(word) || CONTENT_WORDS.test(word) || /^\d+$/.test(word);
}

/** Returns the words of an allocator's name that name an owner: `greeter` of `greeter_malloc`. */
export function ownerOf(name: string): string {
  const general = [ALLOCATING_WORD, FREEING_WORD, MAKING_WORD, ENDING_WORD, BLOCK_WORDS];
  return wordsOf(name).filter((word) => !general.some((pattern) => pattern.test(word))).join(" ");
}

/** Returns the words for what a function makes, if that is a block: `buffer` of `create_buffer`. */
export function madeBy(name: string): string | undefined {
  const made = withoutWords(name, MAKING_WORD) ?? withoutWords(name, ALLOCATING_WORD);
  // A function that makes an object does not allocate room for a text.
  return made?.split(" ").every((word) => word === "" || isBlockWord(word)) ? made : undefined;
}

/** Returns the words for what a function may free: `buffer` of `destroy_buffer`. */
export function freedBy(name: string): string | undefined {
  return withoutWords(name, ENDING_WORD) ?? withoutWords(name, FREEING_WORD);
}

/**
 * Returns a name without the words of `pattern`, to compare it with another; `undefined` if it has
 * none of them.
 */
export function withoutWords(name: string, pattern: Pattern): string | undefined {
  const words = wordsOf(name);
  const rest = words.filter((word) => !pattern.test(word));
  return rest.length < words.length ? rest.join(" ") : undefined;
}

/** The lower-case names of exports that may allocate, including those of toolchains. */
export const MAY_HAND_OUT_BLOCKS = /alloc|^__|stack/;

/** The lower-case names of exports that may return the length of a result. */
export const MAY_RETURN_LENGTH = /(?:re[pst]|out|answer).*(?:len|size)|[wr]len|written/;
