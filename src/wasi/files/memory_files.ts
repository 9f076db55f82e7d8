import { ERRNO, Failure } from "../errno.ts";
import type { WasiFolder } from "../wasi_options.ts";
import type { FileStatus, FileSystem, OpenFile, OpenMode, Times } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { joinPath } from "./host_names.ts";
import { MemoryContent } from "./memory_content.ts";
import type { FileNode, FolderNode, Node } from "./memory_nodes.ts";
import { type MemoryRoom, NODE_SIZE } from "./memory_content.ts";

/** The device number of the next file system, above those of hosts. */
let nextDevice = 1n << 48n;

const PROPERTY = { configurable: true, enumerable: true, writable: true };

function nowInNanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** A file system in memory. Paths begin with a slash; that of its root is empty. */
export class MemoryFiles implements FileSystem {
  readonly #device: bigint = nextDevice++;
  readonly #room: MemoryRoom;
  readonly #root: FolderNode;
  #nextInode = 1n;
  #hasChanged = false;

  /**
   * Makes the files of a folder. Their bytes are shared until one of them is written.
   *
   * @param room The quota for the guest's files, which does not include the initial ones.
   */
  constructor(folder: WasiFolder, room: MemoryRoom) {
    this.#room = room;
    this.#root = this.#copyFolder(folder);
  }

  /** Whether the guest has made, changed or removed anything. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  #copyFolder(folder: WasiFolder): FolderNode {
    const node = this.#makeFolder();
    for (const [name, content] of Object.entries(folder)) {
      const isFile = content instanceof Uint8Array;
      node.entries.set(name, isFile ? this.#makeFile(content) : this.#copyFolder(content));
    }
    return node;
  }

  /**
   * Returns copies of all files and folders; a file that has several names is copied once. Links
   * are left out.
   */
  read(): WasiFolder {
    const copies = new Map<FileNode, Uint8Array>();
    const copyFile = (node: FileNode): Uint8Array => {
      const copy = copies.get(node) ?? node.content.copy();
      copies.set(node, copy);
      return copy;
    };
    const root: WasiFolder = {};
    // A guest can make folders within folders deeper than calls can nest.
    const rest = [{ node: this.#root, copy: root }];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      for (const [name, node] of next.node.entries) {
        if (node.type === FILE_TYPE.link) continue;
        const value = node.type === FILE_TYPE.file ? copyFile(node) : {};
        if (node.type === FILE_TYPE.directory) rest.push({ node, copy: value as WasiFolder });
        // Assignment would not work, because a name can be "__proto__".
        Object.defineProperty(next.copy, name, { ...PROPERTY, value });
      }
    }
    return root;
  }

  #common() {
    const now = nowInNanoseconds();
    return { inode: this.#nextInode++, links: 1, accessed: now, modified: now, changed: now };
  }

  #makeFolder(): FolderNode {
    return { ...this.#common(), type: FILE_TYPE.directory, entries: new Map() };
  }

  #makeFile(bytes: Uint8Array): FileNode {
    const content = new MemoryContent(bytes, this.#room);
    return { ...this.#common(), type: FILE_TYPE.file, content, opened: 0 };
  }

  accepts(): boolean {
    return true;
  }

  join(directory: string, name: string): string {
    return joinPath(directory, name);
  }

  /** Returns the folder that a path is in, and its name there. */
  #split(path: string): { folder: FolderNode; name: string } {
    const at = path.lastIndexOf("/");
    const folder = this.#find(path.slice(0, at));
    if (folder.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
    return { folder, name: path.slice(at + 1) };
  }

  #find(path: string): Node {
    let node: Node = this.#root;
    for (const name of path.split("/").slice(1)) {
      if (node.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
      const next: Node | undefined = node.entries.get(name);
      if (next === undefined) throw new Failure(ERRNO.noent);
      node = next;
    }
    return node;
  }

  #status(node: Node): FileStatus {
    const size = node.type === FILE_TYPE.file
      ? node.content.size
      : node.type === FILE_TYPE.link
      ? new TextEncoder().encode(node.target).byteLength
      : node.entries.size;
    const { type, inode, links, accessed, modified, changed } = node;
    const numbers = { links: BigInt(links), size: BigInt(size) };
    return { type, device: this.#device, inode, ...numbers, accessed, modified, changed };
  }

  status(path: string): FileStatus {
    return this.#status(this.#find(path));
  }

  readLink(path: string): string {
    const node = this.#find(path);
    if (node.type !== FILE_TYPE.link) throw new Failure(ERRNO.inval);
    return node.target;
  }

  list(path: string): { name: string; type: number }[] {
    const node = this.#find(path);
    if (node.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
    return Array.from(node.entries, ([name, { type }]) => ({ name, type }));
  }

  /** Adds an entry, which must be new. */
  #add(path: string, make: () => Node, contentLength = 0): Node {
    const { folder, name } = this.#split(path);
    if (folder.entries.has(name)) throw new Failure(ERRNO.exist);
    this.#room.take(nameSize(name) + contentLength);
    const node = make();
    folder.entries.set(name, node);
    this.#touch(folder);
    return node;
  }

  /** Removes an entry, and its node if it was the last name. */
  #remove(folder: FolderNode, name: string): void {
    const node = folder.entries.get(name)!;
    folder.entries.delete(name);
    this.#room.give(nameSize(name));
    this.#touch(folder);
    node.links--;
    this.#forget(node);
  }

