import { allocator, type GuestError, inPlace } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Exports that detection, and the choice of a sole export, must not mistake for something else.

/** Makes a module with one page of memory that it exports. */
const module = (fields: string) => `(module (memory (export "memory") 1) ${fields})`;

/** An allocator that never reuses a block. */
const bump = (allocate: string) =>
  `(global $next (mut i32) (i32.const 1024))
   (func (export "${allocate}") (param i32) (result i32)
     (global.get $next)
     (global.set $next (i32.add (global.get $next) (local.get 0))))`;

const missing = (reason: string, declared = '("string") -> "string"') =>
  new Thrown(
    "GuestError",
    "missing-export",
    `Cannot choose an export for ${declared}: ${reason}`,
  );

/**
 * Makes a guest with a buffer whose export gets the length, and with functions beside that export.
 */
const beside = (name: string, functions: string, sole: string): Row => ({
  name: `${name} is not taken for a transform`,
  guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096)) ${functions}
    (func (export "${sole}") (param i32) (result i32) (local.get 0))`),
  ask: (guest) => guest.passString("abc"),
  gives: "abc",
});

const getter = (name: string) => `(func (export "${name}") (result i32) (i32.const 2))`;
const asks = (name: string) => `(func (export "${name}") (param i32) (result i32) (i32.const 2))`;

/** A function that looks for the end of the text in the buffer at 4096, and returns a length. */
const scanning = (name: string, result = "(local.get 0)") =>
  `(func (export "${name}") (result i32) (local i32)
    (loop $next
      (if (i32.load8_u offset=4096 (local.get 0))
        (then (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $next))))
    ${result})`;

/** The error of a pass for which only `name` fits, which can be a function of numbers. */
const unsure = (name: string, functions: string, advice: string): Row => ({
  name: `${name} is not a transform, even without another candidate: it does nothing to a text`,
  guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096)) ${functions}`),
  ask: (guest) => guest.passString("abc"),
  gives: missing(
    `only "${name}" fits, which may return something else, expected its name as the second ` +
      `argument or ${advice}`,
  ),
});

const eitherOf = (name: string) =>
  `symbols: { ${name}: { parameters: [], result: { type: "string", form: "terminated" } } } if it ` +
  `returns the address of a text or symbols: { ${name}: { parameters: [], result: "i32" } } if it ` +
  "returns a number";

