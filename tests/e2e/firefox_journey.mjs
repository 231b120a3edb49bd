// One whole journey in Firefox ESR over WebDriver BiDi: node firefox_journey.mjs CLIENT_FOLDER FIREFOX LINK
// Prints JSON: the receipt, and what the browser complained about.
import { createRequire } from "node:module";
import { join } from "node:path";

const [client, executablePath, link] = process.argv.slice(2);
const puppeteer = createRequire(join(client, "package.json"))("puppeteer-core");
const WIDTH = 390;

const browser = await (puppeteer.default ?? puppeteer).launch({
  browser: "firefox",
  executablePath,
  headless: true,
  defaultViewport: { width: WIDTH, height: 844 },
});
const complaints = [];
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  const shown = (selector) => page.waitForSelector(selector, { visible: true });
  const click = async (selector) => (await shown(selector)).click();

  await page.goto(link);
  await click('[data-do="draw"]');
  await click('[data-step="drawn"] [data-do="carry"]');
  await click('[data-do="begin"]');
  const questions = await page.$$eval("[data-question]", (sections) => sections.map((section) => section.dataset.question));
  for (const id of questions) {
    await click(`label[for="${id}-0"]`);
    await click(`[data-question="${id}"]:not([hidden]) ~ .pk-nav [data-do="next"]:not([hidden])`);
  }
  await shown('[data-step="check"]');
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (isWide) complaints.push("the check page has to be scrolled sideways");
  await click('[data-do="send"]');
  await shown('[data-step="done"]');
  const receipt = await page.$eval('[data-slot="receipt"]', (element) => element.textContent);
  await page.waitForSelector('#token-standing[data-standing="sent"]'); // told a moment after the step is shown
  const kept = await page.$eval("#token-standing", (element) => element.dataset.standing);
  console.log(JSON.stringify({ receipt, kept, complaints, version: await browser.version() }));
} finally {
  await browser.close();
}
