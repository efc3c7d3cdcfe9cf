import { any, type Rule } from "./rule.ts";
import { country, yourPlace } from "./words.ts";

const ofPlace = any`
  ${yourPlace}
  \bcountr(?:y|ies)\b
  \bregion\b
  territor
  \bgeo
`;

/** Who may watch, by where they are and by whose the video is. "Blocked in your country on copyright grounds" is a place. */
export const placeRules: readonly Rule[] = [
  {
    // What another client of the same site is not told: "Playback on other websites has been disabled by the video owner".
    failureClass: "extractor_broken",
    when: any`
      (?:playback|play(?:ed|able)?|watch|view|available|supported) (?:\w+ ){0,3}(?:on|in|with) (?:this|your|other|another|third[- ]party|external|unsupported|certain) (?:\w+ ){0,2}(?:apps?|application|device|client|platform|player|browser|version|websites?|sites?)\b
      latest version of
      (?:update|upgrade) to the latest
      update (?:your|the) (?:app|browser|application)
      page needs to be reloaded
      (?:reload|refresh) the page
      embed(?:ded|ding|s)? (?:\w+ ){0,4}(?:disabled|not allowed|prohibited)
      embed-only
      \breferer\b
    `,
    unless: any`
      no longer
      removed
      deleted
      ${yourPlace}
      \b(?:account|log ?in|sign(?:ing)? ?in)\b
    `,
    confidence: "medium",
  },
  {
    failureClass: "geo_blocked",
    when: any`
      unblocker
      (?:anonymous|open|web) prox(?:y|ies)
      (?:through|via|behind|from) (?:an? )?(?:\w+ )?(?:proxy|vpn)\b
      (?:vpn|proxy|proxies|anonymi[sz]er)s?\b.{0,30}(?:detected|not (?:allowed|permitted|supported)|disable|turn off|blocked)
      (?:vpn|proxy) (?:or (?:an? )?(?:vpn|proxy) )?(?:is |are )?(?:in use|used|active)\b
      \buse an? (?:\w+ )?(?:vpn|proxy)\W*$
      (?:disable|turn off|(?:are|be|seem|appear)\w* (?:to be )?using|detected) (?:your |a |an )?(?:vpn|proxy)
    `,
  },
  {
    failureClass: "copyright_blocked",
    when: any`
      copyright\w*(?: \S+){0,8} (?:claim|grounds?|reason|issue|infring|violat|restrict|complain|strike|block|remov|disabl|problem|concern|request|law|report|dispute)
      (?:block|remov|disabl|delet|tak(?:en|e)? ?down|unavailab|not available|offline|mut|suspend|reject|restrict|infring|violat|belong|withh|stopp|prohibit)\w*.{0,80}copyright
      ^copyright(?:ed)?(?: \w+)?\W*$
      copyright (?:holders?|owners?|material|content)
      \bdmca\b
      rights?[- ]?holders?\b
      (?:content|rights|copyright) owner
      infring
      intellectual property
      takedown
      take-down
      (?:removed|blocked|muted|withdrawn|deleted|disabled|taken down).{0,40}licens
      contains content from .{1,120}(?:blocked|claimed)
      claim(?:ed)? by\b
      \brights (?:\w+ )?claim
      (?:content|music|audio|material) (?:that is |which is )?owned by
      third[- ]party (?:notification|claim|complaint)
      (?:request|demand|complaint|instruction|notice|decision)s? (?:of|from|by) (?:the |its |an? )?(?:\w+ )?(?:rights?\b|owner of|licens|label\b|distributor|broadcaster|producer)
      (?:blocked|disabled|removed|withdrawn|muted|taken down) by (?:the |its )?(?:\w+ )?(?:label|distributor|licens|record company)
      trademark
      # "at the request of Example Inc.": of a third party
      (?:removed|blocked|disabled|withdrawn|deleted|taken down) (?:at|upon|by|on|following) (?:the |a )?request (?:of|from|by) (?!(?:the |its |an? )?(?:user|author|uploader|creator|owner|poster|publisher|moderator|admin|site))
    `,
    unless: ofPlace,
  },
  {
    failureClass: "login_required",
    when: any`
      (?:log|sign)[- ]?in (?:from|region|location)
      (?:authentication|log-?in) may be (?:needed|required)
    `,
    confidence: "medium",
  },
  {
    failureClass: "geo_blocked",
    when: any`
      ${yourPlace}
      \bgeo(?:graphic(?:al)?(?:ly)?)?[- ]?(?:restrict|block|lock|fenc|filter|limit|protect|ip\b|location|zone|check)
      geographic
      \bcountr(?:y|ies)\b
      region[- ]?(?:lock|block|restrict|not)
      (?:regional|territorial|location) (?:restriction|availability|block)
      (?:wrong|invalid) region
      (?:region|location|territory) (?:is )?(?:not (?:allowed|supported|available)|forbidden|blocked)
      outside (?:of )?(?:the )?(?:${country}|region|territor)
      (?:available|accessible|viewable|visible|watched|viewed|played|seen|accessed|received|offered|works?|shown|streamed|licensed|allowed|restricted|limited|users|viewers|visitors|residents) (?:\w+ ){0,3}?(?:in|from|within|inside|to|for|of) (?:the )?(?:(?:users?|viewers?|residents) (?:in|from|of) )?(?:the )?${country}\b
      \b${country} only\b
      # arte: "Video restricted to DE_FR"
      restricted to [a-z]{2}(?: [a-z]{2})?\W*$
      (?:region|country|territory|location|area)s? (?:that |which |where )?we (?:do not|don't|cannot|can't)
      withheld in
      legal (?:demand|request|complaint|reasons)
      local laws?
      must be (?:located |physically )?(?:in|inside|within) (?:the )?${country}\b
      \bwhere you are\b
      from abroad
      \babroad\b
      (?:international|foreign|overseas) (?:viewers|users|visitors|audiences?|access|traffic)
      (?:not|un)[ -]?available in (?:\w+ )?(?:region|country|territory|location)\b
      outside (?:of )?(?:our|the|its|your|their|this)? ?(?:\w+ ){0,3}(?:area|zone|territor\w+|regions?|markets?|countr\w+|borders)\b
      only (?:be )?(?:watch|view|play|see|stream|access|listen)\w*\b.{0,40}\b(?:in|from|within|inside) (?:the )?${country}\b
      you(?:'re| are| must be)? (?:\w+ ){0,4}not (?:\w+ ){0,2}(?:in|from|inside|within) (?:the )?${country}\b
      (?:not|n't|cannot|never) (?:\w+ ){0,4}(?:in|from|within|inside) (?:the )?${country}\W*$
      court order
      \bgeo\W*$
      \bout of (?:the |this )?(?:region|territory|area)\b
      (?:verify|confirm|determine|detect|establish) (?:your |the |his )?(?:\w+ )?location\b
      (?:verify|confirm|determine) that you(?:'re| are) (?:\w+ )?(?:in|within|inside|from)\b
      not (?:available|permitted|allowed|licensed|offered|supported) in [a-z]{2}\W*$
      \((?:region|country|location):? [a-z]{2}\)
      blocked in [a-z]{2}(?:,? [a-z]{2})*\W*$
      (?:location|region|country|area|territory) (?:is )?restricted
      (?:unsupported|forbidden|restricted|blocked|disallowed|wrong|invalid) (?:region|country|location|territory)\b
      \bonly (?:\w+ )?within (?:the )?${country}\b
      \bblack(?:ed)?[- ]?out
      government
      censorship
      try (?:using )?(?:an? )?(?:different )?(?:proxy|vpn)\b
    `,
    unless: any`
      country code
      preferred country
    `,
  },
  {
    // Rights are sold by country; who has lost them all says "removed".
    failureClass: "geo_blocked",
    when: any`
      (?:rights?|licen[cs](?:e|ing)|contractual|legal) (?:\w+ )?(?:restrictions?|reasons?|limitations?|issues?|agreements?|constraints?)
      (?:no|not|n't) (?:have |hold |own |cleared? )?(?:the )?(?:necessary |required |online |internet |streaming )?rights (?:to (?:show|stream|broadcast|offer|make|display)|for (?:this|the|your))
    `,
    unless: any`
      removed
      deleted
      expired
      no longer
      withdrawn
      taken down
      admin
    `,
    confidence: "medium",
  },
];
