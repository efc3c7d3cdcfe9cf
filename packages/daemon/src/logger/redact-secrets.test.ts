import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecretName, redactSecrets, redactValue } from "./redact-secrets.ts";

const cases: readonly [text: string, expected: string][] = [
  // URLs
  ["proxy socks5://user:geheim@127.0.0.1:1080 refused", "proxy socks5://[redacted]@127.0.0.1:1080 refused"],
  ["ftp://dwld:ge@heim@nas/x", "ftp://[redacted]@nas/x"],
  ["ftp://dwld:ge/heim@nas/x", "ftp://[redacted]@nas/x"],
  ["ftp://dwld:ge?heim#@nas/x", "ftp://[redacted]@nas/x"],
  ["https://geheimtoken@host/x", "https://[redacted]@host/x"],
  ["[generic] https://a.example:8080/x?id=1: 404", "[generic] https://a.example:8080/x?id=1: 404"],
  ["https://medium.example/@author/post", "https://medium.example/@author/post"],
  ["https://host:443/a@b", "https://host:443/a@b"],
  ["http://[::1]:80/a@b", "http://[::1]:80/a@b"],
  // signed parameters
  ["https://a/v.mp4?id=7&sig=geheim&itag=18", "https://a/v.mp4?id=7&sig=[redacted]&itag=18"],
  [
    "https://a/v?expire=1700000000&lsig=geheim&signature=geheim",
    "https://a/v?expire=[redacted]&lsig=[redacted]&signature=[redacted]",
  ],
  [
    "https://a/v?X-Amz-Signature=geheim&X-Amz-Credential=geheim%2Fx&y=1",
    "https://a/v?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]&y=1",
  ],
  [
    "https://a/v?access_token=geheim&hdnts_token=geheim&KEY=geheim#top",
    "https://a/v?access_token=[redacted]&hdnts_token=[redacted]&KEY=[redacted]#top",
  ],
  ['{"u":"https://a/v?x=1\\u0026token=geheim\\u0026y=2"}', '{"u":"https://a/v?x=1\\u0026token=[redacted]\\u0026y=2"}'],
  [
    "https://r/?u=https%3A%2F%2Fa%2Fv%3Fsig%3Dgeheim%26id%3D7",
    "https://r/?u=https%3A%2F%2Fa%2Fv%3Fsig%3D[redacted]%26id%3D7",
  ],
  ["v%3fsig%3dgeheim%26id%3d7", "v%3fsig%3d[redacted]%26id%3d7"],
  [
    "https://r1.example/videoplayback/expire/170/id/7/sig/AJgeheim/file/index.m3u8",
    "https://r1.example/videoplayback/expire/[redacted]/id/7/sig/[redacted]/file/index.m3u8",
  ],
  ["https://a/watch?v=dQw4w9WgXcQ&list=PL1&keyword=tea", "https://a/watch?v=dQw4w9WgXcQ&list=PL1&keyword=tea"],
  // headers
  ["Cookie: SID=geheim; HSID=geheim\nHost: a", "Cookie: [redacted]\nHost: a"],
  ["< set-cookie: a=geheim; Path=/", "< set-cookie: [redacted]"],
  ["Authorization: Bearer geheim.geheim", "Authorization: [redacted]"],
  ["proxy-authorization:Basic Z2VoZWlt\r\nX: y", "proxy-authorization:[redacted]\r\nX: y"],
  ["X-Auth-Token: geheim", "X-Auth-Token: [redacted]"],
  ["sent Bearer geheimgeheim to host", "sent Bearer [redacted] to host"],
  ["{'Cookie': 'SID=geheim; x', 'Accept': '*/*'}", "{'Cookie': '[redacted]', 'Accept': '*/*'}"],
  ['{"Authorization": "Basic \\"geheim\\"", "a": 1}', '{"Authorization": "[redacted]", "a": 1}'],
  // command lines and dialogues
  ["yt-dlp --username me --password geheim --no-colors", "yt-dlp --username me --password [redacted] --no-colors"],
  ['yt-dlp --video-password="ge heim" URL', "yt-dlp --video-password=[redacted] URL"],
  ["yt-dlp --ap-password 'ge heim' URL", "yt-dlp --ap-password [redacted] URL"],
  ["yt-dlp --twofactor 123456 URL", "yt-dlp --twofactor [redacted] URL"],
  ["yt-dlp --cookies /etc/dwld/cookies URL", "yt-dlp --cookies [redacted] URL"],
  ["yt-dlp --cookies-from-browser firefox", "yt-dlp --cookies-from-browser firefox"],
  ["yt-dlp --cookies cookies.txt --ap-password or3 URL", "yt-dlp --cookies [redacted] --ap-password [redacted] URL"],
  ["yt-dlp --password \\\n geheim \\\n URL", "yt-dlp --password \\\n [redacted] \\\n URL"],
  ["yt-dlp --password=or URL", "yt-dlp --password=[redacted] URL"],
  ["['-v', '--password', 'ge heim', 'URL']", "['-v', '--password', '[redacted]', 'URL']"],
  ['["--cookies", "geheim", "URL"]', '["--cookies", "[redacted]", "URL"]'],
  ["password=geheim, user=me", "password=[redacted], user=me"],
  ['{"password": "ge\\"heim", "user": "me"}', '{"password": "[redacted]", "user": "me"}'],
  ["> PASS geheim", "> PASS [redacted]"],
  // what is no secret
  [
    "Use --cookies-from-browser or --cookies for the authentication. See  https://github.com/yt-dlp/yt-dlp/wiki/FAQ",
    "Use --cookies-from-browser or --cookies for the authentication. See  https://github.com/yt-dlp/yt-dlp/wiki/FAQ",
  ],
  ["Use --cookies\nnext        dwld ends the task", "Use --cookies\nnext        dwld ends the task"],
  ["use --cookies. Or --cookies, too", "use --cookies. Or --cookies, too"],
  [
    "use --username and --password or --netrc, or the --video-password option",
    "use --username and --password or --netrc, or the --video-password option",
  ],
  ["use --ap-username and --ap-password\nERROR: [site] no", "use --ap-username and --ap-password\nERROR: [site] no"],
  ["Failed to fetch basic information; no Bearer token", "Failed to fetch basic information; no Bearer token"],
  [
    "ERROR: [site] This video requires a password: use --video-password",
    "ERROR: [site] This video requires a password: use --video-password",
  ],
  ["wrong password for user dwld", "wrong password for user dwld"],
  ["530 Login incorrect.", "530 Login incorrect."],
  ["", ""],
];

