import { any, type Rule } from "./rule.ts";

/** Sites that have had enough of us: walls before all of a site's videos. */
export const trafficRules: readonly Rule[] = [
  {
    failureClass: "rate_limited",
    when: any`
      too many (?!(?:redirects?|open files|arguments|fragments|errors|formats|results|links)\b)(?:\w+ ){0,2}\w+
      too much\b.{0,40}(?:break|wait|slow|again)
      rate[- ]?limit
      slow(?:ing)? (?:it )?down\b
      limit(?:s|ed)? (?:how (?:often|many|much)|the number)
      (?:request|download|access|usage|view(?:ing)?|play|api|daily|hourly|weekly|traffic|bandwidth|concurrent|stream(?:ing)?|device) (?:limit|quota)
      (?:limit|quota|maximum(?: number)?) (?:of .{1,40} )?(?:has been |have been |was |is )?(?:reached|exceeded|hit)
      (?:reached|exceed(?:ed|s|ing)?|hit) (?:the |your |a |our )?(?:\w+ ){0,3}(?:limit|quota|maximum)
      (?:over|out of) quota
      (?:download|request|access|view|api) rate (?:has been |was |is )?(?:reached|exceeded|hit|too high)
      too (?:frequent|often|fast|quickly|rapid)
      \bthrottl(?:ed|ing)
      temporarily (?:blocked|banned|limited|suspended|restricted) (?:your|from|due|because|for)
      wait (?:a )?(?:few|some|couple|\d{1,4}|several|more) ?(?:\w+ )?(?:seconds|minutes|hours|time|while)?.{0,20}(?:before|and try|then)
      flood
      spam(?:ming)? detect
      requests? per (?:second|minute|hour|day)
      (?:reduce|lower|limit) (?:your|the) (?:\w+ )?(?:rate|speed|frequency)\b
      (?:quota|allowance|credits?) .{0,40}(?:run|ran) out\b
      \bonly \d+ (?:streams?|devices?|downloads?|requests?|connections?)\b
      (?:watching|playing|streaming|in use|used) on (?:another|other|too many|\d+) (?:devices?|screens?)\b
      \bplease wait before\b
      ^(?:error )?429\b
      excessive (?:requests?|use|usage|traffic|access)
      exceed\w* (?:the |your |our )?(?:\w+ )?rate\b|\brate (?:has been |was |is )?exceeded
      (?:views|plays|downloads|requests|quota) (?:are |is |have been |has been )used up
      (?:number|amount|count) of (?:\w+ ){0,2}(?:requests|downloads|views|attempts|logins) .{0,30}(?:exceed|over|reach|above|too)
      allowed (?:only )?\d+ .{0,24}(?:per|an?|each|every) (?:day|hour|minute)
      \bplease wait (?:for )?(?:another |about |at least )?\d{1,4} ?(?:s|sec|seconds?|m|min|minutes?|h|hours?)\W*$
      (?:allowance|quota|bandwidth|traffic|credits?) .{0,20}(?:used up|exhausted|depleted)
      (?:used up|exhausted) (?:your|the|all|its)\b
      # YouTube, as the wiki of yt-dlp explains: the session is limited
      video unavailable\. this content isn't available
      # HTTP 420, as Twitter words it
      enhance your calm
    `,
    // "The download speed is below throttle limit" is yt-dlp's own, and "Recursion limit reached" that of its interpreter.
    unless: /throttle limit|\b(?:recursion|nesting|depth) limit/,
  },
  {
    failureClass: "bot_check",
    when: any`
      \bnot (?:a |be a )?(?:ro)?bots?\b
      \b(?:ro)?bots?\b
      captcha
      anti-?bot
      (?:are|you're|being) (?:a )?human
      human verification
      prove .{0,20}human
      unusual (?:traffic|activity|location|amount|behaviou?r|requests?|number)
      automation
      automated (?:traffic|quer|request|access|software|tool|download)
      requests automated
      suspicious
      flagged as (?:an? )?(?:\w+ )?(?:(?:ro)?bot|automat|spam|abus|suspicious)
      browser (?:could |was |is |can)?(?:not|n't) (?:be )?(?:verified|supported by our security)
      suspected
      checking your browser
      enable (?:js|javascript)\b
      ad ?-?block
      cloudflare
      ^just a moment\b
      attention required
      ddos
      datadome
      akamai
      imperva
      incapsula
      perimeterx
      (?:\bjs|javascript|browser|client|security|anti-?crawler) (?:challenge|check|verification)
      challenge (?:page|response|webpage|required|data)
      (?:solv(?:e|ing)|complet(?:e|ing)|pass(?:ing)?|failed?) .{0,20}challenge
      you (?:(?:may|might|could) )?(?:have been|are|were|got) blocked(?! by (?:the |this )?(?:author|user|owner|creator|channel))
      \b403:? blocked
      tls fingerprint
      impersonat
      \b(?:your|the|this|server|client)(?:'s)? (?:ip|network|address|connection)\b.{0,40}(?:block|ban|black|deni|unable|reject|restrict|flagged|not allowed|forbidden)
      \bip (?:address )?(?:is |has been |was )?(?:likely )?(?:being )?(?:block|ban|black|deni|reject|restrict)
      (?:blocked|banned|rejected|denied|stopped) (?:by|due to|from) (?:\w+ ){0,3}(?:server|network|firewall|security|waf|policy)
      (?:blocked|banned) your
      request (?:is |was |has been |were )?(?:blocked|rejected|denied|banned|forbidden)
      \bwaf\b
      access (?:is |was |has been )?(?:temporarily |automatically )?blocked
      po token
      verify (?:that )?you(?:'re| are)(?! (?:\w+ )?(?:in|from|within|inside|over|at least|of|\d+|eligible|the owner)\b)
      (?:slide|drag|solve|complete) .{0,20}(?:puzzle|slider|verification)
      fresh verification
      security (?:check|verification)
      crawl(?:er|ing)
      permission to access .{0,120}on this server
      (?:looks?|seems?|appears?) (?:to be )?(?:automated|like (?:an? )?(?:bot|robot|script|automat))
      \bpuzzle\b
      firewall
      (?:blocked|rejected|denied|refused) (?:this|the|your) request
      (?:not|n't) look like (?:an? )?(?:\w+ )?(?:browser|human|person)
      fingerprint
      \b(?:verify|verif\w+|check|prove|confirm)\w*.{0,40}\bhuman\b
      \bcf[- ]challenge
      \bturnstile\b
      request (?:was |has been |is )?flagged
      access to (?:this|the|our) (?:site|website|page|service|server) (?:has been|is|was) (?:temporarily )?(?:blocked|denied)
      \babus(?:e|ive) (?:detected|traffic|requests?|behaviou?r)
      \bdata ?cent(?:er|re)s?\b
      hosting provider
      pardon our interruption
      (?:verifying|validating|inspecting) (?:your|the) (?:browser|connection|device|client)
      protection (?:system|service|page)
      security (?:rules?|polic)
      scrap(?:er|ing)
    `,
    // A check of the age is a login; a school's administrator is no site.
    unless: any`
      \bage\b
      identity
      \bfrom an? (?:\w+ )?(?:country|region)\b
      administrator
      blocked by decision
      \b(?:n|js|javascript|signature) challenge solv(?:er|ing)
    `,
  },
  {
    failureClass: "bot_check",
    when: any`
      \bnot a (?:ro)?bot\b
      captcha
      unusual traffic
    `,
  },
];
