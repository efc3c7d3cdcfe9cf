import { any, type Rule } from "./rule.ts";
import { noun } from "./words.ts";

/** Videos that some accounts may watch. */
export const accountRules: readonly Rule[] = [
  {
    failureClass: "cookies_stale",
    when: any`
      # TikTok, Douyin, Ixigua: the cookies of any recent visit
      cookies \(not necessarily logged in\)
      cookies? .{0,60}(?:no longer valid|expired|invalid(?:ated)?|rotated|stale|outdated|rejected|not valid|not work)
      (?:expired|invalid|stale|outdated|bad|old|refresh|renew|update|new|missing|required) (?:\w+ ){0,3}cookies?\b
      (?:copy|find|read|open|decrypt|load|parse|export)\w* .{0,60}(?:cookies?|keyring)\b\b
      cookies? (?:database|file|jar)
      \bkeyring\b|\bkwallet\b
      cookies? .{0,40}(?:could ?n[o']t|cannot|can't|failed to) (?:be )?(?:load|read|open|decrypt|f[io]und|parse)
      netscape format
      (?:token|\bjwt|session|login|authori[sz]ation|credentials?|account info)s? .{0,40}(?:expired|invalidated|no longer valid|lost|revoked|timed out|with provided cookies|is invalid|is not valid)
      (?:expired|invalidated|invalid|revoked) (?:\w+ ){0,2}(?:token|session|login|credentials?)\b
      (?:log|sign) ?in again
      re-?login
      (?:been|were|are) (?:logged|signed) out
      session (?:is |was |has )?(?:been )?(?:closed|ended|terminated|no longer active)
      re-?authenticate
      \bkey for (?:the )?cookies?\b
      # Chrome's key on Windows
      dpapi
    `,
    unless: any`
      ^(?:unable|failed) to extract (?!cookies)
      fetched token
      consent
      not downloading private
      (?:invalid|wrong|incorrect) (?:login )?credentials
      invalid login(?:\W*$| or\b| credentials| details| name| data)
      access token array
      stream(?:ing)? session
    `,
  },
  {
    failureClass: "private",
    when: any`
      \bprivate\b
      protected (?:tweet|post|account|profile|user)
      (?:tweets?|posts?|accounts?|profiles?) (?:is |are )protected
      friends[- ]only
      only (?:for |to |by |the )?(?:\w+ )?(?:friends|the owner|owner|author|creator|uploader)\b
      (?:limited|restricted|hidden|made (?:it |this )?(?:available|visible)|shared?) (?:\w+ ){0,4}(?:only )?(?:to|by|with|for) (?:\w+ ){0,3}(?:friends|followers|owner|group|contacts|circle)
      # VK
      access (?:is |was )?denied to (?:the |this )?${noun}
      granted (?:you )?access
      not been made available to anyone
      hidden by
      visible (?:only )?to (?:\w+ ){0,3}(?:the )?(?:owner|friends|followers)
      privacy (?:settings?|restrict)
      permission to (?:view|see|watch)\b
      (?:ask|contact|request access from) (?:the |its )?owner
      (?:users?|people|those|accounts?|members?) (?:who|that) (?:are (?:not )?)?follow
      \bfollowers\b
      (?:blocked you|you(?:'ve| have)? (?:been |are |were )?blocked by) the (?:author|user|owner)
      permission from the (?:owner|author)
      invite[- ]only
      \bshared only (?:with|to)\b
      ${noun} (?:is|was|has been|are) (?:currently )?hidden\W*$
      \b(?:to|for|by) (?:\w+ )?contacts\b
      (?:\bnot|n't) (?:\w+ )?public(?:ly)?\b(?! (?:yet|until|before))
      \b(?:ask|asked|request|requested|apply) for (?:an )?access\b
      \blocked (?:to|by) (?:the |its )?(?:owner|author|creator)
      (?:limited|allowed|open|restricted) to (?:\w+ )?(?:invited|selected|chosen|approved) (?:people|users|viewers|members|persons)
      (?:members?|participants?) of (?:the|this|that|its) (?:group|community|circle|chat)\b|\bgroup members\b
      (?:chosen|selected|picked) by (?:the |its )?(?:owner|author|uploader|creator|user)
      (?:access|viewing) (?:is |was )?(?:denied|closed|refused) by (?:the |its )?(?:\w+ )?(?:owner|author|uploader|creator)
      user has blocked you
      \bonly (?:\w+ ){1,6}can (?:view|see|watch|access|open)\b
      (?:restricted|limited|chosen|controls?|changed) who can (?:view|see|watch|access)
      shared (?:only )?with (?:selected|specific|certain|chosen|invited|a few)
      (?:accessible|available|visible|open|shown|limited) (?:only )?(?:by|to|for) (?:the )?invited
      (?:be|were|been|are) (?:\w+ )?invited\b
      approved (?:to (?:see|view|watch|follow)|followers?|by (?:the |its )?(?:owner|author|user|creator))
      only (?:shown|open|visible|accessible) (?:to|for|by) (?:the |its |your |my )?(?:\w+ )?(?:friends|followers|contacts|owner|author|members of)
      access to (?:this|the|that) (?:\w+ )?(?:is|was|has been) (?:restricted|limited|closed|denied|forbidden|blocked) by (?:\w+ |\w+'s ){0,3}(?:creator|owner|author|uploader|poster|managers?|admin(?:istrator)?s?|moderators?)\b
      limits? who (?:can|may) (?:view|see|watch)
      (?:owner|author|uploader|creator|user|poster) (?:has |have )?(?:restricted|limited|hidden|hid|made (?:it |this )?hidden|disabled|closed) (?:\w+ ){0,3}(?:access|viewing|visibility|who|audience|(?:this|the|that) (?:video|post|recording|track|clip))
      (?:only )?(?:visible|available|accessible|viewable) (?:only )?(?:to|for) (?:its |the )?(?:owner|author|uploader|creator|poster|myself|themsel(?:f|ves)|himself|approved)
    `,
    unless: any`
      private[- ](?:show|chat|session|room|mode|browsing|network|address|api|key)
      not downloading private
      \bonly (?:\w+ ){0,3}(?:patrons?|subscribers?|supporters?|members?|premium|paid|paying|registered|signed|logged) (?:\w+ ){0,2}can\b
      (?:may|might) be private or
      if .{0,30}private
    `,
  },
  {
    failureClass: "login_required",
    when: any`
      \blog(?:ged|ging)?[- ]?(?:in|on)\b
      \bsign(?:ed|ing)?[- ]?(?:in|up)\b
      authenticat
      \b(?:needs?|requires?|must|with an?|using an?|create an?) .{0,40}\baccount\b
      account .{0,90}(?:needed|required|that (?:has|may|can)|must)
      (?:authori[sz]ation|token) (?:is )?(?:required|needed|missing)
      (?:not|n't) (?:bought|paid|rented|subscribed|purchased)
      register(?:ed)? (?:users?|members?|account|viewers?|only|to)
      registration
      \bmember(?:s|ship)?\b
      subscri(?:be|ber|bers|bed|ption|ptions)\b
      \bpremium\b
      \bpaid\b
      \bpay(?:ment|wall|ing|-per-view)?\b
      purchas
      \bbuy\b
      \brent(?:al|ed)?\b
      \btickets?\b
      \bvip\b
      support(?:er|ers)\b
      \b(?:patron|donor|backer|contributor)s?\b
      \b(?:needs?|requires?|with an?) .{0,40}\bpass\b
      \bpledge
      \bsponsors?\b
      \bdonat
      (?:age|adult|identity)[- ]?(?:verif|restrict|confirm|gate|check|limit)
      (?:confirm|verify|prove) (?:\w+ )?(?:your )?(?:age|identity|account|e-?mail|phone)
      your age
      years? old\b
      years or (?:older|over|above)
      inappropriate
      \bnsf[wl]\b
      sensitive (?:content|media)
      \badults?\b
      (?:older|over) than
      \b1[68]\s?\+
      \b1[5-9] (?:and|or|years) (?:over|older|up|above|of age)
      denied by access
      access control
      \bmature\b
      credentials?\b
      \bpasswords?\b
      \bpasscode\b
      \botp\b
      (?:one-?time|two-?factor|2-?factor|verification) (?:code|password|authentication)
      \b2fa\b
      \b(?:no|need|needs|require|requires|request|without) (?:\w+ )?access\b(?! (?:token|key))
      (?:not|n't) (?:have|has|been given|been granted|get) (?:\w+ )?access
      (?:not|n't|no) (?:have |has |been )?(?:\w+ )?(?:permission|permitted|entitle|authori[sz]ed|allowed|eligible|the right)
      unauthori[sz]ed
      not (?:available |offered )?(?:for )?(?:free|subscribed|purchased|logged)
      (?:access|permission) (?:is )?(?:denied|restricted|required|forbidden)
      entitle(?:ment|d)
      \bforbidden\b
      (?:invalid|wrong|incorrect|bad|unknown) (?:user ?name|user|e-?mail|otp|pin|id or)\b
      (?:tv|cable|service) provider
      \bcookies\b
      \bcookie (?:is )?(?:not |un)?(?:set|required|needed|missing|provided|found)\b
      (?:incorrect|invalid|wrong) (?:confirmation|verification|security) code
      (?<!database is )\blocked\b
      (?:no|invalid|unknown) account\b
      # Reddit's reasons
      quarantin
      gold only
      \bgated\b
      no (?:valid )?free (?:avail|access|preview|stream)
      (?:only|exclusive(?:ly)?) (?:available )?(?:for|to|on) (?:\w+ ){0,4}(?:users?|members?|subscribers?|customers?|accounts?|tier|fans?|students|supporters)
      \benroll?ed\b
      \bupgrade\b
      \bjoin (?:\S+ ){1,4}to\b
      \b(?:plan|package|subscription|bundle|tier)s? (?:\w+ ){0,2}(?:not|\w+n't|only)\b
      your account (?:\w+ ){0,2}(?:not|\w+n't|cannot)\b
      not (?:included|covered|part of) (?:in|by)? ?(?:\w+ ){0,2}(?:plan|package|subscription|membership)
      (?:active|paid) plan
      free trial
      \bno rights? to\b
      (?:needs?|requires?) (?:\w+ )?authori[sz]ation
      grown-?ups
      anonymous \w+ (?:is|are) (?:disabled|forbidden)
      \bauth (?:is )?(?:required|needed)
      available (?:only )?with (?:\w+ ){0,2}(?:plus|pro|gold|prime|max|pass)\b
      \bown(?:ed)? (?:this|the) (?:product|content|item|video|title|course|film|movie|show)\b
      \btrial (?:is|has|period)\b
      e-?mail (?:address )?(?:is )?not (?:yet )?(?:verified|confirmed)
      \bpin (?:code )?(?:is )?(?:required|needed|wrong)
      \b(?:only|free) .{0,20}\bpreview\b
      \bfor (?:\w+ )?(?:students|employees|staff|alumni|teachers|customers) (?:only|of)\b
      ^restricted (?:video|content|post|media|access)\W*$
      checkpoint
      \b(?:guests?|visitors|anonymous users?) (?:can't|cannot|can not|may not|are not|aren't)\b
      insufficient (?:\w+ )?(?:permissions?|privileges?|rights?|access|subscription|funds|balance|credits?)\b
      \bnot (?:a )?free\b
      session (?:is )?required
      fan ?club
      exclusive
      paywall
      unlock
      restricted (?:to|content)
      # a limit of who watches, not of how much
      (?:may|might) (?:not )?be (?:un)?(?:comfortable|suitable|appropriate|disturbing|upsetting|offensive)
      (?:not|n't|un) ?(?:suitable|appropriate) for
      (?:under|younger than|below) (?:the age of )?1[3-9]\b
      \bminors\b
      (?:some|certain) (?:audiences|viewers)
      content warning
      account (?:type|level|status|tier)
      (?:not|n't) (?:available|visible|accessible) (?:to|for) (?:you\b|your account|guests?|visitors|anonymous)
      \b(?:coins?|diamonds|gems|points) (?:is |are )?(?:required|needed|purchase)
      (?:verified|linked|eligible) (?:accounts?|users?|members?)
    `,
    unless: /(?:login|authentication) (?:page|server|api) (?:changed|error)|log-?in (?:has )?succeeded/,
  },
];