// A getter has the same type as a transform that finds the end of its input, and a function that
// counts has the same type as one that gets the length.
testRows([
  ...["Hash_GetState", "getVersion", "version", "is_ready", "last_status", "answer"].map((name) =>
    beside(name, getter(name), "echo")
  ),
  ...["count_words", "has_digits", "checksum", "crc32", "text_length", "init"].map((name) =>
    beside(name, asks(name), "echo")
  ),
  {
    name: "a getter for the guest's state is not a transform, even without another candidate",
    guest: module(`
      (func (export "Hash_GetBuffer") (result i32) (i32.const 4096))
      (func (export "Hash_Init") (param i32))
      (func (export "Hash_Update") (param i32))
      (func (export "Hash_Final"))
      ${getter("Hash_GetState")}`),
    ask: (guest) => guest.passBytes(Uint8Array.of(1, 2, 3)),
    gives: missing(
      'only "Hash_GetState" fits, which may return something else, expected its name as the ' +
        'second argument or symbols: { Hash_GetState: { parameters: [], result: "i32" } } if it ' +
        "returns a number",
      '("bytes") -> "bytes"',
    ),
  },
  {
    name: "a function that counts is offered as one",
    guest: module(`${getter("get_buffer")} ${asks("count_words")}`),
    ask: (guest) => guest.passString("abc"),
    gives: missing(
      'only "count_words" fits, which may return something else, expected its name as the second ' +
        'argument or symbols: { count_words: { parameters: ["string"], result: "i32" } } if it ' +
        "returns a number",
    ),
  },
  ...["process_buffer", "reverseString", "transform_input"].map((name): Row => ({
    name: `${name} changes the buffer, and is not its getter`,
    guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096)) ${getter(name)}`),
    ask: (guest) => [guest.convention.reason, guest.passString("abcd")],
    gives: ['"get_buffer" takes nothing and returns a pointer', "ab"],
  })),
  ...["total", "cursor", "width", "current_mode", "now"].map((name) =>
    unsure(name, getter(name), eitherOf(name))
  ),
  unsure(
    "tick",
    `(global $ticks (mut i32) (i32.const 0))
     (func (export "tick") (result i32)
       (global.set $ticks (i32.add (global.get $ticks) (i32.const 1)))
       (global.get $ticks))`,
    eitherOf("tick"),
  ),
  unsure(
    "revision",
    '(func $inner (result i32) (i32.const 7)) (func (export "revision") (result i32) (call $inner))',
    eitherOf("revision"),
  ),
  {
    name: "a transform that finds the end by itself is chosen, beside any getters",
    guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096))
      ${["total", "cursor", "width"].map(getter).join("")} ${scanning("echo")}`),
    ask: (guest) => [guest.passString("abc"), guest.passString("")],
    gives: ["abc", ""],
  },
  {
    name: "a getter of one byte of the text does not compete with a transform",
    guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096))
      (func (export "get_buffer_byte") (param i32) (result i32)
        (i32.load8_u offset=4096 (local.get 0)))
      (func (export "echo") (param i32) (result i32) (local.get 0))`),
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
  },
  {
    name: "a text from a getter is not a buffer if everything else is arithmetic",
    guest: module(`(data (i32.const 4096) "hello\\00there")
      (func (export "get_text") (result i32) (i32.const 4096))
      (func (export "square") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))`),
    ask: (guest) => guest.passString("abc"),
    gives: new Thrown(
      "GuestError",
      "no-convention",
      "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
        'exported functions are "get_text", "square", expected an option such as convention: ' +
        'cString(), symbols: { get_text: { parameters: [], result: "string" } } if "get_text" ' +
        "returns a text",
    ),
  },
  {
    name: "functions of numbers beside an allocator are not a guest with C strings",
    guest: module(`${bump("malloc")} (func (export "free") (param i32))
      (func (export "square") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))`),
    ask: (guest) => `${guest.convention}`,
    gives: 'convention: allocator({ allocate: "malloc", free: "free" })',
  },
  {
    name: "the other exports of a C library are not transforms",
    guest: module(`${bump("malloc")} (func (export "free") (param i32))
      (func (export "calloc") (param i32 i32) (result i32) (i32.const 0))
      (func (export "realloc") (param i32 i32) (result i32) (i32.const 0))
      (func (export "echo") (param i32 i32) (result i32) (local.get 1))`),
    options: {
      convention: allocator({ allocate: "malloc", free: "free", result: "inPlace" }),
    },
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
  },
  {
    name: "a transform without parameters is chosen if no export takes a length",
    guest: module(`(func (export "get_buffer") (result i32) (i32.const 4096))
      ${scanning("halve", "(i32.shr_u (local.get 0) (i32.const 1))")} ${getter("get_version")}`),
    ask: (guest) => guest.passString("abcd"),
    gives: "ab",
  },
  {
    name: "the exports that an option names are not taken for transforms",
    guest: module(`${bump("b")} (func (export "c") (param i32))
      (func (export "echo") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))`),
    options: { convention: allocator({ allocate: "b", free: "c", resultsFreedBy: "guest" }) },
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
  },
]);

/** The option for a guest's detected convention, or the code of the error. */
const recognised = (name: string, functions: string, option: string): Row => ({
  name,
  guest: module(`${functions}
    (func (export "parse") (param i32 i32) (result i32) (local.get 1))`),
  ask: (guest) => {
    try {
      return `${guest.convention}`;
    } catch (error) {
      return (error as GuestError).code;
    }
  },
  gives: option,
});

const frees = (name: string) => `(func (export "${name}") (param i32))`;
const freesWithStatus = (name: string) =>
  `(func (export "${name}") (param i32) (result i32) (i32.const 0))`;
const pair = (allocate: string, free: string) =>
  `convention: allocator({ allocate: "${allocate}", free: "${free}" })`;

testRows([
  recognised(
    "a function that makes a compressor is not taken for an allocator",
    bump("lib_alloc_compressor") + frees("lib_free_compressor"),
    "no-convention",
  ),
  recognised(
    "a function that makes a thing is not taken for an allocator, and one that ends a handle does not free texts",
    bump("allocate_thing") + frees("free_thing"),
    "no-convention",
  ),
  recognised(
    "a function that may make a parser is not taken for an allocator",
    bump("parser_alloc") + frees("parser_free"),
    "no-convention",
  ),
  recognised(
    "the allocator of a library with such a name is one",
    bump("parser_malloc") + frees("parser_free"),
    pair("parser_malloc", "parser_free"),
  ),
  recognised(
    "an allocator of buffers is one",
    bump("buffer_alloc") + frees("buffer_free"),
    pair("buffer_alloc", "buffer_free"),
  ),
  recognised(
    "a function that makes a matrix is not taken for an allocator if there is another one",
    bump("allocMatrix") + frees("freeMatrix") +
      '(func (export "wasm_alloc") (param i32) (result i32) (i32.const 2048))',
    'convention: allocator({ allocate: "wasm_alloc" })',
  ),
  recognised(
    "an allocator is not paired with what frees a handle",
    bump("allocate") + frees("free_document"),
    'convention: allocator({ allocate: "allocate" })',
  ),
  recognised(
    "__alloc and a __free that returns a number are a pair",
    bump("__alloc") + freesWithStatus("__free"),
    pair("__alloc", "__free"),
  ),
  recognised(
    "__malloc and __free are a pair",
    bump("__malloc") + frees("__free") + frees("free_result"),
    pair("__malloc", "__free"),
  ),
  recognised(
    "__malloc and __free are a pair beside another allocator",
    bump("__malloc") + frees("__free") +
      '(func (export "scratch_alloc") (param i32) (result i32) (i32.const 2048))',
    pair("__malloc", "__free"),
  ),
  recognised(
    "malloc and a free that returns a number are a pair",
    bump("malloc") + freesWithStatus("free"),
    pair("malloc", "free"),
  ),
  recognised(
    "an allocator with a prefix and a free that returns a number are a pair",
    bump("greeter_malloc") + freesWithStatus("greeter_free"),
    pair("greeter_malloc", "greeter_free"),
  ),
  recognised(
    "an allocator of strings is one",
    bump("allocString") + frees("freeString"),
    pair("allocString", "freeString"),
  ),
  recognised(
    "an allocator of bytes is paired with what frees them",
    bump("allocUint8") + frees("free") + frees("free_result"),
    pair("allocUint8", "free"),
  ),
  recognised(
    "an allocator of bytes for texts is one",
    bump("allocUint8"),
    'convention: allocator({ allocate: "allocUint8" })',
  ),
]);

testRows([
  {
    name: "each block is freed by a free that returns a number",
    guest: module(`${bump("__alloc")}
      (global (export "freed") (mut i32) (i32.const 0))
      (func (export "__free") (param i32) (result i32)
        (global.set 1 (i32.add (global.get 1) (i32.const 1))) (i32.const 1))
      (func (export "measure") (param i32 i32) (result i32) (local.get 1))`),
    options: { symbols: { measure: { parameters: ["string"], result: "u32" } } },
    ask: (guest) => {
      guest.reset();
      const { measure } = guest.symbols;
      return [measure!("abc"), measure!(""), (guest.exports.freed as WebAssembly.Global).value];
    },
    gives: [3, 0, 2],
    warmUp: 120,
  },
  {
    name: "a text is passed to a parser whose handles are freed by a function of their own",
    guest: module(`${bump("allocate_thing")}
      (func (export "parse") (param i32 i32) (result i32) (i32.add (local.get 1) (i32.const 7)))
      (func (export "free_thing") (param i32)
        (if (i32.lt_u (local.get 0) (i32.const 1024)) (then return)) (unreachable))`),
    options: {
      convention: inPlace({ pointer: "reserve", byteLength: 65536 }),
      symbols: {
        parse: { parameters: ["string"], result: "pointer" },
        free_thing: { parameters: ["pointer"], result: "void" },
      },
    },
    ask: ({ symbols: { parse, free_thing } }) => free_thing!(parse!("abc") as number),
    gives: undefined,
  },
]);

/** A guest as rustc links it: the stack is below the data, which begin at 1 MiB. */
const stackFirst = (pointer: number, exports = "") =>
  `(module (memory (export "memory") 17)
    (global $sp (mut i32) (i32.const 1048576))
    (global (export "__data_end") i32 (i32.const 1048592))
    (global (export "__heap_base") i32 (i32.const 1048592))
    (data (i32.const 1048576) "WASM is cool!")
    (func (export "get_buffer") (result i32) (i32.const ${pointer}))
    ${exports}
    (func (export "echo") (param i32) (result i32) (local.get 0)))`;

const low = (found: string, lowest: string) =>
  new Thrown(
    "GuestError",
    "null-pointer",
    `Cannot write into the guest's buffer: "get_buffer" gives ${found}, which is below the ` +
      `guest's data at ${lowest}, expected an address; a buffer has to be asked for first where ` +
      "it is handed out",
  );

