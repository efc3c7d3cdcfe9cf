import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** The commonest sentences in Italian, Polish, Czech, Dutch, Turkish, Finnish and the Scandinavian languages. */
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
    (?:nel|dal) (?:tuo|suo|vostro) paese
    fuori d(?:all'|a|al) ?(?:italia|tuo|territorio)
    nella tua (?:regione|zona)
    (?:twoim|państwa) (?:kraju|regionie)
    twojej lokalizacji
    (?:jouw|uw) (?:land|regio|locatie)
    (?:ülkenizde|bölgenizde)
    bulunduğunuz (?:ülke|bölge|konum)
    (?:ve )?vaší (?:zemi|oblasti)
    (?:mimo|pouze v) česk
    ulkomailla
    (?:sinun )?maassasi
    vain suomessa
    i (?:ditt|dit) land
    utanför sverige
    ut(?:en|an)for norge
    uden for danmark
    (?:kun|bare|endast|bara) (?:\S+ )?til(?:gængelig|gjengelig|lgänglig)\S* i (?:norge|danmark|sverige|norden)
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
    přihlaste se
    předplat
    kirjaudu
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
    borttag(?:en|its|na)
    tagits bort
    (?:bylo|bylo již|byl|byla) (?:odstraněn|smazán)
    neexistuje
    nenalezen
    on poistettu
    ei löydy
  `,
  network: any`
    momentaneamente
    temporaneamente
    riprova
    tymczasowo
    spróbuj ponownie
    dočasně
    zkuste
    tijdelijk
    probeer het (?:later|opnieuw)
    geçici
    (?:daha sonra )?tekrar dene
    midlertidig
    tillfälligt
    prøv igjen
    försök igen
    tilapäis
    yritä uudelleen
  `,
};
