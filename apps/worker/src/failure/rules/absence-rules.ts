import { any, type Rule } from "./rule.ts";
import { noun } from "./words.ts";

/**
 * What makes a sentence one about the site's machinery or yt-dlp's work, or about a part of what was asked for: "Song id
 * not found in webpage" is no song that is gone, and "the requested quality was removed" no video.
 */
const parts = any`
  \b(?:formats?|quality|qualities|resolutions?|bitrates?|subtitles?|captions?|thumbnails?|chapters?|translations?|versions?)\b
  \b(?:comments?|messages?|histor(?:y|ies)|queue|cache|keys?|player|plugin|settings?)\b
`;
const technical = any`
  ${parts.source}
  (?<!\b(?:on|from) (?:the|our|this|its|their) )\bservers?\b
  \b(?:backend|api|endpoints?|service|cache|session|database|queue|device|feature|support|option|field)\b
  \b(?:actions?|routes?|methods?|operations?|commands?|agent|argument|callback|template)\b
  \bon (?:the )?(?:local )?disk\b
  \b(?:json|xml|html|player|manifest|m3u8|token|api key|script|javascript|regex|element|attribute|config|webpage|parameter)\b
  \b(?:phantomjs|module|library|binary|canonical|embed|metadata|pycryptodome\w*|websockets?|dependency|signature|nsig)\b
  \b(?:source|stream|video|playlist|embed|page|canonical|redirect|download|media) url\b
  \b(?!(?:that|this|the|with|such|an?)\b)[a-z]+ ids?\b
  \binfo(?:rmation)?\b
  \b(?:data|sources?|elements?|tags?)\b
  \bid (?:was )?not found\b
  found in (?:the |this |our )?(?:\w+ )?(?:answer|response|reply|results?|lists?|feed|source|manifest)\b
  \b(?:removed|banned|kicked|blocked|deleted) you\b
  \byou (?:have |were |are |had )?(?:been )?(?:removed|banned|kicked|deleted|blocked)\b
  \byour (?:ip|device|address|membership|subscription|request)\b
`;

export const drmRules: readonly Rule[] = [
  {
    failureClass: "drm",
    when: any`
      \bdrm(?:\b|protected)
      widevine
      play ?ready\b
      fair ?play\b
      copy[- ]?protect
      content protection
      clear ?key
      digital rights
      (?:stream|video|content|media|file|track|audio) (?:is |are )?encrypted
      encrypted (?:stream|video|content|media|file|track|audio)
      sample-aes
      \bcenc\b
      decryption key
    `,
    unless: any`
      decrypt(?:ed)? data
      failed to decrypt with
      could not be decoded
      drm-free
      (?<!\bno )non-drm format
    `,
  },
];

/** Gone beyond doubt, and said before anything about logins. */
export const removedRules: readonly Rule[] = [
  {
    failureClass: "gone",
    when: any`
      (?:account|user|channel|author|owner) (?:\w+ ){0,5}(?:suspended|terminated|closed|deactivated|deleted|no longer exists?)
      suspended (?:account|user|channel)
      ${noun} (?:has|have|was|were|is|had) (?:been )?(?:already )?(?:permanently )?(?:removed|deleted|taken down|withdrawn)\b
      \b(?:video|clip|media|post|episode|track|file) (?:with )?(?:the )?(?:id )?\S{1,40} (?:does not|doesn't|doesnt) exist\b
      (?:removed|deleted|disabled) by (?:the |its |their )?(?:\w+ )?(?:user|owner|author|uploader|creator|site|moderat|admin)
    `,
    unless: any`
      ${parts.source}
      \bif\b
      log ?in
      sign ?in
      or require
      your account
      closed (?:the )?access
    `,
  },
];

