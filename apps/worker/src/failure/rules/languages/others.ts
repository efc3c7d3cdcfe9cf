import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** The commonest sentences in Italian, Polish, Czech, Dutch, Turkish, Finnish and the Scandinavian languages. */
export const others: Phrases = {
  rate_limited: any`
    tropp[eio] (?:richieste|tentativi)
    zbyt wiele
    te veel (?:verzoeken|aanvragen)
    çok fazla istek
    troppe volte
    limite.{0,15}raggiunt
    limit (?:został )?przekroczony
    przekroczono
    limiet.{0,15}bereikt
    för många
    for mange (?:forespørsler|anmodninger)
    liian monta
    příliš mnoho
    prea multe
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
    (?:fuori|al di fuori|solo|non).{0,20}(?:dall'|in |dal territorio )(?:italia|italiano|estero)
    all'estero
    (?:nie|niedostępn).{0,20}(?:kraju|regionie)
    niedostępn[aey] w
    poza (?:granicami )?polsk
    w (?:twoim|tym|państwa) (?:kraju|regionie)
    (?:in|vanuit) (?:jouw|uw|dit|je) (?:land|regio|locatie)
    buiten (?:nederland|belgië)
    (?:ditt|dit|ditt nåværende) (?:land|område|region)
    (?:utenfor|utanför|uden for|udenfor) (?:norge|sverige|danmark|norden|landet)
    rettigheter.{0,30}utenfor
    ulkopuolella
    (?:nejsou|není) dostupn.{0,30}(?:zemi|oblasti|regionu)
    z vaš(?:eho|í) (?:umístění|polohy|země)
    na území
    licenčních důvod
    (?:motivi|questioni|ragioni) di (?:diritt|licenz)
    (?:ogranicze|przyczyn|względ)\S* licencyjn
    (?:rättighets|rettighets)(?:skäl|messige|årsager|begräns|begrens)
    av rettighets
    mimo (?:území|čes|slovens|čr|sr)
    (?:ország|térség|régió)
    (?:țara|regiunea) (?:ta|dvs|dumneavoastră)
    yurt ?dışı
    στη χώρα
    за межами
  `,
  copyright_blocked: any`
    diritt[oi] d'autore
    violazion\S+ d(?:el|i) copyright
    praw(?:a|ami)? autorski
    auteursrecht
    telif hakkı
    (?:titolar[ei]|detentor[ei]) dei diritti
    właściciel\S* praw
    naruszen.{0,15}praw
    rechthebbende
    rettighetshaver
    rettighedshaver
    rättighets(?:innehavar|haver)
    držitel\S* práv
    autorsk(?:á|ých) práv
    hak sahib
  `,
  not_started: any`
    (?:inizierà|comincerà)
    non (?:è )?ancora (?:iniziat|disponibil)
    rozpocznie się
    (?:nie|jeszcze) (?:się )?(?:nie )?(?:się )?(?:rozpocz|zaczę)
    jeszcze nie
    begint (?:over|om|op)\b
    (?:sarà|saranno) disponibil
    in (?:fase di )?elaborazione
    all'inizio
    do (?:rozpoczęcia|startu|premiery)
    başlamasına
    do (?:začátku|zahájení)
    non è ancora
    (?:prossimamente|a breve)
    będzie dostępn
    wkrótce
    (?:binnenkort|straks)
    nog niet
    (?:ikke|inte) (?:startet|begynt|begyndt|börjat|publisert)
    (?:ikke|inte) .{0,24}(?:ennå|enda|endnu|ännu)(?!\p{L})
    (?:ennå|enda|endnu|ännu) (?:ikke|inte)
    még nem
    încă nu
    (?:starter|begynner|begynder|börjar|startar) (?:kl|om|den|snart)
    tulossa
    ei ole vielä
    ještě (?:ne|není)
    (?:začne|bude dostupn)
    yakında
    henüz
  `,
  live_now: any`
    (?:diretta|trasmissione).{0,30}(?:terminat|conclus)
    transmisja.{0,30}zakończon
    uitzending.{0,30}(?:afgelopen|beëindigd)
    yayın.{0,20}sona
    (?:non|nessuna) (?:è )?(?:in )?diretta
    nie nadaje
    (?:offline(?! gehaald)|nie jest na żywo)
    yayında değil
    niet (?:live|online)
    (?:sendingen|sändningen|udsendelsen) (?:er|är|har) (?:over|slut|avsluttet|avslutats|afsluttet|sluttet)
    lähetys (?:on )?päättynyt
    přenos.{0,15}(?:skončil|ukončen)
    canlı yayın.{0,15}(?:bitti|sona)
  `,
  private: any`
    \bprywatn
    \bprivévideo
    \bgizli\b
    \bprivat[oai]\b
    \bprivé(?!\p{L})
    \bprivatt?\b
    \bsoukrom
    \byksityi
    özel (?:video|hesap|bir)
  `,
  login_required: any`
    \baccedi\b
    abbonat
    abbonament
    riservat[oi] a
    přihlaste se
    předplat
    kirjau[dt]u
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
    (?:effettua|esegui|fai) (?:il |l.)?(?:accesso|login)
    regist?rat[oi]
    maggiorenn
    minori
    a pagamento
    zalog(?:ow|uj)
    logowani
    dostępn[eya] (?:tylko )?dla (?:\S+ )?(?:użytkowników|abonentów|subskrybentów|widzów|zalogowanych)
    płatn
    wykup
    pełnoletn
    tylko dla dorosłych
    wymaga (?:konta|opłaty|płatności|logowania|zalogowania)
    hasł[oae]
    (?:inloggen|ingelogd|aanmelden|abonnement|wachtwoord|leeftijd|betaal)
    (?:logg|logget|logga|log) (?:deg )?(?:inn|ind|in)\b
    innlogg
    inlogg
    abonnement
    prenumer
    medlem
    (?:innehålls|innholds|indholds)(?:varning|advarsel)
    advarsel om indhold
    avviso sui contenuti
    inhoudswaarschuwing
    aldersbegræns
    1[58] år
    (?:kirjaudu|tilaaj|ikäraja)
    (?:přihlásit|přihlaste|přihlášen|předplatitel|registrac|placen|heslo)
    (?:üye|abone|şifre|satın al|yaş (?:sınır|kısıt))
    (?:bejelentkez|előfizet)
    (?:autentific|abonament)
  `,
  gone: any`
    rimoss[oaie]\b
    eliminat[oaie]\b
    non è più disponibile
    non esiste
    usunięt
    nie istnieje
    nie znaleziono
    już niedostępn
    nie jest już
    verwijderd
    niet (?:meer|langer) (?:beschikbaar|te (?:zien|bekijken)|online)
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
    neexistuje
    (?:již|už) není
    offline gehaald
    nenalezen
    ei löy(?:dy|tynyt|detty)
    scadut[oa]
    (?:non|più) (?:è )?(?:più )?(?:disponibile|presente) (?:più|sul sito)
    non (?:è stat[oa] )?trovat
    wygas[łl]
    już (?:nie )?(?:istnieje|niedostępn)
    nie (?:został|została|zostało) znalezion
    verlopen
    (?:is|werd) (?:offline|verwijderd)
    (?:har|er|är) (?:gått|gåt|gået) ut\b
    (?:er|är) (?:udløbet|utløpt|utgånget|utgången)
    (?:ikke|inte) (?:lenger|længere|längre)
    (?:finnes|findes|finns) (?:ikke|inte)
    (?:ikke|inte|kunde inte|kunne ikke) (?:funnet|fundet|hitta|hittades|finde|finne)
    tagit bort
    poistettu
    (?:ei ole|eivät ole) enää
    vanhentun
    nebyl[aoy]? nalezen
    (?:vypršel|expirova)
    (?:smazán|odstraněn)
    (?:már nem|nem található|törölt)
    (?:nu mai|a fost șters|nu există|nu a fost găsit)
    (?:süresi doldu|bulunmuyor)
  `,
  network: any`
    momentaneamente
    temporaneamente
    tymczasowo
    dočasně
    tijdelijk
    geçici
    midlertidig
    tillfälligt
    tilapäis
    manutenzione
    problem[ai] tecnic
    (?:błąd|problem\S*) techniczn
    technisch(?:e)? (?:fout|storing|probleem)
    teknisk\w* (?:fel|feil|fejl|problem)
    tekninen
    technick\S+ (?:chyb|problém|závad)
    teknik (?:bir )?(?:hata|sorun|arıza)
    errore (?:del|interno)
    (?:serverfout|serverfe(?:l|il|jl)|palvelinvirhe|szerverhiba)
    (?:błąd|chyba) serwe?r|chyba serveru
    sunucu hatası
    konserwac
    prac[ey] (?:techniczn|serwis)
    onderhoud
    vedlikehold
    underhåll
    vedligehold
    huoltokat
    údržb
    bakım
  `,
  unknown: any`
    riprova
    spróbuj ponownie
    zkuste
    probeer het (?:later|opnieuw)
    (?:daha sonra )?tekrar dene
    prøv igjen
    försök igen
    yritä uudelleen
  `,
};
