import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const french: Phrases = {
  rate_limited: any`
    trop de (?:requêtes|demandes|tentatives)
    trop souvent
    limite de requêtes
  `,
  bot_check: any`
    pas un (?:robot|bot)
    trafic inhabituel
  `,
  geo_blocked: any`
    (?:votre|ce|ton) (?:pays|région|territoire|zone|localisation)
    hors de
    (?:zone|position|situation) géographique
  `,
  copyright_blocked: any`
    droits? d'auteur
    ayants? droit
  `,
  drm: /protégée? contre la copie/u,
  not_started: any`
    commence(?:ra)?\b
    débute(?:ra)?\b
    pas encore
    (?:sera|seront) (?:disponible|diffusé|accessible|en ligne|mise?s? en ligne)
    à venir
    bientôt
    en cours de traitement
  `,
  live_now: any`
    (?:direct|diffusion|live).{0,30}terminée?
    pas en direct
    hors ligne
  `,
  private: /\bprivée?s?(?!\p{L})/u,
  login_required: any`
    connectez
    (?:se |vous )connecter
    connexion (?:requise|nécessaire)
    s'identifier
    identifiez
    abonné
    réservée?s? aux
    inscri(?:re|vez|ts)
    payante?s?\b
    mot de passe
    votre âge
  `,
  gone: any`
    supprimée?s?
    retirée?s?
    n'existe (?:pas|plus)
    (?:n'est|ne sont) plus (?:disponible|accessible|en ligne)
    introuvable
  `,
  network: any`
    réessa(?:yer|yez)
    ultérieurement
    erreur (?:du )?serveur
  `,
};
