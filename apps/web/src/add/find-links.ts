/**
 * Returns the links in a text, each once, in their order: in prose, Markdown or HTML. Without a scheme, only what is plainly a
 * link is taken: a host of a usual ending, and a path. The time is linear in the length of the text, whatever it holds.
 */
export function findLinks(text: string): string[] {
  const found = new Map<string, string>();
  for (const link of candidates(withoutTags(text).replaceAll(/&(?:amp|#38);/gi, "&"))) {
    const url = URL.parse(link);
    if (url !== null && url.hostname !== "" && !found.has(url.href)) found.set(url.href, link);
  }
  return [...found.values()];
}

const scheme = String.raw`https?:\/\/`;
/** No link goes on behind these: spaces, controls, what is not seen, quotes, and the punctuation of Chinese and Japanese. */
const inside = String.raw`[^\s\p{C}\p{Z}<>"“”„«»\u0060{}|\\^，。、；！？「」『』【】《》]`;
const label = String.raw`[\p{L}\p{N}][\p{L}\p{N}-]{0,62}`;
/** The endings of hosts that people write without a scheme. */
const endings =
  "com|net|org|edu|tv|be|info|app|dev|live|video|media|online|site|stream|page|club|xyz|cc|co|fm|gg|io|me|ly|to|sh|su|eu|" +
  "at|au|br|ca|ch|cn|cz|de|dk|es|fi|fr|in|it|jp|kr|nl|no|pl|pt|se|tr|ua|uk|us|by|kz|ru|рф|рус|бел|укр|қаз";
const withScheme = String.raw`${scheme}${inside}+`;
const withoutScheme = String.raw`(?<![\p{L}\p{N}@._~:/?#%&=+-])(?:${label}\.){1,5}(?:${endings}|xn--[a-z\d-]{2,59})(?::\d{2,5})?[/?]${inside}+`;
const pattern = new RegExp(`${withScheme}|${withoutScheme}`, "giu");

/** Where a link ends, although the text goes on: another one begins, or that of a Markdown link whose words are a link. */
const next = new RegExp(String.raw`(?:(?<=[\p{L}\p{N}])|[,;|]|\]\()(?=${scheme})`, "giu");

function* candidates(text: string): Generator<string> {
  for (const match of text.matchAll(pattern)) {
    const before = text[match.index - 1] ?? "";
    for (const piece of match[0].split(next)) {
      const link = withoutEnd(piece, before);
      yield hasScheme.test(link) ? link : `https://${link}`;
    }
  }
}

const hasScheme = new RegExp(`^${scheme}`, "i");
const marks = ".,:;!?'…·’‘";
const opening: Readonly<Record<string, string>> = { ")": "(", "]": "[", "）": "（" };

/** Leaves out the punctuation of the sentence, and closing brackets that were opened before the link. */
function withoutEnd(link: string, before: string): string {
  const open: Record<string, number> = {};
  for (const character of link)
    if (character in opening) open[character] = (open[character] ?? 0) - 1;
    else
      for (const [close, mate] of Object.entries(opening)) if (character === mate) open[close] = (open[close] ?? 0) + 1;
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link.charAt(end - 1);
    // Markdown's *stress*, _stress_ and ~~struck~~; else the id of a video may end like that.
    const isStress = "*_~".includes(last) && last === before;
    const isUnopened = (open[last] ?? 0) < 0;
    if (!marks.includes(last) && !isStress && !isUnopened) break;
    if (isUnopened) open[last] = (open[last] ?? 0) + 1;
  }
  return link.slice(0, end);
}

/** Leaves of the tags of HTML the addresses to which they lead. A link in angle brackets is no tag. */
function withoutTags(text: string): string {
  return text.replaceAll(/<(?!https?:)[a-z!/?][^<>]*>/gi, (tag) => {
    const to = /\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag);
    return to === null ? " " : `\n${to[1] ?? to[2] ?? to[3] ?? ""}\n`;
  });
}
