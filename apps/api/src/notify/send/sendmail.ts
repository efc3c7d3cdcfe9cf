import { type ChildProcess, spawn } from "node:child_process";
import { clipText, errorCode, oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import type { Reply } from "./reply.ts";

/** The time that the program has, ms. */
const timeoutMs = minuteMs;

/** The time for the rest of its words after its end, ms: a child that it leaves behind keeps their pipes open. */
const wordsMs = 500;

/** The part of its words that is kept, in characters. */
const mostCharacters = 300;

export type Mail = {
  readonly to: string;
  readonly from?: string;
  /** The same however often it is sent. */
  readonly id: string;
  readonly atMs: number;
  readonly subject: string;
  readonly text: string;
};

/** Hands a mail to the sendmail program of this machine. Its exit status says whether it took it. Never throws. */
export async function sendMail(program: string, mail: Mail, signal: AbortSignal): Promise<Reply> {
  const sender = mail.from === undefined ? [] : ["-f", mail.from];
  const overdue = AbortSignal.timeout(timeoutMs);
  const deadline = AbortSignal.any([signal, overdue]);
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const refuse = (why: string) => resolve({ outcome: "refused", answer: `${program} ${why}` });
  const refuseAborted = () =>
    refuse(overdue.aborted ? `did not end within ${timeoutMs / 1000} s` : "was ended: nobody waited for it any more");
  if (deadline.aborted) {
    refuseAborted();
    return await promise;
  }
  const child = spawn(program, ["-i", ...sender, "--", mail.to], {
    stdio: ["pipe", "pipe", "pipe"],
    // Nothing of this process: no secrets of its environment.
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
    // Its own group, so that its children end with it.
    detached: true,
  });
  child.once("error", (error) => {
    if (errorCode(error) === "ENOENT")
      refuse("does not exist; install one (msmtp-mta, postfix), or name another in email.sendmail");
    else refuse(`cannot be run (${errorCode(error)})`);
  });
  // While no descriptor is free, it has no streams either.
  if (child.pid === undefined) return await promise;
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      words = clipText(words + part, 4 * mostCharacters);
    });
  child.once("exit", (status, killedBy) => {
    const conclude = () => {
      const end = status === null ? String(killedBy) : `status ${status}`;
      if (status === 0) resolve({ outcome: "accepted", answer: `${program} took it` });
      else refuse(`ended with ${end}${words === "" ? "" : `: ${oneLine(words, mostCharacters)}`}`);
    };
    const grace = setTimeout(conclude, wordsMs);
    child.once("close", () => {
      clearTimeout(grace);
      conclude();
    });
  });
  deadline.addEventListener("abort", () => {
    if (isRunning(child)) {
      refuseAborted();
      killGroupOf(child);
    }
    // Not before: a mail that is delivered in the background would end by SIGPIPE.
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  });
  // The program may end before it has read everything.
  child.stdin.on("error", () => undefined);
  child.stdin.end(letterOf(mail));
  return await promise;
}

/** A program that has ended leaves the group to a mail that is delivered in the background. */
function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Kills a program and its children. One that became root, as Exim's, cannot be killed, and is left to itself. */
function killGroupOf({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!["ESRCH", "EPERM"].includes(errorCode(error))) throw error;
  }
}

/** Writes a mail as RFC 5322 has it. Text in any script is encoded, so that every server takes it. */
function letterOf({ to, from, id, atMs, subject, text }: Mail): string {
  const headers = [
    ...(from === undefined ? [] : [`From: ${from}`]),
    `To: ${to}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${new Date(atMs).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@dwld.invalid>`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  const body =
    Buffer.from(`${text}\n`)
      .toString("base64")
      .match(/.{1,76}/g) ?? [];
  return `${[...headers, "", ...body].join("\n")}\n`;
}

/** Encodes a header as RFC 2047 has it: words of at most 75 characters, none of which ends within a letter. */
function encodedWords(text: string): string {
  if (/^[ -~]*$/.test(text) && text.length < 60) return text;
  const words: string[] = [""];
  for (const letter of text) {
    const last = words.at(-1) ?? "";
    if (Buffer.byteLength(last + letter) > 42) words.push(letter);
    else words[words.length - 1] = last + letter;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join("\n ");
}
