import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** The commonest sentences in Italian, Dutch, Hungarian, Romanian, Finnish and the Scandinavian languages. */
export const others: Phrases = {
  rate_limited: any`
    tropp[eio] (?:richieste|tentativi)
    te veel (?:verzoeken|aanvragen)
    troppe volte
    limite.{0,15}raggiunt
    limiet.{0,15}bereikt
    för många
    for mange (?:forespørsler|anmodninger)
    liian monta
    prea multe
    te (?:vaak|snel)
    (?:limite|quota).{0,20}(?:superat|eccedut)
    (?:grænsen|gränsen|grensen) (?:er|är) nå
    (?:superato|raggiunto|oltrepassato) (?:il |la )?(?:\S+ )?(?:limite|quota|numero)
    (?:limiet|maximum|quotum) (?:\S+ )?(?:bereikt|overschreden)
  `,
  bot_check: any`
    non sei un (?:robot|bot)
    geen (?:robot|bot)\b
    (?:traffico|attività) (?:insolit|sospett)
    verdacht verkeer
    (?:en|ingen) (?:robot|bot)\b
    je een mens bent
    nem vagy robot
    nu ești (?:un )?robot
    (?:verific\S*|conferm\S*|dimostr\S*) (?:di essere|che sei) (?:un )?uman
    menselijk|je geen robot
  `,
  geo_blocked: any`
    (?:nel|dal) (?:tuo|suo|vostro) paese
    fuori d(?:all'|a|al) ?(?:italia|tuo|territorio)
    nella tua (?:regione|zona)
    (?:jouw|uw) (?:land|regio|locatie)
    (?:ülkenizde|bölgenizde)
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
    (?:in|vanuit) (?:jouw|uw|dit|je) (?:land|regio|locatie)
    buiten (?:nederland|belgië)
    (?:ditt|dit|ditt nåværende) (?:land|område|region)
    (?:utenfor|utanför|uden for|udenfor) (?:norge|sverige|danmark|norden|landet)
    rettigheter.{0,30}utenfor
    ulkopuolella
    (?:motivi|questioni|ragioni) di (?:diritt|licenz)
    (?:rättighets|rettighets)(?:skäl|messige|årsager|begräns|begrens)
    av rettighets
    (?:ország|térség|régió)
    (?:țara|regiunea) (?:ta|dvs|dumneavoastră)
    στη χώρα
    за межами
    (?:limitat|disponibil|visibil)\S* (?:solo |soltanto )?(?:in|dall'|al territorio) ?(?:italia|italiano)
    buiten (?:het|de) (?:land|regio|eu)
  `,
  copyright_blocked: any`
    diritt[oi] d'autore
    violazion\S+ d(?:el|i) copyright
    auteursrecht
    (?:titolar[ei]|detentor[ei]) dei diritti
    rechthebbende
    rettighetshaver
    rettighedshaver
    rättighets(?:innehavar|haver)
  `,
  not_started: any`
    (?:inizierà|comincerà)
    non (?:è )?ancora (?:iniziat|disponibil)
    begint (?:over|om|op)\b
    (?:sarà|saranno) disponibil
    in (?:fase di )?elaborazione
    all'inizio
    non è ancora
    (?:prossimamente|a breve)
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
    (?:wordt|worden) (?:momenteel |nog |op dit moment |nu )?(?:verwerkt|geüpload|geconverteerd|voorbereid)
    (?:verwacht|beschikbaar) (?:vanaf|op|om) \d
    (?:in arrivo|in preparazione)
    behandlas (?:just )?nu|behandles|bearbetas
    inizia (?:tra|alle|il)
    verrà (?:trasmess|pubblicat|resa disponibile)
    disponibil\S* (?:dal|da|il) (?:\d|lune|mart|merc|giov|vener|saba|dome)
    (?:beschikbaar|te zien) vanaf
  `,
  live_now: any`
    offline(?! gehaald| for)
    (?:diretta|trasmissione).{0,30}(?:terminat|conclus)
    uitzending.{0,30}(?:afgelopen|beëindigd)
    (?:non|nessuna) (?:è )?(?:in )?diretta
    niet (?:live|online)
    (?:sendingen|sändningen|udsendelsen) (?:er|är|har) (?:over|slut|avsluttet|avslutats|afsluttet|sluttet)
    lähetys (?:on )?päättynyt
    (?:livestream|stream|live-uitzending|evenement).{0,20}(?:afgelopen|beëindigd|voorbij|gestopt|terminat|finit)
    (?:niet|geen) (?:live-?)?(?:uitzending|stream)
    (?:trasmissione|diretta|streaming|live) (?:è |si è )?(?:\S+ )?(?:finit|terminat|conclus|chius)
    nessun[ao]? (?:diretta|trasmissione|streaming)
    (?:uitzending|livestream|stream|show) is (?:\S+ )?(?:voorbij|afgelopen|gestopt|beëindigd)
    (?:geen|momenteel geen) (?:live-?)?(?:stream|uitzending)
  `,
  cookies_stale: any`
    sessione (?:è )?scadut
    sessie (?:is )?verlopen
    (?:accedi|effettua il login) (?:di nuovo|nuovamente)
    log(?:in)? opnieuw|opnieuw (?:in ?loggen|aanmelden)
    sess?ion(?:en)? (?:har|er|är) (?:gått ut|udløbet|utløpt)
  `,
  private: any`
    \bprivévideo
    \bprivat[oai]\b
    \bprivé(?!\p{L})
    \bprivatt?\b
    \byksityi
    (?:solo|soltanto) (?:per|agli?) (?:amici|follower)
    alleen (?:voor )?(?:vrienden|volgers)
    yksityinen
  `,
  login_required: any`
    \baccedi\b
    abbonat
    abbonament
    riservat[oi] a
    kirjau[dt]u
    meld je aan
    \binloggen\b
    abonnees
    oturum aç
    logg[a]? inn?\b
    aldersgrense
    åldersgräns
    (?:effettua|esegui|fai) (?:il |l.)?(?:accesso|login)
    regist?rat[oi]
    maggiorenn
    minori
    a pagamento
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
    (?:bejelentkez|előfizet)
    (?:autentific|abonament)
    (?:solo|soltanto|esclusivamente|riservat\S*) (?:per|a|agli|ai|per gli|per i) (?:utenti|abbonati|iscritti|soci|membri)
    (?:leden|abonnee|betalende)
    log in om|inlog
    password
  `,
  gone: any`
    rimoss[oaie]\b
    eliminat[oaie]\b
    non è più disponibile
    non esiste
    verwijderd
    niet (?:meer|langer) (?:beschikbaar|te (?:zien|bekijken)|online)
    bestaat niet
    niet gevonden
    (?:ikke|inte) (?:lenger|længere|längre) tilg
    fjernet
    slettet
    borttag(?:en|its|na)
    tagits bort
    offline gehaald
    ei löy(?:dy|tynyt|detty)
    scadut[oa]
    (?:non|più) (?:è )?(?:più )?(?:disponibile|presente) (?:più|sul sito)
    non (?:è stat[oa] )?trovat
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
    (?:már nem|nem található|törölt)
    (?:nu mai|a fost șters|nu există|nu a fost găsit)
    (?:è|sono) stat[oaie] (?:cancellat|oscurat|ritirat)
    (?:pagina|video|contenuto) (?:inesistente|non trovat)
    kan(?: de| deze| het)? \S+ niet (?:vinden|worden gevonden)
    account.{0,16}(?:sospes|chius|opgeheven|geblokkeerd)
    (?:canale|account|profilo)\S* (?:è |sono )?(?:stat[oa] )?(?:chius|elimin|disattiv)
    non (?:è )?più (?:disponibil|accessibil|presente|visibil)
    (?:kon|kan|werd|is) (?:\S+ ){0,3}niet (?:\S+ )?(?:gevonden|vinden)
  `,
  network: any`
    momentaneamente
    temporaneamente
    tijdelijk
    midlertidig
    tillfälligt
    tilapäis
    manutenzione
    problem[ai] tecnic
    technisch(?:e)? (?:fout|storing|probleem)
    teknisk\w* (?:fel|feil|fejl|problem)
    tekninen
    errore (?:del|interno)
    (?:serverfout|serverfe(?:l|il|jl)|palvelinvirhe|szerverhiba)
    onderhoud
    vedlikehold
    underhåll
    vedligehold
    huoltokat
    (?:tijdelijk|momenteel) (?:niet )?(?:beschikbaar|bereikbaar)?(?:buiten gebruik)
    interne (?:server)?fout
    (?:server|sito|servizio) (?:non (?:risponde|disponibil|raggiungibil)|(?:è )?sovraccaric|(?:is )?(?:overbelast|onbereikbaar|niet bereikbaar))
  `,
  unknown: any`
    riprova
    probeer het (?:later|opnieuw)
    prøv igjen
    försök igen
    yritä uudelleen
  `,
};
