import assert from "node:assert/strict";
import { test } from "node:test";
import { FTPError } from "basic-ftp";
import type { FailureKind } from "@dwld/delivery";
import { CertificateError, explainFtpError } from "./ftp-failure.ts";
import type { FtpStep } from "./failure-text.ts";

const server = { name: "ftp://nas.example:21", user: "ann", password: "s3cret", tlsMode: "explicit" } as const;

const reply = (message: string) => new FTPError({ code: Number.parseInt(message, 10), message });
const system = (code: string, message = code) => Object.assign(new Error(message), { code });

const table: [FtpStep, Error, FailureKind][] = [
  ["connect", system("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:21 (control socket)"), "connection"],
  ["connect", system("ENOTFOUND", "getaddrinfo ENOTFOUND nas.example (control socket)"), "connection"],
  ["connect", new AggregateError([system("ECONNREFUSED")], ""), "connection"],
  ["connect", system("EHOSTUNREACH"), "connection"],
  ["connect", new Error("Timeout (control socket)"), "stalled"],
  ["connect", system("ETIMEDOUT"), "stalled"],
  ["connect", reply("421 There are too many connected users, please try later."), "too_many_connections"],
  ["connect", reply("421 There are too many connections from your internet address."), "too_many_connections"],
  [
    "login",
    reply("530 Sorry, the maximum number of clients (5) for this user are already connected."),
    "too_many_connections",
  ],
  ["connect", reply("421 Service not available."), "connection"],
  ["connect", reply("500 OOPS: vsftpd: refusing to run with writable root"), "connection"],
  ["connect", system("EPROTO", "error:0A00010B:SSL routines:tls_validate_record_header:wrong version number"), "tls"],
  ["tls", reply("500 Unknown command."), "tls"],
  ["tls", reply("530 Please login with USER and PASS."), "tls"],
  ["tls", new CertificateError("its certificate is not trusted: it is self-signed", "AB:CD"), "tls"],
  ["tls", system("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls"],
  ["tls", system("ERR_TLS_CERT_ALTNAME_INVALID"), "tls"],
  ["login", reply("530 Login incorrect."), "login"],
  ["login", reply("430 Invalid username or password"), "login"],
  ["login", reply("332 Need account for login."), "login"],
  ["login", reply("530 Non-anonymous sessions must use encryption."), "tls"],
  ["login", reply("550 SSL/TLS required on the control channel"), "tls"],
  ["login", new Error("/etc/dwld/ftp-password does not exist"), "login"],
  ["folder", reply("550 Create directory operation failed."), "permission"],
  ["folder", reply("550 Failed to change directory."), "permission"],
  ["put", reply("553 Could not create file."), "permission"],
  ["put", reply("550 /videos/a: No such file or directory"), "unknown"],
  ["put", new Error("Invalid command: Contains control characters. (STOR a\nb)"), "name_refused"],
  ["put", new Error("Timeout (data socket)"), "stalled"],
  ["put", system("ECONNREFUSED", "Can't open data connection in passive mode: connect ECONNREFUSED"), "connection"],
  ["resume", reply("451 Append/Restart not permitted, try again"), "cannot_resume"],
  ["resume", reply("502 Command not implemented."), "cannot_resume"],
  ["resume", reply("552 Over quota."), "no_space"],
  ["hash", reply("504 Command not implemented for that parameter."), "unknown"],
  ["size", reply("530 Please login with USER and PASS."), "login"],
  ["put", reply("550 Permission denied."), "permission"],
  ["put", reply("522 Data connections must be encrypted."), "tls"],
  ["put", reply("452 Insufficient storage space"), "no_space"],
  ["put", reply("550 Insufficient privileges."), "permission"],
  ["folder", reply("550 Insufficient access rights"), "permission"],
  ["rename", reply("550 Insufficient permissions"), "name_refused"],
  ["put", reply("552 Exceeded storage allocation"), "no_space"],
  ["put", reply("451 Failure writing to local file."), "no_space"],
  ["put", reply("550 disk quota exceeded"), "no_space"],
  ["put", reply("451 Requested action aborted: local error in processing"), "unknown"],
  ["put", reply("425 Failed to establish connection."), "connection"],
  ["put", reply("426 Failure reading network stream."), "connection"],
  ["put", reply("421 Timeout."), "connection"],
  ["put", reply("530 Please login with USER and PASS."), "login"],
  ["put", new Error("Timeout (data socket)"), "stalled"],
  ["put", new Error("Server sent FIN packet unexpectedly, closing connection."), "connection"],
  ["put", new Error("Can't open data connection in passive mode: connect ECONNREFUSED 10.0.0.1:4"), "connection"],
  ["put", system("ECONNRESET", "read ECONNRESET (data socket)"), "connection"],
  ["put", system("EPIPE"), "connection"],
  ["put", system("ERR_STREAM_PREMATURE_CLOSE", "Premature close"), "connection"],
  ["put", new Error("Client is closed because Server closed connection unexpectedly."), "connection"],
  ["put", new Error("something else"), "unknown"],
  ["rename", reply("553 Filename not allowed"), "name_refused"],
  ["rename", reply("501 Invalid file name"), "name_refused"],
  ["rename", reply("550 Rename failed."), "name_refused"],
  ["size", reply("500 Unknown command."), "unknown"],
  ["remove", reply("550 Delete operation failed."), "permission"],
];

for (const [step, error, kind] of table)
  test(`FTP failure: at ${step}, "${error.message || error.constructor.name}" is ${kind}`, () => {
    const failure = explainFtpError(error, step, server, "/videos/a.mp4");
    assert.equal(failure.kind, kind);
    assert.equal(failure.phase, ["connect", "tls", "login"].includes(step) ? "connect" : "work");
    assert.match(failure.message, /ftp:\/\/nas\.example:21/);
    assert.match(failure.advice, /^[A-Z].*\.$/);
  });

test("FTP failure: says what happened, to what, and what to do", () => {
  const { message, advice } = explainFtpError(reply("553 Could not create file."), "put", server, "/videos/a.mp4");
  assert.equal(
    message,
    "ftp://nas.example:21 does not let the user ann write /videos/a.mp4 (553 Could not create file.)",
  );
  assert.match(advice, /ftp\.directory/);
});

test("FTP failure: a title does not pass for the server's words", () => {
  const told = reply("550 /v/Disk full, quota, SSL.mp4: Permission denied");
  assert.equal(explainFtpError(told, "put", server, "/v/Disk full, quota, SSL.mp4").kind, "permission");
});

test("FTP failure: a server that wants TLS, while none is set, gets the setting as advice", () => {
  const failure = explainFtpError(reply("530 Anonymous sessions must use encryption."), "login", {
    ...server,
    tlsMode: "none",
  });
  assert.match(failure.advice, /set ftp\.tls\.mode to explicit/);
});

test("FTP failure: a password that the server repeats reaches neither message nor cause", () => {
  const failure = explainFtpError(reply("530 no user ann with s3cret"), "login", server);
  const told = JSON.stringify([
    failure.message,
    failure.advice,
    String(failure.stack),
    String((failure.cause as Error).stack),
  ]);
  assert.doesNotMatch(told, /s3cret/);
  assert.match(failure.message, /###/);
});

test("FTP failure: a server's words cannot break out of one line of a log", () => {
  const failure = explainFtpError(reply(`550-\u001B[31mred\u202E\n550 ${"x".repeat(5000)}`), "put", server, "/a");
  assert.doesNotMatch(failure.message, /[\p{Cc}\p{Cf}]/u);
  assert.ok(failure.message.length < 500);
});

test("FTP failure: one that is explained already stays as it is", () => {
  const failure = explainFtpError(reply("452 full"), "put", server);
  assert.equal(explainFtpError(failure, "size", server), failure);
});
