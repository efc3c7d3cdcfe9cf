import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const german: Phrases = {
  rate_limited: any`
    zu (?:viele|oft|häufig|schnell)
    (?:anfrage|abruf)limit
    limit (?:überschritten|erreicht)
    (?:maximale|höchst)\S* (?:anzahl|zahl)
    (?:limit|kontingent|grenze)\S* (?:\S+ )?(?:erreicht|überschritten|ausgeschöpft)
  `,
  bot_check: any`
    (?:kein|nicht ein) (?:bot|roboter)
    roboter
    ein mensch (?:sind|bist)
    ungewöhnlich
    automatisierte
    verdächtig
    sicherheits(?:prüfung|überprüfung|abfrage)
    captcha
  `,
  geo_blocked: any`
    (?:in|für|aus) (?:deinem|ihrem|diesem|deiner|ihrer|dieser|deine|ihre) (?:land|region|gebiet|standort|staat)
    (?:außer|ausser|inner)halb
    geo-?(?:blocking|sperre|gesperrt)
    ländersperre
    nur (?:in|aus) (?:deutschland|österreich|der schweiz|der eu)
    (?:nicht|nur) in (?:\S+ )?(?:deutschland|österreich|der schweiz|eu|europa|land)
    (?<!urheber)(?:rechtlichen|lizenzrechtlichen|lizenz|rechte)\S* gründen
    (?:land|region|ausland)\S* (?:nicht )?(?:verfügbar|abrufbar|gesperrt|abspielbar)
    im ausland
  `,
  copyright_blocked: any`
    urheberrecht
    rechteinhaber
    rechteinhabers?
    urheberrechts?verletz
  `,
  drm: /kopiergeschützt/u,
  not_started: any`
    (?:beginnt|startet|verfügbar) (?:in|am|um|ab)\b
    noch nicht (?:verfügbar|begonnen|gestartet|veröffentlicht|freigegeben|ausgestrahlt)
    wird (?:gerade |noch )?(?:verarbeitet|bearbeitet)
    (?:beginnt|startet) (?:in )?(?:kürze|demnächst|bald|erst)
    (?:erst )?ab \d{1,2}[.:]\d
    \d{1,2} (?:uhr )?bis \d{1,2} uhr
    wird derzeit (?:verarbeitet|bearbeitet|vorbereitet)
    in vorbereitung
    in kürze
    noch nicht (?!angemeldet|eingeloggt|registriert|abonniert|gekauft)
    demnächst
    bis zu[mr] (?:start|beginn|premiere|livestream|sendung)
    (?:en|de|um|ver)?(?:c|k)odier(?:t|ung)
    konvertiert
    (?:startet|beginnt|verfügbar|gesendet|ausgestrahlt) (?:morgen|heute|nächste|am|ab|in)
    (?:befindet sich|ist) (?:noch )?in (?:der )?(?:verarbeitung|bearbeitung|prüfung)
  `,
  live_now: any`
    (?:stream|übertragung|sendung|veranstaltung).{0,30}(?:beendet|vorbei|zu ende)
    nicht (?:live|online|auf sendung)
    (?:offline(?! for)|keine (?:live-?)?(?:sendung|übertragung|stream))
    livestream.{0,30}(?:beendet|vorbei|nicht aktiv|inaktiv|unterbrochen)
    (?:kanal|streamer|nutzer|sender) (?:ist )?(?:\S+ )?(?:nicht live|nicht auf sendung|offline)
    (?:derzeit|gerade|aktuell|momentan) (?:kein|nicht)e?n? (?:live|stream|übertrag|sendung|event)
    (?:läuft|gibt es|findet) (?:\S+ )?kein\S* (?:live|stream|übertragung|sendung)
  `,
  private: any`
    \bprivat(?:es|er|en)?\b
    nur (?:für )?(?:freunde|follower)
    nicht öffentlich
    nur (?:mit|für) (?:einladung|eingeladene|bestätigte)
    keine berechtigung
  `,
  login_required: any`
    anmeld
    angemeldet
    einlogg
    eingeloggt
    melde dich
    melden sie sich
    registrier
    \babo\b
    abonn
    inhaltswarnung
    mitglied
    alters(?:beschränk|freigabe|verifikation|prüfung|nachweis)
    (?:ihr|dein) alter\b
    jugendschutz
    \bfsk\b
    kostenpflichtig
    passwort
    log(?:ge)? dich
    loggen sie
    \blogin\b
    nur für (?:\S+ )?(?:mitglieder|abonnent|nutzer|registrierte|erwachsene|kunden|zahlende)
    volljährig
    ab 1[68] jahren
    unter 1[68]
    bezahl
    kaufen
    gekauft
    \bkonto\b
  `,
  gone: any`
    entfernt
    gelöscht
    nicht mehr (?:verfügbar|vorhanden|online|abrufbar|zur verfügung)
    existiert nicht
    nicht gefunden
    (?:konto|kanal).{0,30}(?:gekündigt|geschlossen|gesperrt)
    abgelaufen
    nicht länger (?:verfügbar|abrufbar)
    (?:gibt es|ist) (?:hier )?(?:leider )?nicht mehr
    existiert (?:leider )?(?:nicht|nicht mehr)
    depubliziert
    nicht \(mehr\)
    verfügbarkeit.{0,20}(?:endete|beendet)
    (?:konnte|kann|wurde) (?:\S+ )?nicht (?:mehr )?(?:gefunden|aufgefunden)
    (?:zurückgezogen|nicht auffindbar)
  `,
  network: any`
    vorübergehend
    serverfehler
    wartung
    technische(?:r|n|s)? (?:fehler|problem|störung|schwierigkeit)
    (?:interner|internal) \S*fehler
    (?:server|dienst|seite) (?:ist )?(?:derzeit |momentan |zur ?zeit )?(?:überlastet|nicht erreichbar|gestört)
    (?:server|dienst|seite)\S* (?:antwortet nicht|ist (?:nicht erreichbar|ausgefallen))
  `,
  cookies_stale: any`
    sitzung (?:ist )?(?:\S+ )?(?:abgelaufen|ungültig|beendet)
    (?:erneut|wieder|neu) (?:an(?:melden|zumelden)|einloggen|einzuloggen)
  `,
  unknown: any`
    später (?:erneut|noch ?mal|wieder)
  `,
};
