import { assertEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { layOutObject, resolveObject } from "../../src/plan/objects.ts";
import { assemblyScript } from "../../src/presets/assembly_script.ts";
import { allocator } from "../../src/presets/allocator.ts";
import { guestUrl } from "../_guests.ts";
import { symbols } from "../call/managed/_guest_objects.ts";

/** Returns the offsets and the size of a class. */
function placesOf(type: Parameters<typeof layOutObject>[0], names: readonly string[]): number[] {
  const layout = layOutObject(type);
  if (layout.kind !== "object") throw new Error("expected an object");
  const offsets = names.map((name) => layout.fields.find((field) => field.name === name)!.offset);
  return [...offsets, layout.size];
}

Deno.test("fields are at the offsets that AssemblyScript's compiler chooses", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols });
  const { result: small } = symbols.flip, { result: shape } = symbols.makeShape;
  const found = [
    ...placesOf(small, ["a", "b", "c", "d", "e", "f"]),
    ...placesOf(shape, ["text", "size", "sides", "next"]),
  ];
  assertEquals(found, [...guest.symbols.offsets()]);
});

Deno.test("an object needs a convention with objects", () => {
  const type = { type: "object", class: "Point", fields: { x: "f64" } } as const;
  const refused = resolveObject(type, allocator({ allocate: "malloc" }));
  assertEquals(
    refused instanceof Problem && refused.message,
    'Cannot pass "object": the convention has no objects, expected convention: assemblyScript(), ' +
      'or type: "struct" for a struct of C',
  );
  const plan = resolveObject(type, assemblyScript());
  assertEquals(plan instanceof Problem ? plan.message : plan.layout.kind, "object");
});

Deno.test("an object without fields has those of the nearest object around it of its class", () => {
  const again = { type: "object", class: "Node" } as const;
  const inside = { type: "object", class: "Other", fields: { x: "f64", back: again } } as const;
  const node = { type: "object", class: "Node", fields: { inside } } as const;
  const plan = resolveObject({ type: "objects", item: node }, assemblyScript());
  assertEquals(plan instanceof Problem, false);
  for (const lost of [again, inside, { type: "objects", item: inside }] as const) {
    const refused = resolveObject(lost, assemblyScript());
    assertEquals(
      refused instanceof Problem && refused.message,
      'Cannot copy an object of class "Node": it has no fields, and is not within an object of that ' +
        "class, expected its fields by name",
    );
  }
});

Deno.test("an array of numbers is laid out as a typed array, and an array of objects by its items", () => {
  const kindOf = (item?: "bool" | "string" | "bytes") => {
    const layout = layOutObject({ type: "objects", ...(item && { item }) });
    return layout.kind;
  };
  assertEquals([kindOf(), kindOf("bool"), kindOf("string"), kindOf("bytes")], [
    "numbers",
    "numbers",
    "items",
    "items",
  ]);
});
