// build bytes_without_ids.wasm: --exportRuntime
//
// Has managed typed arrays, whose class ids are found nowhere.
export { reverse, reverseBuffer, sum, swap, tail } from "./bytes";
