import { type Row, testRows, Thrown } from "./_rows.ts";

const symbols = {
  compute: { parameters: ["f64"], result: "f64" },
  quit: { parameters: ["i32"], result: "void" },
} as const;

/** The results of the guests for 4. */
const COMPUTED = Math.sin(4) + 4 + 4;

testRows(
  [0, 120].flatMap((warmUp): Row[] => [
    {
      name: `a standard build is loaded without an import, after ${warmUp} calls`,
      guest: "assemblyscript/host_library",
      options: { symbols },
      ask: ({ symbols: { compute } }) => compute!(4),
      gives: COMPUTED,
      warmUp,
    },
    {
      name: `so is one without its runtime, after ${warmUp} calls`,
      guest: "assemblyscript/host_library_without_runtime",
      options: { symbols },
      ask: ({ symbols: { compute } }) => compute!(4),
      gives: COMPUTED,
      warmUp,
    },
    {
      name: `so is one from the time of reference counting, after ${warmUp} calls`,
      guest: "assemblyscript_arc/host_library",
      options: { symbols: { compute: symbols.compute } },
      ask: ({ symbols: { compute } }) => compute!(4),
      gives: Math.sin(4) + 4,
      warmUp,
    },
  ]),
);

testRows([{
  name: "process.exit ends the guest with its code",
  guest: "assemblyscript/host_library",
  options: { symbols },
  ask: ({ symbols: { quit } }) => quit!(7),
  gives: new Thrown(
    "GuestError",
    "exited",
    "Cannot continue: the guest exited with code 7, expected reset() first",
  ),
}]);
