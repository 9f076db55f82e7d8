import { type Job, run, type Toolchain, versionOf } from "./toolchain.ts";

const TARGET = "wasm32-unknown-unknown";

// The path is absolute, because rustup's toolchain may come first in the `PATH`, in another version
// and without the target.
const RUSTC = "/usr/bin/rustc";

/** Rust with its standard library, by Debian's `rustc` and `libstd-rust-dev-wasm32`. */
export const rust: Toolchain = {
  name: `${RUSTC} for ${TARGET}`,
  directory: "rust",
  extension: ".rs",
  comment: "//",
  version: "1.63.0 with lld 14.0.6",
  async findVersion(): Promise<string | undefined> {
    const version = await versionOf([RUSTC, "--version"], /rustc (\S+)/);
    const linker = await versionOf(["rust-lld", "-flavor", "wasm", "--version"], /LLD (\S+)/);
    if (version === undefined || linker === undefined) return undefined;
    const library = await run([RUSTC, "--target", TARGET, "--print", "target-libdir"]);
    try {
      await Deno.stat(library.trim());
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    return `${version} with lld ${linker}`;
  },
  async compile({ directory, source, flags, output }: Job): Promise<void> {
    await run([
      RUSTC,
      `--target=${TARGET}`,
      "--edition=2021",
      "--crate-type=cdylib",
      "--deny=warnings",
      "-Copt-level=s",
      "-Clto=fat",
      "-Cpanic=abort",
      "-Cstrip=debuginfo",
      `--remap-path-prefix=${decodeURIComponent(directory.pathname).replace(/\/$/, "")}=.`,
      ...flags,
      source,
      "-o",
      decodeURIComponent(output.pathname),
    ], directory);
  },
};
