import { any, type Rule } from "./rule.ts";

/** Videos that are not there yet, and streams that are not there now. */
export const timeRules: readonly Rule[] = [
  {
    failureClass: "live_now",
    when: any`
      live-from-start
      live dash
      ended but not (?:yet )?(?:downloadable|available)
      (?:live|stream|event|broadcast|archive|recording|vod|replay).{0,40}(?:ended|over|finished).{0,60}(?:not (?:yet )?(?:downloadable|ready|available yet|processed)|shortly|soon|processing)
      (?:uploading|processing|preparing|converting) (?:for |the |a )?(?:replay|recording|archive|vod)
      (?:recording|replay|archive|vod) (?:is |are )?(?:not (?:yet )?(?:ready|available yet|processed)|being (?:processed|prepared|created|generated))
    `,
    unless: /no (?:archive|replay)/,
  },
  {
    failureClass: "not_started",
    when: any`
      \blive in \d
      \bpremier(?:e|es|ing|ed)\b
      \b(?:will|going to|about to) (?:\w+ )?(?:begin|start|premiere|air|go live|be (?:live|available|released|published|broadcast|streamed|aired|online))
      \b(?:begins?|starts?|airs?|starting|airing|opens?|arrives?|premieres?|returns?|launch(?:es)?) (?:in|at|on|from|soon|shortly|tomorrow|today|tonight|next|later|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b
      scheduled
      (?:not|n't|never) (?:yet )?(?:been )?(?:started|begun|aired|premiered|released|published|broadcast|opened|gone live|start|begin)\b
      not yet (?:\w+ )?(?:available|live|ready|online|open|uploaded|processed|accessible|finished|transcoded|encoded|public)
      (?:not|isn't|aren't) (?:\w+ ){0,2}(?:available|ready|online|live|released|published|finished|accessible|viewable|playable|processed) yet
      (?:not|n't) exist yet
      \bupcoming\b
      \bcoming (?:soon|on|this|next)\b
      \bcountdown\b
      \bto go live\b
      \bgoing live in\b
      (?:host|streamer|broadcaster|presenter) (?:has |have )?(?:not|n't) (?:yet )?(?:arrived|joined|started)
      (?:not|n't) (?:yet )?been uploaded\b
      \bwill be (?:posted|uploaded|added|shown|up)\b
      \b(?:left|remains?|remaining|to go|until|till|before) .{0,40}\b(?:broadcast|stream|premiere|event|show|live|concert|webinar|release|it)s? (?:will )?(?:starts?|begins?|airs?|opens?)\b
      \b(?:left|remains?|remaining) (?:until|till|before|to) .{0,30}\b(?:broadcast|stream|premiere|event|show|live|concert|start|beginning)
      \blive (?:very )?soon
      unlocks? (?:on|at|in)\b
      (?:event|stream|show|broadcast|premiere|concert) (?:starts|begins) \d
      (?:video|media|stream|episode|file|transcoding|encoding|processing|conversion|upload) (?:is|are|was|has)? ?(?:not|n't) (?:\w+ )?(?:ready|completed?|finished)\b
      release (?:date|time)
      released (?:at|on)\b
      available (?:from|on|after|at|starting) (?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|the \d)
      (?:is|are|be|being|still|currently|under) (?:being )?(?:processing|processed|uploading|uploaded|transcod|encod|convert|prepar)
      processing (?:this|the|your)\b
      processing\b.{0,30}(?:later|wait|soon|minutes)
      check back
      available (?:shortly|soon)
      # hours of the day, as broadcasters keep for some films: "20 bis 6 Uhr", "de 22h30 à 5h"
      \b\d{1,2}(?:[:.h]\d\d| ?h| uhr| ?[ap]\.?m\.?)? (?:to|and|until|bis|à|y|e|a|alle|till|til|do|tot|до) \d{1,2}(?:[:.h]\d\d| ?h\b| uhr| ?[ap]\.?m\b|時)
      (?:available|shown|watched|accessible) (?:only )?(?:between|after|from|until) \d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m|h\b|o'clock|hours)
      waiting (?:for|room)
      \bpending\b
      queued (?:for|to)\b
      in the (?:processing |encoding )?queue\b
      in the future
      stay tuned
      (?:\bnot|n't) (?:\w+ )?public (?:yet|until|before)\b
      still being (?:made|created|prepared|generated|edited)\b
      (?:\bnot|n't) (?:\w+ )?(?:out|up) (?:yet|until|till)\b
      ^(?:(?:video|status|media|file) )?processing\W*$
      (?:available|released|published|back) (?:again )?in (?:about )?\d+ ?(?:min|hour|day|week|month)
      can be (?:watched|viewed|seen|played|accessed) (?:from|on|after|starting)\b
      waiting to (?:start|begin)
      \bpre-?show\b
      (?:transcoding|encoding|processing|conversion|moderation) (?:is )?(?:still |currently )?(?:in progress|underway|ongoing)
      (?:not|n't) (?:yet )?(?:been )?(?:transcoded|encoded|processed|converted)\b
      (?:getting|making) .{0,30}\bready\b
      \btune in\b
      (?:when|once|until|till|before) (?:the |it |this )?(?:\w+ )?(?:begins|starts|airs|opens)\b
      (?:off-?line|unavailable|closed|not available|away|hidden) (?:until|till)\b
      \bis coming to\b
      future (?:broadcast|event|stream|episode|live|show|release)
      (?:not|n't) (?:yet )?(?:been )?(?:approved|moderated|reviewed|checked)\b(?! (?:to|followers))
      (?:under|awaiting|waiting for|in) (?:review|moderation|approval)\b
      planned (?:for|on|at)\b
      (?:upload|encoding|processing|conversion|publishing) (?:is )?(?:still )?in progress
      embargo
    `,
    unless: any`
      yet (?:been )?support
      processing (?:your )?(?:request|login)
      premium
      error
      maintenance
      cannot be downloaded yet
      timed? ?out
    `,
  },
  {
    failureClass: "live_now",
    when: any`
      (?:\b(?:not|no longer(?! online)|never)|n't) (?:be |currently |yet |being |actively |presently )?(?:live|broadcasting|streaming|on(?:[- ]?the)?[- ]?air|online|streamed|broadcast)\b
      \boff-?line\b
      \boff (?:the )?air\b
      (?:live|stream|broadcast|livestream|event|show|session|webinar|space|room|concert|replay) (?:\w+ ){0,6}(?:ended|(?:is|was|are|now|already) over|finished|closed|concluded)
      (?:live|it|has|was|already) ended
      \b(?:come|came) to an end\b
      ended the (?:live|stream|broadcast|show|session|event)
      (?:hidden|private|group|spy) (?:show|session|chat) in progress
      no (?:\w+ )?(?:broadcasts?|streams?|live ?streams?|shows?|events?) (?:right now|at the moment|at this time|at present|currently|now|today|in progress)
      (?:not|n't) have (?:an?|any) (?:replay|recording|archive|vod)
      (?:no|not any) (?:active|current|ongoing|live) (?:live )?(?:streams?|broadcasts?|livestreams?|shows?|events?|sessions?)
      (?:neither|no) (?:archive|live|replay|recording)
      (?:nobody|no one|no-one|nothing) is (?:\w+ )?(?:live|broadcast(?:ing)?|stream(?:ing|ed)|on air)
      (?:host|streamer|broadcaster|performer|model|presenter) (?:has |have |is |was |just )*(?:left|away|absent|gone|disconnected|not here|resting|on a break)
      in (?:a )?(?:private|group|hidden|ticket|exclusive|spy) (?:show|chat|session|room)
      currently (?:away|hidden)
      auto-?playing vods
      streams? (?:is |are )?(?:currently )?not available
      (?:live|stream|broadcast) (?:\w+ )?(?:replay|recording|archive|vod)s? (?:is |are )?(?:not|n't|un) ?available
      \blive ?(?:stream )?is paused
      live ?streams? (?:recording )?is(?:n't| not) available
      live ?streams? (?:is |are )?(?:currently |temporarily )?unavailable
      \b(?:currently|is|are) (?:\w+ )?live (?:now|stream|broadcast|event)
      (?:video|broadcast|event|stream) is (?:currently |still )?live\W*$
      live ?streams? (?:are|is|can).{0,20}(?:not supported|n[o']t be downloaded)
    `,
    unless: any`
      (?:log|sign)[- ]?in again
      no longer (?:available|exists)
      \bexpired
      \b(?:subscription|membership|trial|your session)\b
      replay is disabled
      no archive
      maintenance
      deleted
      removed
    `,
  },
];