  /** Releases the quota of a node that has no name and is not open. */
  #forget(node: Node): void {
    if (node.links > 0) return;
    if (node.type === FILE_TYPE.link) this.#room.give(targetSize(node.target));
    if (node.type === FILE_TYPE.file && node.opened === 0) node.content.resize(0);
  }

  #touch(node: Node): void {
    node.modified = node.changed = nowInNanoseconds();
    this.#hasChanged = true;
  }

  open(path: string, { isNew }: OpenMode): OpenFile {
    const node = isNew ? this.#add(path, () => this.#makeFile(new Uint8Array())) : this.#find(path);
    if (node.type !== FILE_TYPE.file) throw new Failure(ERRNO.isdir);
    node.opened++;
    const { content } = node;
    return {
      read: (bytes, position) => content.read(bytes, position),
      write: (bytes, position) => {
        content.write(bytes, position);
        this.#touch(node);
        return bytes.byteLength;
      },
      status: () => this.#status(node),
      resize: (size) => {
        content.resize(size);
        this.#touch(node);
      },
      setTimes: (times) => this.#setTimes(node, times),
      sync() {},
      close: () => {
        node.opened--;
        this.#forget(node);
      },
    };
  }

  makeDirectory(path: string): void {
    this.#add(path, () => this.#makeFolder());
  }

  removeDirectory(path: string): void {
    const { folder, name } = this.#split(path);
    const node = this.#find(path);
    if (node.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
    if (node.entries.size > 0) throw new Failure(ERRNO.notempty);
    this.#remove(folder, name);
  }

  removeFile(path: string): void {
    const { folder, name } = this.#split(path);
    if (this.#find(path).type === FILE_TYPE.directory) throw new Failure(ERRNO.isdir);
    this.#remove(folder, name);
  }

  rename(from: string, to: string): void {
    const node = this.#find(from), old = this.#split(from), target = this.#split(to);
    const replaced = target.folder.entries.get(target.name);
    if (replaced === node) return;
    if (to.startsWith(`${from}/`)) throw new Failure(ERRNO.inval);
    if (replaced?.type === FILE_TYPE.directory && replaced.entries.size > 0) {
      throw new Failure(ERRNO.notempty);
    }
    // What is replaced gives back the room for the new name.
    if (replaced !== undefined) this.#remove(target.folder, target.name);
    this.#room.take(nameSize(target.name) - nameSize(old.name));
    old.folder.entries.delete(old.name);
    target.folder.entries.set(target.name, node);
    this.#touch(old.folder);
    this.#touch(target.folder);
  }

  link(from: string, to: string): void {
    const node = this.#find(from);
    this.#add(to, () => node);
    node.links++;
  }

  symlink(target: string, path: string): void {
    const make = () => ({ ...this.#common(), type: FILE_TYPE.link, target });
    this.#add(path, make, targetSize(target));
  }

  setTimes(path: string, times: Times): void {
    this.#setTimes(this.#find(path), times);
  }

  #setTimes(node: Node, { accessed, modified }: Times): void {
    this.#touch(node);
    node.accessed = accessed;
    node.modified = modified;
  }
}

/** Returns the quota for a name and its node, without the content. */
function nameSize(name: string): number {
  return NODE_SIZE + name.length * 2;
}

/** Returns the quota for the target of a link. */
function targetSize(target: string): number {
  return target.length * 2;
}
