import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** Turkish. */
export const turkish: Phrases = {
  rate_limited: any`
    çok fazla istek
    (?:çok|fazla) (?:fazla |sık )?(?:istek|deneme|talep)
    (?:sınır|limit|kota)\S* (?:aşıldı|aştınız|doldu|ulaştı)
    çok (?:hızlı|sık)
  `,
  bot_check: any`
    (?:robot|bot) olmadığın
    \b(?:robot|bot) (?:değil|olmadı)
    (?:şüpheli|olağandışı) (?:trafik|etkinlik)
  `,
  geo_blocked: any`
    bulunduğunuz (?:ülke|bölge|konum)
    (?:yurt|türkiye) ?dışı
    (?:ülke|bölge|konum)(?:niz|n|m)\S*
    (?:bu|bulunduğun|yaşadığın) (?:ülke|bölge|konum)
    (?:sadece|yalnızca) türkiye
    (?:coğrafi|bölgesel) (?:kısıt|engel)
  `,
  copyright_blocked: any`
    telif hakkı
    hak sahib
    telif
    hak(?:ları)? sahib
  `,
  drm: /kopyalamaya karşı korumalı/u,
  not_started: any`
    başlamasına
    yakında
    henüz
    (?:sonra|saat|tarihinde|günü|yarın) (?:başla|yayınla|yayında ola)
    başlayacak|yayınlanacak|yayınlanmadı
    (?:işleniyor|hazırlanıyor|dönüştürülüyor|yükleniyor|inceleniyor)
    (?:henüz|daha) .{0,24}(?:başlama|yayınlanma|hazır değil|yok)
    çok yakında
  `,
  live_now: any`
    yayın.{0,20}sona
    yayında değil
    canlı yayın.{0,15}(?:bitti|sona)
    (?:yayın|canlı).{0,20}(?:sona|bitti|sonlan|kapan)
    (?:çevrimdışı|yayın yok|canlı (?:yayında )?değil|yayın yapmıyor)
  `,
  cookies_stale: any`
    oturum\S* .{0,10}(?:süresi|sona|geçersiz)
    (?:tekrar|yeniden) (?:giriş|oturum)
  `,
  private: any`
    \bgizli\b
    özel (?:video|hesap|bir)
    gizli(?:dir|lik)?\b
    (?:sadece|yalnızca) (?:arkadaş|takipçi)
    (?:sahibi|yükleyen|kullanıcı)\S* .{0,12}(?:gizle|kısıtla)
  `,
  login_required: any`
    giriş yap
    (?:üye|abone|şifre|satın al|yaş (?:sınır|kısıt))
    oturum aç
    giriş (?:yap|gerek)
    (?:üyeler|aboneler|abonelik|premium|ücretli|kayıtlı kullanıcı)
    (?:yaşından|18 yaş|yetişkin)
  `,
  gone: any`
    kaldırıldı
    silindi
    artık mevcut değil
    bulunamadı
    (?:süresi doldu|bulunmuyor)
    (?:kaldır|sil)(?:ıl|in)?(?:mış|miş|dı|di|ıldı|indi)
    (?:artık|şu an) (?:mevcut|yayında|kullanıl).{0,14}(?:değil|yok|amıyor)
    (?:mevcut|böyle bir .{1,20}) (?:değil|yok)
    (?:hesap|kanal|kullanıcı)\S*.{0,14}(?:askıya|kapatıl|silin)
    bulunama(?:dı|mıştır|maktadır)
  `,
  network: any`
    geçici
    teknik (?:bir )?(?:hata|sorun|arıza)
    sunucu hatası
    bakım
    sunucu
    bakımda
    geçici olarak
    iç hata|dahili hata
    (?:sunucu|siteye|servise)\S* .{0,14}(?:ulaşılam|yanıt ver)
  `,
  unknown: any`
    (?:daha sonra )?tekrar dene
    (?:tekrar|yeniden|sonra) dene
  `,
};
