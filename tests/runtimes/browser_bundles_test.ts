// The package as bundlers bundle it, and the page of the examples.
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { bundleProgram, BUNDLERS, SPECIFIERS } from "./_bundlers.ts";
import { testInChromium } from "./_chromium.ts";
import { pages } from "./_places.ts";

for (const [bundler, args] of Object.entries(BUNDLERS)) {
  for (const [what, specifier] of Object.entries(SPECIFIERS)) {
    testInChromium(`${bundler} bundles ${what} without a flag`, async () => {
      const page = await pages!.openFolder((folders) => bundleProgram(args, specifier, folders));
      assertEquals(await page.evaluate("result"), "Hello there, WASM is cool!");
    });
  }
}

testInChromium(
  "the page of the examples shouts the text that is typed, or shows why not",
  async () => {
    const page = await pages!.openFolder(async ({ folder, parts }) => {
      // The page finds the bundle where the task writes it.
      await Deno.mkdir(new URL(".bundle/", folder));
      await Deno.symlink(fromFileUrl(parts), fromFileUrl(new URL(".bundle/split", folder)));
      const example = new URL("../../examples/page/index.html", import.meta.url);
      await Deno.copyFile(example, new URL("index.html", folder));
      return folder;
    });
    await page.until("!document.forms[0].hidden");
    const shout = async (text: string) => {
      await page.click("document.querySelector('input')");
      await page.type(text);
      await page.press("Enter");
      return await page.evaluate("document.querySelector('output').value");
    };
    assertEquals(await shout("Hello, page!"), "HELLO, PAGE!");
    assertEquals(
      await shout(" This is one too long."),
      'RangeError: Cannot pass 34 bytes to "shout": the guest\'s buffer holds 24',
    );
    assertEquals(page.errors, []);
  },
);
