// The page of examples/playground/ in a browser, with the clicks and the keys of a user.
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { buildPlayground, serveFolder } from "../../examples/playground/serve.ts";
import { assemble } from "../_wat.ts";
import { CHROMIUM, Chromium, type Page, testInChromium } from "./_chromium.ts";

/** One server and one browser for all tests of this file. */
const playground = CHROMIUM === undefined ? undefined : await start(CHROMIUM);

Deno.test.afterAll(() => playground?.close());

async function start(path: string) {
  const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "passage-playground-" })}/`);
  const [browser] = await Promise.all([Chromium.launch(path), buildPlayground(folder)]);
  const options = { hostname: "localhost", port: 0, onListen() {} };
  const server = Deno.serve(options, (request) => serveFolder(request, folder));
  return {
    open: () => browser.open(`http://localhost:${server.addr.port}/`),
    folder,
    async close() {
      await browser.close();
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Tests the actions of a user, during which nothing in the page may fail. */
function testPage(name: string, act: (page: Page) => Promise<void>): void {
  testInChromium(`the playground ${name}`, async () => {
    const page = await playground!.open();
    await act(page);
    assertEquals(page.errors, []);
  });
}

const BY_ID = (id: string) => `document.getElementById("${id}")`;

function button(text: string): string {
  return `[...document.querySelectorAll("button")].find((one) => one.textContent === "${text}")`;
}

/** Returns the text of an element as a user reads it. */
function textOf(page: Page, id: string): Promise<string> {
  return page.evaluate(`${BY_ID(id)}.innerText`);
}

async function chooseFile(page: Page, path: string): Promise<void> {
  const { root } = await page.send("DOM.getDocument") as { root: { nodeId: number } };
  const found = await page.send("DOM.querySelector", { nodeId: root.nodeId, selector: "#file" });
  await page.send("DOM.setFileInputFiles", { nodeId: found.nodeId, files: [pathOf(path)] });
  await page.until(`!${BY_ID("call")}.hidden`);
}

function pathOf(guest: string): string {
  return fromFileUrl(new URL(`../../testdata/${guest}`, import.meta.url));
}

testPage("calls a guest and shows its result, its steps and its memory", async (page) => {
  await page.click(button("C, a static buffer"));
  await page.until(`!${BY_ID("call")}.hidden`);
  await page.click(BY_ID("run"));
  await page.until(`${BY_ID("memory")}.innerText`);
  assertEquals(await textOf(page, "result"), "Result\nHello there, WASM is cool!");
  const seen = await page.evaluate<string[]>(
    `[...document.querySelectorAll(".seen")].map((one) => one.innerText)`,
  );
  // The linker has chosen the address of the buffer: the guest's getter returns it.
  const at = /get_buffer_pointer"\(\) = \d+ \(0x([\da-f]+)\)/.exec(seen[0]!)?.[1];
  assert(at !== undefined, seen[0]);
  assert(seen[0]!.includes(`wrote 14 bytes at 0x${at}`), seen[0]); // 13 and a NUL
  assert(seen[1]!.includes('"add_wasm_is_cool"() = 26'), seen[1]);
  assert(seen[2]!.includes('the value is "Hello there, WASM is cool!"'), seen[2]);
  // Each byte is marked twice: as a value, and as a character.
  const counts = await page.evaluate<number[]>(
    `["wrote", "read", "changed"].map((mark) =>
      document.querySelectorAll(".range .dump:last-child mark." + mark).length / 2)`,
  );
  assertEquals(counts, [14, 26, 26]);
});

testPage("works with the keyboard alone", async (page) => {
  const focused = () =>
    page.evaluate<string>("document.activeElement.id || document.activeElement.textContent");
  const tabTo = async (name: string) => {
    for (let key = 0; key < 20; key++) {
      await page.press("Tab");
      if (await focused() === name) {
        assert(await page.evaluate("document.activeElement.matches(':focus-visible')"));
        return;
      }
    }
    throw new Error(`The key Tab does not reach ${name}`);
  };
  await tabTo("AssemblyScript");
  await page.press("Enter");
  await page.until(`!${BY_ID("call")}.hidden`);
  await tabTo("input");
  await page.evaluate("document.activeElement.select()");
  await page.type("Grüße 🌍");
  await page.press("Enter", "Control");
  await page.until(`${BY_ID("result")}.innerText`);
  assertEquals(await textOf(page, "result"), "Result\nHello, Grüße 🌍!");
  await page.press("Tab", "Shift");
  await page.press("Tab", "Shift");
  assertEquals(await focused(), "export");
  await page.press("ArrowDown"); // to `echo`
  await tabTo("run");
  await page.press("Enter");
  await page.until(`!${BY_ID("result")}.innerText.includes("Hello")`);
  assertEquals(await textOf(page, "result"), "Result\nGrüße 🌍");
});

testPage("offers what would settle an error", async (page) => {
  await chooseFile(page, "rust/packed.wasm");
  await page.evaluate(`${BY_ID("export")}.value = "echo"; ${BY_ID("input")}.value = "Hello"`);
  await page.click(BY_ID("run"));
  await page.until(`${BY_ID("result")}.innerText`);
  assert(
    (await textOf(page, "result")).startsWith("Error: ambiguous"),
    await textOf(page, "result"),
  );
  await page.click(button("Use it"));
  await page.until(`${BY_ID("result")}.innerText.startsWith("Result")`);
  assertEquals(await textOf(page, "result"), "Result\nHello");
});

testPage("takes a file that is dropped, and numbers a line each", async (page) => {
  await page.drop(BY_ID("drop"), pathOf("c/symbols.wasm"));
  await page.until(`!${BY_ID("call")}.hidden`);
  await page.evaluate(`${BY_ID("export")}.value = "add_i64";
    ${BY_ID("export")}.dispatchEvent(new Event("change"))`);
  assertEquals(await page.evaluate(`${BY_ID("passed")}.value`), "numbers");
  await page.click(BY_ID("input"));
  await page.type("9007199254740993\n-1");
  await page.click(BY_ID("run"));
  await page.until(`${BY_ID("result")}.innerText`);
  assertEquals(await textOf(page, "result"), "Result\n9007199254740992");
});

testPage("shows the types and the calls of a component", async (page) => {
  await page.drop(BY_ID("drop"), pathOf("component/echoes.wasm"));
  await page.until(`!${BY_ID("about")}.hidden`);
  const shown = await page.evaluate<string>(`${BY_ID("inspection")}.textContent`);
  assert(shown.includes("It is a component, and has "), shown);
  assert(shown.includes("add: func(a: u32, b: u32) -> u32;"), shown);
  assert(shown.includes('guest.interfaces["test:echoes/api"].add(0, 0)'), shown);
});

testPage("calls functions of a component with texts, numbers and JSON", async (page) => {
  await page.click(button("A component"));
  await page.until(`!${BY_ID("call")}.hidden`);
  const call = async () => {
    await page.click(BY_ID("run"));
    await page.until(`${BY_ID("result")}.innerText`);
    const shown = await textOf(page, "result");
    await page.evaluate(`${BY_ID("result")}.replaceChildren()`);
    return shown;
  };
  const choose = async (name: string, input: string) => {
    await page.evaluate(`${BY_ID("export")}.value = "test:echoes/api#${name}";
      ${BY_ID("export")}.dispatchEvent(new Event("change"))`);
    await page.click(BY_ID("input"));
    await page.evaluate("document.activeElement.select()");
    await page.type(input);
  };
  assertEquals(await call(), "Result\n5"); // 2 and 3 are there to begin with
  await choose("text", "Grüße\nund mehr");
  assertEquals(await call(), "Result\nGrüße\nund mehr");
  await choose("shape", '{ "tag": "label", "val": "Ada" }');
  assertEquals(await call(), 'Result\n{"tag":"label","val":"Ada"}');
  await choose("half", "3");
  assertEquals(await call(), "Error\nThe result is an error: 1");
  await choose("add", "2\nthree");
  assertEquals(await call(), 'Error\nCannot pass "three": it is not a number, expected u32');
  assertEquals(await page.evaluate(`${BY_ID("convention")}.checkVisibility()`), false);
});

testPage("shows the kind of a file that is not a module", async (page) => {
  await page.drop(BY_ID("drop"), pathOf("README.md"));
  await page.until(`${BY_ID("status")}.innerText.startsWith("README.md")`);
  assertEquals(await page.evaluate(`${BY_ID("call")}.hidden`), true);
});

testPage("shows names as text, whatever they are", async (page) => {
  const guest = assemble(`(module (memory (export "memory") 1)
    (func (export "<img src=x onerror=alert(1)>") (param i32) (result i32) (local.get 0)))`);
  const path = new URL("names.wasm", playground!.folder);
  await Deno.writeFile(path, guest);
  await page.drop(BY_ID("drop"), fromFileUrl(path));
  await page.until(`!${BY_ID("call")}.hidden`);
  assert((await textOf(page, "inspection")).includes("<img src=x onerror=alert(1)>"));
  assertEquals(await page.evaluate(`document.images.length`), 0);
});

/** Returns the least contrast of text and its background, by WCAG 2.2. */
const CONTRAST = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return color === "rgba(0, 0, 0, 0)" && element.parentElement ? behind(element.parentElement) : color;
  };
  let least = 21;
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility() || element.tagName === "OPTION") continue;
    const [a, b] = [getComputedStyle(element).color, behind(element)].map(luminance);
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()`;

testPage("is legible in light and in dark", async (page) => {
  await page.click(button("C, an allocator and C strings"));
  await page.until(`!${BY_ID("call")}.hidden`);
  await page.click(BY_ID("run"));
  await page.until(`${BY_ID("memory")}.innerText`);
  for (
    const [scheme, background] of [["light", "rgb(255, 255, 255)"], ["dark", "rgb(22, 24, 27)"]]
  ) {
    const features = [{ name: "prefers-color-scheme", value: scheme! }];
    await page.send("Emulation.setEmulatedMedia", { features });
    const found = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    assertEquals(found, background!);
    const contrast = await page.evaluate<number>(CONTRAST);
    assert(contrast >= 4.5, `${scheme}: ${contrast}`); // level AA
  }
  // Nothing is cut off in a narrow window: wider elements scroll.
  await page.send("Emulation.setDeviceMetricsOverride", {
    width: 400,
    height: 800,
    deviceScaleFactor: 1,
    mobile: false,
  });
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert(width <= 400, `${width} of 400 pixels`);
});
