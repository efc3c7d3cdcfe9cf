import { alternatives, any, type Rule } from "./rule.ts";

/** The parts of a site that programs speak to, and that its viewers never see. */
const machinery = `(?:${alternatives`
  apis?
  responses?
  answers?
  repl(?:y|ies)
  tokens?
  (?:access|api|stream|player|encryption|decryption|secret) keys?
  config\w*
  players?
  sessions?
  payloads?
  hash(?:es)?
  ciphers?
  hosts?
  scripts?
  metadata
  (?:playlist|player|page|video|stream|episode|media|initial|json) data
  (?:video|media|player|channel|account|playlist|episode|content|asset|clip) ?ids?
  page type
  endpoints?
  embed (?:code|url)
  pages?
  regex
`})\\b`;

/** Pages and answers that yt-dlp does not understand: the site has changed. */
export const answerRule: Rule = {
  failureClass: "extractor_broken",
  when: any`
    no (?:video )?formats? found
    ^unable to (?:extract|find|parse|decode|decrypt|recogni[sz]e|resolve|obtain|get|identify|construct|determine|fetch|run|solve|access|locate|recover|interpret|understand|match|compute|execute|derive)\b
    ^(?:failed to|cannot|can't|can not|could ?n[o']t) (?:extract|find|parse|decode|decrypt|obtain|get|fetch|resolve|identify|calculate|retrieve|construct|determine|locate|read)\b
    extractor error
    javascript runtime
    keyerror
    typeerror
    indexerror
    attributeerror
    valueerror
    jsondecodeerror
    regexnotfound
    parseerror
    # Python's own words, where yt-dlp's code meets an answer that it does not expect
    '\w+' object (?:is not|has no|does not|cannot)
    (?:list|string|tuple) ind(?:ex|ices) (?:out of|must)
    assertionerror
    unexpected (?:response|reply|answer|result|data|status|error|api|json|content|type|video|login)
    no (?:\w+ )?(?:token|manifest(?: url)?|(?:stream|media|video) url)(?: (?:was |were |could be )?found|\W*$)
    \b(?:returned|sent|answered with) (?:\w+ )?garbage
    (?:unknown|unsupported|unhandled|unrecogni[sz]ed|invalid|missing) (?:['"]?[\w-]+['"]? ){0,3}(?:type|status|algorithm|function|endpoint|data|values?|provider|mode|server|payload|structure|schema|fields?|format|version|kind|codec|protocol|parameters?|query id|operation|expression|encoding|layout)\b
    unknown (?:player|streaming|content|video|graphql)
    (?:could ?n[o']t|can ?not|can't|unable to) (?:\w+ )?(?:extract|parse|decode|decrypt)\b
    precondition check
    invalid argument
    bad guest token
    failed to (?:parse|extract)
    player response
    nsig
    \bsignature\b
    missing (?:"?id|video|stream|series|title|field)
    could not be extracted
    not found in (?:webpage|response|page)
    no (?:\w+ ){0,2}(?:metadata|data|info|information) (?:was |were )?found in
    \bno (?:\w+ ){1,3}in (?:the )?(?:\w+ )?(?:response|answer|reply|webpage)\b
    (?:response|data|config\w*|payload|manifest|metadata) (?:is |are |was |has )?(?:missing|empty|null|no \w+)\b
    unrecogni[sz]ed (?:response|answer|reply|page)
    returned (?:an? )?(?:unknown|unexpected|invalid|unrecogni[sz]ed)
    extracted extension
    recursion limit
    \b(?:api|endpoint|method)s? (?:\w+ ){0,4}(?:removed|deprecated|discontinued|disabled|no longer|retired|changed)
    (?:is|are) missing (?:the |a |an |its )?['"]?\w+['"]?(?: (?:element|field|attribute|key|tag|property|parameter)|$)
    api returned
    returned (?:an )?(?:error|nothing|empty)
    invalid (?:json|response|metadata|rendition)
    api call
    requests? failed\b
    api error
    (?:error|failure|problem) (?:while |when |in )?(?:fetching|getting|loading|parsing|extracting|reading|retrieving|decoding) (?:\S+ ){0,4}${machinery}
    extractor .{0,20}(?:updated?|fix)
    \bno player (?:was |could be )?(?:found|on|in)\b
    nothing (?:was )?(?:matched|found)|(?:structure|markup|layout) differs
    (?:unable|failed) to (?!(?:log|sign|play|load|continue|connect|open|verify)\b)\w+ (?:\S+ ){0,4}${machinery}
    \b(?:bad|malformed|unexpected|unknown|unrecogni[sz]ed|unhandled|broken|garbled|strange|corrupt(?:ed)?) (?:\w+ ){0,2}${machinery}
    ${machinery} (?:'[^']*' )?(?:\w+ )?(?:(?:is|was|were|are|has|could) )?(?:(?:not|n't) (?:be )?(?:found|decoded|parsed|understood|recogni[sz]ed|read|known|expected|determined)|unknown|unrecogni[sz]ed|malformed|unexpected|outdated|changed)\b
    (?:app|client|api|player) version (?:\w+ ){0,2}(?:outdated|not supported|unsupported|too old|obsolete)
    \b(?:deobfuscat|unscrambl)\w+
    decrypt\w* (?:has )?fail
    ^no (?:\w+ )?(?:data|sources?|streams?)\W*$
    (?:empty|missing|no|null) (?:\w+ )?(?:token|api key)\b
    \bno ['"][\w. ]+['"] (?:key|field|attribute|element|parameter|property)
    (?:did not|didn't|could ?n[o't]+|cannot|unable to) (?:find|locate|see) .{0,60}(?:in|on) the (?:page|webpage|response|answer|html|config)
    extractor (?:is|seems|may be) (?:broken|outdated)
    challenge solv(?:er|ing)
    invalid literal for|recursion depth|values to unpack|unsupported operand|referenced before|not iterable|not callable
    (?:site|page|website|layout|structure|design|markup)(?:'s)? .{0,30}(?:been )?(?:changed|redesigned)
    empty (?:\w+ ){0,2}(?:response|answer|reply|body|payload|json|data)\b
    interpreter error
    \b(?:no|not|invalid|bad|missing|broken|malformed|unexpected|unable|mismatch|instead of|end of|could ?n[o']t|n't|cannot|wrong|fail\w*|error) .{0,40}\b(?:json(?:-ld)?|xml|html|graphql|schema|manifest|payload|regex|hydration|m3u8|mpd)\b
    \b(?:json(?:-ld)?|xml|html|graphql|schema|manifest|payload|regex|hydration|m3u8|mpd)\b.{0,40}\b(?:not|invalid|bad|missing|broken|malformed|unexpected|mismatch|could ?n[o']t|cannot|wrong|fail\w*|error|empty)\b
    no (?:source|result|response)s? (?:found|returned)
    empty response
  `,
  // files of this machine: those of a browser whose cookies are asked for, a cache
  unless: /\b(?:local|state|config\w*|cache|database) files?\b/,
  confidence: "medium",
};
