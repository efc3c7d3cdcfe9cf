import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

export const spanish: Phrases = {
  rate_limited: any`
    demasiad[ao]s
    muchas (?:solicitudes|peticiones)
    límite de (?:solicitudes|peticiones)
    límite.{0,20}(?:alcanzado|superado|excedido)
    (?:alcanzad|superad|excedid)[oa].{0,20}límite
    (?:super|alcanz|exced|sobrepas)\S* (?:el |tu |su |la )?(?:\S+ )?(?:límite|cuota|número|máximo)
  `,
  bot_check: any`
    no (?:eres|es|soy) un (?:robot|bot)
    tráfico inusual
    \brobot
    captcha
  `,
  geo_blocked: any`
    (?:tu|su|este|esta) (?:país|región|ubicación|zona|territorio)
    fuera de
    (?:en|desde|para) (?:tu|su|el|la|este|esta|vuestro) ?(?:país|región|ubicación|zona|territorio|extranjero)
    (?:solo|sólo|únicamente) (?:está )?(?:disponible )?(?:en|desde|para) (?:españa|méxico|argentina|chile|colombia|europa)
    restricciones? geográfica
    (?:motivos|cuestiones|temas|razones) de (?:derechos|licencia)
    geo-?(?:bloque|restring)
  `,
  copyright_blocked: any`
    derechos de autor
    (?:reclam|motivos|infracci|debido|problema).{0,24}copyright
    titular(?:es)? de (?:los )?derechos
    (?:infracción|infringe|violación).{0,20}(?:derechos|copyright)
    propietario de (?:los )?derechos
    reclamación
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
    (?:disponible|emitirá|publicará) (?:a partir|el \d|próximamente)
    no ha (?:comenzado|empezado)
    (?:comienza|empieza|inicia|comenzará|iniciará|empezará) (?:en|el|a las|mañana)
    (?:está|sigue) (?:siendo )?(?:procesand|procesad|en proceso)
  `,
  live_now: any`
    (?:transmisión|directo|emisión|evento).{0,30}(?:terminad|finalizad|acabad)
    no está (?:en vivo|en directo|transmitiendo|en línea)
    (?:fuera de línea|desconectad)
    (?:directo|emisión|transmisión) (?:ha )?(?:terminado|finalizado)
    no hay (?:ninguna )?(?:transmisión|emisión|directo)
    (?:directo|emisión|transmisión|stream)\S* .{0,12}(?:termin|finaliz|conclu|acab)
    (?:canal|usuario|streamer)\S* (?:está )?(?:\S+ )?(?:desconectado|offline|fuera de línea)
  `,
  private: any`
    \bprivad[oa]s?\b
    (?:solo|sólo) (?:para )?(?:amigos|seguidores)
    restringid[oa] por (?:el|su) (?:propietario|autor|dueño)
    (?:solo|sólo|únicamente) (?:el|su|los?) (?:autor|dueño|propietario|creador|usuario)\S* puede
    no es públic
  `,
  login_required: any`
    advertencia de contenido
    inici(?:a|e|ar) sesión
    regístr
    suscri(?:p|b|t)
    miembros
    \bedad\b
    de pago
    contraseña
    (?:inicia|inicie|iniciar|inicio de) sesión
    debes? (?:estar )?(?:registrad|identificad|conectad)
    acceder con
    suscrit
    suscriptor
    mayor(?:es)? de (?:edad|1[68])
    menores
    premium
    \bcompra
    contenido (?:exclusivo|para adultos)
    miembro
  `,
  gone: any`
    eliminad[oa]
    borrad[oa]
    retirad[oa]
    ya no (?:está|existe|se encuentra)
    no existe
    no (?:se )?(?:ha )?(?:encontr|pudo encontrar)
    (?:ha |está )?caducad[oa]
    (?:ha )?expirad[oa]
    (?:ya )?no (?:está|se encuentra) disponible ya
    ya no disponible
    cuenta.{0,20}(?:cancelad|suspendid|cerrad)
    (?:no|no ha|no se) (?:pudo|puede|podido|ha sido) (?:ser )?(?:encontrad|encontrar|localiz)
  `,
  network: any`
    mantenimiento
    error (?:del|en el|interno del) servidor
    problemas? técnic
    temporalmente
    servicio (?:no disponible|temporalmente)
    fallo (?:del|en el) servidor
    servidor (?:no responde|no disponible|saturado|caído|ocupado)
    (?:sitio|servicio|página) (?:está )?(?:caíd|saturad)
  `,
  cookies_stale: any`
    sesión (?:ha |está )?(?:expirad|caducad|cerrad)
    (?:vuelve|vuelva) a iniciar
  `,
  unknown: any`
    (?:intent|inténtal)\S* (?:de nuevo|más tarde)
  `,
};

