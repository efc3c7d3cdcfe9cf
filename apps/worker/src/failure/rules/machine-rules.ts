import { any, type Rule } from "./rule.ts";

/** Sockets have the same numbers: "[Errno 13] Permission denied" of a connection is a firewall; and a container refuses a codec. */
const ofOthers = /connection|urlopen|socket|proxy|codec parameters/;

/** This machine's own troubles: its disk, its permissions, its programs. Against the whole message. */
export const machineRules: readonly Rule[] = [
  { failureClass: "too_large", when: /larger than max-filesize/ },
  {
    failureClass: "disk_full",
    when: any`
      errno (?:27|28|122)\b
      enospc
      no space left on device
      disk quota exceeded
      winerror 112\b
      not enough (?:\w+ )?(?:disk )?space
      no (?:free |more )+(?:disk )?space
      (?:out of|insufficient) (?:disk|storage)\b
      no_space
      disk (?:is )?full
    `,
  },
  {
    failureClass: "name_too_long",
    when: any`
      errno (?:36|63)\b
      enametoolong
      (?:file ?|path ?)?name (?:is )?too long
      winerror (?:111|206)\b
      filename or extension is too long
    `,
  },
  {
    failureClass: "permission",
    when: any`
      errno (?:1|13|17|20|21|30)\b
      permissionerror
      winerror (?:5|32)\b
      read-only file system
      (?:open|create|write|writing|rename|move|delete|remove|input|output)\b.{0,60}(?:permission denied|operation not permitted|access is denied|read-only)
      ^(?:unable|failed) to (?:rename|move|create|write|delete|open) (?:\w+ ){0,2}(?:file|directory|folder|for writing)\b.{0,80}\b(?:denied|refused|forbidden|not allowed)
      winerror (?:3|123)\b
      (?:ff(?:mpeg|probe)|aria2c)\b.{0,60}permission denied
      (?:director(?:y|ies)|folder|path|file) is (?:not writ(?:e)?able|read-only)
    `,
    unless: ofOthers,
  },
  {
    failureClass: "permission",
    when: /^cannot write (?:[\w-]+ )?(?:metadata|description|subtitles|internet shortcut|thumbnail|\w+ file)/,
    confidence: "medium",
  },
  {
    // The folder itself is not there, or is not what it should be.
    failureClass: "permission",
    when: any`
      create directory:? \[errno
      open for writing:? \[errno
      unable to write data:? \[errno
    `,
    confidence: "medium",
  },
  {
    failureClass: "ffmpeg_missing",
    when: any`
      \bav(?:conv|probe) not found
      ff(?:mpeg|probe)(?: (?:and|or) \w+)? (?:is |are |was |could )?not (?:found|installed|be found)
      ff(?:mpeg|probe) (?:is )?(?:missing|required|needed|absent)
      ff(?:mpeg|probe) (?:could ?n[o']t|cannot) be (?:started|run|executed|launched)
      \bno ff(?:mpeg|probe)\b.{0,40}\b(?:found|installed|available)
      no such file or directory: '?ff(?:mpeg|probe)
      install ffmpeg
      \bff(?:mpeg|probe): (?:command )?not found
      (?:needs?|requires?) ffmpeg\b.{0,60}not
      ffmpeg[- ]location\b.{0,80}\bnot exist
      'nonetype'.{0,40}ff(?:mpeg|probe)
    `,
  },
];

/** The way out. Against the whole message, causes too. */
export const proxyRules: readonly Rule[] = [
  // dwld's own way out answers "502 ENOTFOUND" for a host that it cannot reach: no proxy's fault.
  { failureClass: "network", when: /(?:tunnel connection failed:|connect tunnel failed, response) 502 e[a-z]+/ },
  {
    failureClass: "proxy_error",
    when: any`
      proxyerror
      (?:connect|connection) to (?:the )?proxy
      tunnel connection failed
      connect tunnel failed
      http error 407
      \b407 proxy
      proxy authentication
      unknown proxy scheme
      proxy (?:url|scheme|host|address)\b
      proxy (?:has |server )?(?:refused|rejected|closed|denied|failed|is (?:down|unreachable|not reachable|dead))
      socks (?:authentication|version|server|handshake|connection)
      from proxy after connect
      curl: \((?:5|97)\)
      resolve proxy
      (?:invalid|unsupported|missing|unrecogni[sz]ed|malformed) proxy
      proxy (?:"[^"]*" )?(?:missing|is not supported|type)
      socks[45]?h?(?: |_)?(?:proxy|server|error|connection|handshake)
      socks[45]\w*error
      sockserror
      sockshttps?connection
    `,
  },
];

/** Connections that fail. Against the whole message, causes too. */
export const networkRules: readonly Rule[] = [
  {
    failureClass: "network",
    when: any`
      timed? ?out\b
      \btimeouterror
      connect ?timeout
      read ?timeout
      connection (?:\w+ ){0,3}(?:refused|reset|aborted|closed|broken|lost|error|failed|interrupted|terminated|dropped)
      (?:refused|reset|aborted|closed|lost) (?:the |your )?connection
      establish a new connection
      failed to (?:resolve ['"(]|resolve (?:the )?host|connect)
      name resolution
      getaddrinfo
      name or service not known
      nodename nor servname
      no address associated
      could ?n[o']t resolve
      (?:network|host)(?: is)? unreachable
      no route to host
      remote (?:end|host) closed
      unexpected eof
      eof occurred
      \btls (?!fingerprint)
      \bssl\b
      ^no (?:network|internet)\b
      _ssl\.c:
      ssl ?error
      certificate
      handshake
      bad ?status ?line
      incomplete ?read
      invalid ?chunk
      curl: \(\d+\)
      # getaddrinfo(3) has numbers of its own
      errno (?:-[235]|8|11001)\b
      errno -?(?:101|103|104|110|111|113)\b
      winerror 1(?:00|10)\d\d\b
      transport ?error
      urlopen error
      remote ?disconnected
      protocol ?error
      network (?:connection )?error
      bytes read, \d+ more expected
      giving up after \d+ (?:\w+ )?retries
      (?:unable|failed|could ?n[o']t|cannot|can't) (?:to )?(?:connect|resolve host)
      connect(?:ion)? (?:attempt|to \S+) .{0,60}failed
      (?:read|write)(?:ing)? (?:from|to) (?:the )?socket
      stream ends prematurely
      end(?:s|ed) prematurely
      unsafe_?legacy|legacy-server-connect|renegotiation
      server disconnected
      network is down|host is down
      opening input.{0,80}input/output error
      recv failure
      broken pipe
      host ?name .{0,80}(?:doesn't|does not) match
      dns lookup
      close frame
      received 10\d\d \(
      http ?2 ?error|nghttp2
      # aria2's own numbers
      errorcode=(?:2|5|6|19)\b
    `,
  },
];
