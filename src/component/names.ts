// The component model's explainer, "Import and Export Definitions" and "Name Uniqueness".

/** The parsed name of an import or an export. */
export type ExternName =
  | { readonly kind: "plain"; readonly label: string }
  | { readonly kind: "constructor"; readonly resource: string }
  | { readonly kind: "method" | "static"; readonly resource: string; readonly label: string }
  | InterfaceName;

/** The name of an interface: `wasi:http/types@0.2.1`. */
export interface InterfaceName {
  readonly kind: "interface";
  /** The namespace and the package: `wasi:http`. */
  readonly package: string;
  readonly label: string;
  /** The version as it is written; absent if there is none. */
  readonly version: string | undefined;
}

const LABEL_TEXT = "(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*";

const LABEL = new RegExp(`^${LABEL_TEXT}$`);

const WORDS = "[a-z][0-9a-z]*(?:-[0-9a-z]+)*";

const INTERFACE = new RegExp(`^((?:${WORDS}:)+${WORDS})((?:/${LABEL_TEXT})+)(?:@(.+))?$`);

const ANNOTATED = new RegExp(
  `^\\[(?:constructor\\](${LABEL_TEXT})|(method|static)\\](${LABEL_TEXT})\\.(${LABEL_TEXT}))$`,
);

// https://semver.org, "Is there a suggested regular expression".
const NUMBER = "(?:0|[1-9]\\d*)";

const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}` +
    `(?:-(?:${NUMBER}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:${NUMBER}|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?` +
    "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$",
);

/** Returns whether a text is a label in kebab case. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** Parses a name; `undefined` if it is malformed. */
export function parseName(name: string): ExternName | undefined {
  if (isLabel(name)) return { kind: "plain", label: name };
  const annotated = ANNOTATED.exec(name);
  if (annotated !== null) {
    const [, constructed, kind, resource, label] = annotated;
    return constructed !== undefined
      ? { kind: "constructor", resource: constructed }
      : { kind: kind as "method" | "static", resource: resource!, label: label! };
  }
  return parseInterface(name);
}

/** Returns the parts of an interface's name; `undefined` if it has another form. */
export function parseInterface(name: string): InterfaceName | undefined {
  const [, prefix, projection, version] = INTERFACE.exec(name) ?? [];
  if (prefix === undefined || (version !== undefined && !SEMVER.test(version))) return undefined;
  return { kind: "interface", package: prefix, label: projection!.slice(1), version };
}

/** Returns names of interfaces with their forms without versions, unless these are ambiguous. */
export function shortNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const shorter = new Map<string, string>();
  for (const name of names) {
    const parsed = parseInterface(name);
    const short = parsed === undefined ? name : `${parsed.package}/${parsed.label}`;
    shorter.set(name, short);
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  for (const [name, short] of shorter) if (counts.get(short)! > 1) shorter.set(name, name);
  return shorter;
}

/** Returns whether a name has more than one namespace or projection. */
export function isNested({ package: prefix, label }: InterfaceName): boolean {
  return prefix.split(":").length > 2 || label.includes("/");
}

/** Returns the form of a name that has to be unique in a scope. */
export function canonicalName(name: string, parsed = parseName(name)): string {
  switch (parsed?.kind) {
    case "constructor":
      return name.toLowerCase();
    case "method":
    case "static": {
      const { resource, label } = parsed;
      return (resource === label ? label : `${resource}.${label}`).toLowerCase();
    }
  }
  return name.toLowerCase();
}

/**
 * Finds the interface that can be used for an imported one: the one of the same name, or else one
 * with a compatible version that is not older, or one without a version.
 *
 * @param wanted The name of the import.
 * @param given The names that the host has.
 */
export function findInterface(wanted: string, given: readonly string[]): string | undefined {
  if (given.includes(wanted)) return wanted;
  const asked = parseInterface(wanted);
  if (asked?.version === undefined) return undefined;
  let best: { readonly name: string; readonly version: readonly number[] } | undefined;
  for (const name of given) {
    const found = parseInterface(name);
    if (found?.package !== asked.package || found.label !== asked.label) continue;
    const version = found.version === undefined ? [] : compatible(asked.version, found.version);
    if (
      version !== undefined && (best === undefined || compareVersions(version, best.version) > 0)
    ) {
      best = { name, version };
    }
  }
  return best?.name;
}

/** Finds an interface of the same name in a version that cannot be used for an imported one. */
export function findOtherVersion(wanted: string, given: readonly string[]): string | undefined {
  const asked = parseInterface(wanted);
  return asked && given.find((name) => {
    const found = parseInterface(name);
    return found?.package === asked.package && found.label === asked.label;
  });
}

/** Returns the parts of a version that can be used for another one; `undefined` if it cannot. */
function compatible(asked: string, found: string): readonly number[] | undefined {
  const [wanted, version] = [releaseOf(asked), releaseOf(found)];
  if (wanted === undefined || version === undefined) return undefined;
  // The first part that is not 0 changes with incompatible changes.
  const leading = wanted.findIndex((part) => part > 0);
  const isCompatible = wanted.slice(0, leading + 1).every((part, at) => part === version[at]);
  return isCompatible && compareVersions(version, wanted) >= 0 ? version : undefined;
}

/** Returns the numbers of a version; `undefined` for a prerelease. */
function releaseOf(version: string): readonly number[] | undefined {
  const [core] = version.split("+");
  return core!.includes("-") ? undefined : core!.split(".").map(Number);
}

function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (const [at, part] of left.entries()) {
    const difference = part - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