testRows([
  {
    name: "a pointer of 1 is not a buffer of a guest whose data begin at 1 MiB",
    guest: stackFirst(1),
    ask: (guest) => guest.passString("abc"),
    gives: low("0x1", "0x100000"),
  },
  {
    name: "an address below the data is not a buffer either",
    guest: stackFirst(0xfff00),
    ask: (guest) => guest.passString("abc"),
    gives: low("0xfff00", "0x100000"),
  },
  {
    name: "a buffer in the data is one",
    guest: stackFirst(0x100000),
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
  },
  {
    name: "a buffer in the heap is one",
    guest: stackFirst(0x100100),
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
  },
  {
    name: "a pointer of 1 is not a buffer of a guest whose stack lies above its data",
    guest: stackFirst(1).replace("(mut i32) (i32.const 1048576)", "(mut i32) (i32.const 1114112)"),
    ask: (guest) => guest.passString("abc"),
    gives: low("0x1", "0x400"),
  },
  {
    name: "a getter that returns 1 does not compete with a symbol that names a buffer",
    guest: stackFirst(1, '(global (export "byte_buffer") i32 (i32.const 1048580))'),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: [
      "abc",
      'global "byte_buffer" names a buffer; "get_buffer" gives 0x1, where no buffer can be',
    ],
  },
  {
    name: "an address that is not known to be below the data is the guest's own affair",
    guest: module(`(func (export "get_buffer") (result i32) (i32.const 1)) ${asks("echo")}`),
    ask: (guest) => guest.passString("abc"),
    gives: "ab",
  },
]);
