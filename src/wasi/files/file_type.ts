// WASI preview 1, typenames.witx: `filetype`.

/** The types of files. A pipe is unknown. */
export const FILE_TYPE = {
  unknown: 0,
  blockDevice: 1,
  characterDevice: 2,
  directory: 3,
  file: 4,
  socket: 6,
  link: 7,
} as const;

/** The flags with which Deno reports a type. Directory entries lack the last three. */
interface TypeFlags {
  readonly isSymlink: boolean;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly isCharDevice?: boolean | null;
  readonly isBlockDevice?: boolean | null;
  readonly isSocket?: boolean | null;
}

/** Returns the type that flags report. */
export function typeOfFlags(flags: TypeFlags): number {
  if (flags.isSymlink) return FILE_TYPE.link;
  if (flags.isDirectory) return FILE_TYPE.directory;
  if (flags.isFile) return FILE_TYPE.file;
  if (flags.isCharDevice) return FILE_TYPE.characterDevice;
  if (flags.isBlockDevice) return FILE_TYPE.blockDevice;
  return flags.isSocket ? FILE_TYPE.socket : FILE_TYPE.unknown;
}

/** The methods with which Node reports a type. */
interface TypeMethods {
  isSymbolicLink(): boolean;
  isDirectory(): boolean;
  isFile(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
  isSocket(): boolean;
}

/** Returns the type that methods report. */
export function typeOfMethods(methods: TypeMethods): number {
  return typeOfFlags({
    isSymlink: methods.isSymbolicLink(),
    isDirectory: methods.isDirectory(),
    isFile: methods.isFile(),
    isCharDevice: methods.isCharacterDevice(),
    isBlockDevice: methods.isBlockDevice(),
    isSocket: methods.isSocket(),
  });
}
