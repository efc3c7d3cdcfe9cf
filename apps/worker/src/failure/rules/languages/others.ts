import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** The commonest sentences in Italian, Polish, Dutch, Turkish and the Scandinavian languages. */
export const others: Phrases = {
  rate_limited: any`
    tropp[eio] (?:richieste|tentativi)
    zbyt wiele
    te veel (?:verzoeken|aanvragen)
    çok fazla istek
  `,
  bot_check: any`
    non sei un (?:robot|bot)
    nie jesteś (?:robotem|botem)
    geen (?:robot|bot)\b
    (?:robot|bot) olmadığın
  `,
  geo_blocked: any`
    (?:nel|dal) tuo paese
    nella tua (?:regione|zona)
    (?:twoim|państwa) (?:kraju|regionie)
    twojej lokalizacji
    (?:jouw|uw) (?:land|regio|locatie)
    (?:ülkenizde|bölgenizde)
    i (?:ditt|dit) land
    utanför sverige
    ut(?:en|an)for norge
    uden for danmark
    alleen (?:te bekijken |beschikbaar )?in (?:nederland|belgië)
  `,
  copyright_blocked: any`
    diritt[oi] d'autore
    praw(?:a|ami)? autorski
    auteursrecht
    telif hakkı
  `,
  not_started: any`
    (?:inizierà|comincerà)
    non (?:è )?ancora (?:iniziat|disponibil)
    rozpocznie się
    jeszcze nie
    begint (?:over|om|op)\b
    nog niet (?:begonnen|beschikbaar|gestart)
    henüz (?:başla|yayın)
  `,
  live_now: any`
    (?:diretta|trasmissione).{0,30}(?:terminat|conclus)
    transmisja.{0,30}zakończon
    uitzending.{0,30}(?:afgelopen|beëindigd)
    yayın.{0,20}sona
  `,
  private: any`
    \bprywatn
    \bprivévideo
    \bgizli\b
  `,
  login_required: any`
    \baccedi\b
    abbonat
    abbonament
    riservat[oi] a
    zaloguj
    subskry
    meld je aan
    \binloggen\b
    abonnees
    oturum aç
    giriş yap
    logg[a]? inn?\b
    aldersgrense
    åldersgräns
  `,
  gone: any`
    rimoss[oaie]\b
    eliminat[oaie]\b
    non è più disponibile
    non esiste
    non trovat
    usunięt
    nie istnieje
    nie znaleziono
    już niedostępn
    verwijderd
    niet meer beschikbaar
    bestaat niet
    niet gevonden
    kaldırıldı
    silindi
    artık mevcut değil
    bulunamadı
    (?:ikke|inte) (?:lenger|længere|längre) tilg
    fjernet
    slettet
    borttagen
  `,
};
