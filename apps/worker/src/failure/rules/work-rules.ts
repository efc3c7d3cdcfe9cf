import { answerRule } from "./answer-rule.ts";
import { any, type Rule } from "./rule.ts";

/** It passes, and the text does not say what it is: a limit, a fault or something not ready. */
export const passing: Rule = {
  failureClass: "unknown",
  when: any`
    (?:try|come|check)(?: it| this)? (?:back|again)(?: a little| a bit)?(?: later| in\b| soon| shortly| after)?
    retry (?:later|after|in\b)
    too new
    \btemporar(?:y|ily)\b
    later
  `,
  unless: any`
    no longer
    try again with
  `,
  confidence: "low",
};

/** What yt-dlp and its extractors say of their own work. After all that sites say; what passes before what is final. */
export const workRules: readonly Rule[] = [
  {
    failureClass: "format_unavailable",
    when: any`
      requested format
      no formats? (?:is|are) available
      no (?:suitable|supported|available|valid|downloadable|playable|usable) (?:\w+ )?(?:formats?|streams?|renditions?)\b
      (?:format|quality|resolution|bitrate|rendition)s? .{0,30}(?:(?:not|un|n't) ?(?:available|exist|found|offered)|removed|no longer)
      could(?:n't| not) find (?:any |suitable )*(?:video )?formats?
      only images are available
      none of the (?:available |offered )?\w+ match
      no (?:video |audio )?formats? match
      \bno \d{3,4}p\b
      \bno (?:\w+ ){0,2}(?:formats?|renditions?|qualit(?:y|ies)|variants?) (?:for|remain\w*|left|match\w*|after)\b
      \b(?:\d{3,4}p|4k|u?hd) (?:\w+ )?(?:version|stream|quality|video) .{0,20}(?:not|n't|un)
      \b\d{3,4}p\b .{0,20}(?:not|n't|un) ?available
    `,
  },
  {
    failureClass: "network",
    when: any`
      internal (?:server )?error
      server[- ]?(?:side )?(?:error|problem|is (?:busy|down|overloaded))
      error on server
      \b(?:servers?|peer|socket|websocket) (?:has |was |is )?(?:hung up|closed|dropped|reset|gone)\b
      unable to open (?:an? |the )?(?:websocket|connection|socket)
      (?:api|server|service|backend)s? (?:is |are )?not available\b
      \b(?:heavy|too much|high) load\b
      ^(?:error )?50[0-4]\b
      \bright back\b
      (?:sites?|servers?|api|service|backend|host|website|platform|system) (?:is |are |was |were )?(?:currently |temporarily |presently |too |very |not )*(?:busy|down|unreachable|unavailable|overloaded|reachable|respond(?:ing)?|answering|accessible)\b
      (?:did|does|do|is)(?: not|n't) respond
      no (?:response|answer|reply) (?:was )?(?:from|by|received)
      (?:could ?n[o't]+|cannot|can't|unable to|failed to) (?:reach|contact|connect)\b
      \bdns\b
      (?:off-?line|closed|down) (?:for|due to) (?:\w+ )?maintenance
      (?:error|failure|problem) (?:\w+ )?(?:on|in|at|from|with) (?:the |our |its )?(?:\w+ )?(?:servers?|backend)\b
      \bservers? (?:has |have )?(?:encountered|experienc\w+|returned|reported|had) (?:an? )?(?:(?!redirect)\w+ )?(?:error|problem|issue)
      service (?:is )?(?:temporarily |currently )?(?:unavailable|down)
      under maintenance
      wrong (?:on|at) our (?:side|end)
      technical (?:difficult|problem|issue|error|fault)
      (?:come|check) back (?:later|in a)
      maintenance
      temporar(?:y|ily) (?:error|problem|failure|unavailable|down|out)
      overloaded
      (?:issues?|problems?) with (?:the |our )?(?:\S+\.[a-z]{2,6}\b|servers?|site|service|systems?|network|connection)
      (?:please|you (?:may|can|should)) retry|retry your request
      guru meditation
      bad gateway
      gateway time-?out
      took too long
      (?:back-?end|upstream|gateway|origin) .{0,20}(?:fail|error|time|unavailable|unreachable)
      network error
      error occurred while receiving
      an? error (?:has )?occurred.{0,20}try
      disconnected
      incomplete data received
    `,
    confidence: "medium",
  },
  {
    // A number of seconds is what a limit counts.
    failureClass: "rate_limited",
    when: /(?:try|retry)(?: again)? (?:in|after) (?:about )?\d{1,5} ?(?:s|sec|seconds?|min|minutes?|h|hours?)\b/,
    confidence: "medium",
  },
  {
    failureClass: "invalid_url",
    when: any`
      not a valid url
      invalid (?!(?:video|media|stream|manifest|m3u8|api|player|source|playback)\b)(?:\w+ ){0,3}url(?! (?:signature|token|hash|key|parameter|expir))
      no \S+(?: id)? (?:found )?in (?:the |this )?(?:url|link)\b
      url is (?:invalid|malformed|not valid)
      invalid facebook redirect
      looks truncated
      (?:failed to|cannot|could not|unable to) parse:? <link>
      (?:link|url) (?:is |was )?(?:not complete|incomplete)
      forget to quote the url
      urls? are disabled
      unsupported url scheme
      no connection adapters were found
      unknown url type
      blob url
      incomplete youtube id
      without video id
      url can't contain control
      nonnumeric port
      invalid (?:ipv6|port|hostname|host)\b
      no host (?:given|supplied|specified)
      label (?:empty or )?too long
      \bidna\b
      input url is missing
      missing query parameters
      doesn't make (?:any )?sense
    `,
  },
  {
    failureClass: "usage",
    when: any`
      batch file .{1,300} could not be read
      invalid (?:filter|format|output template|extractor-arg|sort|comments sort|query tags|format specification)
      output template
      fixed output name
      more than one file to download
      unscoped cookies
      impersonate target
      no extractors? matching
      invalid (?:\S+ ){0,2}value\b
      --ap-mso
      no such option
      \b(?:deno|bun|quickjs)\b.{0,30}\b(?:required|missing|not found)
      config(?:uration)? (?:file )?is invalid
      import (?:the )?(?:plugin|module)
      post-?processors? \S+ (?:is|are) (?:unknown|not)
      must (?:provide|specify|give) (?:at least )?(?:an?|one) url
      no such (?:downloader|extractor|post-?processor|plugin|encoder)
      \b(?:aria2c|axel|httpie|wget|mplayer|mpv|external downloader(?: \S+)?) (?:is |was |could )?not (?:be )?(?:found|installed|run)
      missing (?:dependenc(?:y|ies)|(?:python )?module|(?:python|pip) package|librar(?:y|ies))\b
      (?:needs|requires?) (?:the |a )?(?:python |optional |\S+ )?(?:modules?|packages?|librar(?:y|ies)|dependenc(?:y|ies)|python)\b
      \binstall (?:it|them)\b
      unknown extractor
      unable to parse (?:the )?(?:option|arguments?)
      unsupported (?:language code|api client)
      is not a valid api selection
      invalid (?:netrc|area\b)
      netrc machine
      no player clients have been requested
      not supported in this
      --[a-z-]+ (?:is|must|requires|cannot|needs)
      (?:used|allowed|supported|given) (?:in|by|with|for|to) --[a-z]
      exec command
      pycryptodomex? not found
      rtmpdump
      (?:executables?|programs?|interpreters?|binar(?:y|ies)|commands?|phantomjs|javascript (?:runtime|engine)s?|deno|node(?:\.?js)?|bun|quickjs) (?:\S+ )?(?:not|n't) (?:be )?(?:found|installed|executable)
      not found in (?:the |your |system )?path\b
      bad interpreter
      command not found
      exec format error
      shared libraries:
      unsupported version of python
      could not be run
      please install
      need to install
      \bbundled (?:exe|executable|binary|build)\b
      \b(?:run|install|build) \S+ from sources?\b
      is not installed
      (?:invalid|wrong|unsupported|unknown|malformed|unrecogni[sz]ed) (?:\S+ )?(?:browser|keyring|platform|regex|regular expression|(?:date|time) (?:format|range)|downloader|post-?processor)\b
      must be (?:an? )?(?:positive|integer|number|greater|less|before|after|specified|one of|in format)\b
      is not a valid (?:specification|action|option|argument|template|range)\b
      consecutive commas
      unrecogni[sz]ed arguments?\b
      (?:unknown|ambiguous|unrecogni[sz]ed) options?\b
      expected (?:one|at least one|\d+) arguments?\b
      (?:parsing|reading|loading) (?:the )?config
      load(?:ing)? (?:the )?plugin
      \bthis (?:\w+ )?requires (?:pycrypto\w*|mutagen|websockets|secretstorage|xattr|curl_cffi|deno|node)\b
      \b(?:try using|must specify|(?:must|can|cannot|can't) be used with|conflicts? with) ["']?--?[a-z]
      mutually exclusive
      cannot be zero
      (?:version \S+|\d[\d.]* or \w+|version) is (?:required|unsupported)\b
      requires \S+ to be installed
      could not be imported
      unsupported python
      \w+ \d+(?:\.\d+)+ is unsupported
      options? --[a-z][a-z-]* (?:is|are|was)\b
      \btoo old\b
      python (?:version )?\d.{0,20}(?:deprecated|supported|required)
      (?:version|support) (?:of|for) python
      config\w* (?:location|file)s? .{0,80}(?:not|n't) (?:exist|found)
    `,
  },
  {
    failureClass: "unsupported_url",
    when: any`
      unsupported url
      no suitable (?:info ?)?extractor
      no (?:\w+ )?(?:videos?|media|audio|video/audio|episodes?|songs?)(?: (?:content|files?|track|or audio|or playlist))* (?:could be |was |were |are |is )?(?:found|attached|posted|in\b|on\b|at\b)
      there(?:'s| is| are) no (?:\w+ )?videos?\b
      ^no (?:videos?|media|audio|streams?) (?:\S+ ){0,4}available
      find any (?:videos?|media|audio)\b
      (?:has|have|with|contains?) no (?:\w+ )?(?:videos?|media|audio|playlists?|episodes?|uploads?|posts?|tracks?|songs?|clips?)\b
      (?:not|n't) (?:yet )?(?:uploaded|posted|published) (?:any|a) (?:\w+ )?(?:videos?|clips?|media|tracks?)\b
      ^no attachments?\b
      ^no (?:\w+ )?attachments?\b
      ^no (?:videos?|media|audio)(?: here)?\W*$
      only (?:text|images?|photos?|pictures?) (?:in|on)\b
      \b(?:article|post|page|tweet|story|status) without (?:an? |any )?(?:videos?|media|audio)\b
      (?:links?|urls?) (?:is|are)? ?(?:not|n't) supported
      (?:contains?|has|have|consists? of) (?:only|just) (?:text|images?|photos?|pictures?)
      only (?:text|images?|photos?|pictures?) (?:were|was|are|is) (?:posted|attached|found|shared)
      \bis an? (?:photo|image|text|picture|gallery|article)\b
      (?:not|n't) (?:contain|have|include) (?:(?:an?|any) )?(?:\w+ )?(?:videos?|audio|media)\b
      \bis(?:n't| not) an? (?:video|playable|media|valid video)
      (?:url|link)(?: type)? (?:is )?unsupported
      \b(?:photo|image|picture|text)s?[- ]only\b
      ^not an? (?:video|media file)
      media #\d+ is not a video
      (?:website|site|url(?: type)?|page|page type|embeds?|media type|content type|post type|showcase type|playlist url|live url) .{0,40}not (?:be )?supported
      (?:unknown|unrecogni[sz]ed|unsupported) (?:url|link)\b
      unsupported (?:page|webpage|site|media|content|playlist|url|embed|entity|showcase)\b
      only video extraction is supported
      no longer supported since
      contains no (?:videos?|media)\b
      there are no entries
      does not have an? .{1,40} tab
      not a file
      \bno .{0,40}\bembeds?\b.{0,30}\bfound
      none of (?:the )?(?:\w+ )?providers (?:is|are) supported
      does not have any videos
      no video/audio attachment
      pass ticket
      piracy
    `,
    confidence: "medium",
  },
  {
    failureClass: "truncated",
    when: any`
      exited with code
      unable to open fragment
      (?:failed|unable) to (?:update|download|open|fetch|write) (?:the )?fragments?\b
      downloaded file is empty
      did not get any data blocks
      content too short
      fragment \d+ not found
      bytes read, \d+ more expected
      more bytes expected
      file is incomplete
      downloaded \d+ bytes, expected
      \bfragment not found, unable
      (?:ended|stopped|broke off|terminated) (?:too )?early
    `,
  },
  answerRule,
];
