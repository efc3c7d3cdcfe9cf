import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** Polish, Czech and Slovak. */
export const westSlavic: Phrases = {
  rate_limited: any`
    zbyt wiele
    limit (?:został )?przekroczony
    przekroczono
    příliš mnoho
    za dużo (?:żądań|zapytań|prób)
    (?:limit|maksymaln\S+ liczb\S*).{0,20}(?:osiągnięt|wyczerpan|przekroczon)
    (?:limit|počet).{0,24}(?:překročen|vyčerpán|dosažen)
    příliš (?:často|rychle|velké množství)
    překroč\S* .{0,10}(?:limit|počet)
  `,
  bot_check: any`
    nie jesteś (?:robotem|botem)
    (?:nejste|nejsi) (?:ro)?bot
    nie (?:jesteś|jest pan\S*) (?:ro)?bot
    (?:nietypow|podejrzan)\S* (?:ruch|aktywno)
    (?:neobvykl|podezřel)\S* (?:provoz|aktivit)
  `,
  geo_blocked: any`
    (?:twoim|państwa) (?:kraju|regionie)
    twojej lokalizacji
    (?:ve )?vaší (?:zemi|oblasti)
    (?:mimo|pouze v) česk
    (?:nie|niedostępn).{0,20}(?:kraju|regionie)
    niedostępn[aey] w
    poza (?:granicami )?polsk
    w (?:twoim|tym|państwa) (?:kraju|regionie)
    (?:nejsou|není) dostupn.{0,30}(?:zemi|oblasti|regionu)
    z vaš(?:eho|í) (?:umístění|polohy|země)
    na území
    licenčních důvod
    (?:ogranicze|przyczyn|względ)\S* licencyjn
    mimo (?:území|čes|slovens|čr|sr)
    (?:tylko|wyłącznie) na (?:terenie|terytorium|obszarze)
    (?:twojej|państwa|tej) (?:lokalizacji|regionu|strefie)
    (?:vaší|této|tvojí) (?:zemi|oblasti|lokalitě|krajině|krajine)
    (?:v|z|ze) (?:zahraničí|zahraničia)
    za granicą
  `,
  copyright_blocked: any`
    praw(?:a|ami)? autorski
    właściciel\S* praw
    naruszen.{0,15}praw
    držitel\S* práv
    autorsk(?:á|ých) práv
    (?:poruš|porušen)\S* (?:autorsk|práv)
    roszczen\S* (?:praw|dotycząc)
    nositel\S* práv
  `,
  drm: /zabezpieczon\S* przed kopiowaniem|chráněn\S* proti kopírování/u,
  not_started: any`
    rozpocznie się
    (?:nie|jeszcze) (?:się )?(?:nie )?(?:się )?(?:rozpocz|zaczę)
    jeszcze nie
    do (?:rozpoczęcia|startu|premiery)
    do (?:začátku|zahájení)
    będzie dostępn
    wkrótce
    ještě (?:ne|není)
    (?:začne|bude dostupn)
    (?:jest|są) (?:obecnie |jeszcze |właśnie |w trakcie )?(?:przetwarzan|kodowan|przygotowywan)
    w (?:trakcie|kolejce) (?:przetwarz|kodow|do)
    (?:startuje|rozpoczyna się|zaczyna się|zacznie się) (?:za|o|w)
    se (?:právě |ještě |nyní )?(?:zpracovává|připravuje|převádí)
    (?:začíná|začne|startuje|zahájen) (?:za|v|o)
    bude (?:zahájen|dostupn|zveřejněn|vysílán|k dispozici)
    (?:nadchodząc|nadcháze)
    dostupn[eya] od \d
    k dispozici od \d
    premier\S* (?:za|w|o|już|jutro|dziś)
    (?:za|zostało) \d+ (?:godz|min|dni)
  `,
  live_now: any`
    transmisja.{0,30}zakończon
    nie nadaje
    nie jest na żywo
    přenos.{0,15}(?:skončil|ukončen)
    (?:transmisj|nadawani|strumie)\S*.{0,20}(?:zakończ|dobiegł)
    (?:kanał|użytkownik|streamer)\S*.{0,12}(?:nie (?:jest )?(?:na żywo|nadaje|transmituje))
    (?:přenos|vysílání|stream|živé vysílání)\S*.{0,14}(?:skonči|ukonč)
    (?:nevysílá|právě nevysílá|není (?:živě|online))
  `,
  cookies_stale: any`
    sesj\S* .{0,10}wygas
    zaloguj się ponownie
    (?:relace|přihlášení) .{0,12}(?:vypršel|skončil|expirov)
    přihlaste se (?:prosím )?znovu
  `,
  private: any`
    \bprywatn
    \bsoukrom
    tylko (?:dla )?(?:znajomych|obserwujących)
    (?:jen|pouze) pro (?:přátele|sledující)
  `,
  login_required: any`
    přihlaste se
    předplat
    zaloguj
    subskry
    zalog(?:ow|uj)
    logowani
    dostępn[eya] (?:tylko )?dla (?:\S+ )?(?:użytkowników|abonentów|subskrybentów|widzów|zalogowanych)
    płatn
    wykup
    pełnoletn
    tylko dla dorosłych
    wymaga (?:konta|opłaty|płatności|logowania|zalogowania)
    hasł[oae]
    (?:přihlásit|přihlaste|přihlášen|předplatitel|registrac|placen|heslo)
    (?:tylko|wyłącznie|jedynie) dla (?:\S+ )?(?:użytkowników|abonentów|subskrybentów|zalogowanych|członków|patronów|kont)
    (?:ograniczeni\S* wiekow|wiek\S* widza|od 18 lat)
    (?:jen|pouze) pro (?:\S+ )?(?:přihlášené|předplatitele|členy|registrované|dospělé)
    (?:věkov|do 18 let|od 18 let)
  `,
  gone: any`
    usunięt
    nie istnieje
    nie znaleziono
    już niedostępn
    nie jest już
    neexistuje
    (?:již|už) není
    nenalezen
    wygas[łl]
    już (?:nie )?(?:istnieje|niedostępn)
    nie (?:został|została|zostało) znalezion
    nebyl[aoy]? nalezen
    (?:vypršel|expirova)
    (?:smazán|odstraněn)
    (?:usunęł|skasowan)
    nie ma (?:takie|tej|tego|już)
    (?:strona|film|materiał|konto|kanał|nagranie) nie istnieje
    nie można (?:znaleźć|odnaleźć)
    nie jest (?:już )?(?:dłużej )?dostępn[eya] (?:już|więcej)
    (?:konto|kanał)\S*.{0,12}(?:zawieszon|zamknięt|zablokowan|zrušen)
    nie znalezion
    (?:byl[aoy]?|bola?|bolo) (?:\S+ )?(?:smazán|odstraněn|stažen|vymazan)
    (?:video|stránka|pořad|kanál|účet) neexistuje
  `,
  network: any`
    tymczasowo
    dočasně
    (?:błąd|problem\S*) techniczn
    technick\S+ (?:chyb|problém|závad)
    (?:błąd|chyba) serwe?r|chyba serveru
    konserwac
    prac[ey] (?:techniczn|serwis)
    údržb
    wewnętrzny błąd
    interní chyba
    (?:przerwa|awaria) techniczn
    (?:serwer|server)\S* (?:jest |je )?(?:nedostupn|niedostępn|przeciążon|přetížen)
  `,
  unknown: any`
    spróbuj ponownie
    zkuste
    (?:spróbuj|prosimy spróbować|proszę spróbować) (?:ponownie|później|jeszcze raz)
    (?:zkuste|zkus) (?:to )?(?:prosím )?(?:znovu|později)
  `,
};