/** Where nothing else was said, a video that is not there is gone. */
export const absenceRules: readonly Rule[] = [
  {
    failureClass: "gone",
    when: any`
      account (?:\w+ ){0,3}(?:suspended|closed|banned|disabled|deactivated|terminated)
      (?:user|channel|account|author|uploader|page) (?:\w+ ){0,2}(?:banned|suspended|closed)\b
      no longer (?:available|exists?|online|accessible|here|hosted|published|public|in)
      (?:not (?:be )?|n't )available any ?more
      (?:does|do|did|could|may|might) ?(?:n't|nt|not) (?:\w+ )?exist
      n't exist
      not exist\b
      non-?existent
      unknown (?:user|channel|clip|episode)
      # Reddit's communities
      communit(?:y|ies) (?:\w+ ){0,3}(?:banned|closed|deleted|disabled)
      reason given: banned
      not (?:been )?archived
      archived (?:by|or deleted)
      (?:author|owner|uploader|user|channel|creator)(?: of \w+ \w+)? (?:has |was |is |been )+(?:blocked|banned)
      (?:author|owner|uploader|creator)(?: of \w+ \w+)? (?:has |was |is |could |been )*(?:not|n't) (?:be(?:en)? )?found
      (?:stream|broadcast|livestream|event|show|premiere|concert|session|webinar|episode) (?:has been |was |is |were )cancell?ed
      no (?:\w+ ){0,3}with (?:id|slug|the) .{0,80}exists?
      (?:content|video|clip|stor(?:y|ies)|reel|post|shared? link|stream|page|episode|program(?:me)?|vod|archive|recording|replay|rights|licen[cs]e|it) (?:is |has |have |had )?(?:\w+ ){0,2}expired
      replay is disabled
      no archive for
      ${noun} (?:has |have )?violat(?:ed|es|ing) (?:the |our |its )?(?:\w+ ){0,3}(?:rules|terms|guidelines|polic|standards)
      (?:removed|blocked|suspended|banned|disabled) (?:due to|for|because of) (?:a |the )?(?:\w+ )?violat
      ${noun} (?:deleted|closed)
      (?:taken|gone) offline
      found with (?:that|this|the) id
      ${noun} (?:\w+ ){0,6}(?:not|n't|no) .{0,40}\bany ?(?:more|longer)\b
      \bno ${noun} (?:\w+ )?any ?(?:more|longer)\b
      ${noun} (?:has |have |was |is |been )+retired\b
      ${noun} (?:has |have )?left (?:our|the|this) (?:catalog|service|site|library|platform|programme)
      no ${noun} with (?:that|this|such|the (?:given|specified|requested)) (?:id|name|url|slug|address)
      (?:availability|licen[cs]e|rights|viewing|replay|catch-?up) (?:window|period|time) .{0,30}(?:over|ended|expired|passed|closed|elapsed)
      ${noun} (?:\w+ ){0,3}(?:is|are|was|has) (?:long |already )?(?:gone|vanished|disappeared)\b
      ${noun} (?:\w+ ){0,4}(?:has |have )(?:vanished|disappeared)\b
    `,
    unless: any`
      ${technical.source}
      your (?:account|user|channel)
      blocked you\b
    `,
  },
  {
    failureClass: "gone",
    when: any`
\b(?:removed|deleted|taken down|terminated|withdrawn|erased|purged|depublished|unpublished|deactivated)\b
            no such (?!(?:file|folder|directory|option|command|module|key|host|process|device|attribute|column|table|thing|downloader|extractor|format|codec|filter|encoder|decoder|plugin|post-?processor|argument|parameter|function|method|field|element|index|service|label|api)\b)[a-z]+
      n't here\b
      (?:can't|cannot|could ?n[o']t) (?:seem to )?(?:find|locate) (?:this|that|the|any such) (?:\w+ )?${noun}\W*$
      ^@?\S+ (?:has(?: not|n't)|could(?: not|n't)) been? (?:be )?found\W*$
      (?:can't|cannot|could ?n[o']t) (?:seem to )?(?:be )?find (?:this|that|the|any such) ${noun}
      ${noun} (?:\S+ ){0,2}(?:was |is |were |are |has been |could |can ?)?(?:not|n't) (?:be )?(?:found|located)\b
      (?:^|[:.] ?)(?:error )?(?:not found|404)(?:[ :.-]+(?:error|(?:\w+ )?not found))?\W*$
      ^(?:(?:the|this|requested|that) )*(?:video|clip|post|file|track) (?:has been |was |is )(?:disabled|deactivated)\W*$
      ^(?:suspended|banned|disabled account|account closed)\W*$
      ^(?:(?:the|this|requested|that) )*(?:tweet|post|event video|video|clip)s? (?:is |are )?(?:permanently |forever )unavailable
      requested tweet is unavailable
    `,
    unless: technical,
    confidence: "medium",
  },
];