for (const [text, expected] of cases) {
  test(`redaction: ${JSON.stringify(text.slice(0, 60))}, once or twice`, () => {
    assert.equal(redactSecrets(text), expected);
    assert.equal(redactSecrets(expected), expected);
  });
}

test("redaction: a value is redacted by its keys, however deep, and by the options of a command line", () => {
  assert.deepEqual(
    redactValue({
      user: "me",
      password: "geheim",
      ftp: [{ passwordFile: "/etc/x", Authorization: ["geheim"], proxyPassword: 5, "set-cookie": { a: "geheim" } }],
      argv: ["yt-dlp", "--video-password", "geheim", "https://u:geheim@a"],
      token: null,
      hasToken: true,
    }),
    {
      user: "me",
      password: "[redacted]",
      ftp: [
        {
          passwordFile: "/etc/x",
          Authorization: "[redacted]",
          proxyPassword: "[redacted]",
          "set-cookie": "[redacted]",
        },
      ],
      argv: ["yt-dlp", "--video-password", "[redacted]", "https://[redacted]@a"],
      token: null,
      hasToken: true,
    },
  );
});

test("redaction: names of secrets are known in every spelling", () => {
  for (const name of [
    "password",
    "PASSWD",
    "api_key",
    "X-Api-Key",
    "accessToken",
    "set-cookie",
    "cookies",
    "Authorization",
    "sig",
  ]) {
    assert.ok(isSecretName(name), name);
  }
  for (const name of ["passwordFile", "tokenFile", "user", "keyword", "signal", "design", "path", "key"])
    assert.ok(!isSecretName(name), name);
});

/** Long lines on which a careless expression takes minutes. */
const long: Record<string, string> = {
  "schemes without an end": "a://b:c".repeat(50_000),
  "one word": "a".repeat(1_000_000),
  "parameters without values": "?token".repeat(100_000),
  "parameters without names": "&=".repeat(300_000),
  quotes: `"password":"`.repeat(50_000),
  backslashes: `"password":"${"\\".repeat(500_000)}`,
  headers: "cookie: ".repeat(100_000),
  options: "--password ".repeat(80_000),
  dashes: "-".repeat(500_000),
  "dots and dashes": "a.-_".repeat(200_000),
  spaces: `password${" ".repeat(500_000)}=`,
};

for (const [name, text] of Object.entries(long)) {
  test(`redaction: a long line of ${name} costs time in proportion to its length`, () => {
    const half = cost(text.slice(0, text.length / 2));
    const whole = cost(text);
    // A ratio of 2 is linear, 4 quadratic. Half a second passes in any case: nothing hangs for that long.
    assert.ok(whole < 500 || whole < 3 * half, `${half} ms for half of it, ${whole} ms for the whole`);
  });
}

/** Returns CPU milliseconds of this process, which do not depend on how busy the machine is. */
function cost(text: string): number {
  const before = process.cpuUsage();
  redactSecrets(text);
  return process.cpuUsage(before).user / 1000;
}
