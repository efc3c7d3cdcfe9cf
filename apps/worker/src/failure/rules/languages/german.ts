import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const german: Phrases = {
  rate_limited: any`
    zu (?:viele|oft|häufig|schnell)
    (?:anfrage|abruf)limit
  `,
  bot_check: any`
    (?:kein|nicht ein) (?:bot|roboter)
    roboter
    ungewöhnlich
    automatisierte
  `,
  geo_blocked: any`
    (?:in|für|aus) (?:deinem|ihrem|diesem|deiner|ihrer|dieser|deine|ihre) (?:land|region|gebiet|standort|staat)
    (?:außer|inner)halb
    geo-?(?:blocking|sperre|gesperrt)
    ländersperre
    nur (?:in|aus) (?:deutschland|österreich|der schweiz|der eu)
  `,
  copyright_blocked: any`
    urheberrecht
    rechteinhaber
  `,
  drm: /kopiergeschützt/u,
  not_started: any`
    (?:beginnt|startet|verfügbar) (?:in|am|um|ab)\b
    noch nicht (?:verfügbar|begonnen|gestartet|veröffentlicht|freigegeben|ausgestrahlt)
    wird (?:gerade |noch )?(?:verarbeitet|bearbeitet)
  `,
  live_now: any`
    (?:stream|übertragung|sendung|veranstaltung).{0,30}(?:beendet|vorbei|zu ende)
    nicht (?:live|online|auf sendung)
  `,
  private: any`
    \bprivat(?:es|er|en)?\b
    nur für (?:freunde|follower)
  `,
  login_required: any`
    anmeld
    angemeldet
    einlogg
    eingeloggt
    melde dich
    registrier
    abonn
    mitglied
    alters(?:beschränk|freigabe|verifikation|prüfung|nachweis)
    (?:ihr|dein) alter\b
    jugendschutz
    \bfsk\b
    kostenpflichtig
    passwort
  `,
  gone: any`
    entfernt
    gelöscht
    nicht mehr (?:verfügbar|vorhanden|online|abrufbar)
    existiert nicht
    nicht gefunden
    (?:konto|kanal).{0,30}(?:gekündigt|geschlossen|gesperrt)
  `,
  network: any`
    vorübergehend
    später (?:erneut|noch ?mal|wieder)
    serverfehler
  `,
};
