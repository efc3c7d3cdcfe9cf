import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./site-table.ts";

/** Answers a request as the fault says, or not at all. */
export function misbehave(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  switch (fault.kind) {
    case "hang": {
      const timer = setTimeout(() => response.destroy(), fault.seconds * 1000);
      response.once("close", () => clearTimeout(timer));
      return;
    }
    case "drip": {
      response.writeHead(200, { "Content-Type": fault.contentType, "Content-Length": String(fault.lengthBytes) });
      const drop = () => response.write(Buffer.alloc(300, " "));
      if (fault.beginning === undefined) drop();
      else response.write(fault.beginning);
      const timer = setInterval(drop, 300);
      response.once("close", () => clearInterval(timer));
      return;
    }
    case "status":
      if (fault.retryAfterSeconds !== undefined)
        response.setHeader("Retry-After", retryAfter(fault.retryAfterSeconds, fault.retryAfterAs));
      response.writeHead(fault.status, { "Content-Type": "text/plain" }).end("Not today.\n");
      return;
    case "redirect":
      response.writeHead(302, { Location: fault.to }).end();
      return;
    case "redirect-loop":
      response.writeHead(302, { Location: request.url ?? "/" }).end();
      return;
    case "redirect-onward": {
      const [path, hops] = (request.url ?? "/").split("?");
      response.writeHead(302, { Location: `${path}?${Number(hops ?? 0) + 1}` }).end();
      return;
    }
    case "empty":
      response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": 0 }).end();
      return;
    case "html":
      response.writeHead(200, { "Content-Type": "video/mp4" }).end("<!doctype html><title>Please log in</title>\n");
      return;
    case "answer":
      response.writeHead(200, fault.headers).end(fault.body);
      return;
  }
}

function retryAfter(seconds: number, as: "seconds" | "date" = "seconds"): string {
  return as === "seconds" ? String(seconds) : new Date(Date.now() + seconds * 1000).toUTCString();
}
