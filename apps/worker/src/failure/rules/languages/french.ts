import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const french: Phrases = {
  rate_limited: any`
    trop de (?:requêtes|demandes|tentatives)
    trop souvent
    limite de requêtes
    (?:limite|quota).{0,20}(?:atteinte?|dépassée?)
    patiente[rz]
    (?:trop|nombre (?:maximal|maximum)) (?:rapide|fréquen|d.appels|de connexions|de lecture)
    (?:atteint|dépassé) (?:la |votre |le )?(?:limite|quota|nombre)
  `,
  bot_check: any`
    pas un (?:robot|bot)
    trafic inhabituel
    robot
    captcha
    (?:trafic|activité) (?:inhabituel|suspect|anormal)
    vérifi\S* que vous êtes (?:un )?humain
  `,
  geo_blocked: any`
    (?:votre|ce|ton) (?:pays|région|territoire|zone|localisation)
    hors de
    qu'en (?:france|belgique|suisse|europe)
    (?:zone|position|situation) géographique
    (?:depuis|dans|pour|à) (?:votre|ce|l'|la|le) ?(?:pays|région|territoire|zone|localisation|étranger)
    l'étranger
    (?:être|situ\S*|résid\S*|trouv\S*) en (?:france|belgique|suisse|europe)
    (?:uniquement|seulement) (?:disponible )?(?:en|depuis la|depuis) (?:france|belgique|suisse|canada|europe)
    territoires?
    pour des raisons de droits(?! d'auteur)
    géo-?(?:bloqu|restrict|local)
  `,
  copyright_blocked: any`
    droits? d'auteur
    ayants? droit
    atteinte aux droits
    violation (?:du|des) droit
    (?:réclamation|plainte|demande) (?:du|de la|des|d.un) (?:titulaire|détenteur|ayant)
    titulaires? des? droits
  `,
  drm: /protégée? contre la copie/u,
  not_started: any`
    (?:commence|démarre|débute)(?:ra)?\b
    première (?:dans|le \d)
    pas encore
    (?:sera|seront) (?:disponible|diffusé|accessible|en ligne|mise?s? en ligne)
    à venir
    bientôt
    en cours de traitement
    n'a pas (?:encore )?(?:commencé|débuté)
    (?:disponible|diffusée?) (?:à partir|dès|le \d)
    prochainement
    en (?:cours de )?(?:traitement|préparation)
    (?:débutera|commencera|démarrera|débute|commence|démarre) (?:dans|à|le|bientôt|demain)
    traitement en cours
    (?:diffusion|direct) (?:prévue?|programmée?)
    (?:aura|auront) lieu
    en attente d[eu]
    (?:à suivre|rendez-vous) (?:dès|le|à)
  `,
  live_now: any`
    (?:direct|diffusion|live).{0,30}terminée?
    pas en direct
    hors ligne
    (?:pas|plus) (?:actuellement |de )?(?:en )?(?:direct|live)
    (?:direct|live|diffusion) (?:est )?(?:terminée?|finie?)
    (?:n'est|pas) (?:actuellement |pas )?(?:en (?:direct|live)|à l'antenne)
    (?:direct|diffusion|live).{0,16}(?:achev|clos)
    (?:aucun|pas de) (?:direct|live|diffusion)
  `,
  private: any`
    \bprivée?s?(?!\p{L})
    accès (?:restreint|limité) (?:par|à|aux) (?:l.auteur|ses|son|des amis)
    abonnés? (?:de ce compte|approuvés?)
  `,
  login_required: any`
    avertissement (?:relatif|sur|concernant)
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
    connectée?s?(?!\p{L})
    créer un compte
    compte (?:requis|nécessaire|premium)
    abonnement
    abonnez
    moins de 1[368] ans
    plus de 1[68] ans
    1[68] ans
    adultes?
    achet
    accès (?:refusé|interdit)
    (?:vous |s.)identifier
    (?:créez|créer|crée) (?:un |votre )?compte
    limite d'âge
    (?:restriction|vérification|limitée?) d'âge
    (?:authentification|authentifi)
  `,
  gone: any`
    supprimée?s?
    retirée?s?
    n'existe (?:pas|plus)
    (?:n'est|ne sont) plus (?:disponible|accessible|en ligne)
    introuvable
    n'est plus (?:disponible|en ligne|accessible|proposée?)
    expirée?s?(?!\p{L})
    a (?:été )?(?:effacée?|dépubliée?)
    plus disponible
    (?:inexistante?|n'existe)
    (?:compte|chaîne).{0,30}(?:clôturée?|fermée?|résiliée?|suspendue?)
    (?:n'a|n'ont) (?:pas|pu|pas pu) (?:pu )?(?:été|être) (?:trouvée?|localisée?)
    plus (?:proposée?|visible|en ligne)
  `,
  network: any`
    erreur (?:du )?serveur
    maintenance
    problème technique
    temporairement
    erreur (?:interne|technique)
    momentanément
    (?:service|serveur|site) (?:est )?(?:indisponible|saturé|surchargé)
    travaux
    (?:serveur|site|service) (?:ne répond|est (?:en panne|surchargé|injoignable|indisponible))
  `,
  cookies_stale: any`
    session (?:a |est )?(?:expirée?|terminée?|invalide)
    reconnect
  `,
  unknown: any`
    réessa(?:yer|yez)
    ultérieurement
  `,
};