export const portuguese: Phrases = {
  rate_limited: any`
    muit[ao]s (?:solicitações|requisições|pedidos|tentativas|acessos)
    limite de (?:solicitações|requisições)
    limite.{0,20}(?:atingido|excedido)
    (?:atingiu|excedeu|ultrapassou|atingido) (?:o |seu |a )?(?:\S+ )?(?:limite|cota|número)
  `,
  bot_check: any`
    não é um (?:robô|bot)
    tráfego incomum
    \brobô
    (?:você )?não (?:é|sou) (?:um )?(?:robô|robot|bot)
    atividade (?:suspeita|incomum)
  `,
  geo_blocked: any`
    (?:seu|sua|este|esta|teu) (?:país|região|localização|território)
    fora d[oe](?! ar)
    (?:motivos|questões|razões) de (?:direitos|licen)
    (?:no|em|para|na|a partir do) (?:seu|sua|este|esta|teu|tua) ?(?:país|região|localização|território)
    (?:apenas|somente|só) (?:está )?(?:disponível )?(?:no|em) (?:brasil|portugal)
    (?:restrit|limitad|exclusiv)\S* (?:ao|a|para o) (?:território|país|brasil|portugal)
    território (?:brasileiro|nacional|português)
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
    (?:começa|começará|inicia|iniciará|estreia|vai começar) (?:em|às|dia|amanhã)
    (?:em processamento|processando|a ser processado)
    (?:vai|irá) (?:ao ar|começar|estrear|ser (?:exibid|transmitid|publicad))
    disponível (?:a partir|em \d|dia \d)
  `,
  live_now: any`
    (?:transmissão|live|evento).{0,30}(?:terminou|encerrad|finalizad)
    não está (?:ao vivo|transmitindo|online)
    (?:live|transmissão|canal|streamer)\S* .{0,16}(?:offline|encerrad|desconectad)
  `,
  login_required: any`
    aviso de conteúdo
    faça login
    (?:iniciar|inicie) sessão
    assina(?:nte|tura)
    inscrit
    membros
    \bidade\b
    cadastr
    senha
    (?:fazer|faça|efetue) (?:o )?login
    inicie (?:a )?sessão
    entre (?:na|em) sua conta
    maior(?:es)? de 1[68]
    pag[oa]s?\b
    exclusivo para
    membro
  `,
  gone: any`
    removid[oa]
    excluíd[oa]
    apagad[oa]
    não está mais disponível
    já não está disponível
    não existe
    não (?:foi )?encontrad
    expirad[oa]
    expirou
    indisponível (?:permanente|definitiv)
    não (?:está|se encontra) mais
    não pôde ser encontrad
    conta.{0,20}(?:encerrad|suspens|desativad)
    (?:não|não foi) (?:possível|pôde) (?:ser )?(?:encontr|localiz)
  `,
  network: any`
    erro (?:no|do|interno)
    manutenção
    temporariamente
    serviço (?:indisponível|temporaria)
    erro (?:interno )?(?:do|de|no) servidor
    (?:servidor|serviço|site) (?:está )?(?:fora do ar|indisponível|sobrecarregad|ocupad|não responde)
  `,
  private: any`
    \bprivad[oa]s?\b
    \bprivativ
    (?:apenas|somente|só) (?:para )?(?:amigos|seguidores)
    (?:vídeo|conteúdo|conta|perfil)(?: é| está)? (?:particular|privad)
    (?:somente|apenas|só) (?:o|a|os) (?:dono|autor|proprietário|criador|usuário)\S* pode
    não é públic
  `,
  cookies_stale: any`
    sessão (?:expirou|expirada|encerrada|inválida)
    (?:login|entre|entrar) (?:novamente|de novo)
  `,
  unknown: any`
    tente (?:novamente|mais tarde)
  `,
};
