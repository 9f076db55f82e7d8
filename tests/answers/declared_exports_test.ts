// Declarations of symbols that do not fit the exports of the guest.
import { ADDRESS, NO_FREE, NO_OBJECTS, testDeclarations } from "./_declarations.ts";

testDeclarations([
  ["a text where a number is", {
    name: "add",
    parameters: ["string"],
    result: { type: "u32", value: { sum: [{ parameter: 0 }, 1] } },
  }, [
    "result.value.sum[0] is { parameter: 0 }, but parameter 0 is in memory, expected " +
    "{ argument: 0 } for its address or { byteLengthOf: 0 } for its length",
  ]],
  ["several results", {
    name: "two",
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        whole: { type: "u32", value: "result" },
        third: { type: "u32", value: { result: 2 } },
        second: { type: "u32", value: { result: 1 } },
      },
    },
  }, [
    'result.fields.whole.value is "result", but the export returns 2 results, expected { result: 0 } ' +
    "to { result: 1 }",
    "result.fields.third.value is { result: 2 }, but the export returns 2 results, expected 0 to 1",
  ]],
  ["a result of an export that returns none", {
    name: "nothing",
    parameters: ["i32", "i32"],
    result: "void",
    status: { value: "result", fails: "negative" },
  }, [
    'status.value is "result", but the export returns nothing, expected another value',
  ]],
  ["floating-point numbers as addresses", {
    name: "half",
    parameters: ["i32"],
    result: { type: "string", pointer: "result", length: { export: "ratio" } },
  }, [
    'result.pointer is "result", a floating-point number, expected an integer',
    'result.length is { export: "ratio" }, a floating-point number, expected an integer',
  ]],
  ["globals that hold no integer", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        text: { type: "string", pointer: "result", length: { export: "share" } },
        share: { type: "f64", value: { export: "share" } },
        count: { type: "u32", value: { export: "reference" } },
      },
    },
  }, [
    'result.fields.text.length is { export: "share" }, a floating-point number, expected an integer',
    'result.fields.count.value.export is "reference", a global of externref, expected one of a number',
  ]],
  ["fractions that an export would be given as integers", {
    parameters: ["i32", "f64"],
    arguments: [{ parameter: 0 }],
    result: "i32",
    status: {
      value: { call: "add", with: [1.5, { call: "add", with: [{ export: "ratio" }, 2] }] },
      fails: "zero",
      code: { call: "add", with: [{ parameter: 1 }, { export: "share" }] },
    },
  }, [
    "status.value.with[0] is 1.5, a floating-point number, expected an integer",
    'status.value.with[1].with[0] is { export: "ratio" }, a floating-point number, expected an integer',
    "status.code.with[0] is { parameter: 1 }, a floating-point number, expected an integer",
    'status.code.with[1] is { export: "share" }, a floating-point number, expected an integer',
  ]],
  ["numbers that no address can be", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        pointer: { type: "string", pointer: 2 ** 53, length: "nul" },
        at: { type: "u32", value: { word: 0, at: 1e300 } },
        end: { type: "string", pointer: 8, length: { end: -(2 ** 31) - 1 } },
      },
    },
  }, [
    `result.fields.pointer.pointer is 9007199254740992, expected ${ADDRESS}`,
    `result.fields.at.value.at is 1e+300, expected ${ADDRESS}`,
    `result.fields.end.length.end is -2147483649, expected ${ADDRESS}`,
  ]],
  ["numbers that a parameter would cut off", {
    name: "add",
    parameters: ["i32"],
    arguments: [{ parameter: 0 }, 2 ** 32],
    result: "i32",
  }, ["arguments[1] is 4294967296, expected an integer from -2147483648 to 4294967295"]],
  ["numbers that a word would cut off", {
    name: "begin",
    parameters: ["i32"],
    arguments: [{ area: 0 }, { parameter: 0 }],
    area: [1, -1, 2 ** 40],
    result: "void",
  }, [
    'Cannot put 1099511627776 into word 2 of the area of "begin": a word is an integer of 32 bits',
  ]],
  ["64 bits where 32 are taken", {
    name: "wide",
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        whole: { type: "u32", value: { call: "f", with: ["result"] } },
        loaded: { type: "u32", value: { call: "f", with: [{ load: "u64", at: 8 }] } },
        called: { type: "u32", value: { call: "f", with: [{ call: "wide", with: [1] }] } },
        half: { type: "u32", value: { call: "f", with: [{ low: "result" }] } },
      },
    },
  }, [
    'result.fields.whole.value.with[0] is "result", which is 64 bits wide, expected a number of ' +
    '32 bits, such as { low: "result" }',
    'result.fields.loaded.value.with[0] is { load: "u64", at: 8 }, which is 64 bits wide, expected ' +
    'a number of 32 bits, such as { low: { load: "u64", at: 8 } }',
    'result.fields.called.value.with[0] is { call: "wide", with: [1] }, which is 64 bits wide, ' +
    'expected a number of 32 bits, such as { low: { call: "wide", with: [1] } }',
  ]],
  ["64 bits that a freeing export does not take", {
    name: "wide",
    parameters: ["i32"],
    result: {
      type: "string",
      form: "packedPointerHigh",
      freedBy: { call: { export: "free", pass: ["result"] } },
    },
  }, ['Cannot call "free" to free: pass[0] is "result", which is i64, expected i32']],
  ...([
    [{ export: "none", pass: ["byteLength"] }, '"none" to allocate: it returns nothing'],
    [{ export: "half", pass: ["byteLength"] }, '"half" to allocate: it returns f64'],
    [{ export: "several", pass: ["byteLength"] }, '"several" to allocate: it returns i32, i32'],
  ] as const).map(([allocate, found]) =>
    [`an allocator of another type: ${allocate.export}`, {
      parameters: [{ type: "string", place: { kind: "allocator", allocate }, pass: ["pointer"] }],
      result: "i32",
    }, [`Cannot call ${found}, expected one integer`]] as const
  ),
  ["an allocator with its own result as an argument", {
    parameters: [{
      type: "string",
      place: { kind: "allocator", allocate: { export: "malloc", pass: ["pointer"] } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'Cannot call "malloc" to allocate: pass[0] is "pointer", which there is only afterwards, ' +
    'expected "byteLength", "codeUnits", "align" or a number',
  ]],
  ["an allocator with a constant that its type cannot hold", {
    parameters: [{
      type: "string",
      place: { kind: "allocator", allocate: { export: "malloc", pass: [2 ** 40] } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'Cannot call "malloc" to allocate: pass[0] is 1099511627776, expected an integer from ' +
    "-2147483648 to 4294967295",
  ]],
  ["a freeing export that is not there", {
    parameters: ["i32"],
    result: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
  }, [NO_FREE]],
  ["freeing exports of the parts of a result", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        text: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
      },
    },
  }, [NO_FREE]],
  ["a freeing export of the reason for a failure", {
    parameters: ["i32"],
    status: {
      value: "result",
      fails: "zero",
      message: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
    },
    result: "void",
  }, [NO_FREE]],
  ["a freeing export of an output buffer", {
    parameters: [],
    arguments: ["output"],
    output: { capacity: 8, place: { kind: "allocator", allocate: "malloc", free: "fre" } },
    result: { type: "string", pointer: "output", length: "result" },
  }, [NO_FREE]],
  ["objects of a guest that has none", {
    parameters: [{ type: "bytes", place: { kind: "managedArray" } }],
    result: "i32",
  }, [NO_OBJECTS]],
  ["an object of a guest that has none", {
    parameters: ["i32"],
    result: { type: "bytes", pointer: "result", length: { object: "managed" } },
  }, [NO_OBJECTS]],
  ["exports that are not there", {
    parameters: ["i32"],
    result: {
      type: "string",
      call: "siz",
      pointer: { export: "limt" },
      length: { export: "sise" },
    },
    status: { value: { call: "ad", with: ["result", 1] }, fails: "zero" },
  }, [
    'result.call is "siz", which is not an exported function, did you mean "size"?',
    'result.pointer.export is "limt", which is neither a function nor a global, did you mean "limit"?',
    'result.length.export is "sise", which is neither a function nor a global, did you mean "size"?',
    'status.value.call is "ad", which is not an exported function, did you mean "add"?',
  ]],
  ["exports of another type", {
    parameters: ["i32"],
    result: {
      type: "string",
      call: "add",
      pointer: { export: "f" },
      length: { export: "nothing" },
    },
    status: { value: { call: "add", with: ["result"] }, fails: "zero" },
  }, [
    'result.call is "add", which is (i32, i32) -> i32, expected no parameter and a result',
    'result.pointer.export is "f", which is (i32) -> i32, expected no parameter and a number as its result',
    'result.length.export is "nothing", which is (i32, i32) -> (), expected no parameter and a number ' +
    "as its result",
    'status.value.call is "add", which is (i32, i32) -> i32, expected 1 number as parameters and one ' +
    "as its result",
  ]],
  ["places of exports of another type", {
    parameters: [{
      type: "bytes",
      place: { kind: "buffer", pointer: "f", capacity: { export: "add" } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'parameters[0].place.pointer is "f", which is (i32) -> i32, expected no parameter and a number as ' +
    "its result",
    'parameters[0].place.capacity.export is "add", which is (i32, i32) -> i32, expected no parameter ' +
    "and a number as its result",
  ]],
  ["chunked of another type", {
    parameters: ["bytes"],
    result: "i32",
    chunked: { init: "init", update: "update", final: "final" },
  }, [
    'chunked.update is "update", which is (f64) -> (), expected (i32) -> ()',
  ]],
  ["chunked of exports that are not there", {
    parameters: ["bytes"],
    result: "i32",
    chunked: { init: "innit", update: "updat", final: "finale" },
  }, [
    'chunked.init is "innit", which is not an exported function, did you mean "init"?',
    'chunked.update is "updat", which is not an exported function, did you mean "update"?',
    'chunked.final is "finale", which is not an exported function, did you mean "final"?',
  ]],
  ["chunked with arguments of another number", {
    parameters: ["bytes"],
    result: "i32",
    chunked: {
      init: { export: "begin", arguments: [1] },
      update: {
        export: "begin",
        arguments: [{ text: 0, as: "pointer" }, { text: 1, as: "byteLength" }],
      },
      final: "final",
    },
  }, [
    'chunked.update.arguments[1] is { text: 1, as: "byteLength" }, expected 0, the only parameter',
  ]],
]);
