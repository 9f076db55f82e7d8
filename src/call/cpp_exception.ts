import { hex, isA, quote } from "../base/show.ts";
import { undeclared } from "../base/runtime.ts";
import { demangleCpp } from "../binary/trace/demangle_cpp.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { toOffset } from "../memory/pointer.ts";

// Itanium C++ ABI, section 2.2 "Data Structures of Exception Handling", as in LLVM's
// "cxa_exception.h" and "unwind_itanium.h".

/** The class of exceptions of C++: "CLNGC++", and a byte that is 1 if one is thrown again. */
const CPP = 0x434c4e47432b2bn;

/** The bytes from the pointer to the thrown type to the object that unwinding passes on. */
const BEHIND_TYPE = { 4: 48, 8: 80 } as const;

/** The prefix of the mangled name of a `std::type_info`, after which its type follows. */
const TYPE_INFO = "_ZTI";

/** A longer name is not shown, because it may not be a name. */
const LONGEST_NAME = 512;

/** The parts of an error about an exception. */
interface ExceptionWords {
  readonly what?: string;
  readonly details?: { readonly type: string };
}

/** Describes an uncaught C++ exception by its type in the source. */
export function describeException(
  exception: InstanceType<typeof undeclared.Exception>,
  instance: Instance,
): ExceptionWords | undefined {
  const type = exceptionType(exception, instance);
  return type === undefined
    ? undefined
    : { what: `threw a C++ exception of the type ${quote(type)}`, details: { type } };
}

/**
 * Returns the type of a C++ exception as in its source. It is absent if the guest does not export
 * the tag of the exception, without which nothing of it can be read, or if it is of another
 * language.
 */
function exceptionType(
  exception: InstanceType<typeof undeclared.Exception>,
  { exports, memory, address64 }: Instance,
): string | undefined {
  const word = address64 ? 8 : 4;
  const tag = Object.values(exports).find((found) =>
    isA(found, undeclared.Tag) && exception.is(found)
  );
  if (tag === undefined) return undefined;
  try {
    const object = toOffset(exception.getArg(tag, 0));
    if (memory.read("u64", object) >> 8n !== CPP) return undefined;
    const type = memory.read(word === 8 ? "u64" : "u32", object - BEHIND_TYPE[word]);
    return typeName(memory, toOffset(type), word);
  } catch {
    return undefined; // a tag can have other values or none
  }
}

/** Returns the name of a `std::type_info` as in its source, or its address if it has none. */
export function typeName(memory: GuestMemory, type: number, word: 4 | 8 = 4): string {
  try {
    const name = memory.read(word === 8 ? "u64" : "u32", type + word);
    const text = memory.readCString(toOffset(name), { limit: LONGEST_NAME });
    if (!/^[\w$]+$/.test(text)) return hex(type);
    return demangleCpp(TYPE_INFO + text)?.replace(/^typeinfo for /, "") ?? text;
  } catch {
    return hex(type); // the guest may throw anything
  }
}
