import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { signatureHeaders } from "./signature.ts";

test("signature: is that of the example of Standard Webhooks", () => {
  const headers = signatureHeaders(
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}' },
    1_614_265_330_999,
  );
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("signature: is checked by five lines of Python", () => {
  const script = `
import base64, hashlib, hmac, sys
message_id, seconds, signature, body = sys.argv[1:]
wanted = base64.b64encode(hmac.new(b"geheim", f"{message_id}.{seconds}.{body}".encode(), hashlib.sha256).digest()).decode()
print(hmac.compare_digest("v1," + wanted, signature))`;
  const body = '{"title":"Ёж"}';
  const headers = signatureHeaders("geheim", { id: "1", body }, 5000);
  const said = [headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body].map(String);
  assert.equal(execFileSync("/usr/bin/python3", ["-c", script, ...said], { encoding: "utf8" }).trim(), "True");
});
