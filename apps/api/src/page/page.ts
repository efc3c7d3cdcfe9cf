import { isOwnRead } from "../access/session-cookie.ts";
import type { Client } from "../access/trusted-proxies.ts";
import type { Exchange } from "./messages.ts";
import { answerStatic } from "./static/answer-static.ts";
import { readStaticFiles, type StaticFiles } from "./static/static-files.ts";
import { answerTaskFile, answerText, type Asker, type TaskFileSources } from "./task-files/answer-task-file.ts";
import type { TaskFile } from "./task-files/task-file.ts";
import { answerWelcome } from "./welcome/answer-welcome.ts";

/** Answers a browser's GET: with the page, or the welcome, and with files of tasks. */
export class Page {
  readonly #files: StaticFiles;
  readonly #sources: TaskFileSources;

  /** Reads the page that was built in a folder. Without one, the welcome answers in its place. */
  constructor(folder: string, sources: TaskFileSources) {
    this.#files = readStaticFiles(folder);
    this.#sources = sources;
  }

  get isBuilt(): boolean {
    return this.#files.size > 0;
  }

  /** Answers what needs no token. Returns false, and answers nothing, if a request is for something else. */
  answer(exchange: Exchange, client: Client): boolean {
    return answerStatic(this.#files, exchange) || answerWelcome(exchange, client);
  }

  /** Answers a request for a file of a task. */
  answerTaskFile(asked: TaskFile, exchange: Exchange, asker: Asker & { client: Client }): void {
    // Until its end was read, a request of HTTP/2 counts as one that does not arrive, which is canceled.
    exchange.request.resume();
    if (isOwnRead(exchange.request, asker.client)) void answerTaskFile(this.#sources, asked, exchange, asker);
    else answerText(exchange, 403, "files are given to the page of this server, and not to that of another");
  }
}
