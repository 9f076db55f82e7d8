import type { FILE_TYPE } from "./file_type.ts";
import type { MemoryContent } from "./memory_content.ts";

/**
 * The fields that all nodes of a file system in memory have. Times are in nanoseconds since 1970.
 */
interface CommonNode {
  readonly inode: bigint;
  /** The number of its names. */
  links: number;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
}

/** A folder. */
export interface FolderNode extends CommonNode {
  readonly type: typeof FILE_TYPE.directory;
  readonly entries: Map<string, Node>;
}

/** A file. */
export interface FileNode extends CommonNode {
  readonly type: typeof FILE_TYPE.file;
  readonly content: MemoryContent;
  /** How often it is open. */
  opened: number;
}

/** A symbolic link. */
export interface LinkNode extends CommonNode {
  readonly type: typeof FILE_TYPE.link;
  readonly target: string;
}

/** A file, a folder or a link in memory. */
export type Node = FolderNode | FileNode | LinkNode;
