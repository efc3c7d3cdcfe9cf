import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const spanish: Phrases = {
  rate_limited: any`
    demasiad[ao]s
    muchas (?:solicitudes|peticiones)
    límite de (?:solicitudes|peticiones)
  `,
  bot_check: any`
    no (?:eres|es|soy) un (?:robot|bot)
    tráfico inusual
  `,
  geo_blocked: any`
    (?:tu|su|este|esta) (?:país|región|ubicación|zona|territorio)
    fuera de
  `,
  copyright_blocked: any`
    derechos de autor
    titular(?:es)? de (?:los )?derechos
  `,
  drm: /protegid[oa] contra (?:la )?copia/u,
  not_started: any`
    comenzará
    empezará
    comienza
    empieza
    estren[oa]
    (?:aún|todavía) no
    próximamente
    se está procesando
  `,
  live_now: any`
    (?:transmisión|directo|emisión|evento).{0,30}(?:terminad|finalizad|acabad)
    no está (?:en vivo|en directo|transmitiendo|en línea)
  `,
  private: /\bprivad[oa]s?\b/u,
  login_required: any`
    inici(?:a|e|ar) sesión
    regístr
    suscri(?:p|b|t)
    miembros
    \bedad\b
    de pago
    contraseña
  `,
  gone: any`
    eliminad[oa]
    borrad[oa]
    retirad[oa]
    ya no (?:está|existe|se encuentra)
    no existe
    no (?:se )?(?:ha )?(?:encontr|pudo encontrar)
  `,
  network: /(?:intent|inténtal)\S* (?:de nuevo|más tarde)/u,
};

export const portuguese: Phrases = {
  rate_limited: any`
    muit[ao]s (?:solicitações|requisições|pedidos|tentativas|acessos)
    limite de (?:solicitações|requisições)
  `,
  bot_check: any`
    não é um (?:robô|bot)
    tráfego incomum
  `,
  geo_blocked: any`
    (?:seu|sua|este|esta|teu) (?:país|região|localização|território)
    fora d[oe]
  `,
  copyright_blocked: any`
    direitos? autora(?:is|l)
    direitos de autor
  `,
  drm: /protegid[oa] contra cópia/u,
  not_started: any`
    começa(?:rá)?(?!\p{L})
    estreia
    ainda não
    em breve
    sendo processado
  `,
  live_now: any`
    (?:transmissão|live|evento).{0,30}(?:terminou|encerrad|finalizad)
    não está (?:ao vivo|transmitindo|online)
  `,
  login_required: any`
    faça login
    (?:iniciar|inicie) sessão
    assina(?:nte|tura)
    inscrit
    membros
    \bidade\b
    cadastr
    senha
  `,
  gone: any`
    removid[oa]
    excluíd[oa]
    apagad[oa]
    não está mais disponível
    já não está disponível
    não existe
    não (?:foi )?encontrad
  `,
  network: any`
    tente (?:novamente|mais tarde)
    erro (?:no|do|interno)
  `,
};
