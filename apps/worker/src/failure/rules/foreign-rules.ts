import type { FailureClass } from "../failure-class.ts";
import { chinese } from "./languages/chinese.ts";
import { french } from "./languages/french.ts";
import { german } from "./languages/german.ts";
import { portuguese, spanish } from "./languages/iberian.ts";
import { others } from "./languages/others.ts";
import { russian } from "./languages/russian.ts";
import { hindiAndThai } from "./languages/hindi-and-thai.ts";
import { nearEastern } from "./languages/near-eastern.ts";
import { southEastAsian } from "./languages/south-east-asian.ts";
import { turkish } from "./languages/turkish.ts";
import { westSlavic } from "./languages/west-slavic.ts";
import { japanese } from "./languages/japanese.ts";
import { korean } from "./languages/korean.ts";
import { onlyInCountry } from "./languages/only-in-country.ts";
import { any, type Rule } from "./rule.ts";

const languages = [
  russian,
  german,
  french,
  spanish,
  portuguese,
  japanese,
  chinese,
  korean,
  westSlavic,
  turkish,
  nearEastern,
  hindiAndThai,
  southEastAsian,
  others,
];

/** The precedence of the English rules. */
const order = [
  "rate_limited",
  "bot_check",
  "geo_blocked",
  "copyright_blocked",
  "drm",
  "not_started",
  "live_now",
  "cookies_stale",
  "private",
  "login_required",
  "gone",
  "network",
] as const satisfies readonly FailureClass[];

/**
 * The site's machinery and the viewer's own account, in the languages above: a token that is not found is no video that
 * is gone.
 */
const machinery = any`
  \b(?:token|api|url|format|session|cache|server)
  (?:формат|токен|сесси|сервер|кэш|субтитр)
  (?:formato|sesi[oó]n|servidor|serveur|sess[aã]o|sitzung|untertitel|subt[ií]tul|sous-titre|legenda)
  (?:サーバ|トークン|セッション|フォーマット|字幕|画質|形式)
  (?:服务器|伺服器|令牌|会话|格式|字幕|画质|清晰度)
  # the viewer's own account
  (?:ваш|твой|вашего|твоего|ваша|твоя|ваш[аі]) (?:\S+ )?(?:аккаунт|уч[её]тн|профиль|подписк|обліков)
  (?:您|你|您的|你的)(?:的)?(?:账号|帐号|账户|帳號|帳戶|会员|會員)
  (?:あなた|お客様|ご利用)の?(?:アカウント|プラン|会員)
  (?:회원님|고객님|귀하)의? ?(?:계정|이용권|구독)
  (?:tu|su|vuestra|sua|tua|il tuo|il suo|la tua|votre|ton|dein|ihr|euer|je|jouw|uw|twoje|twój|váš|tvůj) (?:\S+ )?(?:cuenta|conta|account|compte|konto|účet|suscripci|abbonament|abonnement|abo\b|sesja)
  (?:hesabınız|aboneliğiniz|حسابك|اشتراكك|החשבון שלך|חשבונך|حساب شما|आपका (?:खाता|अकाउंट)|บัญชีของคุณ|tài khoản của bạn|akun (?:anda|kamu))
  (?:서버|토큰|세션|형식|자막|화질)
`;

/** "Try again later" in the languages above: it passes, and the text does not say what it is. */
export const foreignPassing: readonly Rule[] = languages.flatMap(({ unknown: when }): Rule[] =>
  when === undefined ? [] : [{ failureClass: "unknown", when, confidence: "low" }],
);

/** What sites say in other languages than English. */
export const foreignRules: readonly Rule[] = order.flatMap((failureClass) => [
  ...(failureClass === "geo_blocked" ? onlyInCountry.map((when) => foreignRule(failureClass, when)) : []),
  ...languages.flatMap(({ [failureClass]: when }): Rule[] =>
    when === undefined ? [] : [foreignRule(failureClass, when)],
  ),
]);

function foreignRule(failureClass: FailureClass, when: RegExp): Rule {
  const confidence = failureClass === "network" ? "low" : "medium";
  return { failureClass, when, confidence, ...(failureClass === "gone" ? { unless: machinery } : {}) };
}
