import type { Page } from "playwright-core";

/**
 * Collects what is wrong with a page, as sentences: errors and violations of the policy, which Chromium writes to the console,
 * exceptions that nobody caught, and requests to another server.
 */
export function watchPage(page: Page, server: string, expected: readonly RegExp[]): readonly string[] {
  const problems: string[] = [];
  const note = (problem: string) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => {
    note(`exception: ${error.stack ?? error.message}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) note(`asked for ${url}`);
  });
  return problems;
}
