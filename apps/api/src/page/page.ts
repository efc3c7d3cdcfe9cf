import type { Logger } from "@dwld/daemon";
import type { Client } from "../access/trusted-proxies.ts";
import type { Request, Response } from "./messages.ts";
import { answerStatic } from "./static/answer-static.ts";
import { readStaticFiles, type StaticFiles } from "./static/static-files.ts";
import { answerWelcome } from "./welcome/answer-welcome.ts";

/** What a browser gets from the api's HTTP listener. */
export class Page {
  readonly #files: StaticFiles;

  /** Reads the page that was built in a folder. Without one, the welcome answers in its place. */
  constructor(folder: string, logger: Pick<Logger, "info">) {
    const files = readStaticFiles(folder);
    if (files === undefined)
      logger.info(`there is no page for browsers, since ${folder} is empty: "make page" builds it, for the next start`);
    this.#files = files ?? new Map();
  }

  /** Answers what needs no token. Returns false, and answers nothing, if a request is for something else. */
  answer(request: Request, response: Response, client: Client): boolean {
    return answerStatic(this.#files, request, response) || answerWelcome(request, response, client);
  }
}
